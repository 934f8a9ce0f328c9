# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person types into a ZyNOS router as it is delivered: planned like every other one. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils.zynos.commands import table
from ..module_utils.zynos.lan import ALIAS, MAIN, OFF_SLOT, Route, Slot
from ..module_utils.zynos.plan import State, plan

NODE, ROUTE = 1, 8  # the remote node and the static route that the role takes by default
SHOWN = "192.168.1.1/24"  # in the manuals of the family


def commands(line: t.Mapping[str, t.Any], present: bool) -> list[str]:
    """`line` is what routers.find_line() returns. The connection ends when the main address is saved."""
    side = line["router_side"]
    public, common = side["public_network"], None if line["router_mac"] else side["common_address"]
    slots = {MAIN: Slot(True, side["address"], "none")}
    delivered = {MAIN: Slot(True, SHOWN, "server")}
    routes, none = {}, {}
    if common:
        slots[ALIAS], delivered[ALIAS] = Slot(True, f"{common}/{public.partition('/')[2]}"), OFF_SLOT
    else:
        routes[ROUTE], none[ROUTE] = Route(public, side["gateway"]), Route(public, "")
    states = State(delivered, {NODE: "sua"}, none), State(slots, {NODE: "none"}, routes)
    before, after = states if present else reversed(states)
    return [command for phase in plan(before, after, table()) for command in phase.commands]
