# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the host's processors a guest gets for itself.

User-mode Linux runs its guest's programs under ptrace: two processes that take turns at every system call. Where the
scheduler puts them on two processors each turn wakes the other one up, and the guest takes 1.6 times as long to boot.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

PROGRAM = "linux.uml"


def quietest() -> int:
    """The processor, of those that this process may use, that fewest guests have been given."""
    return choose(os.sched_getaffinity(0), given())


def choose(allowed: Iterable[int], taken: Iterable[int]) -> int:
    """The last one if several are as good: interrupts tend to go to the first."""
    guests = Counter(taken)
    return min(sorted(allowed, reverse=True), key=lambda processor: guests[processor])


def given() -> list[int]:
    """The processors of the guests that run, whoever started them: one for each that has one for itself."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and (processor := _own(process)) is not None:
            found.append(processor)
    return found


def _own(process: Path) -> int | None:
    """Of a guest's first process, which the other ones of the guest are children of."""
    try:
        parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
        if (process / "comm").read_text().strip() != PROGRAM or _named(parent) == PROGRAM:
            return None
        processors = os.sched_getaffinity(int(process.name))
    except (OSError, IndexError):
        return None  # it has ended
    return processors.pop() if len(processors) == 1 else None


def _named(process: str) -> str:
    return Path("/proc", process, "comm").read_text().strip()
