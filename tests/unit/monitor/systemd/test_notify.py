# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service manager hears, over a real socket."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from teql_monitor.systemd.notify import Notifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(str(tmp_path / "notify"))
        found.setblocking(False)
        yield found


def test_each_word_is_a_datagram(manager: socket.socket) -> None:
    notifier = Notifier(manager.getsockname())
    notifier.ready()
    notifier.alive()
    notifier.stopping()
    assert [manager.recv(100) for _each in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_reload_says_when_it_began(manager: socket.socket) -> None:
    Notifier(manager.getsockname()).reloading()
    first, _newline, second = manager.recv(100).decode().partition("\n")
    assert first == "RELOADING=1"
    word, _equals, microseconds = second.partition("=")
    assert word == "MONOTONIC_USEC" and 0 <= time.monotonic_ns() // 1000 - int(microseconds) < 60_000_000


def test_the_status_is_told_when_it_changes(manager: socket.socket) -> None:
    notifier = Notifier(manager.getsockname())
    for status in ("2 of 2 lines up", "2 of 2 lines up", "1 of 2 lines up: b down (no carrier)"):
        notifier.tell(status)
    assert manager.recv(100) == b"STATUS=2 of 2 lines up"
    assert manager.recv(100) == b"STATUS=1 of 2 lines up: b down (no carrier)"
    with pytest.raises(BlockingIOError):
        manager.recv(100)


def test_an_abstract_address_begins_with_an_at_sign() -> None:
    name = f"linebond-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        Notifier("@" + name).ready()
        assert manager.recv(100) == b"READY=1"


def test_without_a_service_manager_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Notifier.from_environment().ready()


def test_a_service_manager_that_is_gone_does_no_harm(manager: socket.socket, tmp_path: Path) -> None:
    notifier = Notifier(manager.getsockname())
    os.unlink(tmp_path / "notify")
    notifier.alive()
