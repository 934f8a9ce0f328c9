# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What interfaces have sent and received: RTM_GETSTATS, struct if_stats_msg and IFLA_STATS_* of linux/if_link.h.

A link's own message has the same numbers among fifty other attributes: to read that every second costs much more.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire

NEW, GET = 92, 94

HEADER = struct.Struct("=BxxxII")  # struct if_stats_msg: family, index, which attributes
LINK_64 = 1  # IFLA_STATS_LINK_64; its bit in the header's mask is the same number
STATS = struct.Struct("=8Q")  # the beginning of struct rtnl_link_stats64


class Counters(NamedTuple):
    device: int  # the interface's index
    rx_packets: int = 0
    tx_packets: int = 0
    rx_bytes: int = 0
    tx_bytes: int = 0
    tx_dropped: int = 0


def decode(body: bytes) -> Counters | None:
    """None where there are none."""
    _family, index, _mask = wire.unpack(HEADER, body)
    found = wire.attributes(body, HEADER.size)
    if LINK_64 not in found:
        return None
    stats = wire.unpack(STATS, found[LINK_64])
    return Counters(index, stats[0], stats[1], stats[2], stats[3], stats[7])


def dump_request() -> bytes:
    return HEADER.pack(0, 0, LINK_64)
