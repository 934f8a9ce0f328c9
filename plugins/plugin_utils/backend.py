# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which network manager owns the lines' ports, and whether this version can write its files."""

from __future__ import annotations

import typing as t

from ..module_utils.ifcfg import ifcfg_file
from ..module_utils.ifupdown import FOLDER

TITLES = {
    "networkd": "systemd-networkd",
    "networkmanager": "NetworkManager",
    "ifupdown": "ifupdown (/etc/network/interfaces)",
    "ifcfg": "network-scripts (ifcfg files)",
}
TAKE_FROM = {
    "networkd": "say Unmanaged=yes in its .network file and run networkctl reload",
    "networkmanager": "name it in unmanaged-devices= below /etc/NetworkManager/conf.d and reload that",
    "ifupdown": "run ifdown for it and remove it from /etc/network/interfaces",
    "ifcfg": "run ifdown for it and remove its ifcfg file",
}
# Devices of NetworkManager that a profile of type ethernet fits, and those that need none.
PROFILED = ("ethernet", "veth", "ppp")
Manager = t.Mapping[str, t.Any]


def choose_backend(managers: object, interfaces: object, wanted: object) -> str:
    """The name of the backend; ValueError says what was found, why that will not do, and what to do."""
    if not isinstance(managers, list) or not all(isinstance(each, t.Mapping) and "name" in each for each in managers):
        raise ValueError("managers: give what linebond.teql.bond_info returns as managers")
    ports = list(interfaces) if isinstance(interfaces, (list, tuple)) else []
    if wanted != "auto" and wanted not in TITLES:
        raise ValueError(f"bonding_backend: {wanted!r} is none of auto, {', '.join(TITLES)}")
    name = found(managers, ports) if wanted == "auto" else str(wanted)
    chosen = next((manager for manager in managers if manager["name"] == name and manager["active"]), None)
    if chosen is None:
        raise ValueError(f"bonding_backend: {TITLES[name]} does not run here; start it, and have it start at boot")
    refuse_others(managers, ports, name)
    refuse_obstacles(chosen, ports)
    refuse_twins(chosen, ports)
    return name


def refuse_others(managers: list[Manager], ports: list[str], name: str) -> None:
    for manager in managers:
        claimed = [port for port in ports if port in manager["interfaces"]]
        if manager["active"] and manager["name"] != name and claimed:
            raise ValueError(
                f"bonding_backend is {name}, but {', '.join(claimed)} is managed by {TITLES[manager['name']]} and each "
                f"would undo the other's work; {TAKE_FROM[manager['name']]}"
            )


def refuse_obstacles(manager: Manager, ports: list[str]) -> None:
    """What in the manager's own configuration would make the role's files useless."""
    if not manager.get("reads_folder", True):
        raise ValueError(
            f"ifupdown does not read {FOLDER}, where the bond's stanzas go; "
            f"add the line 'source {FOLDER}/*' to /etc/network/interfaces"
        )
    files = {port: file for port, file in manager.get("files", {}).items() if port in ports}
    if files:
        owned = ", ".join(f"{port} in {file}" for port, file in files.items())
        raise ValueError(
            f"ifupdown has stanzas for lines' ports already ({owned}), and would set up both those and the bond's; "
            "run ifdown for each and take them out of there, the role writes its own"
        )
    kinds = {port: kind for port, kind in manager.get("kinds", {}).items() if port in ports}
    for port, kind in kinds.items():
        if kind not in PROFILED:
            raise ValueError(
                f"{port} is a device of type {kind} to NetworkManager, and this version writes profiles for ethernet "
                "ports only; let another manager have the lines' ports"
            )


def refuse_twins(manager: Manager, ports: list[str]) -> None:
    """The network service would bring such a port up twice, each time with other addresses."""
    for path, name in manager.get("by_file", {}).items():
        if name in ports and path != ifcfg_file(name):
            raise ValueError(
                f"{path} is for {name} too, and the network service would bring it up by both files; rename it to "
                f"{ifcfg_file(name)}, or remove it"
            )


def found(managers: list[Manager], ports: list[str]) -> str:
    claims = {manager["name"]: [port for port in ports if port in manager["interfaces"]] for manager in managers}
    running = [manager["name"] for manager in managers if manager["active"]]
    # Files of one that does not run count only where nobody else has the port.
    claiming = [name for name in running if claims[name]] or [name for name in claims if claims[name]]
    if len(claiming) == 1:
        return str(claiming[0])
    if claiming:
        owned = "; ".join(f"{', '.join(claims[name])} by {TITLES[name]}" for name in claiming)
        raise ValueError(f"the lines' ports are managed by more than one: {owned}; give all of them to one")
    if len(running) == 1:
        return str(running[0])
    if running:
        raise ValueError(
            f"{' and '.join(TITLES[name] for name in running)} run here and none has a line's port "
            f"({', '.join(ports)}) yet; name the one to write for in bonding_backend"
        )
    raise ValueError(
        "no network manager runs here; start the one that shall keep addresses and routes, "
        "such as systemctl enable --now systemd-networkd"
    )
