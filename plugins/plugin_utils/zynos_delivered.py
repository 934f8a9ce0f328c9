# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person types into a ZyNOS router as it is delivered: planned like every other one. Pure."""

from __future__ import annotations

import typing as t

from ..module_utils.zynos.commands import table
from ..module_utils.zynos.lan import MAIN, OFF_SLOT, Route, Slot
from ..module_utils.zynos.plan import State, plan
from ..module_utils.zynos.wanted import wanted_from

NODE, ROUTE = 1, 8  # the remote node and the static route that the role takes by default
SHOWN = "192.168.1.1/24"  # in the manuals of the family


def commands(line: t.Mapping[str, t.Any], present: bool) -> list[str]:
    """`line` is what routers.find_line() returns. The connection ends when the main address is saved."""
    side = line["router_side"]
    public, common = side["public_network"], None if line["router_mac"] else side["common_address"]
    options = {
        "address": side["address"],
        "gateway": side["gateway"],
        "common_address": f"{common}/{public.partition('/')[2]}" if common else None,
        "public_network": None if common else public,
        "route_index": ROUTE,
        "wan_nodes": [NODE],
    }
    wanted = wanted_from(options)
    delivered = State(
        {slot: Slot(True, SHOWN, "server") if slot == MAIN else OFF_SLOT for slot in wanted.slots},
        {NODE: "sua"},
        {index: Route(route.network, "") for index, route in wanted.routes.items()},
    )
    before, after = (delivered, wanted) if present else (wanted, delivered)
    return [command for phase in plan(before, after, table()) for command in phase.commands]
