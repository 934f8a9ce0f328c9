# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the fields must be to each other. A check yields (path, what is wrong and what to do); CHECKS lists them all.

A field that was refused by itself is missing from the values, and no check speaks of it a second time.
"""

from __future__ import annotations

import re
import typing as t

from .addresses import is_link_local, overlap, role_in_network
from .plan_fields import Values

Problems = t.Iterator[tuple[str, str]]


def path_of(line: Values, key: str) -> str:
    return f"teql_lines[{line['index']}].{key}"


def routed(lines: list[Values]) -> list[Values]:
    """The lines whose address is known."""
    return [line for line in lines if line.get("address")]


def duplicates(site: Values, lines: list[Values]) -> Problems:
    for key, advice in (("interface", "a port"), ("name", "a name"), ("router_mac", "a router")):
        seen: dict[str, Values] = {}
        for line in lines:
            first = seen.setdefault(line[key], line) if line.get(key) else line
            # Two names that both default to one interface are one mistake, not two.
            by_default = key == "name" and line.get("interface") == first.get("interface") == line.get("name")
            if first is not line and not by_default:
                yield (
                    path_of(line, key),
                    f"{line[key]} is already {path_of(first, key)}; give the line {advice} of its own",
                )


def ambiguous_names(site: Values, lines: list[Values]) -> Problems:
    """Whoever names a line may say its name or its interface."""
    for line in lines:
        for other in lines:
            same = line.get("name") is not None and line["name"] == other.get("interface")
            if same and other is not line and other.get("name") != line["name"]:  # equal names are duplicates
                yield (
                    path_of(line, "name"),
                    f"{line['name']} is {path_of(other, 'interface')}, another line; give this one another name",
                )


def no_ports(site: Values, lines: list[Values]) -> Problems:
    for line in lines:
        port = line.get("interface", "")
        what = "the loopback" if port == "lo" else "an equalizer itself" if re.fullmatch(r"teql\d+", port) else ""
        if what and port != site.get("bond"):
            yield path_of(line, "interface"), f"{port} is {what}; name the port that the line's router hangs on"


def overlaps(site: Values, lines: list[Values]) -> Problems:
    taken = [("teql_address", site["address"])] if site.get("address") else []
    for line in routed(lines):
        path, address = path_of(line, "address"), line["address"]
        for other_path, other in taken:
            if address.ip == other.ip:
                yield path, f"{address} is already {other_path}; give the line an address of its own"
            elif overlap(address, other):
                yield path, f"{address} overlaps {other_path} {other}; give the lines networks of their own"
        taken.append((path, address))


def own_addresses(site: Values, lines: list[Values]) -> Problems:
    blocks = [(f"teql_{key}", site[key]) for key in ("address", "address6") if site.get(key)]
    for path, address in blocks + [(path_of(line, "address"), line["address"]) for line in routed(lines)]:
        role = role_in_network(address.ip, address)
        if role:
            yield path, f"{address.ip} is the {role} of {address.cidr}; take an address between its first and last"


def common_addresses(site: Values, lines: list[Values]) -> Problems:
    for key, block_key in (("common_address", "address"), ("common_address6", "address6")):
        path, common, block = f"teql_{key}", site.get(key), site.get(block_key)
        if not common:
            continue
        if not block:
            if block_key in site:  # left out, not refused
                yield path, f"{common} needs teql_{block_key}; give the gateway an address of its own"
        elif common == block.ip:
            yield path, f"{common} is the gateway's own address; give the one that all routers share"
        elif common.version == 6 and is_link_local(common):
            continue
        elif common not in block:
            yield path, f"{common} is outside the public block {block.cidr}; give the routers an address inside it"
        elif role_in_network(common, block):
            yield (
                path,
                f"{common} is the {role_in_network(common, block)} of {block.cidr}; take one in between",
            )


def routers(site: Values, lines: list[Values]) -> Problems:
    for line in routed(lines):
        router, address, path = line.get("router"), line["address"], path_of(line, "router")
        if not router:
            continue
        if router == address.ip:
            yield path, f"{router} is the line's own address; give the router's management address"
        elif router not in address:
            yield path, f"{router} is outside the line's network {address.cidr}; give the router an address inside it"
        elif role_in_network(router, address):
            yield (
                path,
                f"{router} is the {role_in_network(router, address)} of {address.cidr}; give the router's own address",
            )


def stacked(site: Values, lines: list[Values]) -> Problems:
    ports = {line["interface"]: path_of(line, "interface") for line in reversed(lines) if line.get("interface")}
    if "bond" in site:
        ports[site["bond"]] = "teql_bond"
    for line in lines:
        port = line.get("interface", "")
        if port and port == site.get("bond"):
            yield (
                path_of(line, "interface"),
                f"{port} is the bond itself; name the port that the line's router hangs on",
            )
        parts = port.split(".")
        for lower in (".".join(parts[:end]) for end in range(1, len(parts))):
            if lower in ports:
                yield (
                    path_of(line, "interface"),
                    f"{port} is stacked on {lower} ({ports[lower]}); keep one of them, for both cannot carry the bond",
                )


def kinds(site: Values, lines: list[Values]) -> Problems:
    known = [line for line in lines if "kind" in line]
    advice = "the kernel does not mix point-to-point and ethernet members, use one kind or two bonds"
    for line in known[1:]:
        if line["kind"] != known[0]["kind"]:
            first = f"{path_of(known[0], 'kind')} {known[0]['kind']}"
            yield path_of(line, "kind"), f"{line['kind']} cannot go with {first}; {advice}"


def any_enabled(site: Values, lines: list[Values]) -> Problems:
    if lines and all(line.get("enabled") is False for line in lines):
        yield "teql_lines", "has no enabled line; at least one must carry the bond's packets"


CHECKS = (
    duplicates,
    ambiguous_names,
    no_ports,
    stacked,
    kinds,
    own_addresses,
    overlaps,
    common_addresses,
    routers,
    any_enabled,
)
