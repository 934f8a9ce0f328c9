# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses and next hops that a network manager is to set or to give up, by interface, and which are there."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import normal_address, normal_gateway
from ansible_collections.linebond.teql.plugins.module_utils.link import parse_addresses
from ansible_collections.linebond.teql.plugins.module_utils.route import parse_defaults
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner

POLL = 0.2  # seconds between two readings

Given = Dict[str, List[str]]


def normal_one(value: str) -> str:
    """An address with its prefix, or a next hop without one. ValueError, TypeError: it is neither."""
    return (normal_address if "/" in value else normal_gateway)(value)


def normal(option: str, given: Mapping[str, Any]) -> Given:
    """Addresses have their prefix; without one it is the next hop of a default route."""
    found: Given = {}
    for interface, values in given.items():
        try:
            found[interface] = [normal_one(value) for value in values]
        except (TypeError, ValueError):
            raise LinebondError(f"{option}.{interface}: {values!r} is no list of addresses.") from None
    return found


def held(runner: Runner) -> Given:
    """What every interface has now."""
    has = {name: list(found) for name, found in parse_addresses(runner.json("ip", "-j", "-d", "addr", "show")).items()}
    for family in (4, 6):  # a kernel without IPv6 fails here
        for route in parse_defaults(runner.try_json("ip", "-j", f"-{family}", "route", "show", "default"), family):
            for gateway, interface in route.hops:
                has.setdefault(interface, []).append(gateway)
    return has


def still_there(runner: Runner, gone: Given) -> Given:
    """What of it the interfaces have now."""
    return _part(held(runner), gone, there=True)


def still_missing(runner: Runner, wanted: Given) -> Given:
    """What of it they do not have yet."""
    return _part(held(runner), wanted, there=False)


def _part(has: Given, given: Given, there: bool) -> Given:
    found = {
        interface: [each for each in values if (each in has.get(interface, ())) == there]
        for interface, values in given.items()
    }
    return {interface: values for interface, values in found.items() if values}


def await_gone(runner: Runner, gone: Given, seconds: float) -> Given:
    """What is still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        left = still_there(runner, gone)
        if not left or time.monotonic() >= deadline:
            return left
        time.sleep(POLL)
