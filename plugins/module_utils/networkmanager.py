# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""NetworkManager's profiles of a bond: their names, which one is active where, and what makes ours so."""

from __future__ import annotations

import re
import uuid
from typing import Collection, Iterable, Mapping, NamedTuple, Sequence, Tuple

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT

CONF = "/etc/NetworkManager/conf.d"
PROFILES = "/etc/NetworkManager/system-connections"
DISPATCHER = "/etc/NetworkManager/dispatcher.d"
RELOAD_CONF = ("nmcli", "general", "reload", "conf")
RELOAD = ("nmcli", "connection", "reload")
PATIENCE = 5  # seconds that a profile of the site's is given
SPACE = uuid.UUID("3c1f0c5e-2d0b-5f0e-9d57-2f6f1a9c64b7")  # of our profiles: one name, one UUID, on every gateway

Active = Mapping[str, str]
Argv = Tuple[str, ...]


class Plan(NamedTuple):
    reads: list[Argv]  # make it read its files again, which is no change
    changes: list[Argv]
    refreshes: list[Argv]  # make it apply what it has read where that is active already, which is no change either
    offers: list[Argv]  # bring back the site's own profiles; one may not come up now, for lack of a cable or of DHCP


def profile_file(interface: str) -> str:
    return f"{PROFILES}/linebond-{interface}.nmconnection"


def profile_uuid(bond: str, interface: str) -> str:
    return str(uuid.uuid5(SPACE, f"{bond} {interface}"))


def kept_file(bond: str) -> str:
    return f"{KEPT}networkmanager-{bond}.json"


def split_terse(line: str) -> list[str]:
    r"""The fields of a line of `nmcli -t`, which puts a backslash before : and \ in them."""
    fields = [""]
    for part in re.findall(r"\\.|[^\\]", line):
        if part == ":":
            fields.append("")
        else:
            fields[-1] += part[-1]
    return fields


def parse_active(out: str) -> dict[str, str]:
    """`nmcli -t -f DEVICE,UUID connection show --active` -> the UUID of the profile that is active, by device."""
    rows = [split_terse(line) for line in out.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2 and row[0]}


def plan_present(
    bond: str,
    wanted: Mapping[str, Sequence[str]],
    active: Active,
    missing: Mapping[str, Sequence[str]],
    before: Mapping[str, str],
) -> Plan:
    """`missing`: what of the wanted the interfaces do not have yet. The bond's profile comes last.

    A profile whose file is gone ends as NetworkManager reads all of them again.
    """
    leaving = leavers(bond, wanted, active)
    changes: list[Argv] = [RELOAD] if leaving else []
    refreshes: list[Argv] = []
    for interface in sorted(wanted, key=lambda name: (name == bond, name)):
        ours = profile_uuid(bond, interface)
        if active.get(interface) != ours:
            changes.append(_up(ours, interface))
        else:
            (changes if missing.get(interface) else refreshes).append(("nmcli", "device", "reapply", interface))
    offers = _again({name: before[name] for name in leaving if name in before}, active)
    return Plan([RELOAD_CONF] if leaving else [RELOAD_CONF, RELOAD], changes, refreshes, offers)


def plan_absent(bond: str, active: Active, before: Mapping[str, str]) -> Plan:
    """The files are gone, all of them. `before`: the profiles that were active before ours."""
    again = _again(before, active)
    if again or leavers(bond, {}, active):
        return Plan([], [RELOAD, RELOAD_CONF], [], again)
    return Plan([RELOAD, RELOAD_CONF], [], [], [])


def leavers(bond: str, wanted: Iterable[str], active: Active) -> list[str]:
    """Where a profile of ours is active that is not wanted any more."""
    return [name for name in active if name not in wanted and active[name] == profile_uuid(bond, name)]


def _again(before: Mapping[str, str], active: Active) -> list[Argv]:
    waiting = ("--wait", str(PATIENCE))
    return [_up(before[name], name, *waiting) for name in sorted(before) if active.get(name) != before[name]]


def _up(profile: str, interface: str, *options: str) -> Argv:
    return ("nmcli", *options, "connection", "up", "uuid", profile, "ifname", interface)


def taken_over(bond: str, interfaces: Collection[str], active: Active, before: Mapping[str, str]) -> dict[str, str]:
    """What was active on the ports before ours; the first seen is the one kept."""
    found = {
        name: active[name]
        for name in interfaces
        if name != bond and name in active and active[name] != profile_uuid(bond, name)
    }
    return {**found, **{name: profile for name, profile in before.items() if name in interfaces}}
