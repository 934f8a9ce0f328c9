# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spread strip: how far the lines' round trips lie apart, which is what hurts a per-packet bond."""

from __future__ import annotations

from collections.abc import Sequence

from teql_monitor.page import frame, shapes
from teql_monitor.page.clock import Mark
from teql_monitor.page.reading import Report
from teql_monitor.page.scale import percentile, round_up
from teql_monitor.page.words import plain

PIXELS = 60
HEIGHT = 400
MICROSECONDS = 1000


def spreads(report: Report, members_only: bool) -> list[float | None]:
    """Highest less lowest average round trip in ms; None with fewer than two lines."""
    found: list[float | None] = []
    for samples in zip(*(line.samples for line in report.lines)):
        times = [
            sample.mean
            for sample in samples
            if sample and sample.mean is not None and (sample.member or not members_only)
        ]
        found.append((max(times) - min(times)) / MICROSECONDS if len(times) > 1 else None)
    return found


def draw(report: Report, marks: Sequence[Mark]) -> str:
    carried, every = spreads(report, members_only=True), spreads(report, members_only=False)
    full = round_up(max(percentile(carried, 0.99), percentile(every, 0.97)))
    area = shapes.area(shapes.standing(shapes.scaled(carried, full, HEIGHT), HEIGHT), HEIGHT)
    beyond = [both if both != one else None for one, both in zip(carried, every)]
    line = shapes.outline(shapes.standing(shapes.scaled(beyond, full, HEIGHT), HEIGHT))
    unknown = [not any(samples) for samples in zip(*(line.samples for line in report.lines))]
    inside = (
        frame.path("blank", shapes.hatch(unknown, HEIGHT, 15, 5))
        + frame.path("spread", area)
        + frame.path("every", line)
    )
    inside += frame.levels([HEIGHT // 2], report.columns) + frame.hours(marks, report.columns, HEIGHT)
    drawing = frame.picture(
        PIXELS + frame.AXIS_HEIGHT,
        f"spread between the lines in milliseconds, up to {plain(full)}",
        frame.plot(report.columns, HEIGHT, 0, PIXELS, inside)
        + frame.left(8, f"{plain(full)} ms")
        + frame.left(PIXELS / 2 + 3, plain(full / 2))
        + frame.left(PIXELS, "0")
        + frame.axis(marks, PIXELS),
        f' data-full="{full:g}"',
    )
    return frame.row("spread-row", "<b>spread</b>", drawing)
