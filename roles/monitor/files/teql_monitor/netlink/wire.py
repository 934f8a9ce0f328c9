# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Netlink messages and attributes as bytes (linux/netlink.h): built and parsed, nothing is sent here."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

HEADER = struct.Struct("=IHHII")  # struct nlmsghdr: length, type, flags, sequence, port
ATTRIBUTE = struct.Struct("=HH")  # struct nlattr: length, type
SIGNED = struct.Struct("=i")

NOOP, ERROR, DONE = 1, 2, 3
REQUEST, ACK = 0x1, 0x4
DUMP_INTERRUPTED = 0x10
DUMP = 0x300
REPLACE, EXCLUSIVE, CREATE = 0x100, 0x200, 0x400
ANSWER_CAPPED, ANSWER_HAS_ATTRIBUTES = 0x100, 0x200

TYPE_MASK = 0x3FFF  # without NLA_F_NESTED and NLA_F_NET_BYTEORDER
EXPLANATION = 1  # NLMSGERR_ATTR_MSG


class MalformedMessage(Exception):
    """Bytes that are no netlink message."""


class Message(NamedTuple):
    type: int
    flags: int
    sequence: int
    port: int
    body: bytes


class Verdict(NamedTuple):
    """How a request ended: errno 0 is success; text is what the kernel has to say about it (extended ack)."""

    errno: int = 0
    text: str = ""


def _aligned(length: int) -> int:
    return (length + 3) & ~3


def build(message: Message) -> bytes:
    length = HEADER.size + len(message.body)
    return HEADER.pack(length, message.type, message.flags, message.sequence, message.port) + message.body


def parse(data: bytes) -> Iterator[Message]:
    """The messages of one datagram."""
    position = 0
    while position < len(data):
        length, type_, flags, sequence, port = unpack(HEADER, data, position)
        if length < HEADER.size or position + length > len(data):
            raise MalformedMessage(f"a message of {length} bytes where {len(data) - position} are left")
        yield Message(type_, flags, sequence, port, data[position + HEADER.size : position + length])
        position += _aligned(length)


def attribute(kind: int, payload: bytes) -> bytes:
    length = ATTRIBUTE.size + len(payload)
    return ATTRIBUTE.pack(length, kind) + payload.ljust(_aligned(length) - ATTRIBUTE.size, b"\0")


def attributes(data: bytes, start: int = 0) -> dict[int, bytes]:
    """Payload by type; of a type that comes twice the last one counts, as in the kernel."""
    found = {}
    position, end = start, len(data)
    while position + ATTRIBUTE.size <= end:  # without unpack(): an interface has fifty of them
        length, kind = ATTRIBUTE.unpack_from(data, position)
        if length < ATTRIBUTE.size or position + length > end:
            raise MalformedMessage(f"an attribute of {length} bytes where {end - position} are left")
        found[kind & TYPE_MASK] = data[position + ATTRIBUTE.size : position + length]
        position += (length + 3) & ~3
    if position < end:
        raise MalformedMessage(f"{end - position} bytes where an attribute has to begin")
    return found


def unpack(layout: struct.Struct, data: bytes, position: int = 0) -> tuple[int, ...]:
    if len(data) - position < layout.size:
        raise MalformedMessage(f"{layout.size} bytes wanted where {len(data) - position} are left")
    return layout.unpack_from(data, position)


def number(payload: bytes) -> int:
    """An unsigned integer of the machine's own byte order."""
    if len(payload) not in (1, 2, 4, 8):
        raise MalformedMessage(f"a number of {len(payload)} bytes")
    return int.from_bytes(payload, sys.byteorder)


def unsigned(value: int) -> bytes:
    return value.to_bytes(4, sys.byteorder)


def text(payload: bytes) -> str:
    return payload.split(b"\0", 1)[0].decode("utf-8", "backslashreplace")


def string(value: str) -> bytes:
    return value.encode() + b"\0"


def verdict(message: Message) -> Verdict:
    """Of a message of type ERROR (its errno 0 is an ack) or DONE."""
    body = message.body
    if message.type == DONE and not body:
        return Verdict()
    (code,) = unpack(SIGNED, body)
    position = SIGNED.size if message.type == DONE else SIGNED.size + _quoted(message, code)
    explained = attributes(body, position) if message.flags & ANSWER_HAS_ATTRIBUTES else {}
    return Verdict(max(0, -code), text(explained.get(EXPLANATION, b"")))


def _quoted(message: Message, code: int) -> int:
    """How many bytes of the request an ERROR repeats: all of it, or its header only."""
    (length, *_rest) = unpack(HEADER, message.body, SIGNED.size)
    if code == 0 or message.flags & ANSWER_CAPPED:
        return HEADER.size
    if length < HEADER.size:
        raise MalformedMessage(f"a quoted message of {length} bytes")
    return _aligned(length)
