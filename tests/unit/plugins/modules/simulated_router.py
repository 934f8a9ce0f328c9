# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router that behaves as networkd and the kernel were seen to (Debian 12 and 13), in the place of the Runner."""

from __future__ import annotations

import ipaddress
import json
import shlex
from pathlib import Path
from typing import Any

from ansible_collections.linebond.teql.plugins.module_utils.runner import (
    CommandFailed,
    LinebondError,
    Remove,
    Run,
    Runner,
)

IPV4 = "/proc/sys/net/ipv4/conf/{}/promote_secondaries"
IPV6 = "/proc/sys/net/ipv6/conf/{}/accept_ra"


class SimulatedRouter(Runner):
    def __init__(self, folder: Path) -> None:
        super().__init__(module=None)
        self.folder = folder  # networkd's
        self.files = {"/proc/sys/net/ipv4/ip_forward": "0", "/proc/sys/net/ipv6/conf/all/forwarding": "0"}
        self.up: dict[str, bool] = {}
        self.addresses: dict[str, list[str]] = {}
        self.routes: dict[str, list[tuple[str, str]]] = {}
        self.applied: dict[str, str] = {}
        self.history: list[str] = []
        self.outputs: dict[str, tuple[int, str, str]] = {}  # of tools that only list
        self.services = "active\ninactive\ninactive\ninactive\n"
        self.deaf = False  # networkd that takes nothing up
        for name in ("lan", "wan", "mgmt"):
            self.plug(name)
        self.up.update(wan=True, mgmt=True)
        self.addresses.update(wan=["100.64.1.2/30"], mgmt=["10.0.0.9/24"])

    def plug(self, name: str) -> None:
        self.up[name], self.addresses[name], self.routes[name] = False, [], []
        self.files.update({IPV4.format(name): "0", IPV6.format(name): "1"})
        self.files[f"/sys/class/net/{name}/ifindex"] = str(len(self.up) + 1)

    # What a Runner does.
    def has(self, tool: str) -> bool:
        return tool in ("ip", "sysctl", "networkctl", "systemctl") or tool in self.outputs

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        command = " ".join(argv)
        if command in self.outputs or argv[0] in self.outputs:
            return self.outputs.get(command) or self.outputs[argv[0]]
        if argv[:3] == ("ip", "-j", "route"):
            return 0, json.dumps([{"dev": "mgmt", "prefsrc": "10.0.0.9"}]), ""
        shown = {"ip -j -d address show": self._links, "ip -j -4 route show": self._routes}
        if command in shown:
            return 0, json.dumps(shown[command]()), ""
        return 0, {"systemctl": self.services, "networkctl": self._listed()}.get(argv[0], "[]"), ""

    def run(self, *argv: str) -> str:
        return self.try_run(*argv)[1]

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def exists(self, path: str) -> bool:
        return path in self.files

    def names(self, path: str) -> list[str]:
        return []

    def perform(self, action: Any) -> None:
        if isinstance(action, Remove):
            self.files.pop(action.path, None)
        elif isinstance(action, Run):
            self.history.append(" ".join(shlex.quote(word) for word in action.argv))
            self._act(action.argv)
        else:
            self.files[action.path] = action.text

    def _act(self, argv: tuple[str, ...]) -> None:
        if argv[:2] == ("sysctl", "-w"):
            for word in argv[2:]:
                key, value = word.split("=")
                self.files[f"/proc/sys/{key}"] = value
        elif argv[0] == "networkctl":
            if self.deaf:
                return
            self._load(argv[2] if argv[1] == "reconfigure" else "")
        elif argv[:4] == ("ip", "link", "set", "dev"):
            self.up[argv[4]] = argv[5] == "up"
        elif argv[:5] == ("ip", "-6", "address", "flush", "dev"):
            kept = [each for each in self.addresses[argv[5]] if each.partition("/")[0] != argv[7].partition("/")[0]]
            self.addresses[argv[5]] = kept
        else:
            raise CommandFailed(argv, 1, "not simulated")

    # What networkd and the kernel do.
    def _load(self, forced: str) -> None:
        found: dict[str, str] = {}
        for path in sorted(self.folder.glob("*.network")):
            text = path.read_text()
            name = text.split("Name=")[1].split("\n")[0]
            found.setdefault(name, f"{path}\n{text}")
        for name in list(self.up):
            if found.get(name) != self.applied.get(name) or name == forced:
                self._configure(name, found.get(name, ""))
        self.applied = found

    def _configure(self, name: str, text: str) -> None:
        values = [line.partition("=")[::2] for line in text.splitlines()]
        wanted = [value for key, value in values if key == "Address"]
        # With IPv6 networkd takes no link-local address off.
        left = [
            each for each in self.addresses[name] if each.startswith("fe80:") and "LinkLocalAddressing=ipv6" in text
        ]
        self.addresses[name] = [*wanted, *(each for each in left if each not in wanted)]
        networks = [value for key, value in values if key == "Destination"]
        self.routes[name] = list(zip(networks, [value for key, value in values if key == "Gateway"], strict=False))
        if text:
            self.up[name] = True
            self.files.update({IPV4.format(name): "1", IPV6.format(name): "0"})
            index = self.files[f"/sys/class/net/{name}/ifindex"]
            self.files[f"/run/systemd/netif/links/{index}"] = f"NETWORK_FILE={text.splitlines()[0]}\n"

    def _links(self) -> list[dict[str, Any]]:
        links: list[dict[str, Any]] = [{"ifname": "lo", "flags": ["LOOPBACK", "UP"], "mtu": 65536, "addr_info": []}]
        for name, up in self.up.items():
            owned = [ipaddress.ip_interface(address) for address in self.addresses[name]]
            listed = [{"local": str(each.ip), "prefixlen": each.network.prefixlen} for each in owned]
            flags = ["BROADCAST", "UP"] if up else ["BROADCAST"]
            links.append({"ifname": name, "flags": flags, "mtu": 1500, "addr_info": listed})
        return links

    def _routes(self) -> list[dict[str, Any]]:
        routes = [{"dst": "default", "gateway": "100.64.1.1", "dev": "wan"}]
        for name, listed in self.routes.items():
            routes += [{"dst": network, "gateway": gateway, "dev": name} for network, gateway in listed]
        return routes

    def _listed(self) -> str:
        return "".join(f"1 {name} ether routable configured\n" for name in self.applied)

    def picture(self) -> dict[str, Any]:
        """All that a run could change."""
        files = {name: text for name, text in self.files.items() if not name.startswith("/run/")}
        return json.loads(json.dumps([files, self.up, self.addresses, self.routes, self.applied]))  # a deep copy


class Broken(SimulatedRouter):
    """networkctl fails."""

    def _act(self, argv: tuple[str, ...]) -> None:
        if argv[0] == "networkctl":
            raise LinebondError("networkctl reload failed with status 1: Connection refused")
        super()._act(argv)
