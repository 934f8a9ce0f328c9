# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what is there of the pinning, and carries out what has to change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.netlink.pinning import OUR_PROTOCOL, Changes, Pins, missing

FAMILIES = (4, 6)


def found(kernel: Kernel, wanted: Pins) -> Pins:
    """All that is ours, and what others made that would do as well."""
    ours = [each for family in FAMILIES for each in kernel.routes(family=family, protocol=OUR_PROTOCOL)]
    lacking = missing(wanted, Pins(routes=tuple(ours))).add.routes
    # A gateway may hold the whole internet's routes: only the tables that matter are read in full.
    tables = sorted({(each.table, each.family) for each in lacking})
    others = [each for table in tables for each in kernel.routes(*table) if each.protocol != OUR_PROTOCOL]
    return Pins(
        rules=tuple(each for family in FAMILIES for each in kernel.rules(family)),
        routes=(*ours, *others),
        neighbours=tuple(each for family in FAMILIES for each in kernel.neighbours(family=family)),
    )


def carry_out(kernel: Kernel, changes: Changes) -> list[KernelError]:
    """Whatever fails, the rest is done."""
    remove, add = changes.remove, changes.add
    steps: list[Callable[[], None]] = [
        *(partial(kernel.delete_rule, each) for each in remove.rules),
        *(partial(kernel.delete_route, each) for each in remove.routes),
        *(partial(kernel.delete_neighbour, each.device, each.address) for each in remove.neighbours),
        *(partial(kernel.add_rule, each) for each in add.rules),
        *(partial(kernel.add_route, each) for each in add.routes),
        *(partial(kernel.set_neighbour, each.device, each.address, each.mac, each.protocol) for each in add.neighbours),
    ]
    problems = []
    for step in steps:
        try:
            step()
        except KernelError as problem:
            problems.append(problem)
    return problems
