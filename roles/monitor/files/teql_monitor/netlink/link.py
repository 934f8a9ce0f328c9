# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces: RTM_*LINK, struct ifinfomsg of linux/rtnetlink.h, IFLA_* of linux/if_link.h, IFF_* of linux/if.h."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from teql_monitor.netlink import wire
from teql_monitor.netlink.address import written_mac

NEW, DELETED, GET = 16, 17, 18

HEADER = struct.Struct("=BxHiII")  # struct ifinfomsg: family, hardware type, index, flags, change mask
STATS = struct.Struct("=8Q")  # the beginning of struct rtnl_link_stats64
NOTHING_SENT = (0,) * 8

UP, BROADCAST, POINT_TO_POINT, LOWER_UP = 0x1, 0x2, 0x10, 0x10000
ADDRESS, NAME, MTU, STATS64, CARRIER = 1, 3, 4, 23, 33


@dataclass(frozen=True)
class Link:
    index: int
    name: str
    up: bool = False  # set up by the administrator
    carrier: bool = False  # up and the cable's other end answers
    mtu: int = 0
    broadcast: bool = False
    point_to_point: bool = False
    mac: str = ""
    rx_packets: int = 0
    tx_packets: int = 0
    rx_bytes: int = 0
    tx_bytes: int = 0
    tx_dropped: int = 0


def decode(body: bytes) -> Link | None:
    """None for what is no interface of its own: a bridge's view of a port, a radio's news."""
    family, _hardware, index, flags, _change = wire.unpack(HEADER, body)
    found = wire.attributes(body, HEADER.size)
    if family or NAME not in found:
        return None
    stats = wire.unpack(STATS, found[STATS64]) if STATS64 in found else NOTHING_SENT
    return Link(
        index=index,
        name=wire.text(found[NAME]),
        up=bool(flags & UP),
        # LOWER_UP is only set while up; some drivers report the loss in CARRIER first.
        carrier=bool(flags & LOWER_UP) and wire.number(found.get(CARRIER, b"\1")) != 0,
        mtu=wire.number(found[MTU]) if MTU in found else 0,
        broadcast=bool(flags & BROADCAST),
        point_to_point=bool(flags & POINT_TO_POINT),
        mac=written_mac(found.get(ADDRESS, b"")),
        rx_packets=stats[0],
        tx_packets=stats[1],
        rx_bytes=stats[2],
        tx_bytes=stats[3],
        tx_dropped=stats[7],
    )


def dump_request() -> bytes:
    return HEADER.pack(0, 0, 0, 0, 0)


def mtu_request(index: int, mtu: int) -> bytes:
    return HEADER.pack(0, 0, index, 0, 0) + wire.attribute(MTU, wire.unsigned(mtu))


def up_request(index: int) -> bytes:
    return HEADER.pack(0, 0, index, UP, UP)
