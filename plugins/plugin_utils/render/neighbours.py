# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The neighbours of a port as commands, for managers that have no setting for them."""

from __future__ import annotations

import shlex
import typing as t


def neighbour_commands(line: dict[str, t.Any], plan: dict[str, t.Any]) -> t.Iterator[str]:
    """By which a port answers for the bond's IPv6 address, and knows a router that needs no asking."""
    port = shlex.quote(line["interface"])
    if plan["address6"]:
        # Linux answers no neighbour solicitation on a port for an address of the bond.
        # It does so for another host where it forwards; NetworkManager turns that off as it sets the port up.
        yield f"echo 1 >/proc/sys/net/ipv6/conf/{port}/forwarding"
        yield f"echo 1 >/proc/sys/net/ipv6/conf/{port}/proxy_ndp"
        yield f"/sbin/ip -6 neigh replace proxy {plan['address6'].partition('/')[0]} dev {port}"
    if line["router_mac"]:
        for common in filter(None, (plan["common_address"], plan["common_address6"])):
            yield f"/sbin/ip neigh replace {common} lladdr {line['router_mac']} dev {port} nud permanent"
