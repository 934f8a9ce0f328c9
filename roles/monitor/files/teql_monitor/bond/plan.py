# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the bond there is to the bond that is wanted: ordered steps. Pure.

The MTU is lowered before a smaller port joins, newcomers join before others part, the bond goes up as soon as it has a
member, and its MTU is set again after both (sch_teql.c: the first member sets it, and so does going up). It never goes
down, and qdiscs that are not the bond's are never touched.
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
    parts = [line for line in config.lines if line.name not in wanted and view.member(line)]
    members = [line for line in config.lines if view.member(line)]
    mtu = config.mtu or min(
        (link.mtu for line in config.lines if line.enabled and (link := view.link(line))), default=0
    )
    steps = []
    if joins and bond.up and 0 < mtu < bond.mtu:
        steps.append(Step(MTU, bond.name, bond.index, mtu))
    steps += [Step(JOIN, line.interface, view.links[line.interface].index) for line in joins]
    if not bond.up and (joins or members):
        steps.append(Step(UP, bond.name, bond.index))
    if joins or (not bond.up and members):
        steps.append(Step(MTU, bond.name, bond.index, mtu))
    for line in parts:
        link, qdisc = view.links[line.interface], view.qdisc(line)
        steps.append(Step(PART, line.interface, link.index, qdisc.handle if qdisc else 0))
    return steps


def _can_join(view: View, line: LineConfig) -> bool:
    return view.link(line) is not None and not view.member(line) and not view.foreign(line)
