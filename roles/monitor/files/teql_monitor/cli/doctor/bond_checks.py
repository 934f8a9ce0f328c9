# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bond's device: there, up, with its address, MTU, default route and the right members."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning
from teql_monitor.config import LineConfig


def bond(facts: Facts) -> Iterator[Finding]:
    name, link = facts.bond, facts.links.get(facts.bond)
    members = [line.interface for line in facts.lines if facts.is_member(line.interface)]
    if link is None:
        number = name[4:]
        count = int(number) + 1 if number.isdigit() else 1
        fix = f"sudo modprobe sch_teql max_equalizers={count}  # loaded already: sudo modprobe -r sch_teql first"
        yield error("bond", name, "does not exist", fix)
    elif not link.up:
        fix = f"sudo ip link set dev {name} up"
        if not members:
            fix = f"sudo tc qdisc replace dev PORT root {name} && {fix}  # it goes up with a member only"
        yield error("bond", name, "is down: nothing is sent", fix)
    elif not members:
        fix = "teqlctl status tells why" if facts.status else f"sudo tc qdisc replace dev PORT root {name}"
        yield error("bond", name, "has no member: nothing is sent", fix)
    else:
        yield ok("bond", name, f"is up with {', '.join(members)}")


def mtu(facts: Facts) -> Iterator[Finding]:
    link = facts.links.get(facts.bond)
    members = [port for line, port in facts.present() if facts.is_member(line.interface)]
    if link is None or not members:
        return
    smallest = min(members, key=lambda port: port.mtu)
    wanted = facts.config.mtu if facts.config is not None else None
    if link.mtu > smallest.mtu:
        message = f"{link.mtu} is more than the {smallest.mtu} of {smallest.name}: larger packets are lost there"
        yield error("mtu", facts.bond, message, f"sudo ip link set dev {facts.bond} mtu {smallest.mtu}")
    elif link.mtu < (wanted or smallest.mtu):
        message = f"{link.mtu} is less than the {wanted or smallest.mtu} that is wanted"
        yield warning("mtu", facts.bond, message, f"sudo ip link set dev {facts.bond} mtu {wanted or smallest.mtu}")
    else:
        yield ok("mtu", facts.bond, f"{link.mtu} fits every member")


def addresses(facts: Facts) -> Iterator[Finding]:
    link = facts.links.get(facts.bond)
    if link is None or facts.config is None:
        return
    found = {ipaddress.ip_address(address) for address in link.addresses}
    for address in filter(None, (facts.config.address, facts.config.address6)):
        if ipaddress.ip_address(address) in found:
            yield ok("address", facts.bond, f"has {address}")
        else:
            fix = f"sudo ip address add {address}/LENGTH dev {facts.bond}  # to stay: run the role bonding"
            yield error("address", facts.bond, f"does not have {address}", fix)


def default_route(facts: Facts) -> Iterator[Finding]:
    if facts.config is None or facts.bond not in facts.links:
        return
    for family, hop in ((4, facts.config.common_address), (6, facts.config.common_address6)):
        if not hop:
            continue
        ways = [route for route in facts.defaults if route["family"] == family and route.get("dst") == "default"]
        if any(route.get("dev") == facts.bond for route in ways):
            yield ok("default_route", facts.bond, f"IPv{family} leads over it")
        else:
            version = "-6 " if family == 6 else ""
            fix = f"sudo ip {version}route replace default via {hop} dev {facts.bond} onlink  # to stay: role bonding"
            others = f"it leads over {', '.join(str(route.get('dev')) for route in ways)}" if ways else "there is none"
            message = f"No IPv{family} default route leads over {facts.bond}: {others}"
            yield warning("default_route", facts.bond, message, fix)


def membership(facts: Facts) -> Iterator[Finding]:
    for line, link in facts.present():
        yield _membership(facts, line, link.carrier)
    known = {line.interface for line in facts.lines}
    for port in sorted(set(facts.qdiscs) - known):
        if facts.is_member(port):
            message = f"is in {facts.bond} but is no line: a share of the packets goes there"
            yield warning("membership", port, message, f"sudo tc qdisc del dev {port} root")


def _membership(facts: Facts, line: LineConfig, carrier: bool) -> Finding:
    member, seen = facts.is_member(line.interface), facts.line_status(line)
    leave, join = _leave(line), f"sudo tc qdisc replace dev {line.interface} root {facts.bond}"
    if member and not carrier:
        message = "is in the bond without a carrier: newer kernels then send everything over one line"
        return error("membership", line.name, message, leave)
    if seen is not None and bool(seen["member"]) != member:
        message = f"is {_word(member)}, but the monitor says it is {_word(seen['member'])}"
        fix = "type teqlctl doctor again; if it stays so: journalctl -u teql-monitor -n 20"
        return error("membership", line.name, message, fix)
    if member and not line.enabled:
        return warning("membership", line.name, "is in the bond though the settings disable it", leave)
    if seen is not None:
        why = f": {seen['state']}, {seen['reason']}" if not member and seen.get("reason") else ""
        return ok("membership", line.name, f"is {_word(member)}, as the monitor wants{why}")
    if line.enabled and not member and carrier and not facts.monitor_closed:
        return warning("membership", line.name, "is out of the bond, and no monitor runs to let it in", join)
    return ok("membership", line.name, f"is {_word(member)}")


def _leave(line: LineConfig) -> str:
    return f"sudo tc qdisc del dev {line.interface} root"


def _word(member: object) -> str:
    return "in the bond" if member else "out of the bond"
