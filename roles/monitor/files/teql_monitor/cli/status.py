# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl status`: every line in a row, read at a glance."""

from __future__ import annotations

from teql_monitor.cli import FINE, WRONG
from teql_monitor.cli.headline import fine, headline, remarks, wanted
from teql_monitor.cli.terminal import GAP, Cell, Column, Terminal, fitting, look, table, total, widths, wrapped
from teql_monitor.cli.wording import NONE, clock, duration, epoch, milliseconds, percent, plain, rate, since

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import Any

    Status = dict[str, Any]

COLOUR_OF_STATE = {
    "up": "green",
    "down": "red",
    "misconfigured": "red",
    "degraded": "yellow",
    "drained": "blue",
    "starting": "blue",
    "disabled": "dim",
}
COLUMNS = [
    Column(""),  # ! where a line needs somebody
    Column("LINE"),
    Column("STATE"),
    Column("BOND", 1),
    Column("SINCE", 2, right=True),
    Column("RTT", 3, right=True),
    Column("VS PEERS", 5, right=True),
    Column("LOSS", 4, right=True),
    Column("SHARE", 6, right=True),
    Column("SENDING", 7, right=True),
    Column("RECEIVING", 8, right=True),
    Column("LOAD", 9, right=True),
    Column("PORT", 10),
]
REASON = "REASON"
NARROW_REASON = 30  # less room than this beside the table, and reasons stand below their rows


def run(options: argparse.Namespace) -> int:
    from teql_monitor.cli.client import ask_status

    status = ask_status(options.socket)
    if options.json:
        import json

        print(json.dumps(status, ensure_ascii=False))
    else:
        print("\n".join(render(status, look())))
    return FINE if fine(status) else WRONG


def render(status: Status, terminal: Terminal) -> list[str]:
    """All lines of the output."""
    sentence, colour = headline(status)
    out = [terminal.paint(line, colour) for line in terminal.wrap(sentence)]
    for remark, shade in remarks(status):
        out += [terminal.paint(line, shade) for line in terminal.wrap(remark)]
    out += ["", *_table(status, terminal), "", *terminal.wrap(_footer(status))]
    return out


def _table(status: Status, terminal: Terminal) -> Iterator[str]:
    now = epoch(status["time"])
    lines = status["lines"]
    rows = [_row(line, now) for line in lines]
    reasons = [reason(line, now) for line in lines]
    useful = [i for i in range(len(COLUMNS)) if _says_something(COLUMNS[i], i, rows, lines)]
    columns, rows = [COLUMNS[i] for i in useful], [[row[i] for i in useful] for row in rows]
    shown = fitting(columns, rows, terminal.width)
    columns, rows = [columns[i] for i in shown], [[row[i] for i in shown] for row in rows]
    sizes = widths(columns, rows)
    left = None if terminal.width is None else terminal.width - total(sizes) - len(GAP)
    longest = max(len(REASON), *(len(text) for text in reasons), 0)
    narrow = max(NARROW_REASON, *(len(word) for text in reasons for word in text.split()), 0)
    if any(reasons) and (left is None or longest <= left or left >= narrow):
        yield from _with_reasons(terminal, columns, rows, reasons, left)
        return
    head, *painted = table(terminal, columns, rows, sizes)
    yield head
    for line, text in zip(painted, reasons):
        yield line
        if text:
            yield from terminal.wrap(text, 5)


def _with_reasons(
    terminal: Terminal, columns: list[Column], rows: list[list[Cell]], reasons: list[str], room: int | None
) -> Iterator[str]:
    columns = [*columns, Column(REASON)]
    pieces = [wrapped(text, room) for text in reasons]
    rows = [[*row, Cell(piece[0])] for row, piece in zip(rows, pieces)]
    sizes = widths(columns, rows)
    head, *painted = table(terminal, columns, rows, sizes)
    yield head
    for line, piece in zip(painted, pieces):
        yield line
        for more in piece[1:]:
            yield " " * (total(sizes[:-1]) + len(GAP)) + more


def _says_something(column: Column, index: int, rows: list[list[Cell]], lines: list[Status]) -> bool:
    if column.title == "PORT":
        return any(line["name"] != line["interface"] for line in lines)
    if column.title == "LOAD":
        return any(row[index].text != NONE for row in rows)
    return True


def _row(line: Status, now: float) -> list[Cell]:
    state = plain(line["state"]) if line.get("enabled", True) else "disabled"
    sick = wanted(line) and state != "up"
    excess, loss = line.get("rtt_excess_ms"), line.get("loss")
    return [
        Cell("!" if sick else " ", "alarm"),
        Cell(plain(line["name"]), "bold"),
        Cell(state, COLOUR_OF_STATE.get(state, "")),
        Cell("in" if line["member"] else "out", "" if line["member"] else "bold"),
        Cell(since(line.get("since"), now)),
        Cell(milliseconds(line.get("rtt_ms"))),
        Cell(milliseconds(excess, sign=True)),
        Cell(percent(loss)),
        Cell(percent(line.get("share"))),
        Cell(rate(line.get("tx_kbit"))),
        Cell(rate(line.get("rx_kbit"))),
        Cell(percent(line.get("load") if line.get("rate_kbit") else None)),
        Cell(plain(line["interface"])),
    ]


def reason(line: Status, now: float) -> str:
    """Why it is in this state, and until when."""
    parts = [plain(line["reason"])] if line.get("reason") else []
    if not line.get("enabled", True) and not parts:
        parts.append("disabled in the settings")
    if line.get("drained_until"):
        parts.append(_until(line["drained_until"], now))
    elif line.get("state") == "drained" and line.get("enabled", True):
        parts.append("until 'teqlctl undrain'")
    if line.get("damped_until") and "damped" not in str(line.get("reason")):
        parts.append("damped " + _until(line["damped_until"], now))
    return "; ".join(parts)


def _until(moment: str, now: float) -> str:
    return f"until {clock(moment, now)} ({duration(epoch(moment) - now)} left)"


def _footer(status: Status) -> str:
    parts = [f"MTU {status['mtu']}"] if status.get("mtu") else []
    targets = [plain(target["address"]) for target in status.get("targets", []) if target.get("well", True)]
    parts += [f"probing {', '.join(targets)}"] if targets else []
    if status.get("started"):
        parts.append(f"monitor {status.get('monitor', '')} for {since(status['started'], epoch(status['time']))}")
    return "; ".join(parts)
