# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interfaces: RTM_*LINK, struct ifinfomsg of linux/rtnetlink.h, IFLA_* of linux/if_link.h, IFF_* of linux/if.h."""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire
from teql_monitor.netlink.address import written_mac

NEW, DELETED, GET = 16, 17, 18

HEADER = struct.Struct("=BxHiII")  # struct ifinfomsg: family, hardware type, index, flags, change mask

UP, BROADCAST, POINT_TO_POINT, LOWER_UP = 0x1, 0x2, 0x10, 0x10000
ADDRESS, NAME, MTU, CARRIER = 1, 3, 4, 33


class Link(NamedTuple):
    device: int  # its index
    name: str
    up: bool = False  # set up by the administrator
    carrier: bool = False  # up and the cable's other end answers
    mtu: int = 0
    broadcast: bool = False
    point_to_point: bool = False
    mac: str = ""


def decode(body: bytes) -> Link | None:
    """None for what is no interface of its own: a bridge's view of a port, a radio's news."""
    family, _hardware, index, flags, _change = wire.unpack(HEADER, body)
    found = wire.attributes(body, HEADER.size)
    if family or NAME not in found:
        return None
    return Link(
        device=index,
        name=wire.text(found[NAME]),
        up=bool(flags & UP),
        # LOWER_UP is only set while up; some drivers report the loss in CARRIER first.
        carrier=bool(flags & LOWER_UP) and wire.number(found.get(CARRIER, b"\1")) != 0,
        mtu=wire.number(found[MTU]) if MTU in found else 0,
        broadcast=bool(flags & BROADCAST),
        point_to_point=bool(flags & POINT_TO_POINT),
        mac=written_mac(found.get(ADDRESS, b"")),
    )


def dump_request() -> bytes:
    return HEADER.pack(0, 0, 0, 0, 0)


def mtu_request(index: int, mtu: int) -> bytes:
    return HEADER.pack(0, 0, index, 0, 0) + wire.attribute(MTU, wire.unsigned(mtu))


def up_request(index: int) -> bytes:
    return HEADER.pack(0, 0, index, UP, UP)
