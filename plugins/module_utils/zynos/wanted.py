# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router shall be like, by the options of the module zynos_lan. Pure."""

from __future__ import annotations

import ipaddress
from typing import Any, Mapping

from .errors import ZynosError
from .lan import ALIAS, MAIN, Route, Slot
from .plan import State


def wanted_from(params: Mapping[str, Any]) -> State:
    """What the options ask for; ZynosError names the option that is wrong."""
    slots = {MAIN: Slot(True, _prefixed(params, "address"), "none")}
    if params["common_address"]:
        slots[ALIAS] = Slot(True, _prefixed(params, "common_address"))
    routes = {}
    if params["public_network"]:
        routes[params["route_index"]] = Route(_network(params["public_network"]), params["gateway"])
    return State(slots, dict.fromkeys(params["wan_nodes"], "none"), routes)


def _network(text: str) -> str:
    try:
        return str(ipaddress.IPv4Network(text))
    except ValueError as error:
        raise ZynosError(f"public_network: {text!r} is no IPv4 network, like 192.0.2.0/29 ({error})") from None


def _prefixed(params: Mapping[str, Any], option: str) -> str:
    text = params[option]
    try:
        if "/" not in text:
            raise ValueError("it has no prefix")
        return str(ipaddress.IPv4Interface(text))
    except ValueError as error:
        raise ZynosError(f"{option}: {text!r} is no IPv4 address with prefix, like 172.16.0.1/30 ({error})") from None
