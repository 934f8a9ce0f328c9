# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a caller of bond_info expects of the bond, in the normal form."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError


@dataclass(frozen=True)
class Expected:
    """What the bond should have. No members given: every port should be one."""

    members: Sequence[str] | None = None
    addresses: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    port_addresses: Mapping[str, str] = field(default_factory=dict)


def normal_address(address: str) -> str:
    """With prefix."""
    return ipaddress.ip_interface(address).with_prefixlen


def normal_gateway(gateway: str) -> str:
    return str(ipaddress.ip_address(gateway))


def expected_from(params: Mapping[str, Any]) -> Expected:
    def normal(option: str, value: Any, parse: Callable[[str], str], example: str) -> str:
        try:
            return parse(str(value))
        except ValueError:
            raise LinebondError(f"{option}: {value!r} is no address: write it like {example}.") from None

    def all_of(option: str, parse: Callable[[str], str], example: str) -> tuple[str, ...]:
        given = enumerate(params[option])
        return tuple(normal(f"{option}[{index}]", value, parse, example) for index, value in given)

    return Expected(
        params["members"],
        all_of("addresses", normal_address, "192.0.2.2/29"),
        all_of("gateways", normal_gateway, "192.0.2.1"),
        {
            port: normal(f"port_addresses.{port}", address, normal_address, "172.16.0.2/30")
            for port, address in params["port_addresses"].items()
            if address  # a line of kind pppoe has none that is known before
        },
    )
