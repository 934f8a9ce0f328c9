# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cisco IOS: what `show running-config` shows, and the commands that are missing. Pure.

IOS takes no /32 on an ethernet port, so the common address gets the block's own mask, and two routes of half the block
each, which are more specific than that, lead to the gateway. A router without the common address needs one route.
"""

from __future__ import annotations

import ipaddress

from .common import Job

LOOK = ("show running-config",)
LAN = "Vlan1"


def commands(job: Job, seen: str | None) -> list[str]:
    """What has to be typed in configuration mode; `seen` is what LOOK's command prints, None for an empty box."""
    config = _sections(seen or "")
    port = config.get(f"interface {job.lan}", [])
    own = f"ip address {job.own.ip} {job.own.netmask}"
    common = f"ip address {job.common} {job.block.netmask} secondary"
    primary = next((line for line in port if line.startswith("ip address ") and not line.endswith(" secondary")), own)
    own = own if primary == own else f"{own} secondary"
    addresses = [own, common] if job.shared else [own]
    routes = _routes(job, _halves(job) if job.shared else [job.block])
    given_up = [route for route in _routes(job, [*_halves(job), job.block]) if route in config and route not in routes]
    if not job.present:
        return _gone(job, seen, config, [common, own] if seen is not None else addresses[::-1], [*routes, *given_up])
    if seen is not None and f"interface {job.lan}" not in config:
        there = ", ".join(line.removeprefix("interface ") for line in config if line.startswith("interface "))
        raise ValueError(f"routers_lan_interface: this router has no interface {job.lan}; it has {there or 'none'}")
    inside = [line for line in addresses if line not in port]
    if common in port and not job.shared:
        inside.append(f"no {common}")
    if seen is None or "ip nat inside" in port:
        inside.append("no ip nat inside")
    if seen is not None and "shutdown" in port:
        inside.append("no shutdown")
    lines = [f"interface {job.lan}", *inside] if inside else []
    lines += [route for route in routes if route not in config] + [f"no {route}" for route in given_up]
    pools = [line for line in config if line.startswith("ip dhcp pool ")]
    if (pools or seen is None) and "no service dhcp" not in config:
        lines.append("no service dhcp")
    return lines


def _gone(
    job: Job, seen: str | None, config: dict[str, list[str]], addresses: list[str], routes: list[str]
) -> list[str]:
    port = config.get(f"interface {job.lan}", [])
    inside = [f"no {line}" for line in addresses if seen is None or line in port]
    lines = [f"interface {job.lan}", *inside] if inside else []
    return [f"no {route}" for route in routes if seen is None or route in config] + lines


def _routes(job: Job, networks: list[ipaddress.IPv4Network]) -> list[str]:
    return [f"ip route {each.network_address} {each.netmask} {job.gateway}" for each in networks]


def _halves(job: Job) -> list[ipaddress.IPv4Network]:
    return list(job.block.subnets()) if job.block.prefixlen < 32 else [job.block]


def _sections(text: str) -> dict[str, list[str]]:
    """Lines by the line above them that is not indented."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            current.append(line.strip())
        elif line.strip():
            current = found.setdefault(line.strip(), [])
    return found
