# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ICMP echo as bytes. Pure. RFC 792 (IPv4), RFC 4443 (IPv6), RFC 1071 (the checksum)."""

from __future__ import annotations

import struct
from typing import NamedTuple

ECHO = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence number
REQUEST4, REPLY4 = 8, 0
REQUEST6, REPLY6 = 128, 129
SMALLEST_IPV4_HEADER = 20


class Reply(NamedTuple):
    identifier: int
    sequence: int
    payload: bytes


def checksum(data: bytes) -> int:
    """The ones' complement of the ones' complement sum, RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    return ~total & 0xFFFF


def request4(identifier: int, sequence: int, payload: bytes) -> bytes:
    blank = ECHO.pack(REQUEST4, 0, 0, identifier, sequence) + payload
    return ECHO.pack(REQUEST4, 0, checksum(blank), identifier, sequence) + payload


def request6(identifier: int, sequence: int, payload: bytes) -> bytes:
    """The kernel fills the checksum in: it covers the addresses."""
    return ECHO.pack(REQUEST6, 0, 0, identifier, sequence) + payload


def reply4(packet: bytes) -> Reply | None:
    """A raw socket of IPv4 hands over the IP header as well."""
    length = (packet[0] & 0xF) * 4 if packet else 0
    if length < SMALLEST_IPV4_HEADER:
        return None
    return _reply(packet[length:], REPLY4)


def reply6(packet: bytes) -> Reply | None:
    return _reply(packet, REPLY6)


def _reply(message: bytes, wanted: int) -> Reply | None:
    if len(message) < ECHO.size:
        return None
    kind, code, _checksum, identifier, sequence = ECHO.unpack_from(message)
    return Reply(identifier, sequence, message[ECHO.size :]) if (kind, code) == (wanted, 0) else None
