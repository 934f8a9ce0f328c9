# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The strip of one line after the manner of CQM graphs: loss from the top, latency from the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from teql_monitor.page import frame, membership, shapes
from teql_monitor.page.clock import Mark
from teql_monitor.page.reading import Line, Report, Sample
from teql_monitor.page.scale import percentile, round_up
from teql_monitor.page.states import by_name
from teql_monitor.page.words import escape, milliseconds, name, percent, plain, round_rate

HEIGHT, PIXELS = 400, 72
FLOW_HEIGHT, FLOW_PIXELS = 100, 26
BAR_PIXELS, GAP = 5, 2
MICROSECONDS = 1000
# Where the axis on the right says how much loss that is; the square root of it from the top.
LOSSES = (0.01, 0.1, 0.5)


class Scales(NamedTuple):
    """Full heights: ms, and kbit/s (0: no rates are known)."""

    latency: float
    rate: float


def scales(report: Report) -> Scales:
    """Common to all lines. Rare peaks may be cut off, but no line's lasting latency."""
    known = [[sample for sample in line.samples if sample] for line in report.lines]
    peaks = percentile((sample.high for samples in known for sample in samples), 0.99)
    lasting = max((percentile((sample.mean for sample in samples), 0.99) for samples in known), default=0.0)
    rates = (value for samples in known for sample in samples for value in (sample.tx, sample.rx))
    fastest = percentile(rates, 0.998)
    return Scales(round_up(max(peaks, lasting) / MICROSECONDS), round_up(fastest) if fastest else 0.0)


def loss(sample: Sample | None) -> float | None:
    return min(1.0, sample.lost / sample.sent) if sample and sample.sent else None


def draw(line: Line, report: Report, marks: Sequence[Mark], scale: Scales) -> str:
    columns = report.columns
    grid = frame.hours(marks, columns, HEIGHT) + frame.levels([HEIGHT // 2], columns)
    grid += frame.path("harm", f"M0 {round(HEIGHT * LOSSES[0] ** 0.5)}h{columns}")
    top = PIXELS + GAP
    inside = frame.plot(columns, HEIGHT, 0, PIXELS, _latency(line, report, scale) + grid)
    inside += frame.left(8, f"{plain(scale.latency)} ms") + frame.left(PIXELS / 2 + 3, plain(scale.latency / 2))
    inside += frame.left(PIXELS, "0")
    inside += "".join(frame.right(PIXELS * part**0.5 + 3.5, f"{part * 100:g} %") for part in LOSSES)
    if scale.rate:
        flow = _rates(line, scale) + frame.hours(marks, columns, FLOW_HEIGHT)
        inside += frame.plot(columns, FLOW_HEIGHT, top, FLOW_PIXELS, flow)
        inside += frame.right(top + 8, round_rate(scale.rate).removesuffix("/s"))
        top += FLOW_PIXELS + GAP
    inside += frame.plot(columns, membership.HEIGHT, top, BAR_PIXELS, membership.bars(line, report))
    top += BAR_PIXELS
    drawing = frame.picture(
        top + frame.AXIS_HEIGHT,
        f"{line.name}: loss and latency of 25 hours, up to {plain(scale.latency)} ms",
        inside + frame.axis(marks, top),
        f' data-full="{scale.latency:g}" data-rate="{scale.rate:g}"',
    )
    return frame.row("line", _head(line, report), drawing)


def _latency(line: Line, report: Report, scale: Scales) -> str:
    full = scale.latency * MICROSECONDS
    seconds = membership.observed(report, line)
    out = [
        0 if sample and membership.out_part(sample, length) > 0.5 else None
        for sample, length in zip(line.samples, seconds)
    ]
    drawn = frame.path("out", shapes.area(out, HEIGHT))
    for kind, values in (
        ("high", [sample.high if sample else None for sample in line.samples]),
        ("mean", [sample.mean if sample else None for sample in line.samples]),
        ("low", [sample.low if sample else None for sample in line.samples]),
    ):
        drawn += frame.path(kind, shapes.area(shapes.standing(shapes.scaled(values, full, HEIGHT), HEIGHT), HEIGHT))
    drawn += frame.path("lost", shapes.area(shapes.rooted([loss(sample) for sample in line.samples], HEIGHT), 0))
    return drawn + frame.path("blank", shapes.hatch(frame.blank(line.samples), HEIGHT, 18, 5))


def _rates(line: Line, scale: Scales) -> str:
    sent = shapes.scaled([sample.tx if sample else None for sample in line.samples], scale.rate, FLOW_HEIGHT)
    received = shapes.scaled([sample.rx if sample else None for sample in line.samples], scale.rate, FLOW_HEIGHT)
    drawn = frame.path("tx", shapes.area(shapes.standing(sent, FLOW_HEIGHT), FLOW_HEIGHT))
    drawn += frame.path("rx", shapes.outline(shapes.standing(received, FLOW_HEIGHT)))
    return drawn + frame.path("blank", shapes.hatch(frame.blank(line.samples), FLOW_HEIGHT, 6, 5))


def _head(line: Line, report: Report) -> str:
    state = by_name(line.now.state)
    colour = "in" if line.now.member else f"fill-{'h' if state.letter == 'u' else state.letter}"
    square = "" if line.now.member is None else f'<i class="square {colour}"></i>'
    words = "" if line.now.member is None else "in the bond" if line.now.member else f"out: {escape(state.name)}"
    return (
        f'<b class="title" title="{escape(line.name)}">{name(line.name)}</b>'
        f'<span class="now">{square}{words}</span><span class="sum">{_summary(line, report)}</span>'
    )


def _summary(line: Line, report: Report) -> str:
    """25 hours in three figures."""
    seen = [
        (sample, length)
        for sample, length in zip(line.samples, membership.observed(report, line))
        if sample is not None
    ]
    if not seen:
        return "nothing recorded"
    inside = 1 - sum(membership.out_part(sample, length) for sample, length in seen) / len(seen)
    sent = sum(sample.sent for sample, _length in seen)
    lost = min(1.0, sum(sample.lost for sample, _length in seen) / sent) if sent else None
    typical = percentile((sample.mean for sample, _length in seen), 0.5) / MICROSECONDS
    words = (f"in {percent(inside)}", f"lost {percent(lost)}", milliseconds(typical or None))
    return "".join(f"<span>{word}</span>" for word in words)
