# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells systemd how the service is: sd_notify(3)."""

from __future__ import annotations

import contextlib
import os
import socket
import time


class Notifier:
    def __init__(self, address: str) -> None:
        """`address` as in NOTIFY_SOCKET; empty where no service manager listens."""
        self.address = "\0" + address[1:] if address.startswith("@") else address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if address else None
        self.status = ""

    @classmethod
    def from_environment(cls) -> Notifier:
        return cls(os.environ.get("NOTIFY_SOCKET", ""))

    def ready(self) -> None:
        self._send("READY=1")

    def reloading(self) -> None:
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def tell(self, status: str) -> None:
        """What `systemctl status` shows."""
        if status != self.status:
            self.status = status
            self._send(f"STATUS={status}")

    def _send(self, text: str) -> None:
        if self.socket:
            with contextlib.suppress(OSError):
                self.socket.sendto(text.encode(), self.address)
