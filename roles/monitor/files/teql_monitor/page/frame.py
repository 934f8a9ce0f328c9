# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all strips share: the plot that stretches with the page, the time axis, grid lines, rows with a head."""

from __future__ import annotations

from collections.abc import Sequence

from teql_monitor.page.clock import Mark
from teql_monitor.page.reading import Sample
from teql_monitor.page.words import escape

# Hours that are still written where there is little room.
COARSE = 6
# Beside the date, which is wider than an hour.
BESIDE = (23, 1)
AXIS_HEIGHT = 15
# The last hour and the first one would be cut off by the edge.
EDGE = 0.012


def path(kind: str, data: str) -> str:
    return f'<path class="{kind}" d="{data}"/>' if data else ""


def plot(columns: int, height: int, top: int, pixels: int, inside: str) -> str:
    """A drawing of so many columns and units, stretched to the width of the page and so many pixels high."""
    return (
        f'<svg x="0" y="{top}" width="100%" height="{pixels}" viewBox="0 0 {columns} {height}" '
        f'preserveAspectRatio="none"><path class="ground" d="M0 0h{columns}v{height}h-{columns}z"/>{inside}</svg>'
    )


def picture(height: int, label: str, inside: str, attributes: str = "") -> str:
    return (
        f'<svg class="strip" width="100%" height="{height}" role="img" aria-label="{escape(label)}"{attributes}>'
        f"{inside}</svg>"
    )


def hours(marks: Sequence[Mark], columns: int, height: int) -> str:
    """Grid lines: thin at each hour, stronger at midnight."""
    drawn = {True: "", False: ""}
    for mark in marks:
        drawn[bool(mark.date)] += f"M{round(mark.part * columns, 1):g} 0v{height}"
    return path("hour", drawn[False]) + path("midnight", drawn[True])


def levels(heights: Sequence[int], columns: int) -> str:
    return path("hour", "".join(f"M0 {height}h{columns}" for height in heights))


def axis(marks: Sequence[Mark], top: int) -> str:
    """The hours below a strip, the date at midnight."""
    words = []
    for mark in marks:
        if not EDGE <= mark.part <= 1 - EDGE:
            continue
        kind = "date" if mark.date else "near" if mark.hour in BESIDE else "fine" if mark.hour % COARSE else "coarse"
        words.append(
            f'<text class="{kind}" x="{mark.part * 100:.2f}%" y="{top + 11}">{mark.date or f"{mark.hour:02d}"}</text>'
        )
    return f'<g class="axis">{"".join(words)}</g>'


def left(y: float, text: str) -> str:
    return f'<text class="left" x="0" dx="-6" y="{y:g}">{escape(text)}</text>'


def right(y: float, text: str) -> str:
    return f'<text class="right" x="100%" dx="6" y="{y:g}">{escape(text)}</text>'


def row(kind: str, head: str, drawing: str, tail: str = "") -> str:
    cells = f'<div class="head">{head}</div><div>{drawing}</div><div class="tail">{tail}</div>'
    return f'<div class="row {kind}">{cells}</div>'


def blank(samples: Sequence[Sample | None]) -> list[bool]:
    return [sample is None for sample in samples]
