# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of all gateways in one table, from what `teqlctl status --json` printed on each."""

from __future__ import annotations

import json
import typing as t

from .table import Row, laid_out

HEADINGS = ("GATEWAY", "LINE", "PORT", "STATE", "BOND", "SINCE", "RTT ms", "+PEERS", "LOSS %", "SHARE %", "REASON")
RIGHT = ("RTT ms", "+PEERS", "LOSS %", "SHARE %")
NONE = "-"

Result = t.Mapping[str, t.Any]


def status_table(results: object) -> list[str]:
    """`results` has what the command returned, by host. A host without an answer says why in its only row."""
    if not isinstance(results, t.Mapping):
        raise ValueError("give a mapping of hosts to what `teqlctl status --json` returned on each")
    rows = [row for host, result in results.items() for row in rows_of(str(host), result)]
    return laid_out([HEADINGS, *rows], RIGHT)


def rows_of(host: str, result: object) -> list[Row]:
    if not isinstance(result, t.Mapping):
        return [failure(host, "was not asked")]
    try:
        status = json.loads(result.get("stdout") or "")
        rows = [line_row(host, line) for line in status["lines"]]
        return rows + remarks(host, status)
    except (ValueError, KeyError, TypeError, AttributeError):
        return [failure(host, reason_of(result))]


def line_row(host: str, line: Result) -> Row:
    return (
        host,
        line["name"],
        line["interface"],
        line["state"],
        "in" if line["member"] else "out",
        line["since"],
        number(line.get("rtt_ms"), 1),
        number(line.get("rtt_excess_ms"), 1),
        number(line.get("loss"), 1, 100),
        number(line.get("share"), 0, 100),
        line.get("reason") or "",
    )


def remarks(host: str, status: Result) -> list[Row]:
    """What concerns the bond as a whole, in rows of its own."""
    bond = status.get("bond", "the bond")
    said = {
        "all lines fail at once: the last set is kept (fail open)": status.get("fail_open"),
        "it only observes": status.get("mode") == "observe",
        f"{bond} does not exist": status.get("bond_exists") is False,
        f"the new configuration is refused: {status.get('config_error')}": status.get("config_error"),
    }
    return [failure(host, text) for text, holds in said.items() if holds]


def failure(host: str, reason: str) -> Row:
    return (host, *[NONE] * (len(HEADINGS) - 2), " ".join(reason.split()))


def reason_of(result: Result) -> str:
    if result.get("unreachable"):
        return f"unreachable: {result.get('msg', '')}"
    return str(result.get("stderr") or result.get("msg") or "gave no answer that can be read")


def number(value: object, digits: int, factor: int = 1) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return NONE
    return f"{value * factor:.{digits}f}"
