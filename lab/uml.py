# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User-mode Linux: a kernel that is a program. Native speed, one processor, one kernel version for every suite."""

from __future__ import annotations

from pathlib import Path

from lab import processor
from lab.machine import MAC, MEMORY, QUIET, TAP, Boot


def command(boot: Boot, disk: str) -> list[str]:
    """The kernel as a program; disk is what it takes for one: FILE, or CHANGES,FILE."""
    return [
        *("taskset", "--cpu-list", str(processor.quietest())),
        *(processor.PROGRAM, f"umid={boot.name}", f"uml_dir={boot.run}/", f"mem={MEMORY}"),
        *(f"ubd0={disk}", f"ubd1r={boot.base}", "root=/dev/ubda", "rw"),
        f"vec0:transport=tap,ifname={TAP},depth=128,gro=1,mac={MAC}",
        *("con=null", "con0=null,fd:1", "pty.legacy_count=0", *QUIET),
        *("lab.base=/dev/ubdb", *boot.words),
    ]


class Uml:
    needed = {"/usr/bin/linux.uml": "user-mode-linux"}
    process = "linux"
    slowness = 1.0

    def modules(self, suite: str) -> Path:
        return Path("/usr/lib/uml/modules")

    def command(self, boot: Boot) -> list[str]:
        return command(boot, f"{boot.directory / 'disk.cow'},{boot.image}")
