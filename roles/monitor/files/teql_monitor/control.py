# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket: one JSON object a line in, one out. Long answers go out piece by piece, between the probes."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import struct
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable

CLIENTS = 64  # at a time
LONGEST_REQUEST = 65536  # bytes
MOST_ANSWERS = 1000  # that wait for a client which does not read
CREDENTIALS = struct.Struct("3i")  # struct ucred: process, user, group

Answer = Iterable[bytes]  # pieces that together are lines of JSON


class Refused(Exception):
    """A request that is not carried out; the text says why."""


def line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def done(result: object) -> Answer:
    return (line({"ok": True, "result": result}),)


class Client:
    def __init__(self, connection: socket.socket, user: int) -> None:
        self.connection, self.user = connection, user
        self.incoming = b""
        self.outgoing = b""
        self.answers: deque[Iterator[bytes]] = deque()  # those under way
        self.follows = False  # gets every event

    def next_piece(self) -> bytes:
        """Of the answers in their order; empty when all has been said."""
        while self.answers:
            piece = next(self.answers[0], b"")
            if piece:
                return piece
            self.answers.popleft()
        return b""


class Control:
    """Owned by the loop: ready() is called for each of its sockets that the selector names."""

    def __init__(
        self, path: str, selector: selectors.BaseSelector, handle: Callable[[dict[str, Any], Client], Answer]
    ) -> None:
        self.path, self.selector, self.handle = path, selector, handle
        self.clients: dict[socket.socket, Client] = {}
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)  # what an earlier run left
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        os.chmod(path, 0o660)
        self.listener.listen(CLIENTS)
        self.listener.setblocking(False)
        selector.register(self.listener, selectors.EVENT_READ, self)

    def close(self) -> None:
        for client in list(self.clients.values()):
            self._drop(client)
        self.selector.unregister(self.listener)
        self.listener.close()
        with contextlib.suppress(OSError):
            os.unlink(self.path)

    def ready(self, what: object, events: int) -> None:
        if what is self.listener:
            self._accept()
            return
        client = self.clients.get(what)  # type: ignore[call-overload]
        if client and events & selectors.EVENT_READ:
            self._read(client)
        if client and client.connection in self.clients and events & selectors.EVENT_WRITE:
            self._write(client)

    def tell(self, event: dict[str, Any]) -> None:
        """Everybody who follows the events gets this one."""
        for client in list(self.clients.values()):
            if client.follows:
                self._say(client, (line({"event": event}),))

    def _accept(self) -> None:
        try:
            connection, _address = self.listener.accept()
        except OSError:
            return
        if len(self.clients) >= CLIENTS:
            connection.close()
            return
        connection.setblocking(False)
        packed = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
        client = Client(connection, CREDENTIALS.unpack(packed)[1])
        self.clients[connection] = client
        self.selector.register(connection, selectors.EVENT_READ, self)

    def _read(self, client: Client) -> None:
        try:
            data = client.connection.recv(4096)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data or len(client.incoming) > LONGEST_REQUEST:
            self._drop(client)
            return
        client.incoming += data
        while b"\n" in client.incoming and client.connection in self.clients:
            request, _newline, client.incoming = client.incoming.partition(b"\n")
            self._say(client, self._answer(request, client))

    def _answer(self, request: bytes, client: Client) -> Answer:
        try:
            asked = json.loads(request)
        except (ValueError, RecursionError) as error:
            return (line({"ok": False, "error": f"no JSON: {error}"}),)
        try:
            if not isinstance(asked, dict):
                raise Refused('a request is a JSON object, such as {"command": "status"}')
            return self.handle(asked, client)
        except Refused as error:
            return (line({"ok": False, "error": str(error)}),)

    def _say(self, client: Client, pieces: Answer) -> None:
        client.answers.append(iter(pieces))
        self._write(client)
        if len(client.answers) > MOST_ANSWERS:
            self._drop(client)

    def _write(self, client: Client) -> None:
        """As much as the socket takes, and at most one more piece: the next one waits for the selector."""
        client.outgoing = client.outgoing or client.next_piece()
        try:
            sent = client.connection.send(client.outgoing) if client.outgoing else 0
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self._drop(client)
            return
        client.outgoing = client.outgoing[sent:] or client.next_piece()
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.outgoing else 0)
        self.selector.modify(client.connection, wanted, self)

    def _drop(self, client: Client) -> None:
        if self.clients.pop(client.connection, None):
            self.selector.unregister(client.connection)
            client.connection.close()


def wanted_line(request: dict[str, Any], interfaces: Mapping[str, str]) -> str:
    """The line a request names, or else one of its interface, by the lines' names; Refused says which there are."""
    asked = request.get("line")
    called = {**{port: name for name, port in interfaces.items()}, **{name: name for name in interfaces}}
    if isinstance(asked, str) and asked in called:
        return called[asked]
    there = ", ".join(name if name == port else f"{name} ({port})" for name, port in interfaces.items())
    raise Refused(f"there is no line {asked!r}; the lines are {there}")
