# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events: numbered, bounded, over restarts, power cuts and bad disks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teql_monitor.history import History, time_text

NOON = 1_767_268_800.0  # 2026-01-01T12:00:00Z


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history"


def opened(path: Path, keep: int = 5) -> History:
    return History(str(path), keep)


def fill(history: History, count: int, start: float = NOON) -> None:
    for number in range(count):
        history.append(start + number, "state", line="a", old="up", new="down", reason=str(number))


def numbers(events: list[dict]) -> list[int]:
    return [event["seq"] for event in events]


@pytest.mark.parametrize(
    ("epoch", "written"),
    [
        (NOON, "2026-01-01T12:00:00.000Z"),
        (NOON + 0.1234, "2026-01-01T12:00:00.123Z"),
        (NOON + 0.9996, "2026-01-01T12:00:01.000Z"),
        (0, "1970-01-01T00:00:00.000Z"),
    ],
)
def test_times(epoch: float, written: str) -> None:
    assert time_text(epoch) == written


def test_an_event_has_every_key(path: Path) -> None:
    event = opened(path).append(
        NOON, "state", line="a", interface="eth2", old="up", new="down", reason="no carrier", member=False
    )
    assert event == {
        "seq": 1,
        "time": "2026-01-01T12:00:00.000Z",
        "line": "a",
        "interface": "eth2",
        "old": "up",
        "new": "down",
        "reason": "no carrier",
        "member": False,
        "kind": "state",
    }
    assert [json.loads(line) for line in path.read_text().splitlines()] == [event]
    assert opened(path).last(1) == [event]


def test_views(path: Path) -> None:
    history = opened(path)
    fill(history, 7)
    assert numbers(history.last(100)) == [3, 4, 5, 6, 7]
    assert numbers(history.last(2)) == [6, 7]
    assert numbers(history.last(0)) == numbers(history.last(-1)) == []
    assert numbers(history.after(5)) == [6, 7]
    assert numbers(history.after(0)) == [3, 4, 5, 6, 7]
    assert numbers(history.after(7)) == numbers(history.after(99)) == []
    assert numbers(history.since(NOON + 4)) == [5, 6, 7]


def test_a_clock_set_back_hides_nothing(path: Path) -> None:
    history = opened(path)
    fill(history, 2)
    fill(history, 1, start=NOON - 3600)
    fill(history, 1, start=NOON + 9)
    assert numbers(history.since(NOON)) == [1, 2, 4]


def test_the_file_stays_bounded(path: Path) -> None:
    history = opened(path)
    for _event in range(40):
        fill(history, 1)
        assert len(path.read_text().splitlines()) <= 10
    assert numbers(opened(path).last(9)) == [36, 37, 38, 39, 40]


def test_a_smaller_keep_later(path: Path) -> None:
    fill(opened(path), 9)
    history = opened(path, 2)
    fill(history, 1)
    assert numbers(history.last(9)) == [9, 10]
    assert len(path.read_text().splitlines()) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    count=st.integers(0, 12), cut=st.integers(0, 2000), tail=st.sampled_from([b"", b"\0" * 50, b'{"seq": 9', b"\n\n"])
)
def test_a_power_cut_costs_only_what_was_torn(path: Path, count: int, cut: int, tail: bytes) -> None:
    path.unlink(missing_ok=True)
    fill(opened(path, 20), count)
    whole = path.read_bytes() if count else b""
    path.write_bytes(whole[:cut] + tail)
    kept = whole[: cut + tail.startswith(b"\n")].count(b"\n")  # a line end may come from the tail

    history = opened(path, 20)
    assert numbers(history.last(99)) == list(range(1, kept + 1))
    fill(history, 2)
    assert numbers(opened(path, 20).last(99)) == list(range(1, kept + 3))
    assert all(json.loads(line) for line in path.read_text().splitlines())


@pytest.mark.parametrize("line", ["3", "[]", "{}", '{"seq":true,"time":""}', '{"seq":9}', '{"seq":"9","time":""}', "é"])
def test_foreign_lines_are_dropped(path: Path, line: str) -> None:
    fill(opened(path), 1)
    with path.open("a") as stream:
        stream.write(line + "\n")
    history = opened(path)
    fill(history, 1)
    assert numbers(opened(path).last(9)) == [1, 2]
    assert line not in path.read_text().splitlines()


def test_a_bad_disk_costs_nothing_once_it_is_well_again(tmp_path: Path) -> None:
    path = tmp_path / "later" / "history"
    history = opened(path)
    fill(history, 2)
    assert history.error == f"{path}: No such file or directory; new events are kept in memory only"
    assert numbers(history.last(9)) == [1, 2]
    path.parent.mkdir()
    fill(history, 1)
    assert not history.error
    assert numbers(opened(path).last(9)) == [1, 2, 3]


def test_a_write_that_ends_halfway_is_mended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = opened(path)
    fill(history, 1)
    with monkeypatch.context() as patched:
        patched.setattr("os.write", lambda descriptor, content: len(content) - 1)
        fill(history, 1)
    assert "the disk took a part only" in history.error
    fill(history, 1)
    assert not history.error
    assert numbers(opened(path).last(9)) == [1, 2, 3]


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    history = opened(tmp_path)
    assert "Is a directory" in history.error
    fill(history, 1)
    assert numbers(history.last(9)) == [1]
