# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl history`: what happened, oldest first."""

from __future__ import annotations

from teql_monitor.cli import FINE, USAGE, Failure
from teql_monitor.cli.terminal import GAP, Cell, Column, Terminal, fitting, look, table, total, widths, wrapped
from teql_monitor.cli.wording import listed, plain, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    Event = dict[str, Any]

ALL = 1_000_000  # events to search for those of one line
NARROW = 80
BESIDE = 20  # less room than this, and reasons stand below their rows
COLOURS = {"up": "green", "down": "red", "misconfigured": "red", "degraded": "yellow", "drained": "blue", "out": "bold"}
COLUMNS = [Column("TIME"), Column("LINE"), Column("CHANGE"), Column("BOND", 1)]


def run(options: argparse.Namespace) -> int:
    from teql_monitor.cli.client import ask

    events = ask(options.socket, "history", count=ALL if options.line else options.count)["events"]
    if options.line:
        events = _of_line(options, events)
    events = events[-options.count :]
    if options.json:
        import json

        for event in events:
            print(json.dumps(event, ensure_ascii=False))
        return FINE
    if not events:
        print(f"Nothing is known of line {options.line} yet." if options.line else "Nothing happened yet.")
        return FINE
    print("\n".join(render(events, look())))
    return FINE


def _of_line(options: argparse.Namespace, events: list[Event]) -> list[Event]:
    found = [event for event in events if options.line in (event.get("line"), event.get("interface"))]
    if not found:
        from teql_monitor.cli.client import ask_status

        names = [line["name"] for line in ask_status(options.socket)["lines"]]
        if options.line not in names:
            raise Failure(f"There is no line '{plain(options.line)}'. There are: {plain(listed(names))}.", USAGE)
    return found


def render(events: list[Event], terminal: Terminal) -> Iterator[str]:
    rows = [_row(event, terminal.width is not None and terminal.width < NARROW) for event in events]
    shown = fitting(COLUMNS, rows, terminal.width)
    columns, rows = [COLUMNS[i] for i in shown], [[row[i] for i in shown] for row in rows]
    sizes = widths(columns, rows)
    beside = total(sizes) + len(GAP)
    room = None if terminal.width is None else terminal.width - beside
    head, *painted = table(terminal, columns, rows, sizes)
    yield head + (GAP + terminal.paint("REASON", "dim") if room is None or room > BESIDE else "")
    for line, row, event in zip(painted, rows, events):
        reason = plain(event.get("reason") or "")
        pad = " " * (beside - len(GAP.join(c.text.ljust(s) for c, s in zip(row, sizes)).rstrip()))
        if not reason:
            yield line
        elif room is None or room > BESIDE:
            first, *more = wrapped(reason, room)
            yield line + pad + first
            yield from (" " * beside + piece for piece in more)
        else:
            yield line
            yield from terminal.wrap(reason, 3)


def _row(event: Event, short: bool) -> list[Cell]:
    return [
        Cell(stamp(event["time"], short)),
        Cell(plain(event.get("line") or "*"), "bold"),
        Cell(*_change(event)),
        Cell(("in" if event.get("member") else "out") if event.get("line") else ""),
    ]


def _change(event: Event) -> tuple[str, str]:
    old, new = plain(event.get("old") or ""), plain(event.get("new") or "")
    kind = plain(event.get("kind", "state"))
    if kind == "member":
        return ("joined the bond", "green") if new == "in" else ("left the bond", "bold")
    if kind == "state":
        return f"{old} -> {new}" if old else new, COLOURS.get(new, "")
    change = f"{old} -> {new}" if old and new else new
    return f"{kind}: {change}" if change else kind, "alarm" if kind == "bond" else ""
