# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pre-flight's verdicts on the ports: what of them breaks a bond. Pure.

What bond_problems finds is not found a second time here; this says how grave it is before a bond is made.
"""

from __future__ import annotations

import re
from typing import Sequence

from ansible_collections.linebond.teql.plugins.module_utils.bond_problems import Problem
from ansible_collections.linebond.teql.plugins.module_utils.verdict import (
    OK,
    REFUSED,
    UNKNOWN,
    WARNING,
    Readings,
    Verdict,
)

# Item: the problem that it is, how grave it is, and what to say when there is none.
FROM_PROBLEMS = {
    "module": ("module_unavailable", REFUSED, "The module sch_teql is there for the running kernel."),
    "ports": ("port_missing", WARNING, "All ports are there."),
    "stacked": ("stacked", REFUSED, "No port lies on top of another one."),
    "foreign_qdisc": ("foreign_qdisc", REFUSED, "No port has a root qdisc of somebody else."),
    "arp_ignore": ("arp_ignore", REFUSED, "The ports answer for the bond's address."),
    # The role sets it on each port, and the greater of the port's and the one for all counts.
    "rp_filter": ("rp_filter", WARNING, "No port filters strictly by the reverse path."),
}


def _no_port(item: str) -> Verdict:
    return Verdict(item, UNKNOWN, "There is no port to look at.", "ip -br link  # and name the lines: teql_lines")


def from_problems(item: str, readings: Readings, problems: Sequence[Problem]) -> Verdict:
    code, grave, well = FROM_PROBLEMS[item]
    found = [problem for problem in problems if problem.code == code]
    if not found and item != "module" and not readings.links:
        return _no_port(item)
    if not found:
        return Verdict(item, OK, well)
    return Verdict(item, grave, " ".join(_together(found)), "; ".join(dict.fromkeys(each.fix for each in found)))


def _together(problems: Sequence[Problem]) -> list[str]:
    """What is the same on several ports is said once."""
    ports: dict[str, list[str]] = {}
    for each in problems:
        name = rf"(?<![\w.-]){re.escape(each.interface)}(?![\w-])"
        ports.setdefault(re.sub(name, "{}", each.message, count=1), []).append(each.interface)
    return [message.replace("{}", ", ".join(names), 1) for message, names in ports.items()]


def kinds(readings: Readings, problems: Sequence[Problem]) -> Verdict:
    """The kernel takes ports of one flag class only; a NOARP port sends to its own address."""
    found = [problem for problem in problems if problem.code == "mixed_kinds"]
    if found:
        return Verdict("kinds", REFUSED, found[0].message, found[0].fix)
    silent = [link.name for link in readings.links if link.kind == "ethernet" and link.noarp]
    if silent:
        message = f"{', '.join(silent)} asks for no neighbour (NOARP): without router_mac nothing reaches its router."
        return Verdict("kinds", WARNING, message, "; ".join(f"ip link set dev {name} arp on" for name in silent))
    if not readings.links:
        return _no_port("kinds")
    return Verdict("kinds", OK, f"All ports are of one kind, {readings.links[0].kind}.")


def mtu(readings: Readings, problems: Sequence[Problem]) -> Verdict:
    """The kernel takes the smallest; a port that is smaller than a bond that is up is refused."""
    found = [problem for problem in problems if problem.code == "mtu"]
    if found:
        return Verdict("mtu", WARNING, " ".join(each.message for each in found), "; ".join(each.fix for each in found))
    links = readings.links
    sizes = {link.mtu for link in links}
    if len(sizes) > 1:
        listed = ", ".join(f"{link.name} {link.mtu}" for link in links)
        message = f"The ports' MTUs differ ({listed}): the bond gets the smallest, {min(sizes)}."
        smaller = [link.name for link in links if link.mtu < max(sizes)]
        return Verdict(
            "mtu", WARNING, message, "; ".join(f"ip link set dev {name} mtu {max(sizes)}" for name in smaller)
        )
    if not links:
        return _no_port("mtu")
    return Verdict("mtu", OK, f"All ports have an MTU of {links[0].mtu} bytes.")


def qdisc_owner(readings: Readings) -> Verdict:
    """It would put its own in the bond's place, or a line back that the monitor took out."""
    owners = readings.owners
    if owners.found:
        listed = ", ".join(f"{each.who} for {each.port}" for each in owners.found)
        fixes = dict.fromkeys(each.fix for each in owners.found)
        message = f"The ports' root qdiscs are to be set by the bond alone, but others are configured to: {listed}."
        return Verdict("qdisc_owner", WARNING, message, "; ".join(fixes))
    if owners.unread:
        message = f"Not all files could be read in which others may be configured: {', '.join(owners.unread[:3])}."
        return Verdict("qdisc_owner", UNKNOWN, message, "run it as root (become: true)")
    if not readings.links:
        return _no_port("qdisc_owner")
    return Verdict("qdisc_owner", OK, "Nobody else is configured to set the ports' root qdiscs.")
