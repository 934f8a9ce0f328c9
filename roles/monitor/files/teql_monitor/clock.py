# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two clocks: `now` never jumps and orders what happens, `wall` is what people and files are told."""

from __future__ import annotations

import time
from typing import Callable


class Clock:
    def __init__(self, now: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self.now, self.wall = now, wall

    def epoch(self, moment: float) -> float:
        """The time of day of a moment of the monotonic clock."""
        return self.wall() - (self.now() - moment)

    def moment(self, epoch: float) -> float:
        return self.now() + (epoch - self.wall())

    def text(self, moment: float | None) -> str | None:
        """ISO 8601 in UTC, to the second."""
        if moment is None:
            return None
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(round(self.epoch(moment))))
