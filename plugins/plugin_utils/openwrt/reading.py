# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at an OpenWrt router: the command that shows everything, and what its output says."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ...module_utils.linux_router_model import Wanted
from .model import RouterError
from .plan import CONFIGS, SERVICES
from .uci import Configs, parse_export

MARK = "=== linebond "
LOOK = "\n".join(
    [
        f"say() {{ echo; echo '{MARK}'\"$1\"; }}",
        "say way; echo $SSH_CONNECTION",
        "say uci; command -v uci || exit 0",
        "say services",
        f"for s in {' '.join(SERVICES)}; do [ ! -x /etc/init.d/$s ] || echo $s; done",
        f"for c in {' '.join(CONFIGS)}; do",
        "[ -e /etc/config/$c ] || continue",
        'say "config $c"; uci export $c || exit 1',
        'say "staged $c"; uci changes $c',
        "done",
        "say addresses; ip -o address show",
        "say routes; ip -4 route show; ip -6 route show",
    ]
)


@dataclass(frozen=True)
class Seen:
    """A router at one moment."""

    configs: Configs
    services: tuple[str, ...]
    staged: Mapping[str, tuple[str, ...]]  # by config: what somebody changed and did not commit
    addresses: frozenset[tuple[str, str]]  # (device, address with prefix)
    routes: frozenset[tuple[str, str]]  # (network, next hop)
    came_in_by: str = ""  # the router's address that Ansible's connection has


def parse_look(text: str) -> Seen:
    """RouterError when this is no OpenWrt, or its configuration is beyond understanding."""
    parts: dict[str, str] = {}
    for part in ("\n" + text).split(f"\n{MARK}")[1:]:
        name, _end, body = part.partition("\n")
        parts[name.strip()] = body
    if not parts.get("uci", "").strip():
        raise RouterError(
            "This router has no command uci, so it does not run OpenWrt: name its platform in routers_platform, or "
            "take manual, which prints what to set by hand."
        )
    if "routes" not in parts:
        raise RouterError(
            f"The router's configuration could not be read to its end; it ends with: {text[-300:].strip()}"
        )
    configs = {}
    for name in CONFIGS:
        if f"config {name}" in parts:
            try:
                configs[name] = parse_export(parts[f"config {name}"])
            except ValueError as error:
                raise RouterError(f"`uci export {name}` prints what cannot be read: {error}.") from None
    way = parts.get("way", "").split()
    return Seen(
        configs=configs,
        services=tuple(parts["services"].split()),
        staged={name: lines for name in CONFIGS if (lines := tuple(parts.get(f"staged {name}", "").split("\n")[:-1]))},
        addresses=frozenset(_addresses(parts["addresses"])),
        routes=frozenset(_routes(parts["routes"])),
        came_in_by=way[2].removeprefix("::ffff:") if len(way) == 4 else "",
    )


def _addresses(text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        words = line.replace("\\", " ").split()
        for family in ("inet", "inet6"):
            if family in words[2:-1]:
                address = words[words.index(family) + 1]
                peer = words[words.index("peer") + 1] if "peer" in words else ""
                full = address if "/" in address else f"{address}/{peer.partition('/')[2] or 32}"
                found.append((words[1].rstrip(":"), str(ipaddress.ip_interface(full))))
    return found


def _routes(text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        words = line.split()
        if "via" in words[1:-1] and words[0] != "default":
            network = str(ipaddress.ip_network(words[0], strict=False))
            found.append((network, str(ipaddress.ip_address(words[words.index("via") + 1]))))
    return found


def missing(seen: Seen, wanted: Wanted) -> list[str]:
    """What the running system lacks of it, as a person would say it."""
    live = {address for _device, address in seen.addresses}
    lacking = [f"the address {each}" for each in wanted.addresses if str(ipaddress.ip_interface(each)) not in live]
    routes = ((route.to, route.via) for route in wanted.routes)
    return lacking + [f"the route to {to} via {via}" for to, via in routes if (to, via) not in seen.routes]


def left_over(seen: Seen, gone: Collection[str]) -> list[str]:
    """Which of the addresses (without prefix) that were taken off are still there."""
    return sorted(
        f"the removal of {address}" for _device, address in seen.addresses if address.partition("/")[0] in gone
    )
