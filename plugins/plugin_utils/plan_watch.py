# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether somebody sees that a router is dead: with static neighbours the kernel does not.

A check yields (path, what is wrong and what to do), as those of plan_checks do.
"""

from __future__ import annotations

import dataclasses

from .plan_checks import Problems, path_of
from .plan_fields import Values


@dataclasses.dataclass(frozen=True)
class Watch:
    """`mode` is that of the monitor, empty where there is none; None where it is not known, and not judged."""

    mode: str | None = None
    may_lack: bool = False


def dead_routers_are_seen(site: Values, lines: list[Values], watch: Watch) -> Problems:
    behind = [line for line in lines if line.get("kind") == "router"]
    if site.get("neighbours") != "static" or watch.mode in (None, "enforce") or not behind:
        return
    if not watch.may_lack:
        nobody, remedy = "no monitor is set up that would see it", "set monitor_targets"
        if watch.mode:
            nobody, remedy = "the monitor only observes", "set monitor_mode: enforce"
        others = "take arp, or set bonding_allow_unwatched: true"
        yield "teql_neighbours", f"static hides a dead router from the kernel, and {nobody}; {remedy}, {others}"
    elif not watch.mode:
        for line in behind:
            if "router_mac" in line and line["router_mac"] is None:
                advice = "give the MAC of the router's LAN port"
                yield path_of(line, "router_mac"), f"is missing, and without the monitor nobody learns it; {advice}"
