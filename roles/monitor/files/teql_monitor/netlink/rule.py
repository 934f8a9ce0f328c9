# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy rules: RTM_*RULE of linux/rtnetlink.h, struct fib_rule_hdr and FRA_* of linux/fib_rules.h."""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire
from teql_monitor.netlink.address import FAMILY, KERNEL_FAMILY, packed_network, written_network

NEW, DELETED, GET = 32, 33, 34

# struct fib_rule_hdr: family, destination length, source length, tos, table, action, flags
HEADER = struct.Struct("=BBBBBxxBI")

SOURCE, PRIORITY, SUPPRESSED_PREFIX, TABLE, OUT_INTERFACE, PADDING, PROTOCOL = 2, 6, 14, 15, 17, 18, 21
UNDERSTOOD = {SOURCE, PRIORITY, SUPPRESSED_PREFIX, TABLE, OUT_INTERFACE, PADDING, PROTOCOL}
NO_PREFIX_SUPPRESSED = 0xFFFFFFFF
TO_TABLE = 1
INVERTED = 0x2


class Rule(NamedTuple):
    family: int  # 4 or 6
    priority: int
    table: int
    source: str = ""  # a network with its prefix; empty: any
    out_interface: str = ""  # by name: it may be missing at present
    protocol: int = 0  # who made it
    but_default: bool = False  # what leads by the table's default route goes on to the next rule
    plain: bool = True  # no more conditions than these, and the action is to look into the table


def decode(body: bytes) -> Rule | None:
    """None for families other than IPv4 and IPv6."""
    family, to_length, length, tos, table, action, flags = wire.unpack(HEADER, body)
    if family not in FAMILY:
        return None
    found = wire.attributes(body, HEADER.size)
    suppressed = wire.number(found[SUPPRESSED_PREFIX]) if SUPPRESSED_PREFIX in found else NO_PREFIX_SUPPRESSED
    return Rule(
        family=FAMILY[family],
        priority=wire.number(found[PRIORITY]) if PRIORITY in found else 0,
        table=wire.number(found[TABLE]) if TABLE in found else table,
        source=written_network(found[SOURCE], length) if SOURCE in found else "",
        out_interface=wire.text(found.get(OUT_INTERFACE, b"")),
        protocol=wire.number(found[PROTOCOL]) if PROTOCOL in found else 0,
        but_default=suppressed == 0,
        plain=action == TO_TABLE
        and not (to_length or tos or flags & INVERTED)
        and found.keys() <= UNDERSTOOD
        and suppressed in (0, NO_PREFIX_SUPPRESSED),
    )


def request(rule: Rule) -> bytes:
    """To add or to delete this very rule."""
    address, length = packed_network(rule.source) if rule.source else (b"", 0)
    body = HEADER.pack(KERNEL_FAMILY[rule.family], 0, length, 0, 0, TO_TABLE, 0)
    body += wire.attribute(PRIORITY, wire.unsigned(rule.priority)) + wire.attribute(TABLE, wire.unsigned(rule.table))
    if address:
        body += wire.attribute(SOURCE, address)
    if rule.out_interface:
        body += wire.attribute(OUT_INTERFACE, wire.string(rule.out_interface))
    if rule.but_default:
        body += wire.attribute(SUPPRESSED_PREFIX, wire.unsigned(0))
    if rule.protocol:
        body += wire.attribute(PROTOCOL, bytes([rule.protocol]))
    return body


def dump_request(family: int) -> bytes:
    return HEADER.pack(KERNEL_FAMILY[family], 0, 0, 0, 0, 0, 0)
