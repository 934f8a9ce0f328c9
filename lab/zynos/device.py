# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router itself: what it keeps, what it runs, and what it answers. No socket."""

from __future__ import annotations

import copy
import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SLOTS = ("1", "2", "3")  # the LAN itself and two IP aliases
FACTORY: dict[str, Any] = {
    "lan": {
        "1": {"active": True, "address": "192.168.1.1", "mask": "255.255.255.0", "dhcp": "server"},
        "2": {"active": False, "address": "0.0.0.0", "mask": "0.0.0.0", "dhcp": "none"},
        "3": {"active": False, "address": "0.0.0.0", "mask": "0.0.0.0", "dhcp": "none"},
    },
    "routes": {str(index): {"active": False, "name": "", "to": "", "gateway": ""} for index in range(1, 17)},
    "wan": {"1": {"nat": "sua", "username": "office@isp.example", "password": "pppsecret"}},
}
DSL = {"status": "up", "down": 8064, "up": 832, "margin": (12, 9), "attenuation": (39, 21), "uptime": "1:36:39"}
FAULTS = ("save-refused", "save-lost", "flash-lost", "alias-ignored", "drop-after-address", "hang-after-address")


@dataclass(frozen=True)
class Dialect:
    """How one firmware words what another words differently."""

    prompt: str
    on_off: tuple[str, str]  # what `lan active` takes
    lan: Callable[[str, dict[str, Any]], list[str]]
    nat_label: str
    netmask: Callable[[str], str]
    unknown: str


def _classic_lan(slot: str, kept: dict[str, Any]) -> list[str]:
    rows = [f"LAN Index = {slot}"] + ([f"  Active = {'Yes' if kept['active'] else 'No'}"] if slot != "1" else [])
    rows += [f"  IP Address = {kept['address']}", f"  IP Subnet Mask = {kept['mask']}"]
    return [*rows, f"  DHCP Mode = {kept['dhcp'].capitalize()}"] if slot == "1" else rows


def _terse_lan(slot: str, kept: dict[str, Any]) -> list[str]:
    active = "1" if kept["active"] else "0"
    return [
        f"lan{slot}  active: {active}   ip addr: {kept['address']}   mask: {kept['mask']}",
        "rip: none  multicast: off",
    ]


DIALECTS = {
    "classic": Dialect(
        prompt="ras> ",
        on_off=("yes", "no"),
        lan=_classic_lan,
        nat_label="NAT",
        netmask=lambda mask: f"0x{int(ipaddress.IPv4Address(mask)):08x}",
        unknown="Valid commands are:\nsys             exit            ether\nip              wan             lan",
    ),
    "terse": Dialect(
        prompt="tc>",
        on_off=("on", "off"),
        lan=_terse_lan,
        nat_label="Network Address Translation",
        netmask=str,
        unknown="Usage: sys|exit|ether|ip|wan|lan",
    ),
}


@dataclass
class Device:
    """`flash` is what outlives a reboot, `running` what is in use. Given a file, the flash is kept there."""

    dialect: str = "classic"
    file: Path | None = None
    faults: set[str] = field(default_factory=set)
    # called with the addresses in use, with prefix, and with the static routes, network and next hop
    changed: Callable[[list[str], list[tuple[str, str]]], None] = lambda addresses, routes: None
    dsl: dict[str, Any] = field(default_factory=lambda: dict(DSL))

    def __post_init__(self) -> None:
        kept = self.file.read_text() if self.file and self.file.exists() else ""
        self.flash: dict[str, Any] = {**copy.deepcopy(FACTORY), **(json.loads(kept) if kept else {})}
        self.saves = 0
        self.reboot()

    @property
    def words(self) -> Dialect:
        return DIALECTS[self.dialect]

    def reboot(self) -> None:
        self.running = copy.deepcopy(self.flash)
        self.changed(self.addresses(), self.routes())

    def addresses(self) -> list[str]:
        """Those in use, with prefix."""
        slots = [self.running["lan"][slot] for slot in SLOTS]
        rows = [
            f"{kept['address']}/{kept['mask']}" for kept in slots if kept["active"] and kept["address"] != "0.0.0.0"
        ]
        return [str(ipaddress.IPv4Interface(row)) for row in rows]

    def keep(self, kind: str, number: str, values: dict[str, Any]) -> str:
        """`lan save`, `wan node save`: what the router says to it."""
        if "save-refused" in self.faults:
            return "Error: cannot save, flash is write protected"
        self.saves += 1
        if "save-lost" in self.faults or ("alias-ignored" in self.faults and kind == "lan" and number == "2"):
            return ""
        self.running[kind][number] = copy.deepcopy(values)
        if "flash-lost" not in self.faults:
            self.flash[kind][number] = copy.deepcopy(values)
            if self.file:
                self.file.write_text(json.dumps(self.flash))
        self.changed(self.addresses(), self.routes())
        return ""

    def routes(self) -> list[tuple[str, str]]:
        """The static routes in use: those whose next hop is next to the router."""
        near = [ipaddress.IPv4Interface(address).network for address in self.addresses()]
        return [
            (kept["to"], kept["gateway"])
            for kept in self.running["routes"].values()
            if kept["active"] and any(ipaddress.IPv4Address(kept["gateway"]) in network for network in near)
        ]


# The number that was chosen, its values, the words of the command -> what is printed.
Edit = Callable[[str, "dict[str, Any]", "list[str]"], "str | None"]


class Shell:
    """The command line of one session, with its edit buffers."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.edited: dict[str, tuple[str, dict[str, Any]]] = {}  # kind -> number, values

    def answer(self, line: str) -> str | None:
        """What is printed to a command; None for nothing ever again."""
        words = line.split()
        if not words:
            return ""
        if words[0] == "lan" and (words[1:] or "lan" in self.edited):
            return self._edit("lan", words[1:], self._lan)
        if words[:2] == ["wan", "node"]:
            return self._edit("wan", words[2:], self._node)
        if words[:2] == ["wan", "adsl"]:
            return self._adsl(" ".join(words[2:]))
        if words[:3] == ["ip", "route", "addrom"]:
            return self._edit("routes", words[3:], self._route)
        if words == ["ip", "route", "status"]:
            return self._routes()
        if words == ["ip", "ifconfig"]:
            return self._ifconfig()
        if words in (["sys", "version"], ["sys", "ver"]):
            return " ZyNOS version : V3.40(AGD.2) | 06/08/2006\n system up time:   159:32:31 (36c6410 ticks)"
        return self.device.words.unknown

    def _select(self, kind: str, number: str) -> str:
        known = self.device.running[kind]
        if number not in known:
            return f"Usage: index [{'|'.join(known)}]"
        self.edited[kind] = number, copy.deepcopy(known[number])
        return ""

    def _edit(self, kind: str, words: list[str], change: Edit) -> str | None:
        """Every kind is chosen by its number, and kept by `save`; what lies between is up to `change`."""
        if words[:1] == ["index"] and len(words) == 2:
            return self._select(kind, words[1])
        if kind not in self.edited:
            return "Please select an index first"
        number, values = self.edited[kind]
        return self.device.keep(kind, number, values) if words == ["save"] else change(number, values, words)

    def _lan(self, slot: str, values: dict[str, Any], words: list[str]) -> str | None:
        device = self.device
        if words == ["display"]:
            return "\n".join(device.words.lan(slot, values))
        if words[:1] == ["active"] and words[1:] and words[1] in device.words.on_off:
            values["active"] = words[1] == device.words.on_off[0]
            return ""
        if words[:1] == ["ipaddr"] and len(words) == 3:
            if slot == "1" and device.faults & {"drop-after-address", "hang-after-address"}:
                return None
            values["address"], values["mask"] = words[1], words[2]
            return ""
        if words[:2] == ["dhcp", "mode"] and words[2:] and words[2] in ("none", "server", "relay"):
            values["dhcp"] = words[2]
            return ""
        return f"Usage: lan index|active [{'|'.join(device.words.on_off)}]|ipaddr [address] [mask]|dhcp|display|save"

    def _node(self, _node: str, values: dict[str, Any], words: list[str]) -> str:
        if words == ["display"]:
            rows = ["Active = yes", "Encapsulation = 2", "Mux = 1", "VPI/VCI = 0/38"]
            rows += [f"PPP username = {values['username']}", f"PPP password = {values['password']}"]
            return "\n".join([*rows, f"{self.device.words.nat_label} = {values['nat'].upper()}"])
        if words[:1] == ["nat"] and words[1:] and words[1] in ("none", "sua", "full"):
            values["nat"] = words[1]
            return ""
        return "Usage: wan node index|nat [none|sua|full]|display|save"

    def _route(self, _index: str, values: dict[str, Any], words: list[str]) -> str:
        if words[:1] == ["name"] and len(words) == 2:
            values["name"] = words[1]
            return ""
        if words[:1] == ["set"] and len(words) == 4 and "/" in words[1]:
            values["to"], values["gateway"] = words[1], words[2]
            return ""
        if words[:1] == ["active"] and words[1:] and words[1] in self.device.words.on_off:
            values["active"] = words[1] == self.device.words.on_off[0]
            return ""
        return "Usage: ip route addrom index|name|set [address/bits] [gateway] [metric]|active|save"

    def _routes(self) -> str:
        near = [ipaddress.IPv4Interface(address) for address in self.device.addresses()]
        rows = [(str(each.network), "enet0", str(each.ip)) for each in near]
        rows += [(to, "enet0", gateway) for to, gateway in self.device.routes()]
        table = ["Dest            FF Len Device     Gateway         Metric stat Timer  Use"]
        for to, device, gateway in rows:
            address, _slash, bits = to.partition("/")
            table.append(f"{address:<15} 00 {bits:<3} {device:<10} {gateway:<15} 1      041b 0      0")
        return "\n".join([*table, "default         00 0   mpoa00     WAN1            2      00ab 0      37"])

    def _ifconfig(self) -> str:
        rows = []
        for number, address in enumerate(self.device.addresses()):
            name = "enif0" if number == 0 else f"enif0:{number - 1}"
            interface = ipaddress.IPv4Interface(address)
            rows += [f"{name}: mtu 1500 mss 1460", f"    inet {interface.ip}, netmask"]
            rows[-1] += f" {self.device.words.netmask(str(interface.netmask))}, broadcast {interface.network[-1]}"
        return "\n".join([*rows, "wanif0: mtu 1492", "    inet 0.0.0.0, netmask 0xffffffff"])

    def _adsl(self, what: str) -> str:
        dsl = self.device.dsl
        up = dsl["status"] == "up"
        rates = (dsl["down"], dsl["up"]) if up else (0, 0)
        side = {"linedata near": (0, "downstream", "upstream"), "linedata far": (1, "upstream", "downstream")}
        if what == "status":
            return f"current modem status: {dsl['status']}"
        if what == "chandata":
            rows = [
                f"{end}-end {kind} channel bit rate: {{}} kbps"
                for end in ("near", "far")
                for kind in ("interleaved", "fast")
            ]
            return "\n".join(rows).format(rates[0], 0, 0, rates[1])
        if what in side:
            index, way, other = side[what]
            rows = [f"noise margin {way}: {dsl['margin'][index]} db", f"output power {other}: 11 db"]
            rows += [f"attenuation {way}: {dsl['attenuation'][index]} db", "tone   0- 31: 00 00 00 00 00 02 03 04"]
            return "\n".join(rows)
        if what == "perfdata":
            rows = ["near-end FEC error fast: 0", "near-end CRC error fast: 3", "far-end FEC error interleaved: 12"]
            rows += ["Error second after power-up     : 7", f"ADSL uptime     {dsl['uptime']}"] if up else []
            return "\n".join(rows)
        if what == "opmode":
            return "operational mode: ITU G.992.1(G.DMT)" if up else "operational mode: NONE"
        return "Usage: wan adsl chandata|linedata [far|near]|opmode|perfdata|status"
