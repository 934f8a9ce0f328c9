# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Neighbours: RTM_*NEIGH of linux/rtnetlink.h, struct ndmsg, NDA_*, NUD_* and NTF_* of linux/neighbour.h."""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire
from teql_monitor.netlink.address import FAMILY, KERNEL_FAMILY, family_of, packed, packed_mac, written, written_mac

NEW, DELETED, GET = 28, 29, 30

HEADER = struct.Struct("=BxxxiHBB")  # struct ndmsg: family, interface, state, flags, type

ADDRESS, MAC, DEVICE, PROTOCOL = 1, 2, 8, 12
PERMANENT = 0x80
PROXY = 0x8


class Neighbour(NamedTuple):
    device: int
    address: str
    mac: str = ""  # empty: not known
    permanent: bool = False
    protocol: int = 0  # who made it; kernels before 5.0 do not keep it


def decode(body: bytes) -> Neighbour | None:
    """None for what is no neighbour of IPv4 or IPv6: a bridge's table, an address we answer for."""
    family, device, state, flags, _type = wire.unpack(HEADER, body)
    found = wire.attributes(body, HEADER.size)
    if family not in FAMILY or flags & PROXY or ADDRESS not in found:
        return None
    return Neighbour(
        device=device,
        address=written(found[ADDRESS]),
        mac=written_mac(found.get(MAC, b"")),
        permanent=bool(state & PERMANENT),
        protocol=wire.number(found[PROTOCOL]) if PROTOCOL in found else 0,
    )


def dump_request(family: int, device: int = 0) -> bytes:
    """0 means any interface."""
    body = HEADER.pack(KERNEL_FAMILY[family], 0, 0, 0, 0)
    return body + wire.attribute(DEVICE, wire.unsigned(device)) if device else body


def request(device: int, address: str, mac: str = "", protocol: int = 0) -> bytes:
    """To set a permanent neighbour; without mac to delete it."""
    state = PERMANENT if mac else 0
    body = HEADER.pack(KERNEL_FAMILY[family_of(address)], device, state, 0, 0)
    body += wire.attribute(ADDRESS, packed(address))
    if mac:
        body += wire.attribute(MAC, packed_mac(mac))
    return body + wire.attribute(PROTOCOL, bytes([protocol])) if protocol else body
