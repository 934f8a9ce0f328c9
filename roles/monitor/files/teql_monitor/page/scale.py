# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scale that fits all lines: chosen from the data, ends on a round number."""

from __future__ import annotations

from collections.abc import Iterable

ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
SMALLEST = 1e-6


def percentile(values: Iterable[float | None], part: float) -> float:
    """0 when there is no value at all."""
    ordered = sorted(value for value in values if value is not None)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def round_up(value: float) -> float:
    """The next round number: 37 -> 40."""
    if value <= SMALLEST:
        return 1.0
    power = 1.0
    while value > power * 10:
        power *= 10
    while value <= power:
        power /= 10
    return next(power * step for step in ROUND if value <= power * step * (1 + 1e-9))
