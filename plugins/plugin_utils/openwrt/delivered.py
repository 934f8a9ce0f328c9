# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person types into an OpenWrt box as it is delivered: planned like every other one. Pure."""

from __future__ import annotations

from ...module_utils.linux_router_model import Wanted
from .model import RECORD, desired
from .plan import CONFIGS, OWN, SERVICES, plan
from .uci import Configs, Section

# Only what the plan looks at. The record is there, so that nobody has to type it.
DELIVERED: Configs = {
    "network": (Section("interface", "lan", {"proto": "static", "ipaddr": "192.168.1.1", "netmask": "255.255.255.0"}),),
    "dhcp": (Section("dhcp", "lan", {"interface": "lan", "dhcpv4": "server", "dhcpv6": "server", "ra": "server"}),),
    "firewall": (
        Section("defaults"),
        Section("zone", "", {"name": "lan", "network": ("lan",)}),
        Section("zone", "", {"name": "wan", "network": ("wan", "wan6"), "masq": "1"}),
    ),
}


def commands(wanted: Wanted | None) -> list[str]:
    """The router's side of a line; None takes it off again."""
    if wanted is None:
        return _off()
    steps = plan(DELIVERED, list(SERVICES), desired(DELIVERED, wanted, "wan"))
    return [command for command in steps.commands if RECORD not in command or "linebond_" in command]


def _off() -> list[str]:
    """Back to what is delivered."""
    steps = [f"uci -q delete {config}.{name}" for config, names in OWN.items() for name in names]
    for config, sections in DELIVERED.items():
        zones = 0
        for section in sections:
            path = f"{config}.{section.name or f'@{section.type}[{zones}]'}"
            zones += section.type == "zone"
            for option, value in section.options.items():
                if isinstance(value, str) and option not in ("name", "interface"):
                    steps.append(f"uci set {path}.{option}='{value}'")
    steps.append("uci delete dhcp.lan.ignore")
    steps.append("uci -q delete network.lan.ip6addr")
    steps += [f"uci commit {config}" for config in CONFIGS if config != RECORD]
    return [*steps, *(f"/etc/init.d/{service} reload" for service in SERVICES)]
