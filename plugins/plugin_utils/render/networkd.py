# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""systemd-networkd's files: addresses, neighbours and the default route. Membership is not networkd's."""

from __future__ import annotations

import re
import typing as t

from ...module_utils.networkd import bonding_file
from .text import File, text_file

Section = tuple[str, dict[str, t.Any]]


def networkd_files(
    plan: dict[str, t.Any], header: str, route_metric: int | None = None, mtu: int | None = None
) -> list[File]:
    del mtu  # the bond's is set by the udev rule, whenever a port joins
    # The addresses of a ppp interface belong to pppd.
    lines = [line for line in plan["lines"] if line["kind"] == "router"]
    return [
        *(network_file(line["interface"], header, line_sections(line, plan)) for line in lines),
        network_file(plan["bond"], header, bond_sections(plan, route_metric)),
    ]


def line_sections(line: dict[str, t.Any], plan: dict[str, t.Any]) -> t.Iterator[Section]:
    yield "Link", {"RequiredForOnline": "no"}
    network = {
        "Description": f"line {line['name']} of {plan['bond']}",
        "Address": line["address"],
        "ConfigureWithoutCarrier": "yes",
        "DHCP": "no",
        "IPv6AcceptRA": "no",
        # Routers are asked for their MAC from a link-local address; without IPv6 the port needs none.
        "LinkLocalAddressing": "ipv6" if plan["address6"] else "no",
    }
    if plan["address6"]:
        # Linux answers no neighbour solicitation on a port for an address of the bond.
        network.update({"IPv6ProxyNDP": "yes", "IPv6ProxyNDPAddress": plan["address6"].partition("/")[0]})
    yield "Network", network
    if line["router_mac"]:
        for common in filter(None, (plan["common_address"], plan["common_address6"])):
            yield "Neighbor", {"Address": common, "LinkLayerAddress": line["router_mac"]}


def bond_sections(plan: dict[str, t.Any], route_metric: int | None) -> t.Iterator[Section]:
    # The bond cannot go up without members: whoever joins the first one also brings it up.
    yield "Link", {"ActivationPolicy": "manual", "RequiredForOnline": "routable"}
    yield (
        "Network",
        {
            "Description": "bond of all lines",
            "Address": [address for address in (plan["address"], plan["address6"]) if address],
            "ConfigureWithoutCarrier": "yes",
            "DHCP": "no",
            "IPv6AcceptRA": "no",
            "LinkLocalAddressing": "no",
        },
    )
    for common in filter(None, (plan["common_address"], plan["common_address6"])):
        metric = {} if route_metric is None else {"Metric": route_metric}
        yield "Route", {"Gateway": common, "GatewayOnLink": "yes", **metric}


def network_file(interface: str, header: str, sections: t.Iterable[Section]) -> File:
    lines: list[str] = []
    for title, settings in [("Match", {"Name": literal(interface)}), *sections]:
        lines += ["", f"[{title}]"] if lines else [f"[{title}]"]
        for key, value in settings.items():
            lines += [f"{key}={each}" for each in (value if isinstance(value, list) else [value])]
    return text_file(bonding_file(interface), header, lines)


def literal(name: str) -> str:
    """A pattern that matches the name alone: networkd's word splitter eats one backslash, the glob the other."""
    return re.sub(r"([*?[])", r"\\\\\1", name)
