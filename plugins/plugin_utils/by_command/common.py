# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the platforms that are set up command by command have in common. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """One router's part of the plan. IPv4 only: these platforms' IPv6 is set by hand."""

    own: ipaddress.IPv4Interface  # the router's address on its line
    gateway: str
    common: ipaddress.IPv4Address
    shared: bool  # whether the router has the common address
    block: ipaddress.IPv4Network
    lan: str  # the port to the gateway, as the platform calls it
    present: bool = True
    allow_nat: bool = False

    @property
    def host(self) -> str:
        """The common address as one that is alone: no host of the block is behind the router's own port."""
        return f"{self.common}/32"


def job_from(
    side: Mapping[str, str | None], common: str, lan: str, present: bool = True, allow_nat: bool = False
) -> Job:
    """From `router_side` of the line; `common` is known, too, where the router is to have it no more."""
    return Job(
        own=ipaddress.IPv4Interface(side["address"] or ""),
        gateway=side["gateway"] or "",
        common=ipaddress.IPv4Address(common),
        shared=side["common_address"] is not None,
        block=ipaddress.IPv4Network(side["public_network"] or ""),
        lan=lan,
        present=present,
        allow_nat=allow_nat,
    )
