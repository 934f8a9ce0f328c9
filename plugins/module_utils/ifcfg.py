# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the classic network scripts have their files, and where the role bonding has its own among them."""

from __future__ import annotations

FOLDER = "/etc/sysconfig/network-scripts"
GLOBAL = "/etc/sysconfig/network"
# Not the ones on the search path: there NetworkManager may have put its own.
IFUP, IFDOWN = f"{FOLDER}/ifup", f"{FOLDER}/ifdown"
STARTED = "/var/lock/subsys/network"  # there between start and stop of their service
IPV6_METRIC = 1  # of every IPv6 route that the scripts add


def ifcfg_file(interface: str) -> str:
    return f"{FOLDER}/ifcfg-{interface}"


def hook_file(bond: str) -> str:
    """What the local hooks call for a bond."""
    return f"{FOLDER}/linebond-{bond}"


def pending_file(bond: str) -> str:
    """There from the beginning of the bond's ifup to its end; where that failed, a port that joins runs it again."""
    return f"/var/run/linebond-{bond}"
