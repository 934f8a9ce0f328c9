# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queueing disciplines: RTM_*QDISC and struct tcmsg of linux/rtnetlink.h, TC_H_ROOT of linux/pkt_sched.h."""

from __future__ import annotations

import struct
from typing import NamedTuple

from teql_monitor.netlink import wire

NEW, DELETED, GET = 36, 37, 38

HEADER = struct.Struct("=BxxxiIII")  # struct tcmsg: family, interface, handle, parent, info
ROOT = 0xFFFFFFFF
OUR_HANDLE = 0x71000000  # tc shows 7100:; the kernel chooses from 8001: on
KIND = 1


class Qdisc(NamedTuple):
    device: int
    kind: str
    handle: int = 0  # 0: the kernel attached it by itself
    parent: int = ROOT

    @property
    def root(self) -> bool:
        return self.parent == ROOT


def decode(body: bytes) -> Qdisc:
    _family, device, handle, parent, _info = wire.unpack(HEADER, body)
    found = wire.attributes(body, HEADER.size)
    return Qdisc(device, wire.text(found.get(KIND, b"")), handle, parent)


def dump_request() -> bytes:
    return HEADER.pack(0, 0, 0, 0, 0)


def root_request(device: int, kind: str, handle: int) -> bytes:
    """The handle is named on purpose: without one, an exclusive request to add takes the place of any other qdisc."""
    return HEADER.pack(0, device, handle, ROOT, 0) + wire.attribute(KIND, wire.string(kind))
