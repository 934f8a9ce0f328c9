# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the probes to one target over one line since the start, for metrics."""

from __future__ import annotations

import bisect
from itertools import accumulate
from typing import Any

# Upper bounds of the histogram of round trips, in seconds.
BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)


class Tally:
    def __init__(self) -> None:
        self.sent = self.lost = self.answered = 0
        self.trips = 0.0  # seconds, all together
        self.errors: dict[str, int] = {}
        self.buckets = [0] * (len(BOUNDS) + 1)

    def error(self, name: str) -> None:
        self.errors[name] = self.errors.get(name, 0) + 1

    def ended(self, trip: float | None) -> None:
        if trip is None:
            self.lost += 1
            return
        self.answered += 1
        self.trips += trip
        self.buckets[bisect.bisect_left(BOUNDS, trip)] += 1

    def counters(self, target: str) -> dict[str, Any]:
        """As the control socket's command `counters` has it; the buckets add up, as Prometheus wants them."""
        return {
            "target": target,
            "sent": self.sent,
            "lost": self.lost,
            "errors": dict(self.errors),
            "rtt_sum": self.trips,
            "rtt_count": self.answered,
            "buckets": [list(pair) for pair in zip(BOUNDS, accumulate(self.buckets))],
        }
