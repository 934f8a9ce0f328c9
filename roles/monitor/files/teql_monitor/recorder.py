# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is kept or told: history, journal, the 25 hours of each line, and what has to outlive a restart."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from teql_monitor.clock import Clock
from teql_monitor.collector import Collector
from teql_monitor.config import LineConfig
from teql_monitor.history import History
from teql_monitor.judge import Judge, quality
from teql_monitor.judge.line import Drain
from teql_monitor.metrics import without_numbers
from teql_monitor.ring import Ring
from teql_monitor.store import Store
from teql_monitor.systemd.journal import ERROR, NOTICE, WARNING, Journal

SILENCE = 600.0  # seconds in which the same trouble is told once
MAC = re.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}")
ALARMING = ("down", "degraded", "misconfigured", "fail open", "refused")
GREATEST = 1e12  # of the numbers that are kept: times and penalties


class Recorder:
    def __init__(self, state: str, journal: Journal, clock: Clock, tell: Callable[[dict[str, Any]], None]) -> None:
        """`state` is the directory; `tell` gets every event."""
        self.state, self.journal, self.clock, self.tell = state, journal, clock, tell
        self.history = History(os.path.join(state, "history.jsonl"))
        self.store = Store(os.path.join(state, "state.json"))
        self.collectors: dict[str, Collector] = {}  # by line
        self.ports: dict[str, str] = {}  # by line
        self.transitions: dict[str, dict[str, int]] = {}
        self.troubles: dict[str, float] = {}
        self.macs: dict[str, str] = {}  # of the routers, by line, as they were learned

    def lines(self, lines: Iterable[LineConfig]) -> None:
        """One ring a line, named after its port; a line that gets another port goes on in that one's."""
        known = {self.ports[name]: collector for name, collector in self.collectors.items()}
        self.ports = {line.name: line.interface for line in lines}
        self.collectors = {
            name: known.pop(port) if port in known else self._collector(port) for name, port in self.ports.items()
        }
        for collector in known.values():
            collector.flush(self.clock.wall())

    def event(self, kind: str, message: str, line: LineConfig | None = None, **words: Any) -> None:
        """One event of the history, one line of the journal."""
        name, interface = (line.name, line.interface) if line else ("", "")
        event = self.history.append(self.clock.wall(), kind, line=name, interface=interface, **words)
        fields = {f"{word}_state": words.get(word) for word in ("old", "new")}
        priority = WARNING if words.get("new") in ALARMING else NOTICE
        self.journal.say(kind, message, priority, line=name, interface=interface, reason=words.get("reason"), **fields)
        self.tell(event)

    def changed(self, line: LineConfig, old: str, new: str, reason: str, member: bool) -> None:
        counts = self.transitions.setdefault(line.name, {})
        key = f"{new}:{without_numbers(reason.partition(';')[0])}"
        counts[key] = counts.get(key, 0) + 1
        why = f": {reason}" if reason else ""
        message = f"line {line.name} ({line.interface}) was {old}, is {new}{why}"
        self.event("state", message, line, old=old, new=new, reason=reason, member=member)

    def moved(self, line: LineConfig, member: bool, reason: str) -> None:
        old, new = ("out", "in") if member else ("in", "out")
        why = f": {reason}" if reason else ""
        message = f"line {line.name} ({line.interface}) has {'joined' if member else 'left'} the bond{why}"
        self.event("member", message, line, old=old, new=new, reason=reason, member=member)

    def learned(self, line: LineConfig, mac: str) -> None:
        old = self.macs.get(line.name, "")
        self.macs[line.name] = mac
        instead = f" instead of {old}" if old else ""
        message = f"line {line.name} ({line.interface}): its router has the MAC {mac}{instead}"
        self.event("router", message, line, old=old, new=mac)

    def trouble(self, text: str) -> None:
        """Told once in a while, however often it happens."""
        now = self.clock.now()
        if now - self.troubles.get(text, -SILENCE) >= SILENCE:
            self.troubles = {each: when for each, when in self.troubles.items() if now - when < SILENCE}
            self.troubles[text] = now
            self.journal.say("trouble", text, ERROR)

    def second(self, judge: Judge, rates: Mapping[str, tuple[float, float]]) -> None:
        wall = self.clock.wall()
        for name, line in judge.lines.items():
            self.collectors[name].advance(wall)
            self.collectors[name].second(line.member, line.state, *rates[name])
        rings = [collector.ring.error for collector in self.collectors.values()]
        for error in filter(None, [self.history.error, self.store.error, *rings]):
            self.trouble(error)

    def restore(self, judge: Judge) -> None:
        """Drains, penalties and what makes a line harmful go on over a restart."""
        try:
            self._restore(judge, self.store.load())
        except (AttributeError, TypeError, ValueError) as error:
            self.trouble(f"{self.store.path} is ignored: {error}")

    def _restore(self, judge: Judge, kept: dict[str, Any]) -> None:
        for name, until in kept.get("drains", {}).items():
            if name in judge.lines:
                judge.lines[name].drain = Drain(None if until is None else self.clock.moment(_number(until)))
        for name, (value, since, suppressed) in kept.get("penalties", {}).items():
            if name in judge.lines:
                stamp, penalty = self.clock.moment(_number(since)), judge.lines[name].penalty
                penalty.value, penalty.stamp, penalty.suppressed = _number(value), stamp, bool(suppressed)
        for name, mac in kept.get("macs", {}).items():
            self.macs[str(name)] = _mac(mac)
        for name, harms in kept.get("harms", {}).items():
            if name in judge.lines:
                quality.resume(judge.lines[name], "late" in harms, "lossy" in harms, self.clock.now())

    def keep(self, judge: Judge) -> None:
        epoch = self.clock.epoch
        drains = {
            n: None if d.until is None else epoch(d.until) for n, line in judge.lines.items() if (d := line.drain)
        }
        penalties = {
            name: (penalty.value, epoch(penalty.stamp), penalty.suppressed)
            for name, line in judge.lines.items()
            if (penalty := line.penalty).value >= 1
        }
        harms = {
            name: [word for word in ("late", "lossy") if getattr(line, word)]
            for name, line in judge.lines.items()
            if line.late or line.lossy
        }
        macs = {name: mac for name, mac in self.macs.items() if name in judge.lines}
        self.store.save({"drains": drains, "penalties": penalties, "harms": harms, "macs": macs})

    def flush(self) -> None:
        for collector in self.collectors.values():
            collector.flush(self.clock.wall())

    def _collector(self, port: str) -> Collector:
        return Collector(Ring(os.path.join(self.state, f"{port}.ring")))


def _mac(value: object) -> str:
    if not isinstance(value, str) or not MAC.fullmatch(value):
        raise ValueError(f"{value!r} is no MAC that was written there")
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or not 0 <= value < GREATEST:
        raise ValueError(f"{value!r} is no number that was written there")
    return value
