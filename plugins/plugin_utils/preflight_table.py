# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pre-flight of all gateways in one table, from what the module bond_info returned on each."""

from __future__ import annotations

import typing as t

from .table import Row, laid_out

HEADINGS = ("GATEWAY", "ITEM", "VERDICT", "WHAT WAS FOUND, AND WHAT TO DO")
NONE = "-"

Result = t.Mapping[str, t.Any]


def preflight_table(results: object) -> list[str]:
    """`results` has what the module returned, by host. A host without verdicts says why in its only row."""
    if not isinstance(results, t.Mapping):
        raise ValueError("give a mapping of hosts to what linebond.teql.bond_info returned on each")
    return laid_out([HEADINGS, *(row for host, result in results.items() for row in rows_of(str(host), result))])


def rows_of(host: str, result: object) -> list[Row]:
    if not isinstance(result, t.Mapping):
        return [failure(host, "was not looked at")]
    if "verdicts" not in result:
        reached = "unreachable: " if result.get("unreachable") else ""
        return [failure(host, f"{reached}{result.get('msg') or 'gave no answer that can be read'}")]
    return [row_of(host, verdict) for verdict in result["verdicts"]]


def row_of(host: str, verdict: Result) -> Row:
    word = f"{verdict['verdict']} (ignored)" if verdict["ignored"] else verdict["verdict"]
    fix = f" Do: {verdict['fix']}" if verdict["fix"] else ""
    return (host, verdict["item"], word, " ".join(f"{verdict['message']}{fix}".split()))


def failure(host: str, reason: str) -> Row:
    return (host, NONE, NONE, " ".join(reason.split()))
