# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's telnet port: one session at a time, output in pieces, and silence when its address is gone."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .console import Console, Manners
from .device import Device


@dataclass(frozen=True)
class Pace:
    """How the output comes."""

    piece: int = 0  # bytes at a time; 0 for all at once
    pause: float = 0.0  # seconds between them


class Server:
    """Serves in threads of its own until close()."""

    def __init__(
        self,
        device: Device,
        manners: Callable[[], Manners],
        host: str = "0.0.0.0",
        port: int = 0,
        pace: Pace = Pace(),
    ) -> None:
        self.device, self.manners, self.pace = device, manners, pace
        self.sessions = 0  # so far
        self.busy = threading.Lock()
        self.socket = socket.create_server((host, port))
        self.port = int(self.socket.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def alive(self, address: str) -> bool:
        """Whether the router has this address now: the loopback network has them all."""
        return any(own.startswith(f"{address}/") for own in self.device.addresses())

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        own = connection.getsockname()[0]
        with connection, contextlib.suppress(OSError):
            if not self.alive(own) or not self.busy.acquire(blocking=False):
                return
            try:
                self.sessions += 1
                self._talk(connection, own)
            finally:
                self.busy.release()

    def _talk(self, connection: socket.socket, own: str) -> None:
        console = Console(self.device, self.manners())
        self._send(connection, console.greeting())
        while data := connection.recv(4096):
            if console.mute or not self.alive(own):
                continue  # nothing is heard from an address that is gone
            out = console.receive(data)
            if not self.alive(own):
                self._leave(connection)
                return
            self._send(connection, out)
            if console.over:
                return

    def _leave(self, connection: socket.socket) -> None:
        """The session's address is gone: the client hears nothing more, and the router forgets the session."""
        kept = connection.dup()
        threading.Thread(target=_drained, args=(kept,), daemon=True).start()

    def _send(self, connection: socket.socket, data: bytes) -> None:
        if not self.pace.piece:
            connection.sendall(data)
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(data), self.pace.piece):
            connection.sendall(data[at : at + self.pace.piece])
            time.sleep(self.pace.pause)


def _drained(connection: socket.socket) -> None:
    with connection, contextlib.suppress(OSError):
        while connection.recv(4096):
            pass
