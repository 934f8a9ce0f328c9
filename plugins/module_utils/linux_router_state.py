# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is on a router: links, addresses, routes, managers, NAT rules, and how Ansible came in."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils import sysctl
from ansible_collections.linebond.teql.plugins.module_utils.link import Link, parse_addresses, parse_links
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_iptables import iptables_offending
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import (
    RECORD,
    Record,
    Route,
    load_record,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_nat import Ours
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_nft import nft_offending, told_by_nft
from ansible_collections.linebond.teql.plugins.module_utils.manager import read_managers
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.session import read_session

# A kernel without nf_tables has no rules in it.
NO_NF_TABLES = ("not supported", "Could not fetch rule set generation id", "Protocol not available")


@dataclass(frozen=True)
class WayIn:
    """How Ansible came in, and the way its answers take."""

    interface: str
    address: str
    client: str
    back_by: str  # interface
    back_via: str = ""  # next hop


@dataclass(frozen=True)
class Seen:
    links: Mapping[str, Link] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: Mapping[str, frozenset[Route]] = field(default_factory=dict)  # with a next hop, by interface
    defaults: frozenset[str] = frozenset()  # interfaces that carry a default route
    way_in: WayIn | None = None
    managers: tuple[Mapping[str, Any], ...] = ()
    record: Record = field(default_factory=dict)
    settings: Mapping[str, str | None] = field(default_factory=dict)


def look(runner: Runner, environ: Mapping[str, str]) -> Seen:
    network = look_at_network(runner)
    way_in = read_way_in(runner, environ, network.addresses)
    return _with_kept(runner, replace(network, way_in=way_in, managers=tuple(read_managers(runner))))


def look_again(runner: Runner, before: Seen) -> Seen:
    """After acting: the way in and the managers are as they were."""
    return _with_kept(runner, replace(look_at_network(runner), way_in=before.way_in, managers=before.managers))


def _with_kept(runner: Runner, seen: Seen) -> Seen:
    keys = [key for name in seen.links for key in sysctl.taken_over(name)]
    return replace(seen, record=load_record(runner.read(RECORD)), settings=sysctl.read_live(runner, keys))


def look_at_network(runner: Runner) -> Seen:
    """Links, addresses and routes alone: what changes while one waits for it."""
    shown = runner.json("ip", "-j", "-d", "address", "show")
    listed = [runner.json("ip", "-j", family, "route", "show") for family in ("-4", "-6")]
    return Seen(
        links=parse_links(shown),
        addresses=parse_addresses(shown),
        routes=parse_routes(listed[0] + listed[1]),
        defaults=parse_default_devices(listed[0] + listed[1]),
    )


def settings_of(seen: Seen, interface: str) -> dict[str, str]:
    """What networkd would change, as it is now."""
    values = {key: seen.settings.get(key) for key in sysctl.taken_over(interface)}
    return {key: value for key, value in values.items() if value is not None}


def parse_routes(entries: list[dict[str, Any]]) -> dict[str, frozenset[Route]]:
    found: dict[str, set[Route]] = {}
    for entry in entries:
        if "gateway" in entry and "dev" in entry and entry["dst"] != "default":
            network = str(ipaddress.ip_network(entry["dst"], strict=False))
            found.setdefault(entry["dev"], set()).add(Route(network, entry["gateway"]))
    return {device: frozenset(routes) for device, routes in found.items()}


def parse_default_devices(entries: list[dict[str, Any]]) -> frozenset[str]:
    defaults = [entry for entry in entries if entry.get("dst") == "default"]
    hops = [hop for entry in defaults for hop in [entry, *entry.get("nexthops", [])]]
    return frozenset(hop["dev"] for hop in hops if "dev" in hop)


def read_way_in(runner: Runner, environ: Mapping[str, str], addresses: Mapping[str, tuple[str, ...]]) -> WayIn | None:
    session = read_session(runner, environ, addresses)
    if session is None:
        return None
    return WayIn(*(session[key] for key in ("interface", "address", "client", "back_by", "back_via")))


def read_nat(runner: Runner, networks: tuple[str, ...], lan: str) -> list[str]:
    """The rules that would translate packets from these networks, each quoted with its author."""
    found: list[str] = []
    for network in networks:
        ours = Ours(ipaddress.ip_network(network), lan)
        six = "6" if ours.block.version == 6 else ""
        saved = False
        for tool in (f"ip{six}tables-save", f"ip{six}tables-legacy-save"):
            text = _listing(runner, tool)
            saved = saved or "nf_tables" in text
            found += [f"iptables: {rule}" for rule in iptables_offending(text, ours)]
        rules = nft_offending(_listing(runner, "nft", "-j", "list", "ruleset"), ours, iptables_read=saved)
        found += [f"nft: {_quoted(runner, rule)}" for rule in rules]
    return list(dict.fromkeys(found))


def _listing(runner: Runner, *argv: str) -> str:
    if not runner.has(argv[0]):
        return ""
    rc, out, err = runner.try_run(*argv)
    if rc != 0 and not any(sign in err for sign in NO_NF_TABLES):
        reason = " ".join(err.split())
        raise LinebondError(
            f"Whether this router translates addresses cannot be seen, {' '.join(argv)} fails: {reason}. "
            "Mend that, or set routers_allow_nat: true to go on without looking."
        )
    return out if rc == 0 else ""


def _quoted(runner: Runner, rule: str) -> str:
    family, table, chain, _word, handle = rule.split(" ")
    rc, out, _err = runner.try_run("nft", "-a", "list", "chain", family, table, chain)
    text = told_by_nft(out, handle) if rc == 0 else ""
    return f"{text} (nft delete rule {rule})" if text else rule
