# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timer on the gateway: a transient unit of systemd and one for the next boot, or a process where there is none."""

from __future__ import annotations

import os
import subprocess
import sys

from ansible_collections.linebond.teql.plugins.module_utils import rollback_boot, rollback_program
from ansible_collections.linebond.teql.plugins.module_utils.manager import BOOTED
from ansible_collections.linebond.teql.plugins.module_utils.rollback_depot import Depot
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, sync

UNIT = "linebond-rollback"
PACKAGE = rollback_program.__name__.rpartition(".")[0] + "."
PROGRAM = rollback_program.__name__


def sources() -> dict[str, str]:
    """The program and all that it imports of ours, by path; they come out of the archive that Ansible sent."""
    found: dict[str, str] = {}
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name.startswith(PACKAGE) and spec is not None and hasattr(spec.loader, "get_source"):
            found[name.replace(".", "/") + ".py"] = spec.loader.get_source(name) or ""
    return found


def lay_out(depot: Depot) -> None:
    for path, text in sources().items():
        target = os.path.join(depot.program, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as stream:
            stream.write(text)
        sync(target)


def program_argv(depot: Depot, ticket: str, *more: str) -> list[str]:
    return [sys.executable or "/usr/bin/python3", "-B", "-m", PROGRAM, depot.folder, ticket, *more]


def rehearse(depot: Depot, ticket: str) -> list[str]:
    """See that the program runs on this host, before it is needed; what it would do now (nothing has changed yet)."""
    done = subprocess.run(
        program_argv(depot, ticket, "--rehearse"),
        env={**os.environ, "PYTHONPATH": depot.program},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise LinebondError(f"The program that would put the network back does not run on this host ({last}).")
    return done.stdout.splitlines()


def start(runner: Runner, depot: Depot, ticket: str, seconds: int) -> str:
    """Returns what keeps the time, as people would look for it. One that was started before has been stopped."""
    if runner.exists(BOOTED) and runner.has("systemd-run"):
        rollback_boot.watch(runner, program_argv(depot, ticket, "--boot"), depot.folder, depot.program)
        runner.run(
            "systemd-run",
            f"--unit={UNIT}",
            f"--on-active={seconds}",
            "--timer-property=AccuracySec=100ms",
            "--description=Put the network back unless Ansible confirms its change",
            f"--setenv=PYTHONPATH={depot.program}",
            "--",
            *program_argv(depot, ticket),
        )
        return f"{UNIT}.timer"
    waiting = subprocess.Popen(  # pylint: disable=consider-using-with
        program_argv(depot, ticket, "--after", str(seconds)),
        env={**os.environ, "PYTHONPATH": depot.program},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return f"process {waiting.pid}"


def stop(runner: Runner) -> None:
    """A process of its own sees by itself that nothing is armed any more."""
    if runner.exists(BOOTED) and runner.has("systemd-run"):
        runner.try_run("systemctl", "stop", f"{UNIT}.timer")
        runner.try_run("systemctl", "reset-failed", f"{UNIT}.service")
        rollback_boot.unwatch(runner)
