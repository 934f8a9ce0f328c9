# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines with fields in the journal, by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL), or on stderr."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys

SOCKET = "/run/systemd/journal/socket"
ERROR, WARNING, NOTICE, INFO = 3, 4, 5, 6  # syslog(3)
# One for each kind of message, so that they can be searched for: journalctl MESSAGE_ID=...
MESSAGE_IDS = {
    "state": "0f3c2e5d8ab94d0c9be0a5b6f0f6c1a1",
    "member": "4d1c7b9e52a84c5f8a3d2e6f7b8c9d02",
    "bond": "a6e9d3c1b7f24e58936c1d0e2f4a5b03",
    "config": "c2b8f7a6e5d44c3b8a291f0e7d6c5b04",
    "start": "e7f6a5b4c3d24e1f9087a6b5c4d3e205",
    "router": "5b7e1f0a9c3d4e2b8f6a7c1d0e9b3a07",
    "trouble": "91d0c3b2a4e54f6c8b7a9e8f7d6c5b06",
}


def encode(fields: dict[str, str]) -> bytes:
    """A datagram; values of several lines go with their length."""
    parts = []
    for name, value in fields.items():
        data = value.encode("utf-8", "replace")
        if b"\n" in data:
            parts.append(name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n")
        else:
            parts.append(name.encode() + b"=" + data + b"\n")
    return b"".join(parts)


class Journal:
    def __init__(self, path: str = SOCKET) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if os.path.exists(path) else None
        if self.socket:
            self.socket.setblocking(False)  # a journal that is stuck must not stop the probes

    def say(self, kind: str, message: str, priority: int = INFO, **fields: object) -> None:
        words = {"MESSAGE": message, "PRIORITY": str(priority), "SYSLOG_IDENTIFIER": "teql-monitor"}
        words["MESSAGE_ID"] = MESSAGE_IDS[kind]
        words.update({name.upper(): str(value) for name, value in fields.items() if value not in (None, "")})
        if self.socket:
            with contextlib.suppress(OSError):
                self.socket.sendto(encode(words), self.path)  # not connected: the journal may be restarted
            return
        print(message, file=sys.stderr, flush=True)
