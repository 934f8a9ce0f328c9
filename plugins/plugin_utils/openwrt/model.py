# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What OpenWrt's configuration has to say for the box to be the router of one line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...module_utils.linux_router_model import Wanted
from .uci import Configs, Place, Section, Value

RECORD = "linebond"  # our own config file: what was there before, and it outlives an upgrade of the firmware
TRUE = frozenset(["1", "on", "true", "yes", "enabled"])
FALSE = frozenset(["0", "off", "false", "no", "disabled", None])

Key = tuple[Place, str]  # a section and an option of it


@dataclass(frozen=True)
class Target:
    """What an option is set to, and which other values mean the same."""

    value: Value
    same: frozenset[Value] = frozenset()

    def met_by(self, value: Value) -> bool:
        return value == self.value or value in self.same


@dataclass(frozen=True)
class Desired:
    """Options of sections that others own, and whole sections that are ours."""

    targets: Mapping[Key, Target]
    own: Mapping[Place, Section]


class RouterError(ValueError):
    """Something a person has to put right; the text is the whole message."""


def desired(configs: Configs, wanted: Wanted, wan_zone: str) -> Desired:
    """The settings of a router; RouterError names what is missing on this one."""
    lan = Place("network", wanted.lan)
    section = _interface(configs, wanted.lan)
    if section.options.get("gateway"):
        raise RouterError(
            f"network.{wanted.lan}.gateway: the default route leads over the LAN to {section.options['gateway']}, so "
            "this box is no router of a line: remove that option, or name the port to the gateway in "
            "routers_lan_interface."
        )
    four = tuple(each for each in wanted.addresses if ":" not in each)
    six = tuple(each for each in wanted.addresses if ":" in each)
    targets = {
        (lan, "proto"): Target("static"),
        (lan, "ipaddr"): Target(four),
        (lan, "netmask"): Target(None),
    }
    if six:
        targets[lan, "ip6addr"] = Target(six)
    targets.update(_dhcp(configs, wanted.lan))
    own = {}
    for name, route in zip(("linebond_block", "linebond_block6"), wanted.routes, strict=False):
        options = {"interface": wanted.lan, "target": route.to, "gateway": route.via}
        if ":" in route.via:
            options["onlink"] = "1"  # it lies in the network that the route leads to
        own[Place("network", name)] = Section("route6" if ":" in route.via else "route", name, options)
    if "firewall" in configs:
        inner, outer = _zones(configs, wanted.lan, wan_zone)
        targets.update(_unfiltered(inner, outer))
        own.update(_rules(inner, outer, wanted.networks))
    return Desired(targets, own)


def _interface(configs: Configs, name: str) -> Section:
    found = Place("network", name).find(configs)
    if not found or found[1].type != "interface":
        there = [
            each.name for each in configs.get("network", ()) if each.type == "interface" and each.name != "loopback"
        ]
        raise RouterError(
            f"routers_lan_interface: this router's /etc/config/network has no interface {name}; it has "
            f"{', '.join(there) or 'none'}."
        )
    return found[1]


def _dhcp(configs: Configs, lan: str) -> dict[Key, Target]:
    """Nobody on the line asks for an address: no leases (dnsmasq), no router advertisements (odhcpd)."""
    place = Place("dhcp", "", "dhcp", "interface", lan)
    if not place.find(configs):
        return {}
    off = dict.fromkeys(("dhcpv4", "dhcpv6", "ra"), Target("disabled", frozenset([None])))
    return {(place, option): target for option, target in {"ignore": Target("1", TRUE), **off}.items()}


def _zones(configs: Configs, lan: str, wan_zone: str) -> tuple[str, str]:
    """The names of the LAN's zone and the line's."""
    zones = {str(each.options.get("name", "")): each for each in configs["firewall"] if each.type == "zone"}
    there = ", ".join(zones) or "none"
    if wan_zone not in zones:
        raise RouterError(
            f"routers_wan_zone: this router's firewall has no zone {wan_zone}; it has {there}. Name the line's."
        )
    inner = [name for name, zone in zones.items() if lan in zone.words("network")]
    if not inner:
        raise RouterError(
            f"no zone of this router's firewall holds the interface {lan} (the zones: {there}): put it into one, "
            f"such as `uci add_list firewall.@zone[0].network={lan}`, and commit."
        )
    if inner[0] == wan_zone:
        raise RouterError(
            f"routers_wan_zone: {wan_zone} holds the LAN {lan} as well, so it cannot be the line's zone "
            f"(the zones: {there})."
        )
    return inner[0], wan_zone


def _unfiltered(inner: str, outer: str) -> dict[Key, Target]:
    """No address is translated, and the half of a connection that is seen here counts as well."""
    off = Target("0", FALSE)
    zones = {Place("firewall", "", "zone", "name", name) for name in (inner, outer)}
    targets = {(zone, option): off for zone in sorted(zones, key=str) for option in ("masq", "masq6")}
    targets[Place("firewall", "", "defaults"), "drop_invalid"] = off
    return targets


def _rules(inner: str, outer: str, networks: Iterable[str]) -> dict[Place, Section]:
    """The block may pass both ways."""
    rules = {}
    for network in networks:
        six = "6" if ":" in network else ""
        for way, source, target, word in (("in", outer, inner, "dest_ip"), ("out", inner, outer, "src_ip")):
            name = f"linebond_{way}{six}"
            options = {
                "name": f"Bonded block, {way}{' (IPv6)' if six else ''}",
                "src": source,
                "dest": target,
                "proto": "all",
                word: network,
                "family": "ipv6" if six else "ipv4",
                "target": "ACCEPT",
            }
            rules[Place("firewall", name)] = Section("rule", name, options)
    return rules
