# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes: RTM_*ROUTE, struct rtmsg, RTA_* and struct rtnexthop of linux/rtnetlink.h."""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire
from teql_monitor.netlink.address import (
    BITS,
    FAMILY,
    KERNEL_FAMILY,
    family_of,
    packed,
    packed_network,
    written,
    written_network,
)

NEW, DELETED, GET = 24, 25, 26

# struct rtmsg: family, destination length, source length, tos, table, protocol, scope, type, flags
HEADER = struct.Struct("=BBBBBBBBI")
HOP = struct.Struct("=HBBi")  # struct rtnexthop: length, flags, weight, interface

DESTINATION, SOURCE, DEVICE, GATEWAY, METRIC, MULTIPATH, TABLE = 1, 2, 4, 5, 6, 9, 15
UNIVERSE, LINK_SCOPE = 0, 253
UNICAST, LOCAL = 1, 2
ONLINK = 0x4  # RTNH_F_ONLINK
AS_IN_TABLE = 0x2000  # RTM_F_FIB_MATCH
DEFAULT = "default"


class Route(NamedTuple):
    family: int  # 4 or 6
    table: int
    destination: str = DEFAULT  # or a network with its prefix
    gateway: str = ""
    device: int = 0  # 0: several (hops), or none
    scope: int = UNIVERSE
    protocol: int = 0  # who made it
    metric: int = 0
    onlink: bool = False
    type: int = UNICAST
    hops: tuple[int, ...] = ()  # the interfaces of a multipath route


def decode(body: bytes) -> Route | None:
    """None for families other than IPv4 and IPv6."""
    family, length, _source, _tos, table, protocol, scope, type_, flags = wire.unpack(HEADER, body)
    if family not in FAMILY:
        return None
    found = wire.attributes(body, HEADER.size)
    return Route(
        family=FAMILY[family],
        table=wire.number(found[TABLE]) if TABLE in found else table,
        destination=written_network(found[DESTINATION], length) if DESTINATION in found else DEFAULT,
        gateway=written(found[GATEWAY]) if GATEWAY in found else "",
        device=wire.number(found[DEVICE]) if DEVICE in found else 0,
        scope=scope,
        protocol=protocol,
        metric=wire.number(found[METRIC]) if METRIC in found else 0,
        onlink=bool(flags & ONLINK),
        type=type_,
        hops=_hops(found.get(MULTIPATH, b"")),
    )


def _hops(data: bytes) -> tuple[int, ...]:
    devices = []
    position = 0
    while position < len(data):
        length, _flags, _weight, device = wire.unpack(HOP, data, position)
        if length < HOP.size:
            raise wire.MalformedMessage(f"a next hop of {length} bytes")
        devices.append(device)
        position += (length + 3) & ~3
    return tuple(devices)


def request(route: Route) -> bytes:
    """To add or to delete this very route."""
    address, length = (b"", 0) if route.destination == DEFAULT else packed_network(route.destination)
    body = HEADER.pack(
        KERNEL_FAMILY[route.family],
        length,
        0,
        0,
        0,  # the table's number may not fit here: an attribute says it
        route.protocol,
        route.scope,
        route.type,
        ONLINK if route.onlink else 0,
    )
    body += wire.attribute(TABLE, wire.unsigned(route.table))
    if address:
        body += wire.attribute(DESTINATION, address)
    if route.gateway:
        body += wire.attribute(GATEWAY, packed(route.gateway))
    if route.device:
        body += wire.attribute(DEVICE, wire.unsigned(route.device))
    if route.metric:
        body += wire.attribute(METRIC, wire.unsigned(route.metric))
    return body


def dump_request(family: int, table: int = 0, protocol: int = 0) -> bytes:
    """0 means any. The kernel selects where it can (4.20 and newer, strict checking on)."""
    body = HEADER.pack(KERNEL_FAMILY[family], 0, 0, 0, 0, protocol, 0, 0, 0)
    return body + wire.attribute(TABLE, wire.unsigned(table)) if table else body


def lookup_request(target: str, device: int, source: str = "") -> bytes:
    """Which entry of which table would take a packet from a socket bound to the device."""
    family = family_of(target)
    lengths = (BITS[family], BITS[family] if source else 0)
    body = HEADER.pack(KERNEL_FAMILY[family], *lengths, 0, 0, 0, 0, 0, AS_IN_TABLE)
    body += wire.attribute(DESTINATION, packed(target)) + wire.attribute(DEVICE, wire.unsigned(device))
    return body + wire.attribute(SOURCE, packed(source)) if source else body
