# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a bond as it runs, and what to type about it. Pure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Iterator, Mapping

from ansible_collections.linebond.teql.plugins.module_utils import tc
from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import Expected
from ansible_collections.linebond.teql.plugins.module_utils.bond_model import smallest_member_mtu
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import CONF4, State
from ansible_collections.linebond.teql.plugins.module_utils.kernel import TOOL_PACKAGE
from ansible_collections.linebond.teql.plugins.module_utils.networkd import bonding_file
from ansible_collections.linebond.teql.plugins.module_utils.route import Route, default_via, rivals

ARP_SILENT = (1, 2, 8)  # the values of arp_ignore with which a port does not answer for the bond's address
CHECKED = ("rp_filter", "arp_ignore")


@dataclass(frozen=True)
class Problem:
    code: str
    severity: str
    interface: str
    message: str
    fix: str


def effective(settings: Mapping[str, str | None], port: str, name: str) -> int | None:
    """The kernel takes the greater of the port's value and the one for all."""
    found = [settings.get(CONF4 % (each, name)) for each in ("all", port)]
    return max((int(value) for value in found if value is not None), default=None) if found[1] is not None else None


def describe_port(state: State, bond: str, port: str) -> dict[str, Any]:
    link, qdisc = state.links.get(port), state.qdiscs.get(port)
    if link is None:
        return {"exists": False}
    return {
        "exists": True,
        "up": link.up,
        "carrier": link.carrier,
        "mtu": link.mtu,
        "kind": link.kind,
        "lower": link.lower,
        "group": link.group,
        "addresses": list(state.addresses.get(port, ())),
        "member": qdisc is not None and qdisc.kind == bond,
        "qdisc": qdisc.kind if qdisc is not None else None,
        "foreign": qdisc is not None and tc.foreign(qdisc, bond),
        "rp_filter": effective(state.sysctls, port, "rp_filter"),
        "arp_ignore": effective(state.sysctls, port, "arp_ignore"),
    }


def find_problems(state: State, bond: str, ports: tuple[str, ...], expected: Expected) -> list[Problem]:
    found = list(_bond_problems(state, bond, expected))
    for port in ports:
        joins = expected.members is None or port in expected.members
        found += list(_port_problems(state, bond, port, joins))
        address = expected.port_addresses.get(port)
        if port in state.links and address is not None and address not in state.addresses.get(port, ()):
            found.append(_no_address("no_port_address", state, port, address))
        found += list(_stacking(state, port, ports))
    kinds = {port: state.links[port].kind for port in ports if port in state.links}
    if len(set(kinds.values())) > 1:
        listed = ", ".join(f"{port} is {kind}" for port, kind in sorted(kinds.items()))
        leaver = next(port for port in ports if kinds.get(port, kinds[next(iter(kinds))]) != kinds[next(iter(kinds))])
        found.append(
            Problem(
                "mixed_kinds",
                "error",
                bond,
                f"A bond carries ports of one kind only, ppp or ethernet, but {listed}.",
                f"tc qdisc del dev {leaver} root",
            )
        )
    return found


def _bond_problems(state: State, bond: str, expected: Expected) -> Iterator[Problem]:
    device = state.links.get(bond)
    number = tc.TEQL.match(bond)
    if not state.kernel.available:
        fix = "reboot" if not state.kernel.modules_installed else f"install {state.kernel.package}"
        if state.kernel.availability == "unknown":
            fix = f"install {TOOL_PACKAGE}"
        if state.kernel.availability == "disabled":
            fix = "grep -r sch_teql /etc/modprobe.d /usr/lib/modprobe.d  # and remove the 'install' line"
        yield Problem("module_unavailable", "error", bond, state.kernel.complaint(), fix)
    if device is None:
        fix = f"modprobe sch_teql max_equalizers={int(number.group(1)) + 1 if number else 1}"
        if state.kernel.loaded:
            fix = f"modprobe -r sch_teql && {fix}"
        yield Problem("bond_missing", "error", bond, f"There is no device {bond}.", fix)
        return
    if not device.up:
        fix = f"ip link set dev {bond} up"
        if not state.members(bond):
            fix = f"tc qdisc replace dev PORT root {bond} && {fix}  # it goes up with a member only"
        yield Problem("bond_down", "error", bond, f"{bond} is down: nothing is sent.", fix)
    smallest = smallest_member_mtu(state, bond)
    if smallest is not None and device.mtu > smallest:
        yield Problem(
            "mtu",
            "error",
            bond,
            f"The MTU of {bond}, {device.mtu}, is greater than the smallest of its members, {smallest}: "
            "packets between are lost on that line.",
            f"ip link set dev {bond} mtu {smallest}",
        )
    has = state.addresses.get(bond, ())
    for address in expected.addresses:
        if address not in has:
            yield _no_address("no_address", state, bond, address)
    if not has and not expected.addresses:
        fix = f"ip addr add ADDRESS/LENGTH dev {bond}"
        yield Problem("no_address", "warning", bond, f"{bond} has no address.", fix)
    yield from _route_problems(state, bond, expected)


def _no_address(code: str, state: State, interface: str, address: str) -> Problem:
    message, fix = f"{interface} does not have the address {address}.", f"ip addr add {address} dev {interface}"
    used = state.shadowing.get(interface)
    if used:
        folder, name = os.path.split(used)
        message += f" networkd uses {used} for {interface}, not {bonding_file(interface)}, because of its name."
        fix = f"mv {used} {folder}/90-{name} && networkctl reload  # so that it sorts later"
    return Problem(code, "error", interface, message, fix)


def _route_problems(state: State, bond: str, expected: Expected) -> Iterator[Problem]:
    hops = state.gateways(bond)
    for gateway in expected.gateways:
        if gateway not in hops:
            fix = f"ip route replace default via {gateway} dev {bond} onlink"
            yield Problem("no_gateway", "error", bond, f"No default route leads via {gateway} over {bond}.", fix)
    if not hops and not expected.gateways:
        fix = f"ip route replace default via COMMON_ADDRESS dev {bond} onlink"
        yield Problem("no_gateway", "warning", bond, f"No default route leads over {bond}.", fix)
    for gateway in expected.gateways or hops:
        for route in rivals(state.routes, gateway, bond):
            yield _rival(route, gateway, bond, "error" if expected.gateways else "warning")


def _rival(route: Route, gateway: str, bond: str, severity: str) -> Problem:
    devices = [device for _gateway, device in route.hops if device != bond]
    place, words = devices[0], " ".join(route.words)
    later = f"  # and for good: in the configuration of {place}, remove the gateway or give it a greater metric"
    message = f"The default route '{words}' comes before the one via {gateway} over {bond}: packets leave by {place}."
    now = route.argv("del")
    if (gateway, bond) in route.hops:
        message = f"The default route '{words}' is shared: only part of the packets leave over {bond}."
        now = default_via(gateway, bond).argv("replace")
    return Problem("rival_route", severity, place, message, " ".join(now) + later)


def _port_problems(state: State, bond: str, port: str, joins: bool) -> Iterator[Problem]:
    link, qdisc = state.links.get(port), state.qdiscs.get(port)
    if link is None:
        yield Problem("port_missing", "error", port, f"There is no interface {port}.", "ip -br link")
        return
    member = qdisc is not None and qdisc.kind == bond
    device = state.links.get(bond)
    if qdisc is not None and tc.foreign(qdisc, bond):
        message = f"{port} has the root qdisc {qdisc.kind} {qdisc.handle} and so cannot be a member of {bond}."
        yield Problem("foreign_qdisc", "error", port, message, f"tc qdisc del dev {port} root")
    elif joins and not member:
        yield Problem(
            "not_member", "warning", port, f"{port} is no member of {bond}.", f"tc qdisc replace dev {port} root {bond}"
        )
    if not link.up:
        yield Problem("port_down", "error", port, f"{port} is down.", f"ip link set dev {port} up")
    elif not link.carrier:
        message = f"{port} has no carrier."
        if member:
            message += " While it is a member, newer kernels send everything over one line."
        fix = f"tc qdisc del dev {port} root  # until the cable is mended"
        yield Problem(
            "no_carrier", "error" if member else "warning", port, message, fix if member else "check its cable"
        )
    if device is not None and not member and link.mtu < device.mtu:
        message = f"The MTU of {port}, {link.mtu}, is smaller than that of {bond}, {device.mtu}: it cannot join."
        yield Problem("mtu", "warning", port, message, f"ip link set dev {port} mtu {device.mtu}")
    yield from _setting_problems(state, port)


def _setting_problems(state: State, port: str) -> Iterator[Problem]:
    if effective(state.sysctls, port, "rp_filter") == 1:
        yield Problem(
            "rp_filter",
            "error",
            port,
            f"rp_filter is strict (1) on {port}: what comes in for the bond is dropped.",
            f"sysctl -w net/ipv4/conf/{port}/rp_filter=2",
        )
    silent = effective(state.sysctls, port, "arp_ignore")
    if silent in ARP_SILENT and state.links[port].kind != "ppp":  # which has no ARP
        culprits = [
            each for each in ("all", port) if state.sysctls.get(CONF4 % (each, "arp_ignore")) not in ("0", None)
        ]
        yield Problem(
            "arp_ignore",
            "error",
            port,
            f"arp_ignore is {silent} on {port}: its router gets no answer for the bond's address, nothing comes back.",
            "sysctl -w " + " ".join(f"net/ipv4/conf/{each}/arp_ignore=0" for each in culprits),
        )


def _stacking(state: State, port: str, ports: tuple[str, ...]) -> Iterator[Problem]:
    for lower in [name for name in state.below(port) if name in ports][:1]:
        message = f"{port} is stacked on {lower}, a port of the bond too: that disturbs the rotation."
        yield Problem("stacked", "error", port, message, f"tc qdisc del dev {lower} root")
