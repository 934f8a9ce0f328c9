# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One raw socket a family for all lines: each packet says by which interface and with which source it goes (ip(7)).

It is bound to no device, since the answer to the bond's own address may come in on any line.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

from teql_monitor.probe import icmp

# Not in every Python: asm-generic/socket.h, linux/icmp.h, linux/in6.h.
SO_TIMESTAMPNS = 35
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
SOL_RAW, ICMP_FILTER = 255, 1
ICMP6_FILTER = 1
IP_PKTINFO = getattr(socket, "IP_PKTINFO", 8)
# Bytes. In: the answers of a thousand lines. Out: a port that is stuck holds on to what it was given, as many packets
# as its queues take; the other lines must not run dry meanwhile.
BUFFERS = {SO_RCVBUFFORCE: 1 << 20, SO_SNDBUFFORCE: 1 << 22}
ATONCE = 4096  # answers read before anything else gets its turn


class Answer(NamedTuple):
    sequence: int
    source: str
    received: float  # by the kernel, seconds of the real-time clock


class EchoSocket:
    """Sends echo requests and reads the answers to them. OSError when it may not be opened, or a packet not be sent."""

    def __init__(self, family: int) -> None:
        self.family = family
        self.identifier = int.from_bytes(os.urandom(2), "big") or 1
        self.token = os.urandom(8)  # tells our answers from everybody else's
        six = family == socket.AF_INET6
        self.socket = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        for option, size in BUFFERS.items():
            with contextlib.suppress(OSError):  # needs CAP_NET_ADMIN
                self.socket.setsockopt(socket.SOL_SOCKET, option, size)
        if six:
            allowed = icmp.REPLY6
            words = [0xFFFFFFFF] * 8
            words[allowed >> 5] &= ~(1 << (allowed & 31))
            self.socket.setsockopt(socket.IPPROTO_ICMPV6, ICMP6_FILTER, struct.pack("8I", *words))
        else:
            self.socket.setsockopt(SOL_RAW, ICMP_FILTER, struct.pack("I", ~(1 << icmp.REPLY4) & 0xFFFFFFFF))

    def fileno(self) -> int:
        return self.socket.fileno()

    def close(self) -> None:
        self.socket.close()

    def send(self, sequence: int, target: str, index: int, source: str | None) -> None:
        """By the interface of this index, with this source address; without one the kernel chooses."""
        if self.family == socket.AF_INET6:
            packet = icmp.request6(self.identifier, sequence, self.token)
            own = socket.inet_pton(socket.AF_INET6, source) if source else bytes(16)
            word = (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, own + struct.pack("i", index))
        else:
            packet = icmp.request4(self.identifier, sequence, self.token)
            own = socket.inet_aton(source) if source else bytes(4)
            word = (socket.IPPROTO_IP, IP_PKTINFO, struct.pack("i", index) + own + bytes(4))
        self.socket.sendmsg([packet], [word], 0, (target, 0))

    def answers(self) -> Iterator[Answer]:
        """Those that have come in; others' are passed over."""
        parse = icmp.reply6 if self.family == socket.AF_INET6 else icmp.reply4
        for _turn in range(ATONCE):
            try:
                packet, words, _flags, sender = self.socket.recvmsg(512, 128)
            except OSError:  # nothing more, or an error that a probe without an answer tells as well
                return
            reply = parse(packet)
            if reply is not None and reply.identifier == self.identifier and reply.payload == self.token:
                yield Answer(reply.sequence, sender[0].partition("%")[0], _stamp(words))


def _stamp(words: list[tuple[int, int, bytes]]) -> float:
    for level, kind, data in words:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(data) in (8, 16):
            seconds, nanoseconds = struct.unpack("qq" if len(data) == 16 else "ii", data)
            return float(seconds + nanoseconds / 1e9)
    return 0.0
