# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a kernel 6.18 answered in a network namespace with eth2 (3) and eth3 (7), and a socket that says it again."""

from __future__ import annotations

import errno
import json
from pathlib import Path

from teql_monitor.netlink import wire

ANSWERS: dict[str, list[bytes]] = {
    name: [bytes.fromhex(datagram) for datagram in datagrams]
    for name, datagrams in json.loads((Path(__file__).parent / "recorded" / "answers.json").read_text())["said"].items()
}


def bodies(name: str) -> list[bytes]:
    return [
        message.body
        for datagram in ANSWERS[name]
        for message in wire.parse(datagram)
        if message.type not in (wire.DONE, wire.ERROR)
    ]


def ending(code: int = 0, flags: int = 0, type_: int = wire.ERROR) -> bytes:
    """An acknowledgement, or with a code a refusal."""
    body = wire.SIGNED.pack(-code) + (wire.HEADER.pack(16, 0, 0, 0, 0) if type_ == wire.ERROR else b"")
    return wire.build(wire.Message(type_, flags | wire.ANSWER_CAPPED, 0, 0, body))


class ScriptedSocket:
    """Answers the n-th request with the n-th list of datagrams; an exception in place of a datagram is raised."""

    def __init__(self, *answers: list[bytes | OSError], sender: int = 0) -> None:
        self.answers = list(answers)
        self.requests: list[wire.Message] = []
        self.pending: list[bytes | OSError] = []
        self.sender = sender
        self.truncated = 0
        self.closed = 0

    def send(self, data: bytes) -> None:
        (message,) = wire.parse(data)
        self.requests.append(message)
        self.pending += [
            each if isinstance(each, OSError) else in_reply_to(message, each) for each in self.answers.pop(0)
        ]

    def recvmsg(self, _size: int) -> tuple[bytes, list[object], int, tuple[int, int]]:
        if not self.pending:
            raise BlockingIOError(errno.EAGAIN, "nothing more")
        answer = self.pending.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer, [], self.truncated, (self.sender, 0)

    def getsockname(self) -> tuple[int, int]:
        return (4711, 0)

    def setblocking(self, _blocking: bool) -> None:
        """It never blocks."""

    def close(self) -> None:
        self.closed += 1
        self.pending.clear()


def in_reply_to(request: wire.Message, datagram: bytes) -> bytes:
    """The kernel repeats the sequence number; one that is marked as stale keeps its own."""
    return b"".join(
        wire.build(wire.Message(each.type, each.flags, request.sequence + (each.sequence == STALE), 0, each.body))
        for each in wire.parse(datagram)
    )


STALE = 0xDEAD
