# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one target answered over one line: round trips of the last seconds, losses of the last thousand probes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

LONG = 1000  # probes remembered
SHOWN = 200  # probes over which people are told the loss
FEWEST = 5  # round trips that make a median


def median(values: Iterable[float]) -> float:
    """Of at least one value. The module statistics would cost a megabyte of memory."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class Track:
    """Losses are bits, the latest the lowest: 1 is lost."""

    def __init__(self, window: float) -> None:
        self.window = window  # seconds of round trips
        self.bits, self.known = 0, 0
        self.misses = 0  # unanswered in a row, up to now
        self.counted = 0  # of these, the ones among the bits
        self.heard = -math.inf  # when the latest probe that was answered had been sent
        self.suspicion = 0.0  # quality.py
        self.trips: deque[tuple[float, float]] = deque()

    def record(self, now: float, sent: float, trip: float | None, counts: bool = True) -> None:
        """One finished probe: when it was sent, and its round trip in seconds, None when it was not answered.

        What an outage loses does not count: it says nothing of the line before and after it.
        """
        if counts:
            self.bits = (self.bits << 1 | (trip is None)) & ((1 << LONG) - 1)
            self.known = min(self.known + 1, LONG)
        if trip is None:
            self.misses += 1
            self.counted += counts
        else:
            self.misses, self.counted, self.heard = 0, 0, max(self.heard, sent)
            self.trips.append((now, trip))
            while self.trips[0][0] < now - self.window:
                self.trips.popleft()

    @property
    def answering(self) -> bool:
        return self.misses == 0 and self.heard > -math.inf

    def lost(self, last: int) -> int:
        return bin(self.bits & ((1 << last) - 1)).count("1")

    def stray(self, last: int) -> int:
        """Lost ones that do not belong to an outage that goes on."""
        return self.lost(last) - (min(self.counted, last) if self.counted > 1 else 0)

    def loss(self) -> float:
        """0 to 1, over the last probes."""
        return self.lost(SHOWN) / min(self.known, SHOWN) if self.known else 0.0

    def median(self, now: float) -> float | None:
        """Of the round trips in the window, in seconds."""
        while self.trips and self.trips[0][0] < now - self.window:
            self.trips.popleft()
        if len(self.trips) < FEWEST:
            return None
        return median([trip for _when, trip in self.trips])

    def forget_outage(self) -> None:
        """It was one from its first lost probe on."""
        self.bits >>= self.counted
        self.known -= min(self.counted, self.known)
        self.counted = 0
        self.suspicion = 0.0
        self.trips.clear()
