# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns of numbers -> compact SVG path data. One step a run of equal columns; the page's script reads them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Optional

Columns = Sequence[Optional[int]]


def runs(values: Columns) -> Iterator[tuple[int, int, int | None]]:
    """(first column, how many, value) of each run of equal values."""
    start = 0
    for value, group in groupby(values):
        length = sum(1 for _each in group)
        yield start, length, value
        start += length


def area(values: Columns, base: int) -> str:
    """Filled between the base and the values; None and the base itself leave a gap."""
    parts = []
    last: int | None = None
    for start, length, value in runs(values):
        if value is None or value == base:
            parts.append("" if last is None else f"V{base}z")
            last = None
            continue
        if last is None:
            parts.append(f"M{start} {base}")
            last = base
        parts.append(f"v{value - last}h{length}")
        last = value
    return "".join(parts) + ("" if last is None else f"V{base}z")


def outline(values: Columns) -> str:
    """A line along the values, broken where there is none."""
    parts = []
    last: int | None = None
    for start, length, value in runs(values):
        if value is not None:
            parts.append(f"M{start} {value}h{length}" if last is None else f"v{value - last}h{length}")
        last = value
    return "".join(parts)


def hatch(blank: Sequence[bool], height: int, lean: int, step: int) -> str:
    """Slanting strokes over the blank columns, each leaning so many columns to the right on its way up."""
    parts = []
    for start, length, value in runs([1 if each else None for each in blank]):
        if value is None:
            continue
        end = start + length
        for foot in range(start - lean + step - (start % step), end, step):
            left, right = max(foot, start), min(foot + lean, end)
            if left < right:
                low, high = (height - (x - foot) * height // lean for x in (left, right))
                parts.append(f"M{left} {low}L{right} {high}")
    return "".join(parts)


def scaled(values: Sequence[float | None], full: float, height: int) -> list[int | None]:
    """Heights from 1 (little, but not nothing) to the full height; None and nothing stay None."""
    return _each(values, lambda value: min(height, max(1, round(value / full * height))))


def rooted(values: Sequence[float | None], height: int) -> list[int | None]:
    """Parts of one on a square-root scale: a hundredth takes a tenth of the height."""
    return _each(values, lambda value: min(height, max(1, round(float(value**0.5) * height))))


def _each(values: Sequence[float | None], change: Callable[[float], int]) -> list[int | None]:
    return [change(value) if value else None for value in values]


def standing(heights: Columns, base: int) -> list[int | None]:
    return [None if height is None else base - height for height in heights]
