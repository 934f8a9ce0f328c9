# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User-mode Linux: a kernel that is a program. Native speed, one processor, one kernel version for every suite."""

from __future__ import annotations

from pathlib import Path

from lab.machine import MAC, MEMORY, QUIET, TAP, Boot


class Uml:
    needed = {"/usr/bin/linux.uml": "user-mode-linux"}
    process = "linux"
    slowness = 1.0

    def modules(self, suite: str) -> Path:
        return Path("/usr/lib/uml/modules")

    def prepare(self, boot: Boot) -> None:
        """The kernel makes the file of changes to its disk itself."""

    def command(self, boot: Boot) -> list[str]:
        return [
            *("linux.uml", f"umid={boot.name}", f"uml_dir={boot.run}/", f"mem={MEMORY}"),
            *(f"ubd0={boot.directory / 'disk.cow'},{boot.base}", f"ubd1r={boot.base}", "root=/dev/ubda", "rw"),
            f"vec0:transport=tap,ifname={TAP},depth=128,gro=1,mac={MAC}",
            *("con=null", "con0=null,fd:1", "pty.legacy_count=0", *QUIET),
            *("lab.base=/dev/ubdb", *boot.words),
        ]
