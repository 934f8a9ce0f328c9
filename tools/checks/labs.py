# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages that boot a lab: whether they can run here, the password they need, and what an interrupt leaves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable

from lab import host

from . import place
from .stages import Stage

REFRESH = 120.0  # seconds; sudo forgets a password after 15 minutes, or 5


def obstacles() -> list[str]:
    """Why no lab can be booted, one sentence each. Asks for the password, if there is one to ask and somebody to."""
    found = host.obstacles_here()
    if not found and os.geteuid() != 0:
        found += _no_root()
    return found


def sorry(stages: list[Stage], found: list[str]) -> str:
    names = " ".join(stage.name for stage in stages)
    told = [
        "The lab cannot run here:",
        *(f"  - {each}" for each in found),
        host.ELSEWHERE,
        f"Left out, and counted as failed: {names}.",
    ]
    return "\n".join(told) + "\n"


def _no_root() -> list[str]:
    if not shutil.which("sudo"):
        return ["you are not root and there is no sudo, and the lab makes a network namespace and a tap device"]
    if _sudo("-n", "-v"):
        return []
    if not sys.stdin.isatty():
        return ["sudo asks for a password and there is no terminal to type it at (as root it works)"]
    print("The lab needs root, for a network namespace and a tap device: sudo asks once, now.", flush=True)
    if not _sudo("-v"):
        return ["sudo does not let you, and the lab makes a network namespace and a tap device"]
    threading.Thread(target=_remember, daemon=True).start()
    return []


def _sudo(*options: str) -> bool:
    return subprocess.run(["sudo", *options], check=False, capture_output="-n" in options).returncode == 0


def _remember() -> None:
    """For as long as the checks run: stages take longer than sudo remembers a password."""
    while not threading.Event().wait(REFRESH) and _sudo("-n", "-v"):
        pass


def end(names: Iterable[str]) -> None:
    """What a stage that was ended has booted goes too; another interrupt does not stop that."""
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for name in sorted(names):
            print(f"ending the lab {name}", flush=True)
            subprocess.run([sys.executable, "-m", "lab", "down", "--name", name], cwd=place.ROOT, check=False)
    finally:
        signal.signal(signal.SIGINT, kept)
