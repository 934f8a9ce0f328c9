# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every line needs so that a probe leaves over it however the kernel routes: a table of its own, and rules to it.

Table and priority of line number i are `table` + i. Whoever binds to the line's interface, or has its management
address as source and goes far, is routed there. What the monitor makes carries its protocol number (RTPROT of routes,
FRA_PROTOCOL of rules, NDA_PROTOCOL of neighbours), so that it takes away what is its own and nothing else.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from teql_monitor.netlink import route
from teql_monitor.netlink.address import BITS, canonical
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

if TYPE_CHECKING:
    from teql_monitor.config import Config, LineConfig

# The letter q: nobody in iproute2's rt_protos or FRR has it, and the kernel does not interpret it.
OUR_PROTOCOL = 113
IPV6_METRIC = 1024  # what the kernel takes when an IPv6 route comes without one
LINK_LOCAL = "fe80::/64"
MAIN = 254  # RT_TABLE_MAIN

Pin = TypeVar("Pin", Rule, Route, Neighbour)


class Pins(NamedTuple):
    """In the order in which they can be made: a rule to an empty table does no harm."""

    rules: tuple[Rule, ...] = ()
    routes: tuple[Route, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.routes or self.neighbours)


class Changes(NamedTuple):
    """First remove, then add."""

    remove: Pins
    add: Pins

    def __bool__(self) -> bool:
        return bool(self.remove or self.add)


def wanted(line: LineConfig, config: Config, link: Link | None) -> Pins:
    """Rules name the interface and need no link; the rest can only be there while it is up."""
    table = config.table + config.lines.index(line)
    families = [4, 6] if config.common_address6 else [4]
    rules = [_rule(family, table, out_interface=line.interface) for family in families]
    if line.host:
        source = f"{canonical(line.host)}/{BITS[4]}"
        # What is near, such as the office's LAN, is reached as ever.
        rules.append(Rule(4, config.table - 1, MAIN, source, protocol=OUR_PROTOCOL, but_default=True))
        rules.append(_rule(4, table, source=source))
    if link is None or not link.up:
        return Pins(rules=tuple(rules))
    routes = [each for family in families for each in _routes(line, config, family, table, link.device)]
    return Pins(tuple(rules), tuple(routes), tuple(_neighbours(line, config, link.device)))


def wanted_of_all(config: Config, links: Mapping[str, Link]) -> Pins:
    pins = [wanted(line, config, links.get(line.interface)) for line in config.lines]
    return Pins(
        tuple(rule for each in pins for rule in each.rules),
        tuple(route for each in pins for route in each.routes),
        tuple(neighbour for each in pins for neighbour in each.neighbours),
    )


def missing(wanted: Pins, found: Pins) -> Changes:
    """What to add, whoever made what is there; and what of ours is wanted no longer."""
    rules, routes, neighbours = _senses(found.rules), _senses(found.routes), _senses(found.neighbours)
    kept_addresses = {(each.device, each.address) for each in wanted.neighbours}
    return Changes(
        remove=Pins(
            _unwanted(found.rules, wanted.rules),
            _unwanted(found.routes, wanted.routes),
            # Another MAC is set in place of the old one, without a gap.
            tuple(
                each
                for each in _unwanted(found.neighbours, wanted.neighbours)
                if (each.device, each.address) not in kept_addresses
            ),
        ),
        add=Pins(
            tuple(each for each in wanted.rules if _sense(each) not in rules),
            tuple(each for each in wanted.routes if _sense(each) not in routes),
            tuple(each for each in wanted.neighbours if _sense(each) not in neighbours),
        ),
    )


def _rule(family: int, table: int, source: str = "", out_interface: str = "") -> Rule:
    return Rule(family, table, table, source, out_interface, OUR_PROTOCOL)


def _routes(line: LineConfig, config: Config, family: int, table: int, device: int) -> list[Route]:
    """Neighbours on the wire are reached directly, all else over the line's router."""
    common = (config.common_address if family == 4 else config.common_address6) or ""
    routes = []
    if line.kind != "pppoe":
        network = _management_network(line) if family == 4 else LINK_LOCAL
        if network:
            routes.append(_route(family, table, device, network))
        routes.append(_route(family, table, device, gateway=canonical(common)))
    else:
        routes.append(_route(family, table, device))
    return routes


def _route(family: int, table: int, device: int, destination: str = route.DEFAULT, gateway: str = "") -> Route:
    return Route(
        family=family,
        table=table,
        destination=destination,
        gateway=gateway,
        device=device,
        # IPv6 has no scopes of routes.
        scope=route.UNIVERSE if gateway or family == 6 else route.LINK_SCOPE,
        protocol=OUR_PROTOCOL,
        metric=IPV6_METRIC if family == 6 else 0,
        # The common address is in no network of the port.
        onlink=bool(gateway),
    )


def _management_network(line: LineConfig) -> str:
    """Empty where the line has no address, or one without neighbours."""
    if not line.address:
        return ""
    network = ipaddress.IPv4Interface(line.address).network
    return "" if network.prefixlen == BITS[4] else str(network)


def _neighbours(line: LineConfig, config: Config, device: int) -> Iterable[Neighbour]:
    if line.router_mac and line.kind != "pppoe":
        for address in (config.common_address, config.common_address6):
            if address:
                yield Neighbour(device, canonical(address), line.router_mac.lower(), True, OUR_PROTOCOL)


def _sense(pin: object) -> tuple[object, ...]:
    """What makes two of them do the same, whoever made them."""
    if isinstance(pin, Rule):
        return (pin.family, pin.priority, pin.table, pin.source, pin.out_interface, pin.but_default, pin.plain)
    if isinstance(pin, Route):
        return (pin.family, pin.table, pin.destination, pin.gateway, pin.device, pin.type)
    assert isinstance(pin, Neighbour)
    return (pin.device, pin.address, pin.mac, pin.permanent)


def _senses(pins: Iterable[object]) -> set[tuple[object, ...]]:
    return {_sense(pin) for pin in pins}


def _unwanted(found: Iterable[Pin], wanted: Iterable[Pin]) -> tuple[Pin, ...]:
    kept = _senses(wanted)
    return tuple(each for each in found if each.protocol == OUR_PROTOCOL and _sense(each) not in kept)
