# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The telnet protocol's own bytes (RFC 854, 857, 858): taken out of the stream and answered. No socket here."""

from __future__ import annotations

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
ECHO, SUPPRESS_GO_AHEAD = 1, 3
# What the router may do; everything else is refused, and so is all that it asks of us but to suppress go-ahead.
WELCOME = (ECHO, SUPPRESS_GO_AHEAD)
OURS = (SUPPRESS_GO_AHEAD,)


class Telnet:
    """Feed it what was received; it returns the plain bytes and collects in `answers` what is to be sent back."""

    def __init__(self) -> None:
        self.answers = b""
        self._pending: list[int] = []  # an unfinished command
        self._agreed: dict[tuple[int, int], bool] = {}  # by (WILL or DO, option); a second offer gets no answer
        self._after_return = False

    def receive(self, data: bytes) -> bytes:
        plain = bytearray()
        for byte in data:
            if self._pending or byte == IAC:
                self._command(byte, plain)
            elif byte == 0 and self._after_return:  # CR NUL is a bare CR
                self._after_return = False
            else:
                self._after_return = byte == 13
                plain.append(byte)
        return bytes(plain)

    def _command(self, byte: int, plain: bytearray) -> None:
        command = self._pending
        command.append(byte)
        if len(command) == 1:
            return
        verb = command[1]
        if verb == IAC:
            plain.append(IAC)
        elif verb == SB:
            # IAC IAC inside is data: only an IAC that is not one of a pair ends it
            if not (byte == SE and len(command) > 3 and _odd(command[2:-1])):
                return
        elif verb in (WILL, WONT, DO, DONT):
            if len(command) < 3:
                return
            self._negotiate(verb, byte)
        self._pending = []

    def _negotiate(self, verb: int, option: int) -> None:
        theirs = verb in (WILL, WONT)
        key, wanted = (WILL if theirs else DO, option), verb in (WILL, DO)
        granted = wanted and option in (WELCOME if theirs else OURS)
        if self._agreed.get(key, False) == granted and not wanted:
            return
        if granted and self._agreed.get(key):
            return
        self._agreed[key] = granted
        yes, no = (DO, DONT) if theirs else (WILL, WONT)
        self.answers += bytes((IAC, yes if granted else no, option))


def _odd(body: list[int]) -> bool:
    """Whether the run of IACs at the end is of odd length."""
    count = 0
    while count < len(body) and body[-1 - count] == IAC:
        count += 1
    return count % 2 == 1


def escaped(text: str) -> bytes:
    """A line as telnet sends it: ends with CR LF, an IAC in it is doubled."""
    return text.encode("latin-1", "replace").replace(b"\xff", b"\xff\xff") + b"\r\n"
