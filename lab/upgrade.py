# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway whose kernel is upgraded: set up on user-mode Linux, it runs the suite's own under QEMU after a reboot.

An emulated processor would take an hour for what Ansible does on the first boot.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from checks.prepare import locked

from lab import qemu, uml
from lab.image import CACHE
from lab.machine import Boot
from lab.qemu import Qemu
from lab.uml import Uml


class Upgrade:
    needed = {**Uml.needed, **Qemu.needed}
    process = Qemu.process

    def __init__(self) -> None:
        self.before, self.after = Uml(), Qemu()

    @property
    def slowness(self) -> float:
        return self.after.slowness

    def modules(self, suite: str) -> Path:
        """Those of both kernels, as links."""
        both = CACHE / "kernels" / f"both-{suite}"
        folders = [machine.modules(suite) for machine in (self.before, self.after)]
        with locked(CACHE / f"kernel-{suite}.lock"):
            shutil.rmtree(both, ignore_errors=True)
            both.mkdir(parents=True)
            for version in [version for folder in folders for version in folder.iterdir()]:
                (both / version.name).symlink_to(version)
        return both

    def command(self, boot: Boot) -> list[str]:
        disk = boot.directory / "disk.img"  # both can read and write
        if boot.first:
            subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(boot.image), str(disk)], check=True)
            return uml.command(boot, str(disk))
        return qemu.command(boot, f"file={disk},format=raw")
