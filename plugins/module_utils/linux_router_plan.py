# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a router is to what it should be: what to write and what to run. Pure; nothing is touched here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from ansible_collections.linebond.teql.plugins.module_utils import sysctl
from ansible_collections.linebond.teql.plugins.module_utils.file_model import Wanted as WantedFile
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import (
    SYSCTL_NAME,
    Before,
    Record,
    Route,
    Wanted,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_state import Seen, settings_of
from ansible_collections.linebond.teql.plugins.module_utils.runner import Run
from ansible_collections.linebond.teql.plugins.module_utils.sysctl_set import WantedSet

FOLDER = "/etc/systemd/network"
HEADER = """\
# Written by the Ansible module linebond.teql.linux_router: changes made here are lost with its next run.
# To remove it, run the role linebond.teql.routers with routers_state: absent.
"""


@dataclass(frozen=True)
class NetworkPlan:
    record: Record  # while the change is made, so that a killed run loses nothing
    final_record: Record
    load: tuple[Run, ...]  # make networkd take up the files
    tidy: tuple[Run, ...]  # once it has let go of what is no longer ours
    retired: tuple[str, ...]  # interfaces that are given up


def files(wanted: Wanted | None) -> dict[str, WantedFile]:
    if wanted is None:
        return {}
    path = f"{FOLDER}/10-linebond-router-{wanted.lan}.network"
    return {path: WantedFile(network_file(wanted).encode(), 0o644)}


def network_file(wanted: Wanted) -> str:
    lines = ["[Match]", f"Name={wanted.lan}", "", "[Link]", "RequiredForOnline=no", "", "[Network]"]
    lines += ["Description=LAN of a bonded line's router"]
    lines += [f"Address={address}" for address in wanted.addresses]
    lines += ["ConfigureWithoutCarrier=yes", "DHCP=no", "IPv6AcceptRA=no"]
    lines += [f"LinkLocalAddressing={'ipv6' if wanted.ipv6 else 'no'}"]
    for route in wanted.routes:
        lines += ["", "[Route]", f"Destination={route.to}", f"Gateway={route.via}"]
        if ":" in route.via:
            lines.append("GatewayOnLink=yes")  # it lies in the network that the route leads to
    return HEADER + "\n" + "\n".join(lines) + "\n"


def forwarding(wanted: Wanted | None) -> WantedSet:
    if wanted is None:
        return WantedSet(SYSCTL_NAME, absent=True)
    values = {"net/ipv4/ip_forward": "1"}
    if wanted.ipv6:
        values["net/ipv6/conf/all/forwarding"] = "1"
    return WantedSet(SYSCTL_NAME, values)


def addresses_in(file: str) -> tuple[str, ...]:
    return tuple(line.partition("=")[2] for line in file.splitlines() if line.startswith("Address="))


def plan_network(seen: Seen, wanted: Wanted | None, files_change: bool, former: tuple[str, ...] = ()) -> NetworkPlan:
    """`former` are the addresses of our file as it is."""
    lan = wanted.lan if wanted else ""
    record = dict(seen.record)
    if wanted and lan not in record:
        own = global_addresses(seen, lan) if managed_by_networkd(seen, lan) else ()
        record[lan] = Before(seen.links[lan].up, own, settings_of(seen, lan))
    retired = tuple(sorted(set(record) - {lan}))
    load: tuple[Run, ...] = ()
    if files_change:
        load = (Run(("networkctl", "reload")),)
    elif wanted and missing(seen, wanted):
        load = (Run(("networkctl", "reconfigure", lan)),)
    tidy = tuple(run for name in retired for run in _restore(seen, name, record[name]))
    if wanted:
        # networkd leaves a link-local address where it is, its own too.
        stale = [each for each in former if each.startswith("fe80:") and each not in wanted.addresses]
        stale = [each.partition("/")[0] for each in stale if each in seen.addresses.get(lan, ())]
        tidy += tuple(Run(("ip", "-6", "address", "flush", "dev", lan, "to", f"{each}/128")) for each in stale)
    return NetworkPlan(record, {name: record[name] for name in record if name == lan}, load, tidy, retired)


def _restore(seen: Seen, name: str, before: Before) -> list[Run]:
    """What networkd does not undo by itself."""
    if name not in seen.links:
        return []
    runs = []
    changed = sysctl.differing(settings_of(seen, name), before.settings)
    if changed:
        runs.append(sysctl.write_live(changed))
    # Last: setting addr_gen_mode gives even a link that is down a link-local address.
    if seen.links[name].up and not before.up:
        runs.append(Run(("ip", "link", "set", "dev", name, "down")))
    return runs


def missing(seen: Seen, wanted: Wanted) -> list[str]:
    """What the LAN still lacks, as a person would say it."""
    if wanted.lan not in seen.links:
        return [f"the interface {wanted.lan}"]
    lacking = [] if seen.links[wanted.lan].up else ["being up"]
    live = seen.addresses.get(wanted.lan, ())
    lacking += [f"the address {address}" for address in wanted.addresses if address not in live]
    routes = seen.routes.get(wanted.lan, frozenset())
    return lacking + [f"the route to {route.to} via {route.via}" for route in wanted.routes if route not in routes]


def left_over(seen: Seen, ours: Mapping[str, Before]) -> list[str]:
    """Addresses that networkd has not yet taken off, without those that another file of its own has."""
    return [
        f"{address} on {name}"
        for name, before in sorted(ours.items())
        for address in global_addresses(seen, name)
        if address not in before.addresses
    ]


def managed_by_networkd(seen: Seen, name: str) -> bool:
    return any(manager["name"] == "networkd" and name in manager["interfaces"] for manager in seen.managers)


def global_addresses(seen: Seen, name: str) -> tuple[str, ...]:
    """Without the link-local ones, which come and go with the link."""
    return tuple(each for each in seen.addresses.get(name, ()) if not each.startswith(("fe80:", "169.254.")))


def shown(seen: Seen, name: str) -> str:
    """An interface as it is, for the diff."""
    up = name in seen.links and seen.links[name].up
    return _text(up, seen.addresses.get(name, ()), seen.routes.get(name, frozenset()))


def shown_wanted(wanted: Wanted) -> str:
    return _text(True, wanted.addresses, wanted.routes)


def shown_given_up(before: Before) -> str:
    return _text(before.up, before.addresses, ())


def _text(up: bool, addresses: tuple[str, ...], routes: frozenset[Route] | tuple[Route, ...]) -> str:
    lines = ["up" if up else "down"]
    lines += [f"address {address}" for address in sorted(addresses) if not address.startswith("fe80:")]
    lines += [f"route {route.to} via {route.via}" for route in sorted(routes, key=str)]
    return "\n".join(lines) + "\n"
