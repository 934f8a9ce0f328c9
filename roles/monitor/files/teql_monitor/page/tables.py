# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables: how each line is now, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from teql_monitor.page.clock import Clock
from teql_monitor.page.reading import Event, Line, Report
from teql_monitor.page.states import by_name
from teql_monitor.page.words import NOTHING, ago, escape, milliseconds, name, percent, rate, reasons

MOST_EVENTS = 500
# From here on a line gets but one row of text.
MANY = 12
# Seconds between a change of state and its move that make them one row.
TOGETHER = 1.0
MOVES = {"in": "joined the bond", "out": "left the bond"}


def cell(label: str, content: str, kind: str = "") -> str:
    """The label is shown where the page is too narrow for a head of columns."""
    mark = f' class="{kind}"' if kind else ""
    return f'<td{mark} data-l="{label}">{content}</td>'


def small(text: str) -> str:
    return f" <small>{text}</small>" if text else ""


def lines(report: Report, clock: Clock) -> str:
    heads = "".join(
        f"<th{kind}>{word}</th>"
        for word, kind in (
            ("Line", ""),
            ("State", ""),
            ("Since", ""),
            ("Reason", ""),
            ("RTT", ' class="n"'),
            ("Against peers", ' class="n"'),
            ("Loss", ' class="n"'),
            ("Share", ' class="n"'),
            ("Up", ' class="n"'),
            ("Down", ' class="n"'),
        )
    )
    rows = "".join(_line(line, report, clock) for line in report.lines)
    kind = "lines many" if len(report.lines) > MANY else "lines"
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _line(line: Line, report: Report, clock: Clock) -> str:
    now, state = line.now, by_name(line.now.state)
    since = NOTHING if now.since is None else escape(clock.short(now.since, report.time))
    place = small(name(line.interface)) if line.interface != line.name else ""
    cells = (
        cell("Line", f"<b>{name(line.name)}</b>{place}", "who"),
        cell("State", f'<i class="square fill-{state.letter}"></i>{escape(state.name)}{_membership(line)}', "state"),
        cell("Since", since + small(ago(now.since, report.time)), "since"),
        cell("Reason", escape(reasons(line, clock, report.time)), "why"),
        cell("RTT", milliseconds(now.rtt), "n"),
        cell("Against peers", _excess(now.excess, now.peers), "n"),
        cell("Loss", percent(now.loss), "n"),
        cell("Share", _share(now.share, max(each.now.share or 0.0 for each in report.lines)), "n"),
        cell("Up", rate(now.tx) + _load(line), "n"),
        cell("Down", rate(now.rx), "n"),
    )
    return f'<tr class="{_tint(line)}">{"".join(cells)}</tr>'


def _tint(line: Line) -> str:
    """Well, out on purpose or for a while, or ill."""
    letter = by_name(line.now.state).letter
    if letter == "u" and line.now.member:
        return "well"
    return "kept" if letter in "urs" or not line.now.enabled else "ill"


def _membership(line: Line) -> str:
    """Only where the state does not say it."""
    if line.now.member and line.now.state != "up":
        return small("still in")
    return small("not in") if line.now.member is False and line.now.state == "up" else ""


def _excess(excess: float | None, peers: float | None) -> str:
    if excess is None:
        return NOTHING
    sign = "+" if excess > 0 else ""
    return sign + milliseconds(excess) + ("" if peers is None else small(f"of {milliseconds(peers)}"))


def _share(share: float | None, largest: float) -> str:
    """With a bar: as long as the largest share's when it is equal to that."""
    if share is None:
        return NOTHING
    width = round(share / largest * 100) if share else 0
    return f'{percent(share)}<span class="bar"><i style="width:{width}%"></i></span>'


def _load(line: Line) -> str:
    now = line.now
    if now.rate is not None and now.load is not None:
        return small(f"{percent(now.load)} of {rate(now.rate)}")
    return small(f"load {percent(now.load)}") if now.load is not None else ""


def events(report: Report, clock: Clock) -> str:
    """Newest first."""
    if not report.events:
        return "<p>Nothing happened in this time.</p>"
    rows = list(_paired(report.events))
    left = max(0, len(rows) - MOST_EVENTS)
    more = f"<p>{left} older ones are not shown; <code>teqlctl history</code> has them.</p>" if left else ""
    shown = "".join(_event(event, change, report, clock) for event, change in rows[: -MOST_EVENTS - 1 : -1])
    heads = "".join(f"<th>{word}</th>" for word in ("Time", "Line", "What", "Reason"))
    return f'<table class="events"><thead><tr>{heads}</tr></thead><tbody>{shown}</tbody></table>{more}'


def _paired(events: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    """Each event with what it was; the change of state that moved a line in or out is told in one row with that."""
    waiting: Event | None = None
    for event in events:
        if waiting and _same_moment(waiting, event):
            reason = "; ".join(dict.fromkeys(each for each in (waiting.reason, event.reason) if each))
            yield waiting._replace(reason=reason), f"{_change(waiting)}, {MOVES.get(event.new, escape(event.new))}"
            waiting = None
            continue
        if waiting:
            yield waiting, _change(waiting)
        waiting = event
    if waiting:
        yield waiting, _change(waiting)


def _same_moment(state: Event, move: Event) -> bool:
    together = state.time is not None and move.time is not None and abs(move.time - state.time) <= TOGETHER
    return together and (state.line, state.kind, move.kind) == (move.line, "state", "member")


def _event(event: Event, change: str, report: Report, clock: Clock) -> str:
    time = NOTHING if event.time is None else f"{clock.short(event.time, report.time)}:{clock.at(event.time):%S}"
    who = name(event.line) if event.line else "<small>bond</small>"
    return (
        f"<tr>{cell('Time', time, 't')}{cell('Line', who, 'who')}{cell('What', change, 'state')}"
        f"{cell('Reason', escape(event.reason), 'why')}</tr>"
    )


def _change(event: Event) -> str:
    if event.kind == "member":
        words = MOVES.get(event.new, event.new)
        return f'<i class="square {"in" if event.new == "in" else "out"}"></i>{escape(words)}'
    if event.kind == "state":
        was = small(f"was {escape(event.old)}") if event.old else ""
        return f'<i class="square fill-{by_name(event.new).letter}"></i>{escape(event.new or NOTHING)}{was}'
    arrow = " \N{RIGHTWARDS ARROW} ".join(word for word in (event.old, event.new) if word)
    return escape(": ".join(word for word in (event.kind, arrow) if word))
