# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fields must be to each other. A check yields (path, what is wrong and what to do); CHECKS lists them all.

A field that was refused by itself is missing from the values, and no check speaks of it a second time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from teql_monitor.config.fields import Values
from teql_monitor.config.values import shown

Problems = Iterator[tuple[str, str]]

MOST_TARGETS = 16
IN_FLIGHT = 20  # probes of one line that may wait for their answers at a time
FEWEST_SAMPLES = 3  # a median of less is none
LAST_PRIORITY = 32_765  # the rule of the main table has 32766, and ours must come before it
KERNEL_TABLES = (253, 255)  # default, main and local


def duplicates(values: Values) -> Problems:
    for key, advice in (("interface", "a port"), ("name", "a name")):
        seen: dict[str, int] = {}
        for index, line in enumerate(values["lines"]):
            first = seen.setdefault(line[key], index) if line.get(key) else index
            # Two names that both default to one interface are one mistake, not two.
            if first != index and not (key == "name" and _name_by_default(values["lines"][first], line)):
                yield (
                    f"lines[{index}].{key}",
                    f"{line[key]} is already lines[{first}].{key}; give each line {advice} of its own",
                )


def _name_by_default(first: Values, line: Values) -> bool:
    return line["name"] == line.get("interface") == first.get("interface")


def ports(values: Values) -> Problems:
    for index, line in enumerate(values["lines"]):
        if "bond" in values and line.get("interface") == values["bond"]:
            yield (
                f"lines[{index}].interface",
                f"{values['bond']} is the bond itself; name the port of the line's router",
            )


def line_addresses(values: Values) -> Problems:
    taken = {values[key]: key for key in ("common_address", "address") if values.get(key)}
    for index, line in enumerate(values["lines"]):
        path = f"lines[{index}]"
        for key in ("address", "router"):
            host = (line.get(key) or "").partition("/")[0]
            other = taken.setdefault(host, f"{path}.{key}") if host else f"{path}.{key}"
            if other != f"{path}.{key}":
                yield f"{path}.{key}", f"{host} is already {other}; give every line addresses of its own"
        yield from _router(path, line)


def _router(path: str, line: Values) -> Problems:
    if not {"kind", "address", "router"} <= line.keys():
        return
    address, router = line["address"], line["router"]
    if line["kind"] == "pppoe":
        for key in ("address", "router", "router_mac"):
            if line.get(key):
                yield f"{path}.{key}", "is not for a line of kind pppoe; leave it out, the provider gives the addresses"
    elif router and not address:
        yield f"{path}.address", f"is missing while router is {router}; give both or neither"
    elif router and ipaddress.ip_address(router) not in ipaddress.IPv4Network(address, strict=False):
        yield f"{path}.router", f"{router} is not in the network of {address}; give the router's address there"


def neighbours(values: Values) -> Problems:
    if values.get("neighbours") != "static":
        return
    for index, line in enumerate(values["lines"]):
        if line.get("kind") == "router" and not line.get("router", "-") and not line.get("router_mac", "-"):
            yield (
                f"lines[{index}].router",
                "is missing, and with static neighbours its MAC is learned there; give it, or give router_mac",
            )


def own_addresses(values: Values) -> Problems:
    for key in ("address", "address6"):
        common = f"common_{key}"
        if values.get(key) and values.get(key) == values.get(common):
            yield key, f"{values[key]} is already {common}; give the gateway an address of its own"
    if values.get("address6") and ipaddress.ip_address(values["address6"]).is_link_local:
        yield "address6", f"{values['address6']} gets no answers from beyond the lines; give the public one"


def targets(values: Values) -> Problems:
    if len(values["targets"]) > MOST_TARGETS:
        yield "targets", f"are {len(values['targets'])}; take at most {MOST_TARGETS}"
    own = {values[key]: key for key in ("address", "address6", "common_address", "common_address6") if values.get(key)}
    for number, line in enumerate(values["lines"]):
        for key in ("address", "router"):
            own.setdefault((line.get(key) or "").partition("/")[0], f"lines[{number}].{key}")
    seen: dict[str, int] = {}
    for index, target in values["targets"].items():
        first = seen.setdefault(target, index) if target else index
        if first != index:
            yield f"targets[{index}]", f"{target} is already targets[{first}]; leave one of them out"
        elif target in own:
            yield f"targets[{index}]", f"{target} is {own[target]}; take an address beyond the lines"


def sources(values: Values) -> Problems:
    four = [index for index, target in values["targets"].items() if target and ":" not in target]
    six = [index for index, target in values["targets"].items() if ":" in target]
    if four and values.get("source") == "public" and values.get("address", "") is None:
        yield "address", "is missing, and probes with source public carry it; give it, or take source management"
    if four and values.get("source") == "management":
        for index, line in enumerate(values["lines"]):
            if line.get("kind") == "router" and line.get("address", "") is None:
                yield f"lines[{index}].address", "is missing, and probes with source management carry it; give it"
    for key in ("common_address6", "address6"):
        if six and values.get(key, "") is None:
            target = values["targets"][six[0]]
            yield key, f"is missing, and targets[{six[0]}] {target} needs it; give it, or take IPv4 targets only"


def counts(values: Values) -> Problems:
    for key, things, many in (
        ("quorum", "targets", len(values["targets"])),
        ("min_lines", "lines", len(values["lines"])),
    ):
        if many and values.get(key, 0) > many:
            yield key, f"is {values[key]}, but there are {many} {things}; take at most {many}"


def times(values: Values) -> Problems:
    interval = values.get("interval")
    if interval is None:
        return
    longest = IN_FLIGHT * interval
    if values.get("timeout", 0) > longest:
        yield (
            "timeout",
            (
                f"is {shown(values['timeout'])} s, more than {IN_FLIGHT} intervals of {shown(interval)} s; "
                f"take at most {shown(longest)}, or a longer interval"
            ),
        )
    shortest = FEWEST_SAMPLES * interval
    if values["latency"].get("window", shortest) < shortest:
        yield (
            "latency.window",
            (
                f"is {shown(values['latency']['window'])} s, too short for {FEWEST_SAMPLES} probes, one every "
                f"{shown(interval)} s; take at least {shown(shortest)}"
            ),
        )


def thresholds(values: Values) -> Problems:
    damping = values["damping"]
    if {"suppress", "reuse"} <= damping.keys() and damping["reuse"] >= damping["suppress"]:
        yield (
            "damping.reuse",
            (
                f"is {shown(damping['reuse'])}, not below suppress {shown(damping['suppress'])}; "
                "a line would be free again as soon as it is damped: take a smaller one"
            ),
        )


def bond_mtu(values: Values) -> Problems:
    if (values.get("mtu") or 1280) < 1280 and values.get("address6"):
        yield "mtu", f"is {values['mtu']}, too small for IPv6; take at least 1280, or leave address6 out"


def tables(values: Values) -> Problems:
    if "table" not in values or not values["lines"]:
        return
    first, last = values["table"], values["table"] + len(values["lines"]) - 1
    if last > LAST_PRIORITY:
        room = LAST_PRIORITY - len(values["lines"]) + 1
        yield "table", f"is {first}: the lines' rules would come after the main table's; take at most {room}"
    elif first <= KERNEL_TABLES[1] and last >= KERNEL_TABLES[0]:
        yield "table", f"is {first}: the lines would take the kernel's own tables 253 to 255; take one from 256 on"


CHECKS = (
    duplicates,
    ports,
    line_addresses,
    neighbours,
    own_addresses,
    targets,
    sources,
    counts,
    times,
    thresholds,
    bond_mtu,
    tables,
)
