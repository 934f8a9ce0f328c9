# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept and told of each event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeClock, line, site
from gateway import FakeJournal

from teql_monitor.judge import Judge
from teql_monitor.recorder import SILENCE, Recorder
from teql_monitor.systemd.journal import NOTICE, WARNING

A, B = line(0, "a"), line(1, "b")


class Bench:
    def __init__(self, path: Path) -> None:
        self.path, self.clock, self.journal = path, FakeClock(), FakeJournal()
        self.told: list[dict[str, object]] = []
        self.recorder = Recorder(str(path), self.journal, self.clock, self.told.append)  # type: ignore[arg-type]
        self.judge = Judge(site(2), self.clock.now())
        self.recorder.lines([A, B])

    def seconds(self, count: int) -> None:
        for _second in range(count):
            self.clock.time += 1
            self.recorder.second(self.judge, {"a": (1.0, 1.0), "b": (1.0, 1.0)})


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize(
    ("new", "priority"), [("refused", WARNING), ("down", WARNING), ("taken", NOTICE), ("up", NOTICE)]
)
def test_what_somebody_should_see_to_is_a_warning_in_the_journal(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, new: str, priority: int
) -> None:
    told: list[int] = []
    monkeypatch.setattr(bench.journal, "say", lambda _kind, _text, priority, **_fields: told.append(priority))
    bench.recorder.event("config", "the new configuration is ...", new=new)
    assert told == [priority]


def test_a_change_of_state_is_told_to_all_who_want_to_know(bench: Bench) -> None:
    bench.recorder.changed(A, "up", "down", "no carrier", False)
    (event,) = bench.told
    assert {key: event[key] for key in ("seq", "line", "interface", "old", "new", "reason", "member", "kind")} == {
        "seq": 1,
        "line": "a",
        "interface": "eth2",
        "old": "up",
        "new": "down",
        "reason": "no carrier",
        "member": False,
        "kind": "state",
    }
    assert bench.journal.lines == [("state", "line a (eth2) was up, is down: no carrier")]
    assert bench.recorder.history.last(1) == [event]
    assert json.loads((bench.path / "history.jsonl").read_text()) == event


def test_joining_and_leaving_are_told_as_in_and_out(bench: Bench) -> None:
    bench.recorder.moved(A, False, "no carrier")
    bench.recorder.moved(A, True, "")
    assert [(event["old"], event["new"], event["member"]) for event in bench.told] == [
        ("in", "out", False),
        ("out", "in", True),
    ]
    assert bench.journal.of("member") == [
        "line a (eth2) has left the bond: no carrier",
        "line a (eth2) has joined the bond",
    ]


def test_transitions_are_counted_by_state_and_reason_without_numbers(bench: Bench) -> None:
    for late in (15, 27):
        bench.recorder.changed(A, "up", "degraded", f"{late} ms later than the other lines; stays", True)
    assert bench.recorder.transitions == {"a": {"degraded:later than the other lines": 2}}


def test_the_same_trouble_is_told_once_in_a_while(bench: Bench) -> None:
    for _time in range(3):
        bench.recorder.trouble("the disk is full")
    bench.recorder.trouble("no more memory")
    assert bench.journal.of("trouble") == ["the disk is full", "no more memory"]
    bench.clock.time += SILENCE
    bench.recorder.trouble("the disk is full")
    assert len(bench.journal.lines) == 3 and len(bench.recorder.troubles) == 1


def test_a_disk_that_fails_is_told_and_nothing_else_happens(bench: Bench) -> None:
    bench.recorder.collectors["a"].ring.path = str(bench.path / "gone" / "eth2.ring")
    bench.recorder.history.path = str(bench.path / "gone" / "history.jsonl")
    bench.recorder.changed(A, "up", "down", "no carrier", False)
    bench.seconds(101)
    assert len(bench.journal.of("trouble")) == 2


def test_the_ring_of_a_line_that_goes_is_written(bench: Bench) -> None:
    bench.seconds(5)
    assert not (bench.path / "eth3.ring").exists()
    bench.recorder.lines([A])
    assert (bench.path / "eth3.ring").exists() and list(bench.recorder.collectors) == ["a"]


def test_a_clock_that_is_set_back_or_forward_leaves_each_second_in_some_column(bench: Bench) -> None:
    bench.seconds(30)
    for jump in (86_400.0, -86_400.0 * 2):
        bench.clock.offset += jump
        bench.seconds(30)
        samples = bench.recorder.collectors["a"].samples(bench.clock.wall())
        assert samples[-1] is not None


def test_penalties_that_have_faded_are_not_kept(bench: Bench) -> None:
    bench.judge.lines["a"].penalty.failed(bench.clock.now())
    bench.judge.lines["b"].penalty.value = 0.5
    bench.recorder.keep(bench.judge)
    kept = json.loads((bench.path / "state.json").read_text())
    assert set(kept["penalties"]) == {"a"} and kept["drains"] == {}
