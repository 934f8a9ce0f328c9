# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be run so that the network is again as it was: ordered commands. Pure."""

from __future__ import annotations

from typing import Collection, Iterator, Sequence, Tuple

from ansible_collections.linebond.teql.plugins.module_utils.kernel import MODULE
from ansible_collections.linebond.teql.plugins.module_utils.rollback_network import Network, after
from ansible_collections.linebond.teql.plugins.module_utils.tc import TEQL

Command = Tuple[str, ...]

KERNELS_OWN = "0:"  # the handle of a root qdisc that nobody attached
NO_QDISC = ("", KERNELS_OWN)


def plan_network(before: Network, now: Network, ours: Collection[str]) -> list[Command]:
    """None when all is as it was.

    Of other people's interfaces what is missing comes back, and nothing is taken away: what is new there since then
    is theirs. Ways come before what they take the place of goes.
    """
    commands = list(_equalizers(before, now))
    commands += _links(before, now, ours)
    commands += _membership(before, now, ours)
    commands += _missing_addresses(before, now)
    commands += _missing_routes(before, now)
    commands += _surplus(before, now, ours)
    commands += _settings(before, now)
    commands += _down_again(before, now, ours)
    commands += _unload(before, now)
    return commands


def plan_booted(before: Network, now: Network, ours: Collection[str]) -> list[Command]:
    """After another boot: addresses and routes are for those who read the files, once they do. What udev and the kernel
    had already taken from the wrong ones is put right."""
    commands = list(_equalizers(before, now))
    commands += [command for command in _links(before, now, ours) if command[-1] != "up"]
    commands += _membership(before, now, ours)
    commands += _settings(before, now)
    commands += _unload(before, now)
    return commands


def _equalizers(before: Network, now: Network) -> Iterator[Command]:
    wanted = [name for name in before.links if TEQL.match(name)]
    if any(name not in now.links for name in wanted):
        yield ("modprobe", MODULE, f"max_equalizers={len(wanted)}")


def _links(before: Network, now: Network, ours: Collection[str]) -> Iterator[Command]:
    for name, link in sorted(before.links.items()):
        if name not in now.links:
            continue
        if name in ours:
            for key in ("mtu", "group"):
                if now.links[name][key] != link[key]:
                    yield ("ip", "link", "set", "dev", name, key, str(link[key]))
        if link["up"] and not now.links[name]["up"] and not TEQL.match(name):
            yield ("ip", "link", "set", "dev", name, "up")


def _membership(before: Network, now: Network, ours: Collection[str]) -> Iterator[Command]:
    """Members join before others leave, and a bond that has one goes up."""
    leaving: list[Command] = []
    for name in sorted(ours):
        had, has = (tuple(network.qdiscs.get(name, NO_QDISC)) for network in (before, now))
        if name not in before.links or name not in now.links or TEQL.match(name):
            continue
        if TEQL.match(had[0]):
            if had[0] != has[0]:
                yield ("tc", "qdisc", "replace", "dev", name, "root", had[0])
        elif TEQL.match(has[0]):
            if had[1] == KERNELS_OWN:
                leaving.append(("tc", "qdisc", "del", "dev", name, "root"))
            else:
                leaving.append(("tc", "qdisc", "replace", "dev", name, "root", "handle", had[1], had[0], *had[2:]))
    for name, link in sorted(before.links.items()):
        if TEQL.match(name) and link["up"] and not now.links.get(name, {"up": False})["up"]:
            yield ("ip", "link", "set", "dev", name, "up")
    yield from leaving


def _missing_addresses(before: Network, now: Network) -> Iterator[Command]:
    for name, addresses in sorted(before.addresses.items()):
        if name in now.links:
            for address, words in addresses.items():
                if address not in now.addresses.get(name, {}):
                    yield ("ip", "addr", "add", *words, "dev", name)


def lasting(route: Sequence[str]) -> tuple[str, ...]:
    """What tells a route from others: all but the seconds that it has left."""
    if "expires" not in route:
        return tuple(route)
    place = list(route).index("expires")
    return (*route[:place], *route[place + 2 :])


def _key(route: Sequence[str]) -> tuple[str, ...]:
    """What `ip route replace` goes by."""
    first = 2 if route[1] in ("unreachable", "blackhole", "prohibit", "throw") else 1
    return (route[0], route[first], *(after(route, word) for word in ("tos", "metric", "table")))


def devices(route: Sequence[str]) -> list[str]:
    return [route[place + 1] for place, word in enumerate(route[:-1]) if word == "dev"]


def _missing_routes(before: Network, now: Network) -> Iterator[Command]:
    had = {lasting(route) for route in before.routes}
    has = {lasting(route) for route in now.routes}
    kept = [_key(route) for route in has & had]
    for route in before.routes:
        if lasting(route) not in has and all(device in now.links for device in devices(route)):
            verb = "append" if _key(route) in kept else "replace"
            kept.append(_key(route))
            yield ("ip", f"-{route[0]}", "route", verb, *route[1:])


def _surplus(before: Network, now: Network, ours: Collection[str]) -> Iterator[Command]:
    had = {lasting(route) for route in before.routes}
    coming = {_key(route) for route in before.routes if lasting(route) not in {lasting(each) for each in now.routes}}
    for route in now.routes:
        used = devices(route)
        replaced = _key(route) in coming and route[0] == "4"  # by the one that comes back; IPv6 keeps both
        if lasting(route) not in had and used and all(each in ours for each in used) and not replaced:
            yield ("ip", f"-{route[0]}", "route", "del", *lasting(route)[1:])
    for name in sorted(ours):
        for address in now.addresses.get(name, {}):
            if address not in before.addresses.get(name, {}):
                yield ("ip", "addr", "del", address, "dev", name)


def _settings(before: Network, now: Network) -> Iterator[Command]:
    changed = [
        f"{key}={value}" for key, value in sorted(before.sysctls.items()) if now.sysctls.get(key, value) != value
    ]
    if changed:
        yield ("sysctl", "-w", *changed)


def _down_again(before: Network, now: Network, ours: Collection[str]) -> Iterator[Command]:
    for name in sorted(ours, reverse=True):  # a VLAN before its port
        link = before.links.get(name, {"up": False})
        if name in now.links and now.links[name]["up"] and not link["up"]:
            yield ("ip", "link", "set", "dev", name, "down")


def _unload(before: Network, now: Network) -> Iterator[Command]:
    if any(TEQL.match(name) for name in now.links) and not any(TEQL.match(name) for name in before.links):
        yield ("modprobe", "-r", MODULE)
