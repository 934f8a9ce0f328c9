# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hooks: in order, one at a time, with a limit, over failures and restarts, none lost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from teql_monitor.cli import hooks
from teql_monitor.cli.client import NotAllowed
from teql_monitor.cli.hook_runner import run_hook
from teql_monitor.cli.hooks import Follower, Place

Hook = Callable[[str, str], Path]


class Enough(Exception):
    """Ends a loop that has no end."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "hooks.d"
    path.mkdir()
    return path


@pytest.fixture
def hook(directory: Path) -> Hook:
    def write(name: str, script: str) -> Path:
        path = directory / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


def follower(monitor: Any, directory: Path, place: Place, rounds: int = 1) -> Follower:
    pauses = iter(range(rounds - 1))

    def pause(_seconds: float) -> None:
        if next(pauses, None) is None:
            raise Enough

    return Follower(monitor.path, str(directory), place, pause)


def follow(monitor: Any, directory: Path, place: Place, rounds: int = 1) -> None:
    with pytest.raises(Enough):
        follower(monitor, directory, place, rounds).run()


def test_what_a_hook_is_told(monitor: Any, directory: Path, hook: Hook, events: list[Any], tmp_path: Path) -> None:
    hook("10-tell", f"env | grep ^TEQL_ | sort >> {tmp_path}/told; echo >> {tmp_path}/told")
    monitor.streams = [[{**events[6], "seq": 10}]]
    follow(monitor, directory, Place(None))
    assert (tmp_path / "told").read_text().splitlines() == [
        "TEQL_BOND=teql0",
        "TEQL_INTERFACE=eth4",
        "TEQL_KIND=state",
        "TEQL_LINE=dsl-office",
        "TEQL_MEMBER=false",
        "TEQL_NEW=down",
        "TEQL_OLD=up",
        "TEQL_REASON=no carrier",
        "TEQL_SEQ=10",
        "TEQL_TIME=2026-01-04T04:00:00.101Z",
        "",
    ]


def test_hooks_run_by_name_one_at_a_time_over_failures(
    monitor: Any, directory: Path, hook: Hook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = tmp_path / "told"
    hook("20-second", f"echo second $TEQL_SEQ >> {told}; exit 3")
    hook("10-first", f"sleep 0.1; echo first $TEQL_SEQ >> {told}")
    hook("30-third", f"echo third $TEQL_SEQ >> {told}")
    (directory / "40-broken").write_text("#!/nowhere/at/all\n")
    (directory / "40-broken").chmod(0o755)
    monitor.streams = [[{"seq": 10}, {"seq": 11}]]
    place = Place(None)
    follow(monitor, directory, place)
    assert told.read_text().split() == [
        word for seq in ("10", "11") for name in ("first", "second", "third") for word in (name, seq)
    ]
    said = capsys.readouterr().out
    assert "20-second failed with status 3" in said and "40-broken cannot be run" in said
    assert place.seq == 11


def test_what_is_no_hook(directory: Path, hook: Hook, capsys: pytest.CaptureFixture[str]) -> None:
    good = hook("good", "")
    for name in (".hidden", "old~", "x.dpkg-old", "x.rpmsave"):
        hook(name, "")
    hook("not-executable", "").chmod(0o644)
    hook("everybodys", "").chmod(0o757)
    (directory / "folder").mkdir()
    (directory / "dangling").symlink_to("/nowhere/at/all")
    assert hooks.hooks_in(str(directory)) == [str(good)]
    assert "chmod o-w" in capsys.readouterr().out
    assert hooks.hooks_in("/nowhere/at/all") == []


def test_a_hook_that_hangs_is_ended_with_all_it_started(hook: Hook, tmp_path: Path) -> None:
    path = hook("hang", f"sleep 300 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    assert run_hook(str(path), os.environ, limit=0.5) == "took longer than 0.5 s and was ended"
    assert time.monotonic() - began < 5
    child = int((tmp_path / "child").read_text())
    for _attempt in range(100):
        if not Path(f"/proc/{child}").exists() or ") Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("its child still runs")


@pytest.mark.parametrize(("script", "trouble"), [("exit 0", ""), ("exit 7", "failed with status 7")])
def test_how_a_hook_ended(hook: Hook, script: str, trouble: str) -> None:
    assert run_hook(str(hook("x", script)), os.environ) == trouble


def test_a_hook_that_was_killed(hook: Hook) -> None:
    assert run_hook(str(hook("x", "kill -9 $$")), os.environ) == "was ended by signal 9"


def test_the_first_time_begins_with_what_comes(monitor: Any, directory: Path) -> None:
    follow(monitor, directory, Place(None))
    assert monitor.requests[-1] == {"command": "events", "after": 9}


def test_goes_on_after_the_last_event_seen(monitor: Any, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "seq").write_text("5\n")
    monitor.streams = [[{"seq": 6}, {"seq": 7}], [{"seq": 8}]]
    follow(monitor, directory, Place(str(tmp_path)), rounds=2)
    asked = [request["after"] for request in monitor.requests if request["command"] == "events"]
    assert asked == [5, 7]
    assert (tmp_path / "seq").read_text() == "8\n" and Place(str(tmp_path)).seq == 8


def test_a_monitor_that_counts_anew(monitor: Any, directory: Path, tmp_path: Path) -> None:
    (tmp_path / "seq").write_text("500\n")
    monitor.streams = [[{"seq": 1}]]
    follow(monitor, directory, Place(str(tmp_path)))
    assert monitor.requests[-1] == {"command": "events", "after": 0}
    assert Place(str(tmp_path)).seq == 1


def test_a_seq_file_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seq").write_text("many")
    assert Place(str(tmp_path)).seq is None and "cannot be used" in capsys.readouterr().out
    assert Place(str(tmp_path / "none")).seq is None
    Place(str(tmp_path / "none")).keep(3)
    assert "cannot be written" in capsys.readouterr().out


def test_waits_for_a_monitor_that_is_away_and_says_so_once(
    monitor: Any, directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = follower(monitor, directory, Place(None), rounds=4)
    path, found.socket = found.socket, "/nowhere/at/all"
    tries: list[int] = []
    pause = found.pause

    def return_after_two(seconds: float) -> None:
        tries.append(1)
        if len(tries) == 2:
            found.socket = path
        pause(seconds)

    found.pause = return_after_two
    with pytest.raises(Enough):
        found.run()
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if "does not run" in line] == said[:1]
    assert said[1] == "The monitor is back; going on after event 9."


def test_who_may_not_listen_does_not_wait(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: str) -> None:
        raise NotAllowed("no")

    monkeypatch.setattr(hooks, "ask_status", refuse)
    with pytest.raises(NotAllowed):
        Follower("/x", str(directory), Place(None)).run()
