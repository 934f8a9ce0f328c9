# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network scripts on a simulated kernel: ifup sets what the files say and takes nothing away."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import IFDOWN, IFUP, hook_file, ifcfg_file
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_state import NOTHING, Interface
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import Refused, SimulatedKernel


class NetworkScripts(SimulatedKernel):
    def __init__(self, *ports: str) -> None:
        super().__init__()
        self.config: dict[str, Interface] = {}
        self.neighbours: dict[str, dict[str, str]] = {}
        self.proxies: dict[str, set[str]] = {}
        self.broken: set[str] = set()  # those whose ifup fails
        self.files[f"{hook_file('teql0')}"] = ""
        self.run("modprobe", "sch_teql")
        for port in ports:
            self.add_port(port)
            self.run("ip", "link", "set", "dev", port, "up")
            self.run("tc", "qdisc", "replace", "dev", port, "root", "teql0")
        self.run("ip", "link", "set", "dev", "teql0", "up")
        self.history.clear()

    def configure(self, wanted: dict[str, Interface]) -> None:
        """As the role's files have it; the rest is what the site says."""
        self.config = {**{name: each for name, each in self.config.items() if self.sites(name)}, **wanted}

    def sites(self, name: str) -> bool:
        return "IPADDR=site" in self.files.get(ifcfg_file(name), "")

    def has(self, tool: str) -> bool:
        return tool in (IFUP, IFDOWN, "sh") or super().has(tool)

    def execute(self, words: list[str]) -> str:
        if words[:1] == ["ip"] and "neigh" in words:
            return self._neigh(words)
        if words[0] not in (IFUP, IFDOWN, "sh"):
            return super().execute(words)
        self.history.append(" ".join(words).replace(IFUP, "ifup").replace(IFDOWN, "ifdown"))
        name = words[3] if words[0] == "sh" else words[1]
        if name in self.broken:
            raise Refused("ERROR    : [ifup-eth] Device does not seem to be present")
        if words[0] == IFDOWN:
            self.addresses[name] = []
            for path in [path for path in self.files if path.startswith("/var/run/dhclient") and name in path]:
                del self.files[path]
        elif words[0] == IFUP:
            self._ifup(name, self.config.get(name, NOTHING))
        self._hook(name, self.config.get(name, NOTHING))
        return ""

    def _ifup(self, name: str, config: Interface) -> None:
        owned = self.addresses.setdefault(name, [])
        owned += [each for each in config.addresses if each not in owned]
        for hop, metric in config.gateways:
            family = 6 if ":" in hop else 4
            words = ["default", "via", hop, "dev", name, *(["metric", str(metric)] if metric else [])]
            same = [route for route in self.listed(family) if route.get("metric", 0) == metric]
            if family == 4:
                self._change_route(4, "replace", words)
            elif not same:
                self._change_route(6, "append", words)

    def _hook(self, name: str, config: Interface) -> None:
        self.neighbours.setdefault(name, {}).update(dict(config.neighbours))
        self.proxies.setdefault(name, set()).update(config.proxies)

    def _change_address(self, verb: str, address: str, name: str) -> str:
        super()._change_address(verb, address, name)
        if not any("." in each for each in self.addresses[name]):  # arp_ifdown() of the kernel
            near = self.neighbours.get(name, {})
            self.neighbours[name] = {dst: mac for dst, mac in near.items() if ":" in dst}
        return ""

    def _neigh(self, words: list[str]) -> str:
        if "proxy" in words and "show" in words:
            return json.dumps([{"dst": each, "dev": name} for name, owned in self.proxies.items() for each in owned])
        if "show" in words:
            rows = [
                {"dst": dst, "dev": name, "lladdr": mac, "state": ["PERMANENT"]}
                for name, owned in self.neighbours.items()
                for dst, mac in owned.items()
            ]
            return json.dumps(rows)
        self.history.append(" ".join(words))
        if "proxy" not in words and words[3] not in self.neighbours[words[-1]]:
            raise Refused("RTNETLINK answers: No such file or directory")
        if "proxy" in words:
            self.proxies[words[-1]].remove(words[5])
        else:
            del self.neighbours[words[-1]][words[3]]
        return ""

    def seen(self) -> dict[str, Any]:
        owned = {name: sorted(each) for name, each in self.addresses.items() if each}
        near = {name: dict(each) for name, each in self.neighbours.items() if each}
        hops = sorted((route["dev"], route["gateway"], route.get("metric", 0)) for route in self.routes)
        return {"addresses": owned, "neighbours": near, "routes": hops, "files": dict(self.files)}
