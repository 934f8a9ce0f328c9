# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command into a log, and end it when the checks are ended."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


class Failed(Exception):
    """A check cannot go on; the message says why and what to do."""


class Interrupted(Exception):
    """The checks were ended while a command ran, or before it was started."""


class Processes:
    """The commands that run now, in whatever thread; stop() ends them all and lets none begin."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.running: set[subprocess.Popen[bytes]] = set()
        self.stopped = False

    def start(self, *arguments: object, **options: object) -> subprocess.Popen[bytes]:
        with self.lock:
            if self.stopped:
                raise Interrupted
            process = subprocess.Popen(*arguments, **options)  # type: ignore[call-overload]
            self.running.add(process)
        return process

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        with self.lock:
            self.running.discard(process)
            if self.stopped:
                raise Interrupted

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            for process in self.running:
                process.terminate()


PROCESSES = Processes()


def run(
    command: Sequence[str],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stream: bool = False,
) -> int:
    """Return the exit code; what the command said is in the log, and as it comes on the screen with `stream`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        try:
            process = PROCESSES.start(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if stream else output,
                stderr=subprocess.STDOUT,
            )
        except FileNotFoundError as error:
            output.write(f"{command[0]}: {error.strerror}\n".encode())
            return 127
        for line in process.stdout or ():
            os.write(output.fileno(), line)
            sys.stdout.write(line.decode("utf-8", "replace"))
            sys.stdout.flush()
        code = process.wait()
        PROCESSES.ended(process)
        return code
