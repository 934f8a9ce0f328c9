# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each line's port: there, up, with the right settings."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.cli.doctor.facts import CONF4, Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning

TO_STAY = "  # to stay: run the role bonding"
ARP_SILENT = (1, 2, 8)  # the values of arp_ignore with which a port does not answer for the bond's address


def port(facts: Facts) -> Iterator[Finding]:
    for line in facts.lines:
        name, link = line.interface, facts.links.get(line.interface)
        if link is None and line.kind == "pppoe":
            fix = f"journalctl -u 'ppp*' -n 20; is pppd running? It makes {name}."
            yield error("port", line.name, f"the PPPoE session {name} is not there", fix)
        elif link is None:
            yield error("port", line.name, f"there is no interface {name}", "ip -br link  # renamed? unplugged?")
        elif not link.up:
            yield error("port", line.name, f"{name} is down", f"sudo ip link set dev {name} up")
        elif not link.carrier:
            yield error("port", line.name, f"{name} has no carrier", "look at its cable, and at the router's power")
        else:
            yield ok("port", line.name, f"{name} is up")


def address(facts: Facts) -> Iterator[Finding]:
    for line, link in facts.present():
        if line.host and line.host not in link.addresses:
            fix = f"sudo ip address add {line.address} dev {line.interface}{TO_STAY}"
            yield error("line_address", line.name, f"{line.interface} does not have {line.host}", fix)
        elif line.host:
            yield ok("line_address", line.name, f"{line.interface} has {line.host}")


def qdisc(facts: Facts) -> Iterator[Finding]:
    for line, _link in facts.present():
        found = facts.qdiscs.get(line.interface)
        if found is not None and found.kind != facts.bond and found.handle != "0:":
            message = f"{line.interface} has the root qdisc {found.kind}: it cannot join {facts.bond}"
            fix = f"sudo tc qdisc del dev {line.interface} root  # who set it? a shaper, NetworkManager's [tc], tuned"
            yield error("qdisc", line.name, message, fix)
        else:
            yield ok("qdisc", line.name, "no foreign root qdisc")


def rp_filter(facts: Facts) -> Iterator[Finding]:
    for line, _link in facts.present():
        value = facts.setting(line.interface, "rp_filter")
        if value == 1:
            message = f"rp_filter is strict (1) on {line.interface}: what comes in for the bond is dropped"
            yield error(
                "rp_filter", line.name, message, f"sudo sysctl -w net/ipv4/conf/{line.interface}/rp_filter=2" + TO_STAY
            )
        elif value is not None:
            yield ok("rp_filter", line.name, f"rp_filter is {value}")


def arp_ignore(facts: Facts) -> Iterator[Finding]:
    for line, link in facts.present():
        value = facts.setting(line.interface, "arp_ignore")
        if value in ARP_SILENT and not link.point_to_point:
            culprits = [
                each for each in ("all", line.interface) if facts.files.get(CONF4 % (each, "arp_ignore")) != "0"
            ]
            message = f"arp_ignore is {value} on {line.interface}: its router gets no answer, nothing comes back"
            fix = "sudo sysctl -w " + " ".join(f"net/ipv4/conf/{each}/arp_ignore=0" for each in culprits) + TO_STAY
            yield error("arp_ignore", line.name, message, fix)
        elif value is not None:
            yield ok("arp_ignore", line.name, f"arp_ignore is {value}")


def stacking(facts: Facts) -> Iterator[Finding]:
    ports = {line.interface: line for line in facts.lines}
    for line, link in facts.present():
        if link.lower in ports:
            message = f"{link.name} is stacked on {link.lower}, a line too: packets are no longer spread evenly"
            fix = f"disable the line {ports[link.lower].name}: a port below others is not to be one itself"
            yield error("stacking", line.name, message, fix)
    kinds = {link.point_to_point for line, link in facts.present() if line.enabled}
    if len(kinds) > 1:
        message = "has ppp and ethernet lines: the kernel lets only one kind in"
        yield warning("stacking", facts.bond, message, "disable the lines of one kind")
