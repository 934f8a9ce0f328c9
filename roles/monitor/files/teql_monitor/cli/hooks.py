# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl hooks`: runs the site's own programs at every event, outside the monitor's hardened unit.

Each event is handed to the hooks at least once: its number is kept when all of them have run.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from typing import TYPE_CHECKING, Any, Callable

from teql_monitor.cli import FINE
from teql_monitor.cli.client import NotRunning, ask, ask_status, follow
from teql_monitor.cli.hook_runner import run_hook

if TYPE_CHECKING:
    import argparse

    Event = dict[str, Any]

PAUSE = 1.0  # seconds between two tries to reach the monitor
LEFTOVERS = ("~", ".bak", ".orig", ".dpkg-old", ".dpkg-dist", ".dpkg-new", ".rpmnew", ".rpmsave", ".swp")


def run(options: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):
        Follower(options.socket, options.directory, Place(os.environ.get("STATE_DIRECTORY"))).run()
    return FINE


def say(text: str) -> None:
    print(text, flush=True)


class Place:
    """Where the number of the last event is kept; without a directory, in memory only."""

    def __init__(self, directory: str | None) -> None:
        self.path = os.path.join(directory.partition(":")[0], "seq") if directory else None
        self.seq = self._read()

    def _read(self) -> int | None:
        if self.path is None:
            return None
        try:
            with open(self.path, encoding="ascii") as source:
                return int(source.read())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            say(f"{self.path} cannot be used, beginning with the next event: {error}")
            return None

    def keep(self, seq: int) -> None:
        self.seq = seq
        if self.path is None:
            return
        try:
            with open(self.path + ".new", "w", encoding="ascii") as target:
                target.write(f"{seq}\n")
            os.replace(self.path + ".new", self.path)
        except OSError as error:
            say(f"{self.path} cannot be written, events may come twice after a restart: {error.strerror}")


class Follower:
    def __init__(self, socket: str, directory: str, place: Place, pause: Callable[[float], None] = time.sleep) -> None:
        self.socket, self.directory, self.place, self.pause = socket, directory, place, pause
        self.lost = False

    def run(self) -> None:
        while True:
            try:
                self.follow_once()
                self._lose("The monitor closed the connection; waiting for it.")
            except NotRunning as failure:
                self._lose(str(failure).splitlines()[0] + " Waiting for it.")
            self.pause(PAUSE)

    def follow_once(self) -> None:
        """Until the connection ends."""
        bond = ask_status(self.socket)["bond"]
        after = self._start()
        if self.lost:
            say(f"The monitor is back; going on after event {after}.")
        self.lost = False
        for event in follow(self.socket, after):
            run_all(self.directory, event, bond)
            self.place.keep(int(event["seq"]))

    def _start(self) -> int:
        """The first time, with what happens from now on; over lost state of the monitor, from its beginning."""
        events = ask(self.socket, "history", count=1)["events"]
        newest = int(events[-1]["seq"]) if events else 0
        if self.place.seq is None:
            self.place.keep(newest)
        elif self.place.seq > newest:
            say(f"The monitor counts anew (its newest event is {newest}, the last seen {self.place.seq}).")
            self.place.keep(0)
        return self.place.seq or 0

    def _lose(self, text: str) -> None:
        if not self.lost:
            say(text)
        self.lost = True


def run_all(directory: str, event: Event, bond: str) -> None:
    variables = environment(event, bond)
    for path in hooks_in(directory):
        trouble = run_hook(path, {**os.environ, **variables})
        if trouble:
            say(f"hook {path} {trouble} (event {event['seq']}: {event.get('line') or bond} {event.get('new', '')})")


def environment(event: Event, bond: str) -> dict[str, str]:
    member = event.get("member")
    values = {
        "LINE": event.get("line"),
        "INTERFACE": event.get("interface"),
        "OLD": event.get("old"),
        "NEW": event.get("new"),
        "REASON": event.get("reason"),
        "KIND": event.get("kind", "state"),
        "MEMBER": "" if member is None else str(bool(member)).lower(),
        "BOND": bond,
        "TIME": event.get("time"),
        "SEQ": event["seq"],
    }
    return {f"TEQL_{key}": "" if value is None else str(value).replace("\0", "") for key, value in values.items()}


def hooks_in(directory: str) -> list[str]:
    """The programs in the order of their names; looked up for each event, so that a new one counts at once."""
    try:
        names = sorted(os.listdir(directory))
    except OSError:
        return []
    return [os.path.join(directory, name) for name in names if _is_hook(os.path.join(directory, name))]


def _is_hook(path: str) -> bool:
    if os.path.basename(path).startswith(".") or path.endswith(LEFTOVERS):
        return False
    try:
        found = os.stat(path)
    except OSError:
        return False
    if not stat.S_ISREG(found.st_mode) or not os.access(path, os.X_OK):
        return False
    if found.st_mode & stat.S_IWOTH:
        say(f"hook {path} is not run: everybody may write it. Type: chmod o-w {path}")
        return False
    return True
