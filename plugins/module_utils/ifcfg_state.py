# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the network scripts have set on interfaces and what they set for the role bonding before."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.file_block import is_bare, take_out
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import ifcfg_file, pending_file
from ansible_collections.linebond.teql.plugins.module_utils.link import parse_addresses
from ansible_collections.linebond.teql.plugins.module_utils.route import parse_defaults
from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError, Runner

DHCP_CLIENTS = ("/var/run/dhclient-{}.pid", "/var/run/dhclient6-{}.pid")  # as the scripts name them


@dataclass(frozen=True)
class Interface:
    """What the scripts, or the hook that they call, set on one."""

    addresses: tuple[str, ...] = ()  # with prefix
    gateways: tuple[tuple[str, int], ...] = ()  # next hops of default routes, with their metric
    neighbours: tuple[tuple[str, str], ...] = ()  # permanent ones: address and MAC
    proxies: tuple[str, ...] = ()  # IPv6 addresses that it answers for


NOTHING = Interface()


@dataclass(frozen=True)
class State:
    interfaces: Mapping[str, Interface] = field(default_factory=dict)
    record: Mapping[str, Interface] = field(default_factory=dict)  # what we had set
    dhcp: frozenset[str] = frozenset()  # where a client runs that keeps an address
    sites: frozenset[str] = frozenset()  # those that have an ifcfg file without us
    pending: bool = False  # an ifup of the bond has failed


def record_path(bond: str) -> str:
    return f"{KEPT}{bond}-ifcfg.json"


def dump_record(record: Mapping[str, Interface]) -> str:
    return json.dumps({name: vars(each) for name, each in record.items()}, indent=2, sort_keys=True) + "\n"


def load_record(text: str | None, path: str) -> dict[str, Interface]:
    try:
        found = json.loads(text) if text is not None else {}
        return {
            name: Interface(
                tuple(each["addresses"]),
                tuple((hop, metric) for hop, metric in each["gateways"]),
                tuple((address, mac) for address, mac in each["neighbours"]),
                tuple(each["proxies"]),
            )
            for name, each in found.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LinebondError(
            f"{path}, which keeps what the network scripts set for the bond, cannot be read ({error}): mend it, or "
            "remove it to start anew."
        ) from error


def read_state(runner: Runner, bond: str, wanted: Mapping[str, Interface]) -> State:
    path = record_path(bond)
    record = load_record(runner.read(path), path)
    names = sorted({*wanted, *record})
    return State(
        _read_interfaces(runner, names),
        record,
        frozenset(name for name in names if any(runner.exists(each.format(name)) for each in DHCP_CLIENTS)),
        frozenset(name for name in names if name in record and _has_sites_file(runner, bond, name)),
        runner.exists(pending_file(bond)),
    )


def _has_sites_file(runner: Runner, bond: str, name: str) -> bool:
    text = runner.read(ifcfg_file(name))
    if text is None or name == bond:  # the bond's file is ours as a whole
        return False
    return not is_bare(take_out(text.encode("utf-8", "surrogateescape")))


def _read_interfaces(runner: Runner, names: Iterable[str]) -> dict[str, Interface]:
    addresses = parse_addresses(runner.json("ip", "-j", "-d", "addr", "show"))
    hops: dict[str, list[tuple[str, int]]] = {}
    for family in (4, 6):  # a kernel without IPv6 fails here
        for route in parse_defaults(runner.try_json("ip", "-j", f"-{family}", "route", "show", "default"), family):
            for gateway, device in route.hops:
                hops.setdefault(device, []).append((gateway, route.metric))
    neighbours = _by_device(runner.try_json("ip", "-j", "neigh", "show", "nud", "permanent"))
    proxies = _by_device(runner.try_json("ip", "-j", "-6", "neigh", "show", "proxy"))
    return {
        name: Interface(
            tuple(each for each in addresses[name] if not each.startswith("fe80:")),
            tuple(hops.get(name, ())),
            tuple((row["dst"], row.get("lladdr", "")) for row in neighbours.get(name, ())),
            tuple(row["dst"] for row in proxies.get(name, ())),
        )
        for name in names
        if name in addresses
    }


def _by_device(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if "dst" in row and "dev" in row:
            found.setdefault(row["dev"], []).append(row)
    return found
