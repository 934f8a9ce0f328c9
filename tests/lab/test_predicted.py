# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check mode on virgin hosts predicts, task by task, what the first run changes; the second run changes nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path

TASK = re.compile(r"(?:TASK|RUNNING HANDLER) \[(.*?)\]")
CHANGED = re.compile(r"changed: \[(\w+)\]")


def changes_by_run(log: str) -> list[set[tuple[str, str]]]:
    """For each run of the site playbook since the lab was booted: (task, host) of all that changed."""
    runs: list[set[tuple[str, str]]] = []
    task = ""
    # without the mark the log is new: on a fresh checkout there was no folder for it when the lab was booted
    for line in log[max(log.rfind("PLAY [Boot the lab]"), 0) :].splitlines():
        if "PLAY [Set up the routers of the lines]" in line:
            runs.append(set())
        if found := TASK.search(line):
            task = found[1]
        if (found := CHANGED.search(line)) and runs:
            runs[-1].add((task, found[1]))
    return runs


def test_check_mode_predicts_the_first_run_and_the_second_changes_nothing() -> None:
    check, first, second = changes_by_run(Path(os.environ["ANSIBLE_LOG_PATH"]).read_text())
    assert check == first != set()
    assert second == set()
