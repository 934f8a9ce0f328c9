# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the bond there is to the bond that is wanted: ordered steps. Pure.

The MTU is lowered before a smaller port joins, newcomers join before others part, the bond goes up as soon as it has a
member, and its MTU is set again after all this (sch_teql.c: the first member sets it, and so does going up; a smaller
port than it cannot join a bond that is up, and it cannot exceed a member's). The bond never goes down and never loses
its last member, and qdiscs that are not its own are never touched.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

from teql_monitor.bond.view import View
from teql_monitor.config import Config, LineConfig

JOIN, PART, MTU, UP = "join", "part", "mtu", "up"


class Step(NamedTuple):
    action: str
    interface: str
    device: int  # index
    value: int = 0  # the handle of the qdisc to part with, or the MTU


def plan(view: View, config: Config, wanted: Set[str]) -> list[Step]:
    """`wanted` holds the names of the lines that shall be members."""
    bond = view.bond
    if bond is None:
        return []
    joins = [line for line in config.lines if line.name in wanted and _can_join(view, line)]
    joins.sort(key=lambda line: view.links[line.interface].mtu)
    members = [line for line in config.lines if view.member(line)]
    parts = _parts(view, members, joins, wanted)
    future = [line for line in members if line not in parts] + joins
    steps = []
    if joins and bond.up and (lower := _mtu(view, config, members + joins)) < bond.mtu:
        steps.append(Step(MTU, bond.name, bond.device, lower))
    steps += [Step(JOIN, line.interface, view.links[line.interface].device) for line in joins]
    if not bond.up and future:
        steps.append(Step(UP, bond.name, bond.device))
    for line in parts:
        link, qdisc = view.links[line.interface], view.qdisc(line)
        steps.append(Step(PART, line.interface, link.device, qdisc.handle if qdisc else 0))
    if joins or (future and (not bond.up or _mtu_is_wrong(view, config, future))):
        steps.append(Step(MTU, bond.name, bond.device, _mtu(view, config, future)))
    return steps


def _parts(view: View, members: list[LineConfig], joins: list[LineConfig], wanted: Set[str]) -> list[LineConfig]:
    """When none of those wanted is there or can join, one of the others stays: rather a bad member than none."""
    parts = [line for line in members if line.name not in wanted]
    if not parts or joins or len(parts) < len(members):
        return parts
    best = max(parts, key=lambda line: view.links[line.interface].carrier)
    return [line for line in parts if line is not best]


def _mtu(view: View, config: Config, members: list[LineConfig]) -> int:
    """What fits every port that is or may become a member, and is not more than what is configured."""
    ports = [view.link(line) for line in config.lines if line.enabled or line in members]
    return min([link.mtu for link in ports if link] + ([config.mtu] if config.mtu else []))


def _mtu_is_wrong(view: View, config: Config, members: list[LineConfig]) -> bool:
    """Larger than a member's, or another than the one that is configured. Ports on standby do not count."""
    smallest = min(view.links[line.interface].mtu for line in members)
    mtu = view.bond.mtu if view.bond else smallest
    return mtu > smallest or (config.mtu is not None and mtu != _mtu(view, config, members))


def _can_join(view: View, line: LineConfig) -> bool:
    return view.link(line) is not None and not view.member(line) and not view.foreign(line)
