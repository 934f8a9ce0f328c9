# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the control socket: everybody who may open it may look, only root may drain."""

from __future__ import annotations

import os
from typing import Any, Protocol

from teql_monitor import VERSION, status
from teql_monitor.clock import Clock
from teql_monitor.control import Answer, Client, Refused, done, line, wanted_line
from teql_monitor.monitor import Monitor

LONGEST_DRAIN = 10 * 365 * 86400  # seconds
MOST_EVENTS = 1 << 62


class Service(Protocol):
    """daemon.Daemon."""

    monitor: Monitor
    clock: Clock
    config_error: str


def answer(service: Service, request: dict[str, Any], client: Client) -> Answer:
    command = request.get("command")
    if command == "status":
        return done(status.status(service.monitor, service.config_error))
    if command == "counters":
        return done(status.counters(service.monitor, service.config_error))
    if command == "report":
        return status.report(service.monitor, service.config_error)
    if command == "history":
        return done({"events": service.monitor.recorder.history.last(number(request, "count", 50))})
    if command == "events":
        client.follows = True
        known = service.monitor.recorder.history.after(number(request, "after", 0))
        return [line({"event": event}) for event in known]
    if command in ("drain", "undrain"):
        return drain(service, command, request, client)
    raise Refused(f"there is no command {command!r}; this is teql-monitor {VERSION}")


def drain(service: Service, command: str, request: dict[str, Any], client: Client) -> Answer:
    if client.user not in (0, os.geteuid()):
        raise Refused(f"only root may {command} a line; try: sudo teqlctl {command} {request.get('line', 'LINE')}")
    lines = service.monitor.judge.lines
    name = wanted_line(request, {name: judged.config.interface for name, judged in lines.items()})
    seconds = request.get("seconds")
    if command == "undrain":
        service.monitor.judge.undrain(name)
    elif seconds is not None and not _is_a_time(seconds):
        raise Refused(f"seconds: {seconds!r} is no number of seconds; leave it out for a drain without end")
    else:
        service.monitor.judge.drain(name, None if seconds is None else service.clock.now() + seconds)
    service.monitor.act(service.monitor.judge.decide(service.clock.now()))
    service.monitor.recorder.keep(service.monitor.judge)
    shown = status.status(service.monitor, service.config_error)["lines"]
    return done(next(each for each in shown if each["name"] == name))


def _is_a_time(seconds: object) -> bool:
    """JSON as Python reads it has NaN and Infinity too."""
    return isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds <= LONGEST_DRAIN


def number(request: dict[str, Any], word: str, default: int) -> int:
    value = request.get(word, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_EVENTS:
        raise Refused(f"{word}: {value!r} is no number")
    return value
