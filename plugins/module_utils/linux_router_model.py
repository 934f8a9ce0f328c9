# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router of one line should be, and what it was before us."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError

NAME = "linux_router"  # of the file set
SYSCTL_NAME = "60-linebond-router"
RECORD = f"{KEPT}linux_router.json"


@dataclass(frozen=True)
class Route:
    to: str
    via: str


@dataclass(frozen=True)
class Wanted:
    """One line's router. The first address is its own; networks are those that must not be translated."""

    lan: str
    addresses: tuple[str, ...]
    routes: tuple[Route, ...]

    @property
    def ipv6(self) -> bool:
        return any(":" in route.to for route in self.routes)

    @property
    def networks(self) -> tuple[str, ...]:
        return tuple(route.to for route in self.routes)


@dataclass(frozen=True)
class Before:
    """How an interface was when we came."""

    up: bool = False
    addresses: tuple[str, ...] = ()  # those that networkd had from another file: they come back by themselves
    settings: Mapping[str, str] = field(default_factory=dict)


Record = Mapping[str, Before]  # by interface


# Options of every module that makes a box the router of a line.
SHARED_OPTIONS: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "address": {"type": "str"},
    "gateway": {"type": "str"},
    "common_address": {"type": "str"},
    "public_network": {"type": "str"},
    "common_address6": {"type": "str"},
    "public_network6": {"type": "str"},
    "gateway6": {"type": "str"},
    "extra_addresses": {"type": "list", "elements": "str", "default": []},
}
NEEDED = [("state", "present", ["address", "gateway", "public_network"])]
TOGETHER = [("public_network6", "gateway6")]
REQUIRED_BY = {"common_address6": ["public_network6"]}


def wanted_from(params: Mapping[str, Any], lan: str) -> Wanted:
    """The options, checked; raises with all complaints at once."""
    problems: list[str] = []

    def read(option: str, parse: Any, example: str, value: Any = None) -> Any:
        value = params[option] if value is None else value
        try:
            return parse(value)
        except ValueError:
            problems.append(f"{option}: {value!r} is wrong, write it like {example}.")
            return None

    address = read("address", _with_prefix(4), "172.16.0.1/30")
    gateway = read("gateway", ipaddress.IPv4Address, "172.16.0.2")
    common = params["common_address"] and read("common_address", ipaddress.IPv4Address, "192.0.2.1")
    public = read("public_network", ipaddress.IPv4Network, "192.0.2.0/29")
    extra = [
        read("extra_addresses", _with_prefix(6 if ":" in text else 4), "192.168.1.1/24", text)
        for text in params["extra_addresses"] or []
    ]
    if address and gateway and gateway not in address.network:
        problems.append(f"gateway: {gateway} is outside the network of address {address}.")
    elif address and gateway == address.ip:
        problems.append(f"gateway: {gateway} is the router's own address; give that of the gateway on this line.")
    if common and public and common not in public:
        problems.append(f"common_address: {common} is outside public_network {public}.")
    addresses, routes = [address], [Route(str(public), str(gateway))]
    if common:
        addresses.append(f"{common}/32")
    if params.get("public_network6"):
        public6 = read("public_network6", ipaddress.IPv6Network, "2001:db8:1::/64")
        gateway6 = read("gateway6", ipaddress.IPv6Address, "2001:db8:1::2")
        if params.get("common_address6"):
            common6 = read("common_address6", ipaddress.IPv6Address, "fe80::1")
            addresses.append(f"{common6}/64" if common6 and common6.is_link_local else f"{common6}/128")
        routes.append(Route(str(public6), str(gateway6)))
    if problems:
        raise LinebondError(" ".join(problems))
    return Wanted(lan, tuple(dict.fromkeys(str(each) for each in [*addresses, *extra])), tuple(routes))


def _with_prefix(version: int) -> Any:
    def parse(text: str) -> Any:
        if "/" not in text:
            raise ValueError(text)
        return ipaddress.IPv4Interface(text) if version == 4 else ipaddress.IPv6Interface(text)

    return parse


def dump_record(record: Record) -> str | None:
    """None when there is nothing to keep."""
    kept = {name: asdict(before) for name, before in sorted(record.items())}
    return json.dumps(kept, indent=2, sort_keys=True) + "\n" if kept else None


def load_record(text: str | None) -> Record:
    try:
        return {
            name: Before(item["up"], tuple(item["addresses"]), dict(item["settings"]))
            for name, item in json.loads(text or "{}").items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LinebondError(
            f"{RECORD}, which keeps what was there before, cannot be read ({error}): mend it, or remove it to "
            "start anew."
        ) from error
