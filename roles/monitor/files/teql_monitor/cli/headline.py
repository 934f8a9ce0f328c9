# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the bond in a sentence, and whether it is fine. Pure: reads a status result."""

from __future__ import annotations

from teql_monitor.cli.wording import counted, duration, epoch, listed, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Status = dict[str, Any]

MOST_NAMED = 3  # lines told one by one; more are counted


def wanted(line: Status) -> bool:
    """It ought to carry packets: neither switched off nor taken out by hand."""
    return line.get("enabled", True) and line.get("state") != "drained"


def ailing(status: Status) -> list[Status]:
    return [line for line in status["lines"] if wanted(line) and line.get("state") != "up"]


def fine(status: Status) -> bool:
    return (
        not ailing(status)
        and not status.get("fail_open")
        and status.get("bond_exists") is not False
        and status.get("bond_up") is not False
    )


def headline(status: Status) -> tuple[str, str]:
    """The sentence and its colour."""
    bond, lines = plain(status["bond"]), status["lines"]
    members = [line for line in lines if line.get("member")]
    if status.get("bond_exists") is False:
        return f"{bond} DOES NOT EXIST: nothing is sent over the lines. Type: sudo teqlctl doctor", "alarm"
    if status.get("bond_up") is False:
        return f"{bond} IS DOWN: nothing is sent. Type: sudo ip link set dev {bond} up", "alarm"
    if not members:
        return f"NO LINE IS IN {bond}: nothing is sent. Type: sudo teqlctl doctor", "alarm"
    if status.get("fail_open"):
        kept = "its last line is" if len(members) == 1 else f"its last {len(members)} lines are"
        why = "no target answers over any line, though cables and routers are well"
        return f"{bond} FAILS OPEN: {why}; {kept} kept. Are the targets dead, or the provider?", "alarm"
    sick = ailing(status)
    if not sick:
        drained = [
            plain(line["name"]) for line in lines if line.get("state") == "drained" and line.get("enabled", True)
        ]
        end = f"{listed(drained)} {'is' if len(drained) == 1 else 'are'} drained" if drained else "all is well"
        return f"{_carrying(bond, members, lines)}; {end}.", "green"
    now = epoch(status["time"])
    return f"{_carrying(bond, members, lines)}; {_told(sick, now)}.", "yellow" if len(members) > 1 else "alarm"


def _carrying(bond: str, members: list[Status], lines: list[Status]) -> str:
    able = sum(1 for line in lines if line.get("enabled", True))
    if len(members) == able:
        return f"{bond} sends over {'its only line' if able == 1 else f'all {able} lines'}"
    return f"{bond} sends over {len(members)} of {counted(able, 'line')}"


def _told(sick: list[Status], now: float) -> str:
    if len(sick) > MOST_NAMED:
        return f"{len(sick)} lines are not up: {listed([plain(line['name']) for line in sick])}"
    return ", ".join(f"{plain(line['name'])} is {line['state']}{_for(line, now)}" for line in sick)


def _for(line: Status, now: float) -> str:
    return f" ({duration(now - epoch(line['since']))})" if line.get("since") else ""


def remarks(status: Status) -> Iterator[tuple[str, str]]:
    """What else one has to know, each with its colour."""
    if status.get("config_error"):
        why = plain(status["config_error"])
        yield f"The new settings were refused, the old ones are in force: {why}. Type: teqlctl check", "yellow"
    if status.get("mode") == "observe":
        yield "Mode observe: lines are judged, but nothing is changed.", "yellow"
    dead = [plain(target["address"]) for target in status.get("targets", []) if not target.get("well", True)]
    if dead:
        yield (
            f"No line reaches {listed(dead)}: "
            + ("that target is not counted." if len(dead) == 1 else "those targets are not counted."),
            "yellow",
        )
