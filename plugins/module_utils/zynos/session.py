# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A telnet session on a socket: bytes between it and the dialogue, and nothing else."""

from __future__ import annotations

import select
import socket
import time
from typing import Sequence

from .commands import refused
from .dialogue import QUIET, Dialogue
from .errors import Dropped, Refused
from .redact import redacted
from .way import Way

CONNECT = 4.0  # seconds; a router that is there answers at once
GOODBYE = 3.0
SO_BINDTODEVICE = getattr(socket, "SO_BINDTODEVICE", 25)


class Session:
    """One login. Use as a context manager: leaves by the router's own command, for it may allow one session only."""

    def __init__(
        self,
        connection: socket.socket,
        dialogue: Dialogue,
        timeout: float,
        leave: Sequence[str] = (),
        secrets: Sequence[str] = (),
    ) -> None:
        self._socket, self._dialogue, self._timeout = connection, dialogue, timeout
        self._leave, self._secrets = leave, secrets

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def login(self) -> None:
        """Until there is a prompt; LoginRefused, or Dropped with what the router last printed."""
        self._until_ready("log in")

    def run(self, command: str, timeout: float | None = None) -> str:
        """The reply, without echo and prompt; Dropped when there is none within so many seconds."""
        self._dialogue.run(command)
        self._until_ready(f"answer {command!r}", timeout)
        return self._dialogue.reply

    def first_taken(self, alternatives: Sequence[str], timeout: float | None = None) -> tuple[str, str]:
        """(command, reply) of the first that the router does not refuse; Refused quotes what it said to each."""
        said = []
        for command in alternatives:
            reply = self.run(command, timeout)
            if not refused(reply):
                return command, reply
            said.append(f"{command!r}: {redacted(reply, self._secrets)}")
        raise Refused("the router does not take " + "; ".join(said) + " (see the option commands)")

    def close(self) -> None:
        """Says goodbye and waits for the router's: with the port taken down at once, it would never hear of the end."""
        deadline = time.monotonic() + GOODBYE
        try:
            if self._dialogue.ready and self._leave:
                self._dialogue.run(self._leave[0])
                self._socket.sendall(self._dialogue.to_send())
            self._socket.shutdown(socket.SHUT_WR)
            while time.monotonic() < deadline and select.select([self._socket], [], [], QUIET)[0]:
                if not self._socket.recv(4096):
                    break
        except OSError:
            pass
        finally:
            self._socket.close()

    def _until_ready(self, what: str, timeout: float | None = None) -> None:
        limit = self._timeout if timeout is None else timeout
        dialogue, deadline = self._dialogue, time.monotonic() + limit
        while True:
            out = dialogue.to_send()
            try:
                if out:
                    self._socket.sendall(out)
                if dialogue.ready:
                    return
                if time.monotonic() > deadline:
                    raise Dropped(f"the router did not {what} in {limit:g} s. {self._heard()}")
                if select.select([self._socket], [], [], QUIET)[0]:
                    data = self._socket.recv(4096)
                    if data:
                        dialogue.receive(data)
                        deadline = max(deadline, time.monotonic() + limit / 2)  # slow, but it talks
                    else:
                        dialogue.closed()
                        raise Dropped(f"the router closed the connection and did not {what}. {self._heard()}")
                else:
                    dialogue.silent()
            except OSError as error:
                raise Dropped(f"the router did not {what}: {error.strerror or error}") from error

    def _heard(self) -> str:
        text = redacted(self._dialogue.heard, self._secrets).strip()
        return f"It last printed: {text[-300:]!r}" if text else "It printed nothing."


def connect(way: Way, port: int, interface: str | None) -> socket.socket:
    """A connection to the router, from the gateway's port only where one is given; OSError when it does not answer."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.settimeout(CONNECT)
        if interface:
            made.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, interface.encode() + b"\0")
            if way.source:
                made.bind((way.source, 0))
        made.connect((way.address, port))
    except OSError:
        made.close()
        raise
    made.settimeout(None)
    return made
