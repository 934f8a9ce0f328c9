# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan as a router sees it: its line, its own settings, and what its gateway may ask it."""

from __future__ import annotations

import typing as t

from . import addresses

Line = dict[str, t.Any]
NOT_A_PLAN = "this is not what linebond.teql.plan returns; give its result unchanged"


def find_line(plan: object, wanted: object) -> Line:
    """The line of this name or interface, with what its router has to be set to; ValueError says what there is."""
    if not (isinstance(plan, dict) and {"address", "common_address", "neighbours", "lines"} <= plan.keys()):
        raise ValueError(NOT_A_PLAN)
    found = [line for line in plan["lines"] if wanted in (line["name"], line["interface"])]
    there = ", ".join(shown(line) for line in plan["lines"])
    if not found:
        raise ValueError(f"routers_line: no line has the name or interface {wanted!r}; the gateway's lines are {there}")
    if found[0]["kind"] != "router":
        raise ValueError(
            f"routers_line: line {shown(found[0])} is of kind {found[0]['kind']}, without a router to set up; name "
            "another line, or take this host out of teql_routers"
        )
    return {**found[0], "router_side": router_side(plan, found[0])}


def refuse_shared(line: Line, others: object, gateway: object) -> None:
    """Two routers of one line would have the same addresses. `others` are rows of host, line, gateway and state."""
    for row in others if isinstance(others, (list, tuple)) else ():
        host, wanted, theirs, state = row
        if theirs == gateway and state != "absent" and wanted in (line["name"], line["interface"]):
            raise ValueError(
                f"routers_line: line {shown(line)} is also that of {host}; give each router a line of its own, or set "
                f"routers_state: absent for the one that goes"
            )


def shown(line: Line) -> str:
    same = line["name"] == line["interface"]
    return str(line["name"]) if same else f"{line['name']} ({line['interface']})"


def router_side(plan: dict[str, t.Any], line: Line) -> dict[str, str | None]:
    """The options of the module linux_router, by name. No common address where the gateway knows the routers by MAC."""
    gateway = addresses.parse_prefixed(line["address"], 4)
    own6, common6 = plan.get("address6"), plan.get("common_address6")
    six = addresses.parse_prefixed(own6, 6) if own6 and common6 else None
    shared = plan["neighbours"] != "static"
    return {
        "address": f"{line['router']}/{gateway.prefixlen}",
        "gateway": str(gateway.ip),
        "common_address": plan["common_address"] if shared else None,
        "public_network": str(addresses.parse_prefixed(plan["address"], 4).cidr),
        "common_address6": common6 if six and shared else None,
        "public_network6": str(six.cidr) if six else None,
        "gateway6": str(six.ip) if six else None,
    }


def router_sheet(plan: object, wanted: object, router: str, state: str = "present") -> list[str]:
    """What a person enters into a router that nothing here can log in to, one line of text each."""
    line = find_line(plan, wanted)
    side = line["router_side"]
    own, public = addresses.parse_prefixed(side["address"], 4), addresses.parse_prefixed(side["public_network"], 4)
    title = f"{router}, the router of line {shown(line)}"
    if state == "absent":
        return [
            f"Take off {title}, by hand:",
            f"    LAN addresses         {' and '.join(filter(None, (str(own.ip), side['common_address'])))}",
            f"    Static route          {public} via {side['gateway']}",
            "and turn NAT and the DHCP server on again if it shall serve a network of its own.",
        ]
    sheet = [
        f"Set on {title}, by hand:",
        f"    LAN address           {own.ip}  mask {own.netmask}  (/{own.prefixlen})",
        f"    second LAN address    {side['common_address']}  mask 255.255.255.255  (/32)",
        f"    static route          {public.ip}  mask {public.netmask}  via {side['gateway']}",
        f"    NAT                   off, at least for {public}",
        "    DHCP server on LAN    off",
        f"    forwarding, firewall  let {public} in and out; both ways of a connection may use different lines,",
        "                          so no filter by connection state",
    ]
    if line["router_mac"] or not side["common_address"]:
        sheet[2] = "    second LAN address    none: the gateway knows this router by its MAC address"
    else:
        sheet.append(
            f"A router that takes no /32: {side['common_address']} mask {public.netmask} without the static route; "
            "then only the gateway itself is reached."
        )
    if side["public_network6"]:
        own6 = f"LAN address {side['common_address6']}, " if side["common_address6"] else ""
        sheet.append(f"IPv6: {own6}{side['public_network6']} on the LAN (next hop {side['gateway6']}).")
    return sheet


def questions(plan: object) -> list[dict[str, str]]:
    """What the gateway asks by ARP on each line in use: the option `lines` of the module router_probe."""
    if not (isinstance(plan, dict) and {"common_address", "neighbours", "lines"} <= plan.keys()):
        raise ValueError(NOT_A_PLAN)
    asked = []
    for line in plan["lines"]:
        if not line["enabled"] or line["kind"] != "router":
            continue
        question = {"name": line["name"], "interface": line["interface"]}
        question.update(source=line["address"], router=line["router"])
        if line["router_mac"]:
            question["router_mac"] = line["router_mac"]  # then it needs no common address
        elif plan["neighbours"] != "static":
            question["common_address"] = plan["common_address"]
        asked.append(question)
    return asked
