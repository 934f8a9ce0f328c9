# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ansible came in, and the way back to it: what must not be cut off."""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.route import IPV6_METRIC
from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner

VARIABLE = "SSH_CONNECTION"  # "client port server port"


def from_environ(text: str) -> str:
    """/proc/PID/environ -> the value of SSH_CONNECTION, empty when there is none."""
    for item in text.split("\0"):
        name, _equals, value = item.partition("=")
        if name == VARIABLE:
            return value
    return ""


def parent_of(stat: str) -> int:
    """/proc/PID/stat -> the parent's id (the name in brackets may hold anything)."""
    return int(stat.rpartition(")")[2].split()[1])


def find_connection(runner: Runner, environ: Mapping[str, str]) -> str:
    """Our own variable, or that of the nearest ancestor: sudo drops it."""
    if environ.get(VARIABLE):
        return environ[VARIABLE]
    pid = os.getppid()
    while pid > 1:
        try:
            value = from_environ(runner.read(f"/proc/{pid}/environ") or "")
            if value:
                return value
            pid = parent_of(runner.read(f"/proc/{pid}/stat") or ") x 0")
        except Exception:  # not ours to read
            return ""
    return ""


def parse_ends(connection: str) -> tuple[str, str] | None:
    """(client, server) as plain addresses."""
    words = connection.split()
    try:
        ends = [ipaddress.ip_address(re.sub(r"%.*", "", word)) for word in (words[0], words[2])]
    except (IndexError, ValueError):
        return None
    plain = [str(getattr(end, "ipv4_mapped", None) or end) for end in ends]
    return plain[0], plain[1]


def locate(server: str, addresses: Mapping[str, tuple[str, ...]]) -> dict[str, str] | None:
    """The interface that has this address."""
    for name, owned in addresses.items():
        for address in owned:
            found = ipaddress.ip_interface(address)
            if str(found.ip) == server:
                return {"interface": name, "address": server, "network": str(found.network)}
    return None


def way_back(runner: Runner, client: str, address: str) -> dict[str, Any]:
    """The way that answers take: interface, next hop, and the metric of the default route by which they go.

    The metric is None where another default route would not change the way: by a narrower route, or another table.
    """
    asked = (client, "from", address)
    taken = runner.try_json("ip", "-j", "route", "get", *asked)
    matched = runner.try_json("ip", "-j", "route", "get", "fibmatch", *asked)
    metric = None
    if matched and matched[0].get("dst") == "default" and matched[0].get("table", "main") == "main":
        metric = matched[0].get("metric", IPV6_METRIC if ":" in client else 0)
    back = taken[0] if taken else {}
    return {"back_by": back.get("dev", ""), "back_via": back.get("gateway", ""), "back_metric": metric}


def read_session(
    runner: Runner, environ: Mapping[str, str], addresses: Mapping[str, tuple[str, ...]]
) -> dict[str, Any] | None:
    ends = parse_ends(find_connection(runner, environ))
    if ends is None:
        return None
    client, server = ends
    found = locate(server, addresses)
    if found is None:  # address translation before us: the way back to the client tells
        routes = runner.try_json("ip", "-j", "route", "get", client)
        source = routes[0].get("prefsrc", "") if routes else ""
        found = locate(source, addresses)
    if found is None:
        return None
    return {**found, "client": client, **way_back(runner, client, found["address"])}
