# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab asks of a machine that a guest can run on; machines.py lists those there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MEMORY = "1536M"
MAC = "02:00:00:00:00:02"  # of the guest's eth0
TAP = "tap0"  # the other end of it, in the lab's namespace
# Words for the kernel that every guest is given.
QUIET = ("quiet", "systemd.show_status=no")


@dataclass(frozen=True)
class Boot:
    """One start of a guest."""

    name: str
    suite: str
    image: Path  # what the guest's disk begins as; never written to
    base: Path  # the same for its routers
    directory: Path  # what is the guest's own, and outlives this boot
    run: Path  # for sockets: a short path
    first: bool = True  # false: the disk of the boot before is there
    words: tuple[str, ...] = ()  # lab.* words for the kernel's command line, read by guest/world


class Machine(Protocol):
    """A way to run a guest. Its command is run in the lab's network namespace and ends when the guest is off."""

    @property
    def needed(self) -> Mapping[str, str]:
        """A file that proves it is there -> the Debian package that has it."""

    @property
    def process(self) -> str:
        """What the name of its process begins with, as /proc/PID/comm tells it."""

    @property
    def slowness(self) -> float:
        """How many times longer than on user-mode Linux all takes; limits in seconds are multiplied by it."""

    def modules(self, suite: str) -> Path:
        """A folder with the modules of its kernel (VERSION/kernel/...) that a suite's image is to have."""

    def command(self, boot: Boot) -> list[str]:
        """The program and its arguments; makes the guest's disk for its first boot, where the program does not."""
