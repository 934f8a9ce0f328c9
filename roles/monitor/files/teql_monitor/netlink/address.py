# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as netlink has them (bytes) and as people write them."""

from __future__ import annotations

import socket

from teql_monitor.netlink.wire import MalformedMessage

KERNEL_FAMILY = {4: int(socket.AF_INET), 6: int(socket.AF_INET6)}
FAMILY = {number: family for family, number in KERNEL_FAMILY.items()}
BITS = {4: 32, 6: 128}


def family_of(written: str) -> int:
    return 6 if ":" in written else 4


def packed(written: str) -> bytes:
    return socket.inet_pton(KERNEL_FAMILY[family_of(written)], written)


def written(address: bytes) -> str:
    if len(address) not in (4, 16):
        raise MalformedMessage(f"an address of {len(address)} bytes")
    return socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)


def canonical(address: str) -> str:
    """The one way in which the kernel's answers are written here."""
    return written(packed(address))


def packed_network(network: str) -> tuple[bytes, int]:
    address, _slash, length = network.partition("/")
    return packed(address), int(length)


def written_network(address: bytes, length: int) -> str:
    return f"{written(address)}/{length}"


def packed_mac(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(":", ""))


def written_mac(mac: bytes) -> str:
    return ":".join(f"{byte:02x}" for byte in mac)
