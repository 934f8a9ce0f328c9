# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Linux host in memory: answers `tc -j`, `ip -j`, modprobe and sysctl like a real one, with the rules of teql.

Written from the kernel's behaviour, not from the planner's model: it takes commands as text and refuses what a kernel
refuses.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner, scratch_name

NEIGH_DEFAULTS = {
    "base_reachable_time_ms": "30000",
    "delay_first_probe_time": "5",
    "ucast_solicit": "3",
    "mcast_solicit": "3",
    "retrans_time_ms": "1000",
}
FAMILIES = {"-4": 4, "-6": 6}


class Refused(Exception):
    """What the tool prints to stderr."""


class SimulatedKernel(Runner):
    def __init__(self) -> None:
        super().__init__(module=None)
        self.links: dict[str, dict[str, Any]] = {}
        self.qdiscs: dict[str, list[str]] = {}  # port -> [kind, handle, options]
        self.branches: dict[tuple[str, str], str] = {}  # what tc shows of classes and filters, by kind and port
        self.addresses: dict[str, list[str]] = {}
        self.routes: list[dict[str, Any]] = []
        self.files: dict[str, str] = {"/etc/os-release": "ID=debian\n"}
        self.loaded = False
        self.module_there = True
        self.history: list[str] = []
        self.fail_at: int | None = None
        self.missing_tools: set[str] = set()
        self.meddle: Callable[[Any], None] = lambda action: None  # what somebody else does after each action
        self.files["/proc/sys/net/ipv4/conf/all/rp_filter"] = "0\n"

    def add_port(self, name: str, mtu: int = 1500, kind: str = "ethernet", **more: Any) -> None:
        flag = "POINTOPOINT" if kind == "ppp" else "BROADCAST"
        self.links[name] = {"mtu": mtu, "up": False, "flag": flag, "group": 0, "carrier": True, **more}
        conf = f"/proc/sys/net/ipv4/conf/{name}/"
        self.files[conf + "rp_filter"] = self.files[conf + "arp_ignore"] = "0\n"
        for family in ("ipv4", "ipv6"):
            for key, value in NEIGH_DEFAULTS.items():
                self.files[f"/proc/sys/net/{family}/neigh/{name}/{key}"] = value + "\n"

    def members(self, bond: str) -> list[str]:
        return [port for port, qdisc in self.qdiscs.items() if qdisc[0] == bond]

    def picture(self) -> dict[str, Any]:
        """All that counts, to compare two moments."""
        hidden = {"carrier": None, "flag": None}  # nobody can give these back to an equalizer
        shown = {name: {**link, **(hidden if name.startswith("teql") else {})} for name, link in self.links.items()}
        qdiscs = {port: ([q[0]] if q[0].startswith("teql") else list(q)) for port, q in self.qdiscs.items()}
        addresses = {name: sorted(owned) for name, owned in self.addresses.items() if owned}
        routes = [json.dumps(route, sort_keys=True) for family in (4, 6) for route in self.listed(family)]
        moment = {"links": shown, "qdiscs": qdiscs, "addresses": addresses, "routes": routes}
        return copy.deepcopy({**moment, "files": self.files, "loaded": self.loaded})

    # The shape of a Runner

    def has(self, tool: str) -> bool:
        return tool in ("tc", "ip", "modprobe", "sysctl") and tool not in self.missing_tools

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        if not self.has(argv[0]):
            return super().try_run(*argv)
        try:
            return 0, self.execute(list(argv)), ""
        except Refused as refusal:
            return 2, "", str(refusal)

    def perform(self, action: Any) -> None:
        if self.fail_at is not None:
            self.fail_at -= 1
            if self.fail_at == 0:
                self.fail_at = None
                if getattr(action, "argv", ("",))[0] == "sysctl":  # sets what it can before it fails
                    self._sysctl(list(action.argv[2 : 2 + (len(action.argv) - 1) // 2]))
                self.run("ip", "broken")
        super().perform(action)
        self.meddle(action)

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def exists(self, path: str) -> bool:
        if path == "/sys/module/sch_teql":
            return self.loaded
        return path.startswith("/lib/modules/") or any(name.startswith(path) for name in self.files)

    def names(self, path: str) -> list[str]:
        start = path.rstrip("/") + "/"
        return sorted({name[len(start) :].split("/")[0] for name in self.files if name.startswith(start)})

    def write(self, path: str, text: str) -> None:
        self.files[path] = text

    def sweep(self, path: str) -> None:
        self.files.pop(scratch_name(path), None)

    def remove(self, path: str) -> None:
        self.files.pop(path, None)

    # The tools

    def execute(self, words: list[str]) -> str:
        changes = not ("show" in words or "-n" in words or words[1:2] == ["broken"] or "get" in words)
        if changes:
            self.history.append(" ".join(words))
        if words[0] == "tc":
            return self._tc(words[1:])
        if words[0] == "sysctl":
            return self._sysctl(words[2:])
        if words[0] == "modprobe":
            return self._modprobe(words[1:])
        return self._ip(words[1:])

    def _tc(self, words: list[str]) -> str:
        if words == ["-j", "qdisc", "show"]:
            rows = [
                {"kind": kind, "handle": handle, "dev": port, "root": True, "refcnt": 2, "options": {}}
                for port, (kind, handle, _options) in self.qdiscs.items()
            ]
            return json.dumps(rows).replace('"hfsc"', "hfsc default 1")  # as iproute2 6.1: no JSON
        if words == ["qdisc", "show"]:
            lines = [
                f"qdisc {kind} {handle} dev {port} root {more}" for port, (kind, handle, more) in self.qdiscs.items()
            ]
            return "\n".join(lines) + "\n"
        if words[:2] in (["class", "show"], ["filter", "show"]):
            return self.branches.get((words[0], words[3]), "")
        if words[:2] == ["qdisc", "show"]:
            kind, handle, options = self.qdiscs[words[3]]
            return f"qdisc {kind} {handle} root refcnt 2 {options}\n"
        port = words[3]
        if port not in self.links:
            raise Refused(f'Cannot find device "{port}"')
        if words[1] == "del":
            if self.qdiscs.pop(port, ["", "0:"])[1] == "0:":
                raise Refused("Error: Cannot delete qdisc with handle of zero.")
            return ""
        rest = words[5:]
        handle = "8001:"
        if rest[0] == "handle":
            handle, rest = rest[1], rest[2:]
        if rest[0].startswith("teql"):
            self._join(rest[0], port)
        elif words[1] == "add" and self.qdiscs.get(port, ["", "0:"])[1] != "0:":
            raise Refused("Error: Exclusivity flag on, cannot modify.")
        self.qdiscs[port] = [rest[0], handle, " ".join(rest[1:])]
        return ""

    def _join(self, bond: str, port: str) -> None:
        if bond not in self.links:
            raise Refused("Error: Specified qdisc kind is unknown.")
        if self.qdiscs.get(port, [""])[0] == bond:
            return
        device, link = self.links[bond], self.links[port]
        members = self.members(bond)
        if not members:
            device.update(mtu=link["mtu"], flag=link["flag"])
        elif device["up"]:
            if link["mtu"] < device["mtu"] or (device["flag"] and device["flag"] != link["flag"]):
                raise Refused("RTNETLINK answers: Invalid argument")
        else:
            device["mtu"] = min(device["mtu"], link["mtu"])
            device["flag"] = device["flag"] if device["flag"] == link["flag"] else ""

    def _sysctl(self, settings: list[str]) -> str:
        for setting in settings:
            key, _equals, value = setting.partition("=")
            if "/proc/sys/" + key not in self.files:
                raise Refused(f"sysctl: cannot stat /proc/sys/{key}: No such file or directory")
            if "/neigh/" in key and key.endswith("_ms"):
                value = str(-(-int(value) // 4) * 4)  # 250 Hz
            self.files["/proc/sys/" + key] = value + "\n"
        return ""

    def _modprobe(self, words: list[str]) -> str:
        if "-n" in words:
            if not self.module_there:
                raise Refused("modprobe: FATAL: Module sch_teql not found in directory /lib/modules/6.1.176")
            return "insmod /lib/modules/6.1.176/kernel/net/sched/sch_teql.ko\n"
        if words[0] == "-r":
            if any(qdisc[0].startswith("teql") for qdisc in self.qdiscs.values()):
                raise Refused("modprobe: FATAL: Module sch_teql is in use.")
            self.loaded = False
            self.routes = [route for route in self.routes if not route["dev"].startswith("teql")]
            for name in [name for name in self.links if name.startswith("teql")]:
                del self.links[name]
                self.addresses.pop(name, None)
        elif not self.loaded:
            self.loaded = True
            match = re.match(r"max_equalizers=(\d+)", words[1]) if len(words) > 1 else None
            for number in range(int(match.group(1)) if match else 1):
                self.links[f"teql{number}"] = {"mtu": 1500, "up": False, "flag": "", "group": 0, "carrier": False}
        return ""

    def _ip(self, words: list[str]) -> str:
        if words == ["-j", "-d", "addr", "show"]:
            return json.dumps([self._show(name) for name in self.links])
        if words[-3:] == ["route", "show", "default"]:
            listed = self.listed(FAMILIES[words[1]])
            return json.dumps([{key: value for key, value in route.items() if key != "family"} for route in listed])
        if words[:1] == ["-o"]:
            return "\n".join(" ".join(self.route_words(route)) for route in self.listed(FAMILIES[words[1]]))
        if words[:1] == ["link"]:
            return self._set_link(words[3], words[4:])
        if words[:1] == ["addr"]:
            return self._change_address(words[1], words[2], words[4])
        if words[1:2] == ["route"]:
            return self._change_route(FAMILIES[words[0]], words[2], words[3:])
        raise Refused("on purpose")

    def _show(self, name: str) -> dict[str, Any]:
        link = self.links[name]
        flags = [link["flag"]] if link["flag"] else []
        flags += ["UP", "LOWER_UP"] if link["up"] and link["carrier"] else ["UP"] if link["up"] else []
        infos = [address.split("/") for address in self.addresses.get(name, [])]
        shown: dict[str, Any] = {
            "ifname": name,
            "flags": flags,
            "mtu": link["mtu"],
            "group": str(link["group"]) if link["group"] else "default",
            "addr_info": [{"local": local, "prefixlen": int(length)} for local, length in infos],
        }
        if "lower" in link:
            shown.update(link=link["lower"], linkinfo={"info_kind": "vlan"})
        if "master" in link:
            shown.update(master=link["master"], linkinfo={"info_slave_kind": "bridge"})
        return shown

    def _set_link(self, name: str, words: list[str]) -> str:
        if name not in self.links:
            raise Refused(f'Cannot find device "{name}"')
        link, mtus = self.links[name], [self.links[port]["mtu"] for port in self.members(name)]
        if words[0] == "up":
            lower = link.get("lower")
            if lower and not self.links[lower]["up"]:
                raise Refused("RTNETLINK answers: Network is down")
            if name.startswith("teql") and not link["up"]:
                if not mtus:
                    raise Refused("RTNETLINK answers: Protocol driver not attached")
                flags = {self.links[port]["flag"] for port in self.members(name)}
                link.update(mtu=min(mtus), carrier=True, flag=flags.pop() if len(flags) == 1 else "")
            link["up"] = True
        elif words[0] == "down":
            link["up"] = False
            self.routes = [route for route in self.routes if route["dev"] != name]
            if name.startswith("teql"):
                link["carrier"] = False
                self.addresses[name] = [each for each in self.addresses.get(name, []) if ":" not in each]
        elif words[0] == "mtu":
            if name.startswith("teql") and mtus and int(words[1]) > min(mtus):
                raise Refused("RTNETLINK answers: Invalid argument")
            link["mtu"] = int(words[1])
        else:
            link["group"] = int(words[1])
        return ""

    def _change_address(self, verb: str, address: str, name: str) -> str:
        owned = self.addresses.setdefault(name, [])
        if verb == "del" and address not in owned:
            raise Refused("RTNETLINK answers: Cannot assign requested address")
        if verb == "del":
            owned.remove(address)
        elif address not in owned:
            owned.append(address)
        return ""

    def _change_route(self, family: int, verb: str, words: list[str]) -> str:
        route = self.route(family, words)
        if not self.links.get(route["dev"], {}).get("up"):
            raise Refused("Error: Device for nexthop is not up.")
        equals = [each for each in self.listed(family) if each.get("metric", 0) == route.get("metric", 0)]
        if verb == "del":
            if route not in self.routes:
                raise Refused("RTNETLINK answers: No such process")
            self.routes.remove(route)
        elif verb == "replace" and equals[:1] == [route]:
            pass
        elif route in equals:
            raise Refused("RTNETLINK answers: File exists")
        elif verb == "replace" and equals:
            self.routes[self.routes.index(equals[0])] = route
        else:
            self.routes.insert(0 if verb == "prepend" else len(self.routes), route)
        return ""

    def listed(self, family: int) -> list[dict[str, Any]]:
        found = [route for route in self.routes if route["family"] == family]
        return sorted(found, key=lambda route: route.get("metric", 0))

    @staticmethod
    def route_words(route: dict[str, Any]) -> list[str]:
        words = ["default", "via", route["gateway"]] if route.get("gateway") else ["default"]
        words += ["dev", route["dev"]] + (["metric", str(route["metric"])] if "metric" in route else [])
        return words + list(route.get("flags", []))

    @staticmethod
    def route(family: int, words: list[str]) -> dict[str, Any]:
        named = {word: words[index + 1] for index, word in enumerate(words[:-1])}
        route: dict[str, Any] = {"family": family, "dst": "default", "dev": named["dev"], "flags": []}
        if "via" in named:
            route["gateway"] = named["via"]
        if family == 6:
            route["metric"] = int(named.get("metric", 1024))
        elif "metric" in named:
            route["metric"] = int(named["metric"])
        if "proto" in named:
            route["protocol"] = named["proto"]
        if "onlink" in words:
            route["flags"] = ["onlink"]
        return route
