# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static neighbours: the routers' MACs, learned where they answer for their management addresses. Pure.

A router of which no other one shares an address has only that one. The gateway reaches it on each line by a permanent
neighbour for the common address, which nobody answers for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from teql_monitor.config import Config, LineConfig
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour


def learns(line: LineConfig, config: Config) -> bool:
    """Whether the line's MAC has to be found out. One that is given is never called in question."""
    return config.neighbours == "static" and line.kind == "router" and bool(line.router) and not line.router_mac


def heard(config: Config, links: Mapping[str, Link], neighbours: Iterable[Neighbour]) -> dict[str, str]:
    """MAC by line's name, of those routers that the kernel has an answer from."""
    places = {
        (links[line.interface].device, line.router): line.name
        for line in config.lines
        if learns(line, config) and line.interface in links
    }
    found = {}
    for each in neighbours:
        name = places.get((each.device, each.address))
        if name and each.mac and not each.permanent:
            found[name] = each.mac
    return found


def unsettled(config: Config, macs: Mapping[str, str], links: Mapping[str, Link], neighbour: Neighbour) -> bool:
    """Whether it should be permanent and is no more: the kernel makes one that is deleted in use only invalid."""
    if neighbour.permanent or neighbour.address not in (config.common_address, config.common_address6):
        return False
    return any(
        line.router_mac and line.interface in links and links[line.interface].device == neighbour.device
        for line in with_macs(config, macs).lines
    )


def with_macs(config: Config, macs: Mapping[str, str]) -> Config:
    """The configuration as if what was learned had been given."""
    lines = [
        line._replace(router_mac=macs[line.name]) if learns(line, config) and line.name in macs else line
        for line in config.lines
    ]
    return config._replace(lines=tuple(lines))
