# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the playbooks against a lab that may fail or be killed: what became of them, and what was said."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks import place

from lab.control import command
from lab.guest import Guest

PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")  # of the environment that the tests run in
HANGING = 1800.0  # seconds


@dataclass(frozen=True)
class Ran:
    code: int
    said: str

    def sums(self, word: str) -> int:
        """What the recap counts under this word, over all hosts."""
        return sum(int(number) for number in re.findall(rf"\b{word}=(\d+)", self.said))


class Run:
    """A run in the background, in a process group of its own."""

    def __init__(self, guest: Guest, playbook: str, *options: str, **variables: Any) -> None:
        self.log = guest.directory / f"{playbook}-{time.monotonic_ns()}.log"
        argv = command(guest, PLAYBOOK, playbook, *options, "-e", json.dumps(variables))
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment(os.environ),
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """At once, with all that it has started here; what runs on the gateway by then goes on."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ended(self) -> Ran:
        return Ran(self.process.wait(HANGING), self.said())


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if not name.startswith("ANSIBLE_")}  # molecule has its own
    return {**kept, "ANSIBLE_COLLECTIONS_PATH": str(place.COLLECTIONS), "ANSIBLE_NOCOLOR": "1", "PYTHONUNBUFFERED": "1"}


def run(guest: Guest, playbook: str, *options: str, **variables: Any) -> Ran:
    return Run(guest, playbook, *options, **variables).ended()
