# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the monitor have in common: its state, its history, streams of packets across a fault."""

from __future__ import annotations

import calendar
import itertools
import json
import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.guest import Guest
from lab.traffic import FAR, STREAM

CONFIG = "/etc/linebond/monitor.json"
TRANSFER = "python3 /usr/local/lib/lab/transfer"


def status(guest: Guest) -> dict[str, Any]:
    """The contract's JSON; without lines while no monitor runs."""
    told = guest.ssh("gw", "teqlctl status --json", check=False)
    found: dict[str, Any] = json.loads(told) if told else {"lines": []}
    return found


def lines(guest: Guest) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in status(guest)["lines"]}


def history(guest: Guest, after: int = 0, kind: str = "member") -> list[dict[str, Any]]:
    """Events of a kind after a number; `time` in seconds. None while the monitor does not run."""
    told = guest.ssh("gw", "teqlctl history -n 500 --json", check=False)
    events = [json.loads(line) for line in told.splitlines()]
    found = [event for event in events if event["seq"] > after and event["kind"] == kind]
    return [{**event, "time": seconds(event["time"])} for event in found]


def last_event(guest: Guest) -> int:
    """Its number."""
    return int(json.loads(guest.ssh("gw", "teqlctl history -n 1 --json"))["seq"])


def seconds(text: str) -> float:
    """2026-01-01T00:00:00.123Z as seconds since 1970."""
    whole, _dot, rest = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("0." + (rest or "0"))


def wait(true: Callable[[], Any], limit: float, what: str) -> Any:
    """Ask again and again until it is so; what it then is. AssertionError after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        if found := true():
            return found
        assert time.monotonic() < deadline, f"after {limit:.0f} s still not {what}"
        time.sleep(0.3)


def whole(guest: Guest) -> bool:
    """Whether all lines are up and in the bond."""
    found = lines(guest).values()
    return bool(found) and all(line["state"] == "up" and line["member"] for line in found)


def forget(guest: Guest) -> None:
    """Let the monitor start anew, without penalties for what earlier tests did."""
    guest.ssh("gw", "systemctl stop teql-monitor; rm -f /var/lib/teql-monitor/state.json; systemctl start teql-monitor")


def fresh(guest: Guest, **changes: object) -> None:
    """Four whole lines, a monitor that remembers nothing, and a configuration with these changes."""
    for number in range(1, guest.lines + 1):
        guest.fault(f"{number} mend")
    change = f"import json; c = json.load(open('/root/monitor.json')); c.update({changes!r});"
    change += f" json.dump(c, open('{CONFIG}', 'w'))"
    guest.ssh(
        "gw",
        f"test -e /root/monitor.json || cp {CONFIG} /root/monitor.json; systemctl stop teql-monitor;"
        f" rm -f /var/lib/teql-monitor/state.json; python3 -c {shlex.quote(change)}; systemctl start teql-monitor",
    )
    wait(lambda: whole(guest), 60 * guest.slowness, "four whole lines")


@dataclass
class Stream:
    """A stream of packets in the background, and a command that is run on the gateway in the midst of it."""

    guest: Guest
    seconds: int
    rate: int = 400
    then: str = "true"

    def __post_init__(self) -> None:
        command = f"{STREAM} {FAR} {self.seconds} --rate {self.rate} > /run/stream.json 2>&1"
        begin = f"rm -f /run/stream.json; ({command}; mv /run/stream.json /run/stream) >/dev/null 2>&1 &"
        self.ends = time.monotonic() + self.seconds + 1.5
        self.told = self.guest.ssh(
            "gw", f"{begin} sleep 1.5; {self.then}"
        )  # in one go: an emulated guest has its own time

    def lost(self) -> tuple[int, list[float]]:
        """How many packets were sent, and when those that were not answered were, once the stream has ended."""
        time.sleep(max(0.0, self.ends - time.monotonic()))
        ask = "cat /run/stream 2>/dev/null && rm /run/stream"
        limit = 60 * self.guest.slowness
        found = json.loads(wait(lambda: self.guest.ssh("gw", ask, check=False), limit, "ended"))
        return found["sent"], found["lost"]


def outage(lost: list[float], pause: float = 0.1) -> float:
    """Seconds for which one packet in so many was lost, from the first to the last that `pause` does not part."""
    last = next((one for one, other in itertools.pairwise(lost) if other - one > pause), lost[-1] if lost else 0.0)
    return last - lost[0] if lost else 0.0


def mbit(guest: Guest, duration: float) -> float:
    """What one TCP connection gets through the bond, in Mbit/s."""
    return float(guest.ssh("gw", f"{TRANSFER} {FAR} {duration}"))
