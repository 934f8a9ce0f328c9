# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that need the lab: left out loudly where it cannot run, and ended with their guests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from checks import cli, labs, prepare, schedule
from checks.stages import GROUPS, STAGES, Stage

REASON = "there is no /dev/net/tun, through which the guest is reached (try: modprobe tun)"
WITH_LAB = [stage for stage in STAGES if stage.lab]


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """check(run, *names) -> exit code, what was said, the labs that were ended."""

    def call(run: Callable[[list[Stage]], list[schedule.Outcome]], *names: str) -> tuple[int, str, list[str]]:
        ended: list[str] = []
        monkeypatch.setattr(sys, "argv", ["tools/check", *names])
        monkeypatch.setattr(schedule, "run_all", lambda stages, jobs, verbose: run(stages))
        monkeypatch.setattr(labs.subprocess, "run", lambda command, **_more: ended.append(" ".join(command[2:])))
        for step in ("home", "tree"):
            monkeypatch.setattr(prepare, step, lambda: None)
        return cli.main(), capsys.readouterr().out, ended

    return call


def passing(stages: list[Stage]) -> list[schedule.Outcome]:
    return [schedule.Outcome(stage, "passed", 1.0, passed=1) for stage in stages]


def test_where_no_lab_can_run_its_stages_fail_and_the_others_run(
    check: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labs.host, "obstacles_here", lambda: [REASON])
    daily = [stage for stage in STAGES if stage.name in GROUPS["all"]]
    with_lab = [stage for stage in daily if stage in WITH_LAB]
    code, said, _ended = check(passing)
    assert code == 1 and with_lab
    assert said.index(REASON) < said.index("stages, 2 at a time")  # before anything is started
    assert "`make unit`" in said
    for stage in with_lab:
        assert f"{stage.name:18}  FAILED" in said
    assert f"NOT RUN, for the lab cannot run here: {' '.join(stage.name for stage in with_lab)} ({REASON})" in said
    assert f"{len(daily) - len(with_lab)} passed, {len(with_lab)} failed" in said
    code, said, _ended = check(passing, "unit")
    assert code == 0 and REASON not in said


def test_an_interrupt_ends_the_labs_that_were_begun(check: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labs, "obstacles", list)
    monkeypatch.setattr(schedule, "BEGUN", set())

    def interrupted(stages: list[Stage]) -> list[schedule.Outcome]:
        schedule.BEGUN.add("molecule-bookworm")
        raise KeyboardInterrupt

    code, _said, ended = check(interrupted, "molecule")
    assert code == 130 and ended == ["lab down --name molecule-default-networkd-bookworm"]


@pytest.mark.parametrize(
    ("sudo", "remembers", "terminal", "allows", "reason", "asked"),
    [
        (None, False, True, True, "you are not root and there is no sudo", []),
        ("/usr/bin/sudo", True, False, True, "", ["-n -v"]),
        ("/usr/bin/sudo", False, False, True, "sudo asks for a password and there is no terminal", ["-n -v"]),
        ("/usr/bin/sudo", False, True, True, "", ["-n -v", "-v"]),
        ("/usr/bin/sudo", False, True, False, "sudo does not let you", ["-n -v", "-v"]),
    ],
)
def test_an_ordinary_user_is_asked_for_the_password_once_and_first(
    monkeypatch: pytest.MonkeyPatch,
    sudo: str | None,
    remembers: bool,
    terminal: bool,
    allows: bool,
    reason: str,
    asked: list[str],
) -> None:
    words: list[str] = []

    def run(command: list[str], **_more: Any) -> subprocess.CompletedProcess[str]:
        words.append(" ".join(command[1:]))
        return subprocess.CompletedProcess(command, 0 if (remembers if "-n" in command else allows) else 1)

    monkeypatch.setattr(labs.host, "obstacles_here", list)
    monkeypatch.setattr(labs.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(labs.shutil, "which", lambda name: sudo)
    monkeypatch.setattr(labs.subprocess, "run", run)
    monkeypatch.setattr(labs.sys.stdin, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(labs.threading, "Thread", lambda **_more: type("Begun", (), {"start": lambda self: None})())
    found = labs.obstacles()
    assert len(found) == bool(reason) and all(each.startswith(reason) for each in found)
    assert words == asked
