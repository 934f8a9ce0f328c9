# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The membership strip: per line one thin row, who was in the bond, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from teql_monitor.page import frame, shapes
from teql_monitor.page.clock import Clock, Mark, span
from teql_monitor.page.reading import Event, Line, Report, Sample
from teql_monitor.page.states import by_letter, by_name
from teql_monitor.page.words import escape, name

PIXELS = 14
HEIGHT = 10
# Out for less than this part of a column is rounding, or the monitor's own restart.
NOISE = 0.05
# Lowest mark of a column that was partly out, and mark of a line that stayed in though its state was bad.
SHORTEST, DOUBTFUL = 5, 3
MOST_TIPS = 200


class Stay(NamedTuple):
    """A line's time in one state other than up."""

    start: float
    end: float
    state: str
    reason: str


def observed(report: Report, line: Line) -> list[float]:
    """Seconds of each column the monitor could see: the last may not be over, the first begins with its start."""
    seconds = [float(report.column_seconds)] * report.columns
    seconds[-1] = max(1.0, min(seconds[-1], report.time - (report.end - report.column_seconds)))
    for event in report.events:
        if event.kind == "start" and event.time is not None:
            column = int((event.time - report.start) // report.column_seconds)
            if 0 <= column < report.columns and (column == 0 or line.samples[column - 1] is None):
                late = event.time - report.start - column * report.column_seconds
                seconds[column] = max(1.0, seconds[column] - late)
    return seconds


def out_part(sample: Sample, seconds: float) -> float:
    """Which part of the column the line was not in the bond, 0 to 1."""
    part = max(0.0, 1 - sample.member / seconds)
    return 0.0 if part < NOISE else part


def marks_of(line: Line, seconds: Sequence[float]) -> dict[str, list[int | None]]:
    """Letter of the colour -> heights: of the time in the bond ("in"), and of the marks of each state upon it."""
    found: dict[str, list[int | None]] = {"in": [None] * len(line.samples)}
    for column, sample in enumerate(line.samples):
        if sample is None:
            continue
        out = out_part(sample, seconds[column])
        if out < 1:
            found["in"][column] = HEIGHT
        letter = by_letter(sample.state).letter
        if letter == "u":
            letter = "h"  # held out though it is well: damped, or waiting for its return
        height = max(SHORTEST, round(out * HEIGHT)) if out else 0 if letter == "h" else DOUBTFUL
        if height:
            found.setdefault(letter, [None] * len(line.samples))[column] = height
    return found


def bars(line: Line, report: Report) -> str:
    """The coloured bars of one line, HEIGHT units high."""
    marks = marks_of(line, observed(report, line))
    drawn = [
        frame.path(f"fill-{letter}", shapes.area(shapes.standing(heights, HEIGHT), HEIGHT))
        for letter, heights in marks.items()
    ]
    return "".join(drawn) + frame.path("blank", shapes.hatch(frame.blank(line.samples), HEIGHT, 4, 5))


def stays(events: Sequence[Event], end: float) -> list[Stay]:
    """From the changes of state: how long each bad one lasted, oldest first."""
    changes = [event for event in events if event.kind == "state" and event.time is not None]
    found = []
    for event, following in zip(changes, [*changes[1:], None]):
        until = end if following is None or following.time is None else following.time
        if event.new != "up" and event.time is not None:
            found.append(Stay(event.time, max(event.time, until), event.new, event.reason))
    return found[-MOST_TIPS:]


def tips(line: Line, report: Report, clock: Clock) -> str:
    """Invisible areas that tell the reason."""
    drawn = []
    for stay in stays(line.events, report.time):
        start = max(0.0, (stay.start - report.start) / report.column_seconds)
        width = max(4.0, (stay.end - report.start) / report.column_seconds - start)
        if start > report.columns:
            continue
        going = stay.end >= report.time
        until = "now" if going else clock.short(stay.end, report.time)
        title = f"{line.name}, {clock.short(stay.start, report.time)} to {until} ({span(stay.end - stay.start)}): "
        title += by_name(stay.state).name + (f", {stay.reason}" if stay.reason else "")
        drawn.append(
            f'<rect x="{start:.1f}" y="0" width="{width:.1f}" height="{HEIGHT}"><title>{escape(title)}</title></rect>'
        )
    return f'<g class="tips">{"".join(drawn)}</g>' if drawn else ""


def draw(report: Report, clock: Clock, marks: Sequence[Mark]) -> str:
    rows = []
    for line in report.lines:
        inside = bars(line, report) + frame.hours(marks, report.columns, HEIGHT) + tips(line, report, clock)
        drawing = frame.picture(
            PIXELS,
            f"{line.name}: time in and out of the bond",
            frame.plot(report.columns, HEIGHT, 0, PIXELS, inside),
        )
        rows.append(
            frame.row("member", f'<span title="{escape(line.name)}">{name(line.name)}</span>', drawing, _now(line))
        )
    scale = frame.picture(frame.AXIS_HEIGHT, "hours of the day", frame.axis(marks, 0))
    return "".join(rows) + frame.row("hours", "", scale)


def _now(line: Line) -> str:
    if line.now.member is None:
        return ""
    return "in" if line.now.member else "<b>out</b>"
