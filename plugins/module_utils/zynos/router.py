# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One router: opens sessions by the ways there are, one at a time, and gives back what was lent for each."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from dataclasses import dataclass
from typing import Callable, Iterator, Mapping, Sequence

from .dialogue import Dialogue
from .errors import Dropped, LoginRefused, Unreachable, ZynosError
from .session import Session, connect
from .way import Way, loans

LOCKS = "/run/lock/linebond.teql"
PATIENCE = 300.0  # seconds to wait for another that talks to the router, or has something lent
CARRIER = 6.0  # seconds that a port may take to find its cable
BUSY = 10.0  # seconds that a router may take to let the next session in
PAUSE = 1.0

# argv -> (status, output, error text)
RunCommand = Callable[..., "tuple[int, str, str]"]


@dataclass(frozen=True)
class Access:
    """How to come in. Secrets are in it: never print it whole."""

    ways: tuple[Way, ...]
    password: str
    username: str | None = None
    interface: str | None = None
    port: int = 23
    timeout: float = 10.0
    leave: tuple[str, ...] = ("exit",)

    def __repr__(self) -> str:
        return f"Access({', '.join(way.address for way in self.ways)})"

    @property
    def name(self) -> str:
        """What the lock is named after: a router is the only one on its port."""
        return self.interface or self.ways[0].address


class Router:
    def __init__(self, access: Access, run_command: RunCommand, read_rows: Callable[[], Sequence[Mapping]]) -> None:
        """`read_rows` returns the rows of `ip -j address show`; neither it nor `run_command` is used without a port."""
        self.access, self._run, self._rows = access, run_command, read_rows
        self.lent: list[str] = []  # commands of the gateway, in order
        self.stuck: list[str] = []  # those that could not be taken back
        self.met = ""  # the address of the last session

    @contextlib.contextmanager
    def session(self, patience: float = 0.0) -> Iterator[Session]:
        """A session, logged in. For `patience` seconds it is tried again: a router that moves needs some."""
        deadline = time.monotonic() + patience
        while True:
            failed = []
            # where it was met before it is met again, unless it moved
            for way in sorted(self.access.ways, key=lambda each: each.address != self.met):
                with contextlib.ExitStack() as given_back:
                    try:
                        if self.access.interface:
                            self._lend(way, self.access.interface, given_back)
                        opened = given_back.enter_context(self._open(way))
                    except LoginRefused:
                        raise
                    except (OSError, ZynosError) as error:
                        failed.append(f"{way.address}: {getattr(error, 'strerror', None) or error}")
                        continue
                    self.met = way.address
                    yield opened
                    return
            if time.monotonic() > deadline:
                causes = "; ".join(each.rstrip(".") for each in failed)
                where = f" on {self.access.interface}" if self.access.interface else ""
                raise Unreachable(
                    f"no router answers{where} by telnet (port {self.access.port}): {causes}. "
                    "Is it on, cabled to this port, and is its address one of these?"
                )
            time.sleep(PAUSE)

    def _open(self, way: Way) -> Session:
        """Logged in. A router whose only session is not yet gone refuses, or closes before it asks for anything."""
        access, deadline = self.access, time.monotonic() + BUSY
        while True:
            try:
                connection = connect(way, access.port, access.interface)
                dialogue = Dialogue(access.password, access.username)
                opened = Session(connection, dialogue, access.timeout, access.leave, (access.password,))
                try:
                    opened.login()
                except BaseException:
                    opened.close()
                    raise
                return opened
            except OSError as error:
                if error.errno not in (errno.ECONNREFUSED, errno.ECONNRESET) or time.monotonic() > deadline:
                    raise
            except Dropped:
                if dialogue.heard or time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE)

    def _lend(self, way: Way, interface: str, given_back: contextlib.ExitStack) -> None:
        given_back.enter_context(alone("lending"))
        rows = [row for row in self._rows() if "ifname" in row]
        own = [row for row in rows if row["ifname"] == interface]
        if not own:
            raise ZynosError(f"this gateway has no port {interface}")
        others = [entry for row in rows if row["ifname"] != interface for entry in row.get("addr_info", [])]
        for loan in loans(dict(own[0]), frozenset(entry.get("local", "") for entry in others), way):
            rc, _out, err = self._run(*loan.do)
            if rc and "File exists" not in err:
                raise ZynosError(f"{' '.join(loan.do)}: {' '.join(err.split())}")
            self.lent.append(" ".join(loan.do))
            given_back.callback(self._take_back, loan.undo)
            if loan.do[-1] == "up":
                _await_carrier(interface)

    def _take_back(self, argv: tuple[str, ...]) -> None:
        rc, _out, err = self._run(*argv)
        (self.stuck if rc else self.lent).append(" ".join(argv) + (f": {' '.join(err.split())}" if rc else ""))


@contextlib.contextmanager
def alone(name: str, patience: float = PATIENCE) -> Iterator[None]:
    """While nobody else on this machine has the same name; ZynosError after `patience` seconds."""
    os.makedirs(LOCKS, 0o700, exist_ok=True)
    path = os.path.join(LOCKS, "zynos-" + "".join(sign if sign.isalnum() else "-" for sign in name))
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                if time.monotonic() > deadline:
                    raise ZynosError(
                        f"another program has had {name} to itself for {patience:g} s ({path} is locked); run again"
                    ) from None
                time.sleep(0.2)
        yield
    finally:
        os.close(handle)


def _await_carrier(interface: str) -> None:
    deadline = time.monotonic() + CARRIER
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), open(f"/sys/class/net/{interface}/carrier") as file:
            if file.read().strip() == "1":
                return
        time.sleep(0.2)
