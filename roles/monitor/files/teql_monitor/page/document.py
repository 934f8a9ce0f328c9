# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from teql_monitor.page import legend, membership, spread, strip, tables
from teql_monitor.page.clock import Clock, Mark, span
from teql_monitor.page.reading import Report, read
from teql_monitor.page.script import SCRIPT
from teql_monitor.page.style import STYLE
from teql_monitor.page.words import escape, name, overall, round_rate

SPREAD_MATTERS = (
    "A per-packet bond is only as good as its lines are alike: the further they are apart, the more packets "
    "overtake each other, and the slower one connection gets. Low and flat is good. The dashed line is what it would "
    "have been with the lines that were out."
)


def render(report: dict[str, Any], tz: tzinfo | None = None) -> str:
    """The report of the monitor as one HTML page; times in tz, by default this host's own."""
    known, clock = read(report), Clock(tz)
    title = f"{known.bond or 'bond'}: lines"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style></head>\n<body><main>{_top(known, clock)}{_body(known, clock)}</main>\n"
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def _top(report: Report, clock: Clock) -> str:
    tone, sentence = overall(report, clock)
    zone = clock.zone(report.start, report.end)
    modes = {"observe": "observe: judges and reports, changes nothing"}
    facts = [modes.get(report.mode, report.mode), f"{clock.full(report.time)} {zone}"]
    if report.monitor:
        facts.append(f"teql-monitor {report.monitor}")
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<header><h1>{name(report.bond or "bond")}</h1><p class="facts">{said}</p></header>'
        f'<p class="overall {tone}">{sentence}</p>{_alarms(report)}'
    )


def _alarms(report: Report) -> str:
    alarms = ""
    if report.fail_open:
        alarms += (
            '<p class="alarm" role="alert"><b>Fail open.</b> The probes of all lines fail at once, so the fault is '
            "likely beyond them: the bond keeps the lines it had until one answers again.</p>"
        )
    if report.config_error:
        alarms += (
            f'<p class="alarm" role="alert"><b>The last change of the configuration was refused</b>, the one before is '
            f"in force: {escape(report.config_error)}</p>"
        )
    return alarms


def _body(report: Report, clock: Clock) -> str:
    if not report.lines:
        return f"<section><h2>Events</h2>{tables.events(report, clock)}</section>"
    marks = clock.marks(report.start, report.end)
    scale = strip.scales(report)
    zone = escape(clock.zone(report.start, report.end))
    rates = f"; below it upload (filled) and download (line) up to {round_rate(scale.rate)}" if scale.rate else ""
    strips = "".join(strip.draw(line, report, marks, scale) for line in report.lines)
    length = span(report.columns * report.column_seconds)
    return (
        f"<section>{tables.lines(report, clock)}</section>"
        f'<div class="strips" data-start="{report.start:.0f}" data-step="{report.column_seconds}" '
        f'data-columns="{report.columns}" data-offset="{_offset(report, clock)}">'
        f"<section><h2>In the bond</h2><p>The last {length}, hours in {zone}. Strong colours are time out of the bond."
        f"</p>{membership.draw(report, clock, marks)}</section>"
        f"{_spread(report, marks)}"
        f"<section><h2>Each line</h2><p>Loss from the top, latency from the bottom{rates}.</p>{strips}</section></div>"
        f"<section><h2>Events</h2>{tables.events(report, clock)}</section>"
        f"<section><h2>How to read this page</h2>{legend.draw(bool(scale.rate))}</section>"
    )


def _spread(report: Report, marks: Sequence[Mark]) -> str:
    """One line has nothing to be apart from."""
    if len(report.lines) < 2:
        return ""
    return f"<section><h2>Spread between the lines</h2><p>{SPREAD_MATTERS}</p>{spread.draw(report, marks)}</section>"


def _offset(report: Report, clock: Clock) -> int:
    """Seconds from UTC at the end of the report, for the script."""
    offset = clock.at(report.end).utcoffset()
    return int(offset.total_seconds()) if offset else 0
