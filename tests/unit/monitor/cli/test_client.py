# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket: answers, refusals, and a monitor that is not as it should be."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from teql_monitor.cli import NO_MONITOR, USAGE, Failure, client


def test_a_question_and_its_answer(monitor: Any) -> None:
    assert client.ask(monitor.path, "drain", line="a", seconds=60) == {}
    assert monitor.requests == [{"command": "drain", "line": "a", "seconds": 60}]


def test_a_refusal_is_the_monitors_words(monitor: Any) -> None:
    monitor.answers["drain"] = "there is no line x"
    with pytest.raises(client.Refused, match="there is no line x") as caught:
        client.ask(monitor.path, "drain", line="x")
    assert caught.value.code == USAGE


def test_another_version_is_not_guessed_at(monitor: Any) -> None:
    monitor.answers["status"] = {"version": 2}
    with pytest.raises(Failure, match="version 2") as caught:
        client.ask_status(monitor.path)
    assert caught.value.code == NO_MONITOR


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(client.NotRunning, match="systemctl start teql-monitor"):
        client.ask(str(tmp_path / "control"), "status")


def test_a_socket_nobody_listens_at(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "control"))
    with pytest.raises(client.NotRunning, match="does not run"):
        client.ask(str(tmp_path / "control"), "status")


def test_a_monitor_that_hangs(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "control"))
        deaf.listen()
        with pytest.raises(client.NotRunning, match=r"within 0.1 s"):
            client.ask(str(tmp_path / "control"), "status", timeout=0.1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "closed before"),
        (b'{"ok": true', "closed before"),
        (b"hello\n", "is not the monitor"),
        (b"[1]\n", "is not the monitor"),
        (b'{"ok": true, "result": 3}\n', "without a result"),
        (b'{"ok": false}\n', "gives no reason"),
        (b"{}\n", "gives no reason"),
    ],
)
def test_answers_that_are_none(monitor: Any, answer: bytes, words: str) -> None:
    monitor.answers["status"] = answer
    with pytest.raises(Failure, match=words):
        client.ask(monitor.path, "status")


def test_a_large_answer_comes_whole(monitor: Any) -> None:
    monitor.answers["report"] = {"text": "x" * 3_000_000}
    assert len(client.ask(monitor.path, "report")["text"]) == 3_000_000


def test_who_may_not_open_it_learns_which_group(tmp_path: Path) -> None:
    path = tmp_path / "control"
    path.touch()
    os.chown(path, -1, os.getgid())
    failure = client._cannot_connect(str(path), PermissionError(13, "Permission denied"), 1.0)
    group = client._group(str(path))
    assert isinstance(failure, client.NotAllowed) and failure.code == NO_MONITOR
    assert "Only root" in str(failure) if group == "root" else f"usermod -aG {group}" in str(failure)


def test_the_group_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_group", lambda path: "teql")
    assert "sudo usermod -aG teql " in client._not_allowed("/run/teql-monitor/control")
    monkeypatch.setattr(client, "_group", lambda path: None)
    assert "ls -ld /run/teql-monitor" in client._not_allowed("/run/teql-monitor/control")


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="Cannot open the socket"):
        client.ask(str(tmp_path / ("x" * 200)), "status")


def test_events_come_one_by_one_until_the_monitor_goes(monitor: Any) -> None:
    monitor.streams = [[{"seq": 3}, {"seq": 4}]]
    assert list(client.follow(monitor.path, 2)) == [{"seq": 3}, {"seq": 4}]
    assert monitor.requests == [{"command": "events", "after": 2}]
