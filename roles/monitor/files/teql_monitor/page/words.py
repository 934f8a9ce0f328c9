# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and states in words, safe to put into HTML."""

from __future__ import annotations

import html

from teql_monitor.page.clock import Clock, span
from teql_monitor.page.reading import Line, Report

NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
MOST_NAMED = 3


def escape(text: str) -> str:
    return html.escape(text, quote=True)


def name(text: str) -> str:
    """A name in any script, which must not turn the text around it."""
    return f"<bdi>{escape(text)}</bdi>"


def decimal(value: float) -> str:
    """Three digits are enough: 9.84, 12.3, 345."""
    size = abs(value)
    digits = 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2
    return f"{value:.{digits}f}".replace("-", MINUS)


def plain(value: float) -> str:
    """A round number without zeros at its end."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def milliseconds(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:.1f} ms".replace("-", MINUS) if abs(value) < 1000 else f"{decimal(value / 1000)} s"


def percent(part: float | None) -> str:
    if part is None:
        return NOTHING
    value = part * 100
    if 99 < value < 100:
        return f"{min(value, 99.9):.1f} %"  # never a full hundred that is none
    if value == 0 or value >= 10:
        return f"{value:.0f} %"
    return f"{value:.1f} %" if value >= 0.1 else f"{value:.2f} %"


def rate(kbit: float | None) -> str:
    if kbit is None:
        return NOTHING
    for limit, unit in ((1e6, "Gbit/s"), (1e3, "Mbit/s")):
        if kbit >= limit:
            return f"{decimal(kbit / limit)} {unit}"
    return f"{kbit:.0f} kbit/s"


def round_rate(kbit: float) -> str:
    """The end of a scale."""
    return rate(kbit).replace(".00 ", " ").replace(".0 ", " ")


def reasons(line: Line, clock: Clock, today: float) -> str:
    """Why a line is as it is, and until when."""
    now = line.now
    words = [now.reason] if now.reason else []
    if not now.enabled:
        words.append("switched off in the configuration")
    if now.drained_until is not None:
        words.append(f"drained until {clock.short(now.drained_until, today)}")
    elif now.state == "drained":
        words.append("drained without end")
    if now.damped_until is not None:
        words.append(f"damped until {clock.short(now.damped_until, today)}")
    return ", ".join(words)


def overall(report: Report, clock: Clock) -> tuple[str, str]:
    """(good, warn or bad; one sentence as HTML)."""
    if report.bond_missing:
        return "bad", f"The bond {name(report.bond)} does not exist."
    lines = [line for line in report.lines if line.now.enabled and line.now.member is not None]
    if not lines:
        return "warn", "There are no lines to report on."
    carrying = [line for line in lines if line.now.member]
    out = [line for line in lines if not line.now.member]
    doubtful = [line for line in carrying if line.now.state not in ("up", "starting", "")]
    sentences = [_count(len(carrying), len(lines))]
    said = [_out(line, clock, report.time) for line in out[:MOST_NAMED]]
    said += [_doubt(line) for line in doubtful[: MOST_NAMED - len(said)]]
    left = len(out) + len(doubtful) - len(said)
    if left:
        said.append(f"{left} more {'is' if left == 1 else 'are'} not well")
    if report.bond_down:
        sentences.append(f"the bond {name(report.bond)} is down")
    tone = "bad" if not carrying or report.bond_down else "warn" if said else "good"
    return tone, "; ".join(sentences + said) + "."


def _count(carrying: int, lines: int) -> str:
    if carrying == 0:
        return f"No line of {lines} carries"
    if carrying == lines:
        return "The only line carries" if lines == 1 else f"All {lines} lines carry"
    return f"{carrying} of {lines} lines {'carries' if carrying == 1 else 'carry'}"


def _out(line: Line, clock: Clock, today: float) -> str:
    since = "" if line.now.since is None else f" since {clock.short(line.now.since, today)}"
    why = reasons(line, clock, today) or line.now.state
    return f"{name(line.name)} is out{since}" + (f": {escape(why)}" if why else "")


def _doubt(line: Line) -> str:
    why = f" ({escape(line.now.reason)})" if line.now.reason else ""
    return f"{name(line.name)} carries though it is {escape(line.now.state)}{why}"


def ago(since: float | None, now: float) -> str:
    return "" if since is None else span(now - since)
