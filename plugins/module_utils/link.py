# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `ip -j -d addr show` says about interfaces and their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

# Elsewhere "link" means another thing (veth: the peer).
STACKED_KINDS = ("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap")
OWNING_KINDS = ("bridge", "bond", "team")


@dataclass(frozen=True)
class Link:
    name: str
    up: bool = False
    carrier: bool = False
    mtu: int = 1500  # what the kernel gives a new device
    kind: str = "ethernet"  # ethernet, ppp (any point-to-point) or other
    lower: str | None = None
    master: str | None = None  # the bridge, bond or team it is a port of
    group: int = 0
    made: str = ""  # the kernel's word for a device that is made, like vlan; empty for hardware
    noarp: bool = False  # nobody is asked for a neighbour's address on it


def parse_groups(text: str) -> dict[str, int]:
    """/etc/iproute2/group: names that `ip` prints in place of numbers."""
    groups = {"default": 0}
    for number, name in re.findall(r"(?m)^\s*(\d+)\s+([^\s#]+)", text):
        groups[name] = int(number)
    return groups


def _kind(entry: dict) -> str:
    flags = entry.get("flags", [])
    if "POINTOPOINT" in flags:
        return "ppp"
    return "ethernet" if "BROADCAST" in flags else "other"


def _group(entry: dict, groups: Mapping[str, int]) -> int:
    name = str(entry.get("group", "default"))
    return int(name) if name.isdigit() else groups.get(name, -1)


def parse_links(rows: Sequence[dict[str, Any]], groups: Mapping[str, int] | None = None) -> dict[str, Link]:
    """`ip -j -d addr show` -> by interface."""
    links: dict[str, Link] = {}
    for entry in rows:
        if "ifname" not in entry:
            continue
        info = entry.get("linkinfo", {})
        flags = entry.get("flags", [])
        links[entry["ifname"]] = Link(
            name=entry["ifname"],
            up="UP" in flags,
            carrier="LOWER_UP" in flags,
            mtu=entry["mtu"],
            kind=_kind(entry),
            lower=entry.get("link") if info.get("info_kind") in STACKED_KINDS else None,
            master=entry.get("master") if info.get("info_slave_kind") in OWNING_KINDS else None,
            group=_group(entry, groups or {"default": 0}),
            made=info.get("info_kind", ""),
            noarp="NOARP" in flags,
        )
    return links


def parse_addresses(rows: Sequence[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Interface -> its addresses with prefix, in the kernel's order."""
    return {
        entry["ifname"]: tuple(
            f"{info['local']}/{info['prefixlen']}" for info in entry.get("addr_info", []) if "local" in info
        )
        for entry in rows
        if "ifname" in entry
    }
