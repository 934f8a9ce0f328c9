# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conversation with a router's command line: bytes in, replies out. No socket, no clock.

Two rules. Everything that says where in the conversation we are lives here. Nothing is believed about the prompt but
what the router itself prints: the line that waits, ends in `>` and comes again after an empty line is the prompt.

    phase      what is awaited                              then
    greeting   "Login:"                                     the user name is sent
               "Password:"                                  the password is sent
               a menu (older models start in one)           the next choice is sent: 24, 8
               a line that ends in ">"                      an empty line is sent, on to learning
    learning   what was missing of it, and it again         ready
    ready      -                                            run() sends a command, on to busy
    busy       "-- more --", or silence without a prompt    an empty line is sent
               the prompt                                   ready, the reply is told
    over       -                                            the router closed the connection

The driver calls receive() with what came and silent() when nothing came for QUIET seconds. Sources: the login and echo
of P660-HN, P791 and D-Link DSL-320B as recorded by public scripts for them. That a pager says "-- more --" on this
family is inferred from other ZyNOS devices.
"""

from __future__ import annotations

import re

from .errors import LoginRefused, ZynosError
from .telnet import Telnet, escaped

QUIET = 0.4  # seconds without a byte after which the router is taken to wait
NUDGE_AFTER = 8  # silences in a row, 3.2 s: then an empty line goes to a router that may wait for a key
NUDGES = 40  # that a single reply may take; pages of 24 lines
MENU_KEYS = ("24", "8")  # SMT: System Maintenance, Command Interpreter Mode
MENU_STEPS = 6
LOGINS = 3  # prompts for a user name in a row
LIMIT = 1 << 20  # bytes of one reply

ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Za-z0-9]|[=>78])")
USER = re.compile(r"(?i)(?:login|user ?name|user)\s*:\s*$")
PASSWORD = re.compile(r"(?i)password\s*:\s*$")
REFUSED = re.compile(r"(?i)bad password|login incorrect|login failed|authentication failed|access denied")
MENU = re.compile(r"(?i)menu")
PROMPT = re.compile(r"\S.*>\s?$")
PAGER = re.compile(r"(?i)(?:-+ ?more ?-+|press any key[^\n]*|<more>)[ \t]*$")


class Dialogue:
    """Wants `username` only where the router asks for one. run() once it is `ready`; `reply` is the last one's text."""

    def __init__(self, password: str, username: str | None = None, menu_keys: tuple[str, ...] = MENU_KEYS) -> None:
        self._password, self._username, self._menu_keys = password, username, list(menu_keys)
        self._telnet = Telnet()
        self._out = b""
        self._text = ""
        self._sent = ""  # the command whose reply is awaited
        self._candidate: str | None = None
        self._silences = self._nudges = self._logins = self._passwords = self._menus = 0
        self.phase = "greeting"
        self.prompt = ""
        self.echoes: bool | None = None  # whether the router repeats what it is sent
        self.reply = ""
        self.banner = ""

    @property
    def ready(self) -> bool:
        return self.phase == "ready"

    @property
    def heard(self) -> str:
        """The last that the router printed, for an error's text."""
        return self._text or self.banner

    def to_send(self) -> bytes:
        """What has to be sent now; it is then taken as sent."""
        out, self._out = self._telnet.answers + self._out, b""
        self._telnet.answers = b""
        return out

    def run(self, command: str) -> None:
        if not self.ready:
            raise ZynosError(f"the router is {self.phase}, not ready for {command!r}")
        self.phase, self._sent, self._text = "busy", command, ""
        self._silences = self._nudges = 0
        self._send(command)

    def receive(self, data: bytes) -> None:
        """Takes bytes in; raises LoginRefused, or ZynosError for what is no such router."""
        self._silences = 0
        self._text = _rubbed_out(self._text + self._telnet.receive(data).decode("latin-1"))
        if len(self._text) > LIMIT:
            raise ZynosError(f"the reply has more than {LIMIT} characters and no end")
        if self.phase == "greeting":
            self._greeting()
        elif self.phase == "busy":
            self._busy(silent=False)

    def silent(self) -> None:
        """Nothing came for QUIET seconds."""
        self._silences += 1
        line = _last(self._text)
        if self.phase == "greeting":
            self._waits_in_greeting(line)
        elif self.phase == "learning":
            self._learn(line)
        elif self.phase == "busy":
            self._busy(silent=True)

    def closed(self) -> None:
        """The router has ended the connection."""
        before, self.phase = self.phase, "over"
        if before == "greeting" and self._passwords:
            raise LoginRefused("the router closed the connection after the password")

    def _send(self, line: str) -> None:
        self._out += escaped(line)

    def _greeting(self) -> None:
        line = _last(self._text)
        if self._passwords and REFUSED.search(self._text):
            raise LoginRefused("the router refuses the password" + (" or the user name" if self._logins else ""))
        if PASSWORD.search(line):
            if self._passwords:
                raise LoginRefused("the router asks for the password again: it is not this one")
            self._passwords += 1
            self._advance(self._password)

    def _waits_in_greeting(self, line: str) -> None:
        if USER.search(line):
            if self._username is None:
                raise LoginRefused("the router asks for a user name, and none is given (username)")
            if self._passwords or self._logins >= LOGINS:
                raise LoginRefused("the router asks for the user name again: user name or password is not right")
            self._logins += 1
            self._advance(self._username)
        elif PROMPT.match(line):
            self._candidate, self.phase = line, "learning"
            self._advance("")
        elif MENU.search(self._text):
            if self._menus >= MENU_STEPS or not self._menu_keys:
                raise ZynosError("the router shows a menu, and its choices do not lead to a command line (menu_keys)")
            self._menus += 1
            self._advance(self._menu_keys.pop(0))

    def _learn(self, line: str) -> None:
        """An empty line was sent while `candidate` stood there: the prompt, or its beginning if the router is slow."""
        candidate = str(self._candidate)
        rest, ended, _more = self._text.replace("\r", "\n").partition("\n")
        if not ended:  # no echo: what was missing of the prompt, and the whole of it
            rest = rest[: max(0, (len(rest) - len(candidate)) // 2)]
            line = line[len(rest) :]
        if line == candidate + rest:
            self.prompt, self.phase, self._text = line, "ready", ""
        elif PROMPT.match(line) and self._silences >= NUDGE_AFTER:  # it was something else
            self._candidate = line
            self._advance("")

    def _busy(self, silent: bool) -> None:
        line = _last(self._text)
        if line == self.prompt:
            head = self._text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
            echoed = bool(self._sent) and head.rstrip().endswith(self._sent)
            # Only an echo proves that this prompt is not a late one; without it, and after a nudge, silence has to.
            if silent or (echoed and self.echoes and not self._nudges):
                if self.echoes and not echoed and self._silences < NUDGE_AFTER:
                    return
                self.echoes = echoed if self.echoes is None else self.echoes
                self._done(echoed)
        elif PAGER.search(line):
            self._text = PAGER.sub("", self._text)
            self._nudge()
        elif silent and self._silences % NUDGE_AFTER == 0:
            self._nudge()

    def _nudge(self) -> None:
        self._nudges += 1
        if self._nudges > NUDGES:
            raise ZynosError(f"the reply to {self._sent!r} does not come to an end")
        self._send("")

    def _done(self, echoed: bool) -> None:
        lines = [line.rstrip() for line in self._text.replace("\r", "\n").replace("\n\n", "\n").split("\n")]
        while lines and not lines[0]:
            lines.pop(0)
        if echoed:
            lines.pop(0)
        bare = self.prompt.strip()
        self.reply = "\n".join(line for line in lines if line.strip() != bare).strip("\n")
        self.phase, self._text, self._sent = "ready", "", ""

    def _advance(self, line: str) -> None:
        self.banner = (self.banner + self._text)[-4000:]
        self._text, self._silences = "", 0
        self._send(line)


def _last(text: str) -> str:
    """The line that is not ended."""
    return re.split(r"[\r\n]", text)[-1]


def _rubbed_out(text: str) -> str:
    """Without what draws on a terminal; a character before a backspace is gone."""
    text = ESCAPES.sub("", text)
    while "\b" in text[1:]:
        text, before = re.sub(r"[^\b\r\n]\x08", "", text), text
        if text == before:
            break
    return text.replace("\b", "")
