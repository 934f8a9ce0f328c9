# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which .network file systemd-networkd uses for an interface."""

from __future__ import annotations

import os
from typing import Iterable

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner

FOLDER = "/etc/systemd/network"


def bonding_file(interface: str) -> str:
    """The one that the role bonding writes."""
    return f"{FOLDER}/10-linebond-{interface}.network"


def file_in_use(runner: Runner, interface: str) -> str:
    """The .network file by which networkd set the interface up; empty when it cannot be known."""
    index = (runner.read(f"/sys/class/net/{interface}/ifindex") or "").strip()
    state = (runner.read(f"/run/systemd/netif/links/{index}") if index else None) or ""
    found = [line.split("=", 1)[1] for line in state.splitlines() if line.startswith("NETWORK_FILE=")]
    return os.path.normpath(found[0]) if found and found[0] else ""


def read_shadowing(runner: Runner, interfaces: Iterable[str]) -> dict[str, str]:
    """By interface the file that networkd uses although there is one of the role bonding."""
    found: dict[str, str] = {}
    for interface in interfaces:
        used, own = file_in_use(runner, interface), bonding_file(interface)
        if used not in ("", own) and runner.exists(own):
            found[interface] = used
    return found
