# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd's services: what runs, from which files it was started, and the commands that bring it up to date."""

from __future__ import annotations

from typing import Iterable, NamedTuple

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner

STAMP = "LINEBOND_STAMP"  # the variable by which a process tells the files it was started from
PROPERTIES = ("Id", "LoadState", "ActiveState", "NeedDaemonReload", "MainPID")
RUNNING = ("active", "reloading", "activating", "deactivating")
SETTLED = ("active", "reloading")


class WantedUnit(NamedTuple):
    name: str
    started: bool = True
    stamp: str = ""  # empty: whatever it was started from is fine
    reload: bool = False


class Unit(NamedTuple):
    """A unit as systemd has it."""

    loaded: bool = False
    state: str = "inactive"
    outdated: bool = False  # its files differ from what systemd has read
    pid: int = 0
    stamp: str = ""


class Plan(NamedTuple):
    changes: list[tuple[str, ...]]
    refreshes: list[tuple[str, ...]]  # make running services read their files again, which is no change


def parse_show(out: str) -> dict[str, dict[str, str]]:
    """`systemctl show --property=... UNIT...` -> the properties by unit."""
    blocks = [dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in out.split("\n\n")]
    return {block["Id"]: block for block in blocks if "Id" in block}


def variable(environ: str, name: str) -> str:
    """One variable out of /proc/PID/environ, empty when it is not there."""
    for item in environ.split("\0"):
        key, _equals, value = item.partition("=")
        if key == name:
            return value
    return ""


def read_units(runner: Runner, names: Iterable[str]) -> dict[str, Unit]:
    asked = list(names)
    if not asked:
        return {}
    found = parse_show(runner.run("systemctl", "show", "--property=" + ",".join(PROPERTIES), *asked))
    return {name: _unit(runner, found.get(name, {})) for name in asked}


def _unit(runner: Runner, properties: dict[str, str]) -> Unit:
    pid = int(properties.get("MainPID") or 0)
    return Unit(
        loaded=properties.get("LoadState") == "loaded",
        state=properties.get("ActiveState", "inactive"),
        outdated=properties.get("NeedDaemonReload") == "yes",
        pid=pid,
        stamp=variable(runner.read(f"/proc/{pid}/environ") or "", STAMP) if pid else "",
    )


def plan(wanted: list[WantedUnit], found: dict[str, Unit]) -> Plan:
    """The commands in order: stop, have systemd read its files, start or restart, reload."""
    stops: list[tuple[str, ...]] = []
    starts: list[tuple[str, ...]] = []
    reloads: list[tuple[str, ...]] = []
    unread = False
    for unit in wanted:
        now = found[unit.name]
        unread = unread or now.outdated or (unit.started and not now.loaded)
        if not unit.started:
            if now.state in RUNNING:
                stops.append(("systemctl", "stop", unit.name))
        elif now.state not in RUNNING:
            starts.append(("systemctl", "start", unit.name))
        elif now.state not in SETTLED or (unit.stamp and now.stamp != unit.stamp):
            starts.append(("systemctl", "restart", unit.name))
        elif unit.reload:
            reloads.append(("systemctl", "reload", unit.name))
    reading = [("systemctl", "daemon-reload")] if unread else []
    if starts or stops:
        return Plan([*stops, *reading, *starts], reloads)
    return Plan([], [*reading, *reloads])
