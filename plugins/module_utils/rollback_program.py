# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the network back as a snapshot has it, and writes down what was done.

A copy of this file, and of those that it imports, is put beside the snapshot and run there by a timer: with nothing but
Python's standard library.  python3 -m ...rollback_program FOLDER TICKET [--after SECONDS | --boot | --rehearse]
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import Any, Callable, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.rollback_boot import unwatch
from ansible_collections.linebond.teql.plugins.module_utils.rollback_depot import (
    ARMED,
    CLAIMED,
    DONE,
    PATIENCE,
    Depot,
    boot_id,
)
from ansible_collections.linebond.teql.plugins.module_utils.rollback_files import do_step, look, plan_files
from ansible_collections.linebond.teql.plugins.module_utils.rollback_network import Network, read_network
from ansible_collections.linebond.teql.plugins.module_utils.rollback_plan import Command, plan_booted, plan_network
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, typed

SETTLING = 60.0  # seconds that a network manager may go on changing things
QUIET = 2.0  # seconds without anything to do: it has settled
PAUSE = 0.5  # seconds between two looks
TRIES = 3  # of a command that fails
HANGING = 30.0  # seconds that a command may take
MOST_WORDS = 16  # of a command in the log
IN_TIME = "nobody confirmed it in time"
REBOOTED = "this host was started anew before anybody confirmed it"
MINIMUM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def shortened(command: Command) -> str:
    """As typed; of many words the first ones, and how many more there are."""
    more = len(command) - MOST_WORDS
    return typed(command[:MOST_WORDS]) + (f" (and {more} more)" if more > 0 else "")


class Host:
    """The part of an AnsibleModule that a Runner needs."""

    def get_bin_path(self, name: str, opt_dirs: Sequence[str] = ()) -> Any:
        return shutil.which(name, path=":".join([MINIMUM_PATH, *opt_dirs]))


class Restorer:
    """One rollback; `say` is told every step that was taken, and how it went where it failed."""

    def __init__(self, runner: Runner, depot: Depot, snapshot: dict[str, Any], say: Callable[[str], None]) -> None:
        self.runner, self.depot, self.snapshot, self._say = runner, depot, snapshot, say
        self.failures: dict[tuple[str, ...], int] = {}

    def run(self, again: bool = False, early: bool = False) -> None:
        """`again`: it was done before, and there is nothing to take up unless a file has changed since.

        `early`: in a boot, before the network manager starts; udev runs already.
        """
        changed = self._files()
        if early:
            self._do(("udevadm", "control", "--reload"))
        elif changed or not again:
            for command in self.snapshot["reload"]:
                self._do(tuple(command))
        self._network()

    def left(self) -> list[Command]:
        before = Network(**self.snapshot["network"])
        plan = plan_network if self.snapshot["boot"] == boot_id() else plan_booted
        return plan(before, read_network(self.runner, self.snapshot["ours"]), self.snapshot["ours"])

    def _files(self) -> bool:
        kept = self.snapshot["files"]
        steps = plan_files(kept, look(kept, self.depot.twins))
        for step in steps:
            try:
                do_step(step, kept, self.depot.twins)
                self._say(" ".join(step))
            except OSError as error:
                self._say(f"{' '.join(step)}: {error}")
        return bool(steps)

    def _network(self) -> None:
        """Until nothing has been left to do for a while: network managers do what they do later."""
        deadline = time.monotonic() + SETTLING
        quiet = time.monotonic()
        while time.monotonic() < min(deadline, quiet + QUIET):
            try:
                todo = [command for command in self.left() if self.failures.get(command, 0) < TRIES]
            except LinebondError as error:
                self._say(str(error))
                todo = []
            for command in todo:
                self._do(command)
                quiet = time.monotonic()
            time.sleep(PAUSE)

    def _do(self, command: Command) -> None:
        try:
            rc, _out, err = self.runner.try_run(*command)
        except LinebondError as error:  # there is no such command
            rc, err = 127, str(error)
        if rc:
            self.failures[command] = self.failures.get(command, 0) + 1
        self._say(shortened(command) + (f": {' '.join(err.split()) or f'status {rc}'}" if rc else ""))


def restore(runner: Runner, depot: Depot, reason: str, early: bool = False) -> dict[str, Any]:
    """The snapshot, with what was done. For who holds the depot's lock and has found something in it."""
    found = depot.find()
    if found is None:
        raise LinebondError(f"There is no snapshot in {depot.folder}.")
    depot.move(found.stage, CLAIMED)
    snapshot = {"reason": reason, "log": [], **found.snapshot}
    Restorer(runner, depot, snapshot, snapshot["log"].append).run(found.stage == DONE, early)
    snapshot["restored"] = time.time()
    depot.write(CLAIMED, snapshot)
    depot.move(CLAIMED, DONE)
    unwatch(runner)
    return snapshot


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(argv: Sequence[str]) -> None:
    folder, ticket, *more = argv
    depot, runner = Depot(folder), Runner(Host(), HANGING)
    if more[:1] == ["--rehearse"]:
        rehearsed = depot.find()
        if rehearsed is None:
            raise SystemExit(f"there is no snapshot in {folder}")
        for command in Restorer(runner, depot, rehearsed.snapshot, say).left():
            say(typed(command))
        return
    if more[:1] == ["--after"]:
        time.sleep(float(more[1]))
    early = more[:1] == ["--boot"]
    if not os.path.isdir(folder):  # confirmed
        return
    with depot.locked(PATIENCE):
        found = depot.find()
        if found is None or found.stage not in (ARMED, CLAIMED) or found.snapshot["ticket"] != ticket:
            return
        if early and found.snapshot["boot"] == boot_id():  # somebody starts the unit by hand: the timer still runs
            return
        for line in restore(runner, depot, REBOOTED if early else IN_TIME, early)["log"]:
            say(line)  # for the journal


if __name__ == "__main__":
    main(sys.argv[1:])
