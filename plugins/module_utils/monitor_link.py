# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules ask the monitor of this host: the ports it keeps out, its status, and to drain a line."""

from __future__ import annotations

import json
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner

OUT = "/run/teql-monitor/out"  # there while the monitor runs
CONTROL = "teqlctl"
ANSWERED = (0, 1)  # 1: something is wrong with the bond, which the answer says


def parse_out(text: str | None) -> list[str]:
    """The interfaces that the monitor keeps out on purpose; a file that cannot be read names none."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return []
    return sorted({each for each in found if isinstance(each, str)}) if isinstance(found, list) else []


def read_monitor(runner: Runner) -> dict[str, Any]:
    try:
        text = runner.read(OUT)
    except LinebondError:  # not ours to read
        text = None
    return {"running": text is not None, "out": parse_out(text)}


def read_status(runner: Runner) -> Mapping[str, Any]:
    rc, out, err = runner.try_run(CONTROL, "status", "--json")
    if rc not in ANSWERED:
        reason = " ".join(err.split()) or f"{CONTROL} ended with status {rc} and no message."
        raise LinebondError(f"The monitor cannot be asked. {reason}")
    try:
        status = json.loads(out)
        return {**status, "lines": list(status["lines"])}
    except (ValueError, KeyError, TypeError):
        raise LinebondError(f"The monitor's status is not what this module can read: {out[:100]!r}.") from None


def find_line(status: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
    """By name, or else by interface."""
    lines = status["lines"]
    for key in ("name", "interface"):
        for line in lines:
            if line[key] == wanted:
                return line
    there = ", ".join(
        line["name"] if line["name"] == line["interface"] else f"{line['name']} ({line['interface']})" for line in lines
    )
    raise LinebondError(f"line: the monitor knows no line {wanted!r}; its lines are {there}.")


def drain_command(line: Mapping[str, Any], drained: bool, span: str | None) -> tuple[str, ...]:
    """What to type; nothing when it is so already. A span counts from now, so it is always set anew."""
    already = line["state"] == "drained"
    if not drained:
        return (CONTROL, "undrain", line["name"]) if already else ()
    if span is not None:
        return (CONTROL, "drain", line["name"], "--for", span)
    return () if already and line["drained_until"] is None else (CONTROL, "drain", line["name"])
