# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a snapshot lies, and who may do what with it: one file, whose name says how far things are.

    armed.json -> (confirmed in time) nothing
    armed.json -> claimed.json (being put back) -> done.json (until the next run has told of it)

A change of name is atomic, so that of a confirmation and a rollback at the same moment only one happens. Whoever puts
things back holds a lock until he is through: a claim that nobody holds is one that was cut off.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from typing import Any, Iterator, NamedTuple

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError, sync

FOLDER = KEPT + "rollback"
ARMED, CLAIMED, DONE = "armed", "claimed", "done"
BOOT_ID = "/proc/sys/kernel/random/boot_id"
GRACE = 15.0  # seconds that a timer may be late
PATIENCE = 90.0  # seconds that putting back may take


class Found(NamedTuple):
    stage: str  # ARMED, CLAIMED or DONE
    snapshot: dict[str, Any]


class Busy(LinebondError):
    """Somebody holds the lock."""


def boot_id() -> str:
    with open(BOOT_ID, encoding="ascii") as source:
        return source.read().strip()


def clock(moment: float) -> str:
    """Seconds since 1970 as people read them."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(moment))


class Depot:
    def __init__(self, folder: str = FOLDER) -> None:
        self.folder = folder
        self.twins = os.path.join(folder, "files")
        self.program = os.path.join(folder, "program")

    @contextlib.contextmanager
    def locked(self, patience: float = 0.0) -> Iterator[None]:
        """Busy when somebody else has it for longer than `patience` (seconds)."""
        outer = os.path.dirname(self.folder)
        deadline = time.monotonic() + patience
        while True:
            os.makedirs(outer, mode=0o755, exist_ok=True)
            descriptor = os.open(outer, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.exists(outer) and os.stat(outer).st_ino == os.fstat(descriptor).st_ino:
                    break
            except OSError:
                pass
            os.close(descriptor)
            if time.monotonic() >= deadline:
                raise Busy("The network of this host is being put back right now: wait a minute, then run again.")
            time.sleep(0.2)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # there may be records of other things in it
                os.rmdir(outer)
            os.close(descriptor)

    def find(self) -> Found | None:
        for stage in (ARMED, CLAIMED, DONE):
            path = self._path(stage)
            try:
                with open(path, encoding="utf-8") as source:
                    return Found(stage, json.load(source))
            except FileNotFoundError:
                continue
            except ValueError as error:
                raise LinebondError(f"{path} cannot be read ({error}): remove {self.folder}, then run again.") from None
        return None

    def write(self, stage: str, snapshot: dict[str, Any]) -> None:
        draft = self._path("draft")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as target:
            json.dump(snapshot, target)
            target.flush()
            os.fsync(target.fileno())
        os.replace(draft, self._path(stage))
        sync(self.folder)

    def move(self, old: str, new: str) -> None:
        if old != new:
            os.replace(self._path(old), self._path(new))

    def make(self) -> None:
        """An empty folder; what a run left that was cut off before it had armed goes."""
        self.clear()
        os.makedirs(self.folder, mode=0o700)

    def disarm(self) -> None:
        """From here on there is nothing to put back, whatever a kill or a loss of power leaves of the folder."""
        for stage in (ARMED, CLAIMED, DONE):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path(stage))
        if os.path.isdir(self.folder):
            sync(self.folder)

    def clear(self) -> None:
        self.disarm()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, stage: str) -> str:
        return os.path.join(self.folder, stage + ".json")


def overdue(snapshot: dict[str, Any], now: float, boot: str) -> bool:
    """Whether nobody will put it back by himself any more: the timer is late, or was lost in a reboot."""
    return boot != snapshot["boot"] or now > snapshot["deadline"] + GRACE
