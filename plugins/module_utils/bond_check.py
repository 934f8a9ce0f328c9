# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a wanted bond cannot be: complete sentences, found before anything is touched. Pure."""

from __future__ import annotations

import difflib
import ipaddress
from typing import Any, Callable, Iterator

from ansible_collections.linebond.teql.plugins.module_utils import sysctl, tc
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import CONF4, State, Wanted, settings
from ansible_collections.linebond.teql.plugins.module_utils.route import IPV6_METRIC

SMALLEST_MTU = 68
LARGEST_MTU = 65535
MOST_EQUALIZERS = 1000  # teql999 is the last that a bond may be


def check_words(wanted: Wanted) -> list[str]:
    """What is wrong with the request itself, whatever the host is like."""
    problems: list[str] = []
    match = tc.TEQL.match(wanted.name)
    if not match:
        return [f"name: {wanted.name!r} is no equalizer: the kernel calls them teql0, teql1 and so on; take teql0."]
    least = int(match.group(1)) + 1
    if not least <= wanted.equalizers <= MOST_EQUALIZERS:
        problems.append(
            f"equalizers: {wanted.equalizers} will not do for {wanted.name}: take {least} to {MOST_EQUALIZERS}, "
            "or leave it out."
        )
    for port in sorted(set(wanted.ports)):
        if wanted.ports.count(port) > 1:
            both = port in wanted.members and port in wanted.standby
            where = "in both members and standby" if both else "twice"
            problems.append(f"{port} is listed {where}: name each port once.")
        if port == wanted.name:
            problems.append(f"{port} cannot be a member of itself: list the ports that lead to the routers.")
        elif tc.TEQL.match(port):
            problems.append(
                f"{port} is an equalizer itself and cannot be a member of {wanted.name}: list the ports that lead to "
                "the routers."
            )
    if wanted.mtu is not None and not SMALLEST_MTU <= wanted.mtu <= LARGEST_MTU:
        problems.append(f"mtu: {wanted.mtu} will not do: take {SMALLEST_MTU} to {LARGEST_MTU} bytes, or leave it out.")
    problems += _bad_addresses("addresses", wanted.addresses, _interface, "192.0.2.2/29 or 2001:db8:1::2/64")
    problems += _bad_addresses("gateways", wanted.gateways, ipaddress.ip_address, "192.0.2.1 or fe80::1")
    return problems


def _interface(text: str) -> Any:
    if "/" not in text:  # ipaddress would take it for a network of one host
        raise ValueError(text)
    return ipaddress.ip_interface(text)


def _bad_addresses(option: str, values: tuple[str, ...], parse: Callable[[str], Any], example: str) -> Iterator[str]:
    families = []
    for index, value in enumerate(values):
        try:
            found = parse(value)
            families.append(found.version)
            host = getattr(found, "ip", found)
            if host.is_loopback or host.is_multicast or host.is_unspecified or "%" in value:
                yield f"{option}[{index}]: {value} cannot be a host's here: write it like {example}."
        except ValueError:
            what = "address with prefix" if parse is _interface else "address"
            yield f"{option}[{index}]: {value!r} is no {what}: write it like {example}."
    if option == "gateways" and len(families) > len(set(families)):
        yield "gateways: there are two of one family, and a default route has one next hop: leave one of them out."


def check(state: State, wanted: Wanted) -> list[str]:
    problems = check_words(wanted)
    if problems:
        return problems
    return (
        list(_check_module(state, wanted))
        + list(_check_ports(state, wanted))
        + list(_check_qdiscs(state, wanted))
        + list(_check_mtu(state, wanted))
        + list(_check_settings(state, wanted))
        + list(_check_addresses(state, wanted))
    )


def _check_module(state: State, wanted: Wanted) -> Iterator[str]:
    if not state.kernel.available:
        yield state.kernel.complaint()
    count = len(state.equalizers)
    busy = [name for name in state.equalizers if state.in_use(name)]
    missing = count < wanted.equalizers or wanted.name not in state.links
    if state.kernel.loaded and missing and busy:
        names = ", ".join(busy)
        yield (
            f"{wanted.name} needs {wanted.equalizers} equalizers but sch_teql is loaded with {count}, and it cannot be "
            f"loaded anew while {names} is in use: put 'options sch_teql max_equalizers={wanted.equalizers}' into "
            f"/etc/modprobe.d and reboot, or free {names} first."
        )


def nearest(name: str, names: list[str]) -> str:
    """'did you mean' plus what there is."""
    close = difflib.get_close_matches(name, names, 1, 0.5)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{hint}This host has {', '.join(names)}."


def _check_ports(state: State, wanted: Wanted) -> Iterator[str]:
    names = sorted(name for name in state.links if name != "lo" and not tc.TEQL.match(name))
    for port in wanted.ports:
        link = state.links.get(port)
        if link is None:
            yield f"There is no interface {port}: {nearest(port, names)}"
            continue
        for lower in [name for name in state.below(port) if name in wanted.ports][:1]:
            yield (
                f"{port} is stacked on {lower}, which is a port of {wanted.name} too: the packets of one would "
                "disturb the rotation of the other; keep only one of them."
            )
        if link.master is not None:
            yield (
                f"{port} is a port of {link.master}: what comes in there never reaches this host as a line; release it "
                f"first (ip link set dev {port} nomaster)."
            )
    leaving = [port for port in state.members(wanted.name) if port not in wanted.ports]
    kinds = {port: state.links[port].kind for port in wanted.ports + tuple(leaving) if port in state.links}
    if len(set(kinds.values())) > 1 and wanted.members:
        listed = ", ".join(f"{port} is {kind}" for port, kind in sorted(kinds.items()))
        first = f"; {', '.join(leaving)} must leave first (members: [])" if leaving else ""
        yield (
            f"A bond carries ports of one kind only (ppp or ethernet), but those of {wanted.name} are mixed: {listed}. "
            f"Leave out one kind{first}."
        )


def _check_qdiscs(state: State, wanted: Wanted) -> Iterator[str]:
    for port in wanted.members:
        qdisc = state.qdiscs.get(port)
        if qdisc is None or not tc.foreign(qdisc, wanted.name):
            continue
        if qdisc.equalizer:
            yield f"{port} is a member of {qdisc.kind} already: take it out there first (tc qdisc del dev {port} root)."
        elif qdisc.branches:
            yield (
                f"{port} has a root qdisc with classes or filters, {qdisc.kind} {qdisc.handle}, which could not be put "
                f"back if something failed: save what you need of it (tc class show dev {port}; tc filter show "
                f"dev {port}), remove it (tc qdisc del dev {port} root) and run again."
            )
        elif not wanted.replace_foreign:
            yield (
                f"{port} has a root qdisc of its own, {qdisc.kind} {qdisc.handle}, which joining would destroy: "
                f"remove it (tc qdisc del dev {port} root) or say replace_foreign: true."
            )


def _check_mtu(state: State, wanted: Wanted) -> Iterator[str]:
    for port in wanted.ports:
        link = state.links.get(port)
        if link is not None and wanted.mtu is not None and link.mtu < wanted.mtu:
            yield (
                f"{port} has an MTU of {link.mtu}, smaller than the {wanted.mtu} asked for {wanted.name}: raise it "
                f"(ip link set dev {port} mtu {wanted.mtu}) or say mtu: {link.mtu}."
            )


def _check_settings(state: State, wanted: Wanted) -> Iterator[str]:
    values = {key: value for key, value in settings(wanted, state).items() if key.split("/")[3] in state.links}
    missing = sysctl.unknown(state.sysctls, values)
    if missing:
        yield sysctl.no_such(missing)
    if wanted.ports and wanted.rp_filter == 0 and state.sysctls.get(CONF4 % ("all", "rp_filter")) == "1":
        yield (
            "rp_filter: 0 has no effect while net.ipv4.conf.all.rp_filter is 1 (the greater of the two counts) and "
            f"every packet for {wanted.name} would be dropped: say rp_filter: 2, or set the one for all to 0 or 2."
        )
    yield from sysctl.occupied(wanted.sysctl_file, state.drop_in)


def _check_addresses(state: State, wanted: Wanted) -> Iterator[str]:
    device = state.links.get(wanted.name)
    if wanted.gateways and not wanted.members and not (device is not None and device.up):
        yield f"gateways: {wanted.name} cannot go up without a member, and a route needs it up."
    if any(":" in each for each in wanted.addresses + wanted.gateways) and not state.ipv6_ports:
        yield (
            "An IPv6 address or gateway is asked for, but this kernel has no IPv6: enable it (no ipv6.disable=1 in "
            "/proc/cmdline), or leave the IPv6 ones out."
        )
    if any(":" in gateway for gateway in wanted.gateways):
        for route in state.routes:
            if route.family == 6 and route.metric < IPV6_METRIC and route.device != wanted.name:
                yield (
                    f"gateways: the IPv6 default route '{' '.join(route.words)}' has a smaller metric than "
                    f"{IPV6_METRIC} and would win: give it a greater one, or remove it."
                )
