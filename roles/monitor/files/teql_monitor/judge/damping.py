# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line that keeps failing stays out for longer: a penalty a failure, which decays (the arithmetic of RFC 2439)."""

from __future__ import annotations

import math

from teql_monitor.config import Damping

FAILURE = 1000.0  # the penalty of one failure


class Penalty:
    """One line's. Suppressed from `suppress` on, until it has decayed below `reuse`."""

    def __init__(self, policy: Damping) -> None:
        self.policy = policy
        self.value, self.stamp, self.suppressed = 0.0, 0.0, False

    @property
    def most(self) -> float:
        """More than this would suppress for longer than the longest time allowed."""
        half_lives = min(self.policy.longest / self.policy.half_life, 1000.0)  # floats end at 1024
        return float(self.policy.reuse * 2**half_lives)

    def now(self, now: float) -> float:
        """The penalty as it has decayed by now; lifts the suppression when it is due."""
        passed = max(0.0, now - self.stamp)
        self.value, self.stamp = self.value * 2 ** (-passed / self.policy.half_life), now
        if self.value <= self.policy.reuse:
            self.suppressed = False
        return self.value

    def failed(self, now: float) -> None:
        self.value = min(self.now(now) + FAILURE, self.most)
        self.suppressed = self.suppressed or self.value >= self.policy.suppress

    def until(self, now: float) -> float:
        """When the suppression ends; now, if there is none."""
        value = self.now(now)
        if not self.suppressed:
            return now
        return now + self.policy.half_life * math.log2(value / self.policy.reuse)
