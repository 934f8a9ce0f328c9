# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to the kernel, one at a time, and its answers."""

from __future__ import annotations

import contextlib
import errno
import itertools
import socket
import struct
from collections.abc import Callable

from teql_monitor.netlink import wire

TIMEOUT = 2  # seconds
ATTEMPTS = 10  # at reading a table that changes meanwhile
RECEIVE_BUFFER = 1 << 20
LARGEST_DATAGRAM = 1 << 17

# Not in Python's socket module: linux/netlink.h, asm/socket.h.
SOL_NETLINK, CAP_ACK, EXT_ACK, GET_STRICT_CHK = 270, 10, 11, 12
SO_RCVBUFFORCE = 33


class KernelError(Exception):
    """The kernel refused, or gave no answer; errno is the name, such as ENODEV."""

    def __init__(self, operation: str, errno_name: str, text: str = "") -> None:
        super().__init__(f"cannot {operation}: {errno_name}" + (f", {text}" if text else ""))
        self.operation = operation
        self.errno = errno_name
        self.text = text


class Interrupted(Exception):
    """What was read is incomplete: read again."""


def errno_name(number: int) -> str:
    if number == errno.EOPNOTSUPP:  # Python says ENOTSUP to the same number, the kernel never does
        return "EOPNOTSUPP"
    return errno.errorcode.get(number, f"error {number}")


def open_socket(groups: int = 0) -> socket.socket:
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
    for option in (CAP_ACK, EXT_ACK, GET_STRICT_CHK):
        with contextlib.suppress(OSError):  # older kernels do without
            sock.setsockopt(SOL_NETLINK, option, 1)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER)
    except PermissionError:  # a reader without CAP_NET_ADMIN gets what net.core.rmem_max allows
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", TIMEOUT, 0))
    sock.bind((0, groups))
    return sock


def receive(sock: socket.socket) -> bytes:
    """The next datagram that the kernel itself sent."""
    while True:
        data, _ancillary, flags, sender = sock.recvmsg(LARGEST_DATAGRAM)
        if sender[0] != 0:
            continue
        if flags & socket.MSG_TRUNC:
            raise OSError(errno.EMSGSIZE, "the kernel's answer is larger than expected")
        return data


class Channel:
    def __init__(self, opener: Callable[[], socket.socket] = open_socket) -> None:
        self._opener = opener
        self._sequence = itertools.count(1)
        self._sock: socket.socket | None = None

    @property
    def port(self) -> int:
        """Who we are in the kernel's notifications."""
        return self._socket().getsockname()[0]

    def close(self) -> None:
        if self._sock:
            self._sock.close()
            self._sock = None

    def ask(self, operation: str, type_: int, body: bytes, flags: int = 0) -> list[bytes]:
        """Request and acknowledgement; returns the bodies of what came between."""
        try:
            return self._exchange(operation, type_, body, flags | wire.ACK)
        except Interrupted:
            raise KernelError(operation, "ENOBUFS", "whether it was done is not known") from None

    def dump(self, operation: str, type_: int, body: bytes) -> list[bytes]:
        """All entries of a table, from one consistent reading."""
        for _attempt in range(ATTEMPTS):
            with contextlib.suppress(Interrupted):
                return self._exchange(operation, type_, body, wire.DUMP)
        raise KernelError(operation, "EINTR", f"it changed during each of {ATTEMPTS} readings")

    def _socket(self) -> socket.socket:
        if self._sock is None:
            self._sock = self._opener()
        return self._sock

    def _exchange(self, operation: str, type_: int, body: bytes, flags: int) -> list[bytes]:
        sequence = next(self._sequence) & 0xFFFFFFFF
        request = wire.build(wire.Message(type_, flags | wire.REQUEST, sequence, 0, body))
        try:
            sock = self._socket()
            sock.send(request)
            end, answers = self._collect(sock, sequence)
        except BlockingIOError:
            self.close()  # what is still to come would be taken for the next question's answer, or block it
            raise KernelError(operation, "ETIMEDOUT", f"no answer within {TIMEOUT} s") from None
        except wire.MalformedMessage as problem:
            self.close()
            raise KernelError(operation, "EBADMSG", str(problem)) from problem
        except OSError as problem:
            self.close()
            if problem.errno == errno.ENOBUFS:
                raise Interrupted from problem
            raise KernelError(operation, errno_name(problem.errno or 0), problem.strerror or "") from problem
        if end.errno:
            raise KernelError(operation, errno_name(end.errno), end.text)
        if any(message.flags & wire.DUMP_INTERRUPTED for message in answers):
            raise Interrupted
        return [message.body for message in answers if message.type not in (wire.DONE, wire.ERROR)]

    def _collect(self, sock: socket.socket, sequence: int) -> tuple[wire.Verdict, list[wire.Message]]:
        """Everything up to the end of the answer, the end included."""
        answers: list[wire.Message] = []
        while True:
            for message in wire.parse(receive(sock)):
                if message.sequence != sequence or message.type == wire.NOOP:
                    continue
                answers.append(message)
                if message.type in (wire.DONE, wire.ERROR):
                    return wire.verdict(message), answers
