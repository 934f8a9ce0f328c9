# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place where the doctor touches the machine: runs commands that read, reads small files."""

from __future__ import annotations

import os
import subprocess

PATH = "/usr/sbin:/sbin:/usr/bin:/bin"  # an ordinary user's own often lacks the first two
LIMIT = 20.0  # seconds a command may take


class Host:
    def run(self, *argv: str) -> tuple[int, str]:
        """Status and output; 127 when there is no such command."""
        environment = {**os.environ, "LC_ALL": "C", "PATH": f"{os.environ.get('PATH', '')}:{PATH}"}
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=LIMIT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return 127, ""
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def read(self, path: str) -> str | None:
        try:
            with open(path, encoding="utf-8", errors="replace") as source:
                return source.read().strip()
        except OSError:
            return None

    def kernel(self) -> tuple[str, str]:
        name = os.uname()
        return name.release, name.version
