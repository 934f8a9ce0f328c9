# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ARP (RFC 826) as bytes, and what the answers of all lines together say about the cabling: nothing is sent here."""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

ETHERTYPE = 0x0806
REQUEST, REPLY = 1, 2
BROADCAST = b"\xff" * 6
UNKNOWN = b"\0" * 6
SHORTEST_FRAME = 60

ETHERNET = struct.Struct("!6s6sH")
# Hardware type (1 is ethernet), protocol (IPv4), their address lengths, operation, then sender and target.
PACKET = struct.Struct("!HHBBH6s4s6s4s")


class Answer(NamedTuple):
    """Who says to have which address."""

    mac: str
    address: str


class Line(NamedTuple):
    """What to ask on a line; source is the line's own address."""

    name: str
    interface: str
    source: str
    router: str
    common_address: str | None = None
    router_mac: str | None = None


class Heard(NamedTuple):
    """What came back on a line; obstacle says why nothing could be asked at all."""

    router_macs: tuple[str, ...] = ()
    common_macs: tuple[str, ...] = ()
    obstacle: str = ""


def request(mac: str, source: str, target: str) -> bytes:
    """The frame that asks everybody: who has target? Tell source."""
    hardware = bytes.fromhex(mac.replace(":", ""))
    packet = PACKET.pack(
        1, 0x0800, 6, 4, REQUEST, hardware, socket.inet_aton(source), UNKNOWN, socket.inet_aton(target)
    )
    return (ETHERNET.pack(BROADCAST, hardware, ETHERTYPE) + packet).ljust(SHORTEST_FRAME, b"\0")


def parse_answer(frame: bytes) -> Answer | None:
    """The answer in a frame; None for anything else, broken ones included."""
    if len(frame) < ETHERNET.size + PACKET.size:
        return None
    kinds = PACKET.unpack_from(frame, ETHERNET.size)
    if ETHERNET.unpack_from(frame)[2] != ETHERTYPE or kinds[:5] != (1, 0x0800, 6, 4, REPLY):
        return None
    return Answer(":".join(f"{byte:02x}" for byte in kinds[5]), socket.inet_ntoa(kinds[6]))


def judge(lines: list[Line], heard: dict[str, Heard]) -> dict[str, list[str]]:
    """The problems of each line, by its name, as sentences that say what to look at."""
    users: dict[str, list[Line]] = {}
    for line in lines:
        for mac in sorted({*heard[line.name].router_macs, *heard[line.name].common_macs}):
            users.setdefault(mac, []).append(line)
    return {
        line.name: [
            f"line {line.name} ({line.interface}): {problem}"
            for problem in _alone(line, heard[line.name]) + _shared(line, heard[line.name], users)
        ]
        for line in lines
    }


def _alone(line: Line, heard: Heard) -> list[str]:
    """What is wrong with a line by itself."""
    if heard.obstacle:
        return [heard.obstacle]
    problems = []
    if not heard.router_macs:
        problems.append(
            f"{line.router} does not answer: the router is off, not cabled to {line.interface}, "
            "or has not got its management address"
        )
    elif len(heard.router_macs) > 1:
        problems.append(_several(line.router, heard.router_macs))
    elif line.router_mac and line.router_mac not in heard.router_macs:
        problems.append(
            f"{line.router} is answered by {heard.router_macs[0]} instead of the expected {line.router_mac}: "
            "another router is cabled to this port, or it was replaced; correct router_mac or the cable"
        )
    return problems + (_common(line.common_address, line, heard) if line.common_address else [])


def _common(address: str, line: Line, heard: Heard) -> list[str]:
    if not heard.common_macs:
        # A router that is silent altogether is said to be so once.
        missing = f"the common address {address} does not answer: add it to the router beside {line.router}"
        return [missing] if heard.router_macs else []
    if len(heard.common_macs) > 1:
        return [_several(address, heard.common_macs)]
    (mac,) = heard.common_macs
    if not heard.router_macs:
        return [f"the common address {address} is answered by {mac}: does that router still lack {line.router}?"]
    if mac not in heard.router_macs:
        either = f"give both addresses to the router ({heard.router_macs[0]}), and neither to another device"
        return [f"another device answers for the common address {address}: {mac}; {either}"]
    return []


def _several(address: str, macs: tuple[str, ...]) -> str:
    return (
        f"more than one device answers for {address}: {', '.join(macs)}; "
        "is more than one router in this port's switch or bridge?"
    )


def _shared(line: Line, heard: Heard, users: dict[str, list[Line]]) -> list[str]:
    problems = []
    for mac in sorted({*heard.router_macs, *heard.common_macs}):
        others = [f"{other.name} ({other.interface})" for other in users[mac] if other.name != line.name]
        if others:
            problems.append(
                f"{mac} answers on line {', '.join(others)} too: are both ports in the same switch, "
                "or both cabled to one router?"
            )
    return problems
