# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which network manager is in charge of which interface."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import time
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import FOLDER as IFCFG
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import STARTED as IFCFG_STARTED
from ansible_collections.linebond.teql.plugins.module_utils.ifupdown import stanza_file
from ansible_collections.linebond.teql.plugins.module_utils.networkmanager import split_terse
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner

BOOTED = "/run/systemd/system"  # there while systemd is process 1, sd_booted(3)
# A unit that starts, or reads its configuration anew, is in charge as well.
RUNNING = ("active", "activating", "reloading", "refreshing")
ATTEMPTS, PAUSE = 4, 1.0  # seconds: a busy systemd may give no answer for a while
SERVICES = ("systemd-networkd", "NetworkManager", "networking", "network")
INTERFACES = "/etc/network/interfaces"
STANZAS = stanza_file("teql0")
OURS = "linebond-"  # how the files of the role begin
NETPLAN = ("/etc/netplan", "/run/netplan", "/usr/lib/netplan")


def parse_states(out: str) -> dict[str, str]:
    """`systemctl is-active ...` -> by service, one line each in the order asked."""
    return dict(zip(SERVICES, [*out.split(), *("unknown" for _service in SERVICES)]))


def running(states: Mapping[str, str]) -> dict[str, bool]:
    return {service: state in RUNNING for service, state in states.items()}


def parse_networkctl(out: str) -> list[str]:
    """`networkctl --no-legend --no-pager list` -> the links that networkd has set up or is setting up."""
    rows = [re.sub(r"[^\x20-\x7e]", " ", line).split() for line in out.splitlines()]
    return [row[1] for row in rows if len(row) >= 5 and row[-1] != "unmanaged" and row[1] != "lo"]


def parse_nmcli(out: str) -> dict[str, str]:
    """`nmcli -t -f DEVICE,TYPE,STATE device` -> the devices it manages, with their types."""
    rows = [split_terse(line) for line in out.splitlines()]
    return {
        row[0]: row[1]
        for row in rows
        if len(row) == 3 and row[0] != "lo" and not row[2].startswith(("unmanaged", "connected (externally)"))
    }


def parse_interfaces(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """/etc/network/interfaces -> (interfaces with a stanza, what it includes: (source or directory, pattern))."""
    names: list[str] = []
    included: list[tuple[str, str]] = []
    for line in text.replace("\\\n", " ").splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "iface" and words[1] not in [*names, "lo"]:
            names.append(words[1])
        elif len(words) >= 2 and words[0] in ("source", "source-directory"):
            included += [(words[0], pattern) for pattern in words[1:]]
    return names, included


def parse_ifcfg(text: str, file: str) -> str | None:
    """One ifcfg file -> its interface; None for the loopback's."""
    device = file[len("ifcfg-") :]
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if name == "DEVICE" and equals:
            device = (shlex.split(value, comments=True) or [device])[0]
    return None if device == "lo" else device


def _read_interfaces(runner: Runner, path: str, seen: dict[str, list[str]]) -> None:
    """Adds to `seen`, by file, the interfaces that have a stanza there; the role's file too, if it would be read."""
    if path in seen:
        return
    names, included = parse_interfaces(runner.read(path) or "")
    seen[path] = names
    for kind, pattern in included:
        pattern = os.path.join(os.path.dirname(INTERFACES), pattern)
        folder, wanted = (pattern, "*") if kind == "source-directory" else os.path.split(pattern)
        ours = [os.path.basename(STANZAS)] if os.path.normpath(folder) == os.path.dirname(STANZAS) else []
        for file in [*runner.names(folder), *ours]:
            plain = re.match(r"^[\w-]+$", file) is not None  # what ifupdown takes from a source-directory
            if fnmatch.fnmatch(file, wanted) and (plain or kind == "source"):
                _read_interfaces(runner, os.path.normpath(os.path.join(folder, file)), seen)


def _describe_ifupdown(runner: Runner) -> dict[str, Any]:
    """`files` has the stanzas of others only."""
    seen: dict[str, list[str]] = {}
    _read_interfaces(runner, INTERFACES, seen)
    ours = os.path.join(os.path.dirname(STANZAS), OURS)
    files = {name: path for path, names in seen.items() if not path.startswith(ours) for name in names}
    return {
        "interfaces": list(dict.fromkeys(name for names in seen.values() for name in names)),
        "files": files,
        "reads_folder": STANZAS in seen,
    }


def _read_ifcfg(runner: Runner) -> dict[str, str]:
    """By file the interface."""
    found = {}
    for file in runner.names(IFCFG):
        if re.match(r"^ifcfg-[^~]+$", file) and not file.endswith((".bak", ".orig", ".rpmnew", ".rpmsave", ".rpmorig")):
            name = parse_ifcfg(runner.read(f"{IFCFG}/{file}") or "", file)
            if name is not None:
                found[f"{IFCFG}/{file}"] = name
    return found


def _output(runner: Runner, *argv: str) -> str:
    return runner.try_run(*argv)[1] if runner.has(argv[0]) else ""


def _read_states(runner: Runner) -> dict[str, str]:
    if not runner.has("systemctl"):
        return parse_states("")
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE if attempt else 0)
        _rc, out, err = runner.try_run("systemctl", "is-active", *SERVICES)
        if len(out.split()) == len(SERVICES) or not runner.exists(BOOTED):
            return parse_states(out)
    reason = " ".join(err.split()) or "no message"
    raise LinebondError(f"systemd does not say which network manager runs here ({reason}): run this again.")


def _scripts_in_charge(runner: Runner, states: Mapping[str, str]) -> bool:
    """One interface that does not come up leaves the whole network service failed, and the others with the scripts."""
    active = running(states)
    if active["network"]:
        return True
    # Beside NetworkManager the scripts may have left it all to that.
    failed = states["network"] == "failed" and not active["NetworkManager"]
    return (failed or not runner.exists(BOOTED)) and runner.exists(IFCFG_STARTED)


def read_managers(runner: Runner) -> list[dict[str, Any]]:
    """Every manager that is running or has something configured."""
    states = _read_states(runner)
    active = running(states)
    plans = any(name.endswith(".yaml") for folder in NETPLAN for name in runner.names(folder))
    links = _output(runner, "networkctl", "--no-legend", "--no-pager", "list") if active["systemd-networkd"] else ""
    devices = _output(runner, "nmcli", "-t", "-f", "DEVICE,TYPE,STATE", "device") if active["NetworkManager"] else ""
    kinds = parse_nmcli(devices)
    ifupdown, ifcfg = _describe_ifupdown(runner), _read_ifcfg(runner)
    without_systemd = not runner.has("systemctl") and runner.has("ifup") and bool(ifupdown["interfaces"])
    managers = [
        {
            "name": "networkd",
            "active": active["systemd-networkd"],
            "interfaces": parse_networkctl(links),
            "netplan": plans,
        },
        {
            "name": "networkmanager",
            "active": active["NetworkManager"],
            "interfaces": list(kinds),
            "kinds": kinds,
            "netplan": plans,
        },
        {
            "name": "ifupdown",
            "active": active["networking"] or without_systemd,
            **ifupdown,
            "netplan": False,
        },
        {
            "name": "ifcfg",
            "active": _scripts_in_charge(runner, states),
            "interfaces": list(dict.fromkeys(ifcfg.values())),
            "netplan": False,
            "by_file": ifcfg,
        },
    ]
    return [manager for manager in managers if manager["active"] or manager["interfaces"]]
