# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One telnet session: lines in, text out, from the question for the password to the end. No socket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .device import Device, Shell

WILL_ECHO_AND_GO_AHEAD = bytes((255, 251, 1, 255, 251, 3))
DO_TERMINAL_TYPE = bytes((255, 253, 24))
SMT = "\x1b[2J\x1b[1;1H                Copyright (c) 1994 - 2004 ZyXEL Communications Corp.\x1b[3;20HP-660R Main Menu"
SMT_SYSTEM = "\x1b[2J\x1b[1;20HMenu 24 - System Maintenance"
ASK_MENU = "\x1b[22;10HEnter Menu Selection Number:"
MORE = "-- more --"


@dataclass(frozen=True)
class Manners:
    """How a session goes. `login` is password, user or menu."""

    login: str = "password"
    username: str = "admin"
    password: str = "1234"
    host_name: str = ""  # stands in place of the prompt's name
    negotiates: bool = False
    echoes: bool = True
    page: int = 0  # lines to a page; 0 for no paging
    pager: str = MORE  # what is shown at a page's end; may be empty


class Console:
    def __init__(self, device: Device, manners: Manners) -> None:
        self.manners, self.shell = manners, Shell(device)
        self.asked = "user" if manners.login == "user" else "password"
        self.user = ""
        self.failures = 0
        self.rest: list[str] = []  # pages yet to come
        self.over = self.mute = False
        self._after_return = False
        self._line = ""
        self._skip = 0

    @property
    def prompt(self) -> str:
        named = self.shell.device.words.prompt
        return re.sub(r"^\w+", self.manners.host_name, named) if self.manners.host_name else named

    def greeting(self) -> bytes:
        words = "\r\nLogin: " if self.asked == "user" else "\r\nPassword: "
        offer = WILL_ECHO_AND_GO_AHEAD + DO_TERMINAL_TYPE if self.manners.negotiates else b""
        return offer + words.encode()

    def receive(self, data: bytes) -> bytes:
        """What the router sends for what was typed."""
        out = ""
        for byte in data:
            if self._skip or byte == 255:  # a command of telnet: three bytes each here
                self._skip = (self._skip or 3) - 1
                continue
            sign = chr(byte)
            if sign in "\n\0" and self._after_return:  # CR LF and CR NUL are one
                self._after_return = False
                continue
            self._after_return = sign == "\r"
            if sign in "\r\n":
                line, self._line = self._line, ""
                out += self._entered(line)
                if self.over or self.mute:
                    break
            else:
                self._line += sign
        return out.encode("latin-1")

    def _entered(self, line: str) -> str:
        if self.asked == "user":
            self.user, self.asked = line, "password"
            return line + "\r\nPassword: "
        if self.asked == "password":
            return "*" * len(line) + "\r\n" + self._login(line)
        if self.asked == "menu":
            if line == "24":
                self.asked = "menu 24"
                return line + SMT_SYSTEM + ASK_MENU
            return line + SMT + ASK_MENU
        if self.asked == "menu 24":
            self.asked = "shell"
            return line + "\x1b[2J\x1b[1;1HCopyright (c) 1994 - 2004 ZyXEL Communications Corp.\r\n" + self.prompt
        if self.rest:
            return self._page()
        return (line + "\r\n" if self.manners.echoes else "") + self._command(line)

    def _login(self, password: str) -> str:
        right = password == self.manners.password and (
            self.manners.login != "user" or self.user == self.manners.username
        )
        if not right:
            self.failures += 1
            self.over = self.failures > 2
            if self.manners.login == "user":
                self.asked = "user"
                return "Login incorrect\r\nLogin: "
            return "Bad Password!!!\r\nPassword: " if self.manners.negotiates else "\r\nPassword: "
        self.asked = "menu" if self.manners.login == "menu" else "shell"
        if self.asked == "menu":
            return SMT + ASK_MENU
        return "Copyright (c) 1994 - 2004 ZyXEL Communications Corp.\r\n" + self.prompt

    def _command(self, line: str) -> str:
        if line.strip() == "exit":
            self.over = True
            return ""
        said = self.shell.answer(line)
        if said is None:
            self.over = "drop-after-address" in self.shell.device.faults
            self.mute = not self.over
            return ""
        rows = said.splitlines()
        size = self.manners.page or len(rows) or 1
        self.rest = ["".join(f"{row}\r\n" for row in rows[at : at + size]) for at in range(0, len(rows), size)] or [""]
        return self._page()

    def _page(self) -> str:
        page = self.rest.pop(0)
        return page + (self.manners.pager if self.rest else self.prompt)
