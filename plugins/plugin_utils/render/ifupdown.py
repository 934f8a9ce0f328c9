# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stanzas of ifupdown: the ports first, for the bond cannot go up without members."""

from __future__ import annotations

import shlex
import typing as t

from ...module_utils.ifupdown import stanza_file
from .neighbours import neighbour_commands
from .text import File, text_file

# A port that was parted by hand joins again; one that has another queueing discipline is left alone (add refuses it).
JOIN = "/sbin/tc qdisc add dev {port} root {bond} 2>/dev/null || true"
# Only the bond's own: the kernel compares the kind.
PART = "/sbin/tc qdisc del dev {port} root {bond} 2>/dev/null || true"
# Where every port came too late for the bond, the first of them brings it up.
BOND_UP = "/sbin/ifquery --state {bond} >/dev/null || /sbin/ifup {bond} || true"


def ifupdown_files(
    plan: dict[str, t.Any], header: str, route_metric: int | None = None, mtu: int | None = None
) -> list[File]:
    del mtu  # the bond's is set by the udev rule, whenever a port joins
    # The addresses of a ppp interface belong to pppd.
    lines = [line for line in plan["lines"] if line["kind"] == "router"]
    stanzas = [list(line_stanza(line, plan)) for line in lines] + [list(bond_stanza(plan, route_metric))]
    text = [line for stanza in stanzas for line in ["", *stanza]][1:]
    return [text_file(stanza_file(plan["bond"]), header, text)]


def line_stanza(line: dict[str, t.Any], plan: dict[str, t.Any]) -> t.Iterator[str]:
    port, bond = line["interface"], plan["bond"]
    names = {"port": shlex.quote(port), "bond": bond}
    yield f"auto {port}"
    yield f"allow-hotplug {port}"  # a port that appears later
    yield f"iface {port} inet static"
    yield f"    address {line['address']}"
    yield f"    pre-up echo 0 2>/dev/null >/proc/sys/net/ipv6/conf/{names['port']}/accept_ra || true"
    if line["enabled"]:
        yield f"    up {JOIN.format(**names)}"
    yield from (f"    up {command}" for command in neighbour_commands(line, plan))
    if line["enabled"]:
        yield f"    up {BOND_UP.format(**names)}"
        yield f"    down {PART.format(**names)}"


def bond_stanza(plan: dict[str, t.Any], route_metric: int | None) -> t.Iterator[str]:
    yield f"auto {plan['bond']}"
    for family, address, common in (
        ("inet", plan["address"], plan["common_address"]),
        ("inet6", plan["address6"], plan["common_address6"]),
    ):
        if address:
            yield f"iface {plan['bond']} {family} static"
            yield f"    address {address}"
            if common:
                yield f"    gateway {common}"
            if common and route_metric is not None:
                yield f"    metric {route_metric}"
            if family == "inet6":
                yield "    dad-attempts 0"  # nobody else could answer there
