# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plausible reports for the page, the same for the same seed. As a program: plausible_report.py LINES > page.html"""

from __future__ import annotations

import math
import random
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

COLUMN_SECONDS, COLUMNS = 100, 900
END = 1763979700  # 11:21:40 in Berlin, on a Monday
TZ = timezone(timedelta(hours=1), "CET")
NAMES = ("attic", "office", "workshop", "cellar", "barn", "annex", "gate", "tower")
Json = dict[str, Any]


class Day:
    """The 25 hours of one line: samples first, then the faults written over them."""

    def __init__(self, name: str, number: int, seed: int) -> None:
        self.name, self.interface = name, f"eth{number + 2}"
        self.random = random.Random(f"{seed} {name}")
        self.base = 9000 + 1400 * (number % 3) + self.random.randrange(500)
        self.samples: list[list[Any] | None] = [self.quiet(column) for column in range(COLUMNS)]
        self.events: list[Json] = []
        self.state, self.since, self.reason = "up", END - 3 * 86400, ""

    def quiet(self, column: int) -> list[Any]:
        hour = ((END + 3600 - (COLUMNS - column) * COLUMN_SECONDS) / 3600) % 24
        busy = max(0.03, math.sin((hour - 7) / 13 * math.pi)) if 7 < hour < 20 else 0.03
        sent_kbit = busy * 7000 * self.random.lognormvariate(-0.2, 0.35)
        queue = max(0.0, sent_kbit - 6500) * 3
        low = self.base + self.random.randrange(300)
        mean = low + 700 + busy * 1500 * self.random.random() + queue
        high = mean + 900 + self.random.expovariate(1 / (1500 + 3000 * busy)) + queue
        lost = sum(self.random.random() < 0.0001 for _probe in range(500))
        return [
            500,
            lost,
            low,
            int(mean),
            int(high),
            100,
            "u",
            round(min(9800.0, sent_kbit), 1),
            round(sent_kbit * 2.1),
        ]

    def event(self, column: float, new: str, reason: str, kind: str = "state") -> None:
        """The state is taken from the events, as a reader would."""
        moment = END - (COLUMNS - column) * COLUMN_SECONDS
        member = new in ("up", "in")
        old = self.state if kind == "state" else ("out" if member else "in")
        time = datetime.fromtimestamp(moment, timezone.utc).isoformat().replace("+00:00", "Z")
        named = {"line": self.name, "interface": self.interface, "old": old, "new": new, "reason": reason}
        self.events.append({"seq": 0, "time": time, **named, "member": member, "kind": kind})
        if kind == "state":
            self.state, self.since, self.reason = new, int(moment), "" if new == "up" else reason

    def left(self, first: int, last: int, letter: str, state: str, reason: str, back: str = "answers again") -> None:
        """Out from one column to another; to the end of the report when that is the last."""
        for column in range(first, last):
            sample = self.samples[column]
            assert sample is not None
            sample[5:8] = [40 if column == first else 0, letter, 0.0]
            if letter == "d":
                sample[0:5] = [0, 0, None, None, None]
                sample[8] = 0
        self.event(first + 0.4, state, reason)
        self.event(first + 0.4, "out", reason, "member")
        if last < COLUMNS:
            self.event(last, "up", back)
            self.event(last, "in", back, "member")

    def late(self, first: int, last: int, microseconds: int) -> None:
        for column in range(first, last):
            sample = self.samples[column]
            assert sample is not None
            for which in (2, 3, 4):
                sample[which] += microseconds if which > 2 else microseconds - 3000

    def lossy(self, first: int, last: int, part: float) -> None:
        for column in range(first, last):
            sample = self.samples[column]
            assert sample is not None
            sample[1] = int(sample[0] * part * self.random.uniform(0.6, 1.4))

    def flaps(self, first: int, times: int) -> None:
        for turn in range(times):
            self.left(first + 4 * turn, first + 4 * turn + 2, "d", "down", "router silent")

    def now(self, lines: int) -> Json:
        sample = self.samples[-1] or [0, 0, None, None, None, 0, "s", None, None]
        member, rtt = self.state == "up", sample[3]
        return {
            "name": self.name, "interface": self.interface, "state": self.state, "member": member,
            "reason": self.reason, "since": datetime.fromtimestamp(self.since, timezone.utc).isoformat(),
            "rtt_ms": rtt and rtt / 1000, "rtt_peers_ms": 11.4, "rtt_excess_ms": rtt and rtt / 1000 - 11.4,
            "loss": sample[1] / sample[0] if sample[0] else None, "enabled": True, "carrier": self.state != "down",
            "router": member, "share": 1 / lines if member else 0.0, "tx_kbit": sample[7], "rx_kbit": sample[8],
            "rate_kbit": 10000 if member else None, "load": sample[7] / 10000 if member else None, "penalty": 0,
            "damped_until": None, "drained_until": None, "transitions": len(self.events),
        }  # fmt: skip


def faults(day: Day, number: int) -> None:
    """What happened to which line; the first is always the quiet one."""
    kind = number % 8 if number < 8 else 0 if number % 3 else 4
    if kind == 1:
        day.late(312, 372, 30000)
        day.left(313, 372, "g", "degraded", "31 ms later than its peers", "as fast as its peers again")
        day.lossy(500, 501, 0.01)
    elif kind == 2:
        day.lossy(700, 730, 0.03)
        day.left(702, 732, "g", "degraded", "3.1 % of the probes lost", "loses nothing any more")
        day.flaps(120, 3)
    elif kind == 3:
        day.left(571, COLUMNS, "d", "down", "no carrier")
    elif kind == 5:
        day.left(820, COLUMNS, "r", "drained", "new modem, by anna")
    elif kind == 6:
        day.flaps(420, 5)
    elif kind == 7:
        day.lossy(200, 260, 0.004)


def report(lines: int = 4, seed: int = 1) -> Json:
    """A report result as the contract has it."""
    days = [Day(NAMES[n % 8] + (f" {n // 8 + 1}" if n >= 8 else ""), n, seed) for n in range(lines)]
    for number, day in enumerate(days):
        faults(day, number)
        day.samples[232:244] = [None] * 12  # an upgrade of the gateway
    events = sorted((event for day in days for event in day.events), key=lambda event: str(event["time"]))
    for seq, event in enumerate(events):
        event["seq"] = seq
    carrying = sum(day.state == "up" for day in days)
    status = {
        "version": 1, "bond": "teql0", "mode": "enforce", "fail_open": False, "monitor": "1.0.0", "config_error": "",
        "time": datetime.fromtimestamp(END - 12, timezone.utc).isoformat(), "started": "2025-11-23T15:50:00Z",
        "bond_exists": True, "bond_up": True, "mtu": 1500, "targets": [{"address": "198.51.100.1", "well": True}],
        "lines": [day.now(carrying) for day in days],
    }  # fmt: skip
    named = [{"name": day.name, "interface": day.interface, "samples": day.samples} for day in days]
    return {
        "version": 1, "bond": "teql0", "column_seconds": COLUMN_SECONDS, "columns": COLUMNS, "end": END,
        "status": status, "events": events, "lines": named,
    }  # fmt: skip


if __name__ == "__main__":
    from teql_monitor.page import render

    sys.stdout.write(render(report(int(sys.argv[1]) if len(sys.argv) > 1 else 4), TZ))
