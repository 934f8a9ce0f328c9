# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the journal, over a real socket and on stderr."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import pytest

from teql_monitor.systemd.journal import MESSAGE_IDS, WARNING, Journal, encode


def listen(path: Path) -> socket.socket:
    found = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    found.bind(str(path))
    found.setblocking(False)
    return found


def fields(datagram: bytes) -> dict[str, str]:
    return dict(each.split("=", 1) for each in datagram.decode().splitlines())


def test_a_line_has_its_fields(tmp_path: Path) -> None:
    with listen(tmp_path / "socket") as journal:
        Journal(str(tmp_path / "socket")).say("state", "line a is down", WARNING, line="a", old_state="up", reason="")
        assert fields(journal.recv(1000)) == {
            "MESSAGE": "line a is down",
            "PRIORITY": "4",
            "SYSLOG_IDENTIFIER": "teql-monitor",
            "MESSAGE_ID": MESSAGE_IDS["state"],
            "LINE": "a",
            "OLD_STATE": "up",
        }


def test_a_value_of_several_lines_goes_with_its_length() -> None:
    value = "one\ntwo=3"
    assert encode({"MESSAGE": value}) == b"MESSAGE\n" + struct.pack("<Q", len(value)) + value.encode() + b"\n"


def test_each_kind_has_an_id_of_its_own_of_128_bits() -> None:
    assert len(set(MESSAGE_IDS.values())) == len(MESSAGE_IDS)
    assert all(len(bytes.fromhex(each)) == 16 for each in MESSAGE_IDS.values())


def test_a_journal_that_was_restarted_hears_the_next_line(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with listen(path):
        journal = Journal(str(path))
    os.unlink(path)
    journal.say("start", "lost")
    with listen(path) as restarted:
        journal.say("start", "heard")
        assert fields(restarted.recv(1000))["MESSAGE"] == "heard"


def test_a_journal_that_is_stuck_does_not_stop_the_probes(tmp_path: Path) -> None:
    with listen(tmp_path / "socket"):
        journal = Journal(str(tmp_path / "socket"))
        for _line in range(5000):  # more than the socket holds
            journal.say("state", "x" * 500)


def test_without_a_journal_lines_go_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Journal(str(tmp_path / "nowhere")).say("state", "line a is down", line="a")
    assert capsys.readouterr().err == "line a is down\n"
