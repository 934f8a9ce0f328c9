# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes and seconds become columns, over boundaries, restarts and jumps of the clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teql_monitor.collector import LETTERS, WORST_LAST, Collector, merged
from teql_monitor.ring import COLUMNS, Record, Ring, Sample, column_end

BEGIN = 1_764_072_000.0  # of a column


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring(str(tmp_path / "eth2"))


def run(collector: Collector, start: float, seconds: int, state: str = "up", rtt: float | None = 0.01) -> None:
    """One probe a second."""
    for second in range(seconds):
        collector.advance(start + second)
        collector.probe(rtt)
        collector.second(state == "up", state, 1000.0, 500.0)


def test_a_column(ring: Ring) -> None:
    collector = Collector(ring)
    collector.advance(BEGIN)
    for rtt in (0.010, 0.0204, None, 0.0105):
        collector.probe(rtt)
    collector.second(True, "up", 1000.0, 10.0)
    collector.second(False, "drained", 2000.0, 21.0)
    wanted = Sample(4, 1, 10_000, 13_633, 20_400, 1, "r", 1500, 16)
    assert collector.samples(BEGIN + 100)[-1] == wanted
    assert ring.read(BEGIN + 100)[-1] is None
    collector.advance(BEGIN + 99.9)
    assert ring.read(BEGIN + 100)[-1] is None
    collector.advance(BEGIN + 100)
    assert ring.read(BEGIN + 100)[-1] == wanted
    assert collector.samples(BEGIN + 200)[-2:] == [wanted, None]


def test_nothing_sent_and_nothing_answered(ring: Ring) -> None:
    collector = Collector(ring)
    collector.advance(BEGIN)
    collector.second(False, "down", 0, 0)
    assert collector.samples(BEGIN + 100)[-1] == Sample(0, 0, None, None, None, 0, "d", 0, 0)
    collector.probe(None)
    assert collector.samples(BEGIN + 100)[-1] == Sample(1, 1, None, None, None, 0, "d", 0, 0)


def test_probes_before_the_first_second_are_starting(ring: Ring) -> None:
    collector = Collector(ring)
    collector.probe(0.01)
    assert collector.samples(BEGIN + 100) == [None] * COLUMNS
    collector.flush(BEGIN)
    assert ring.read(BEGIN + 100)[-1] == Sample(1, 0, 10_000, 10_000, 10_000, 0, "s", 0, 0)


@pytest.mark.parametrize("state", LETTERS)
def test_the_worst_state_stays(ring: Ring, state: str) -> None:
    collector = Collector(ring)
    for each in ("up", state, "up"):
        run(collector, BEGIN, 1, each)
    sample = collector.samples(BEGIN + 100)[-1]
    assert sample and sample.state == LETTERS[state]


def test_every_state_has_its_rank() -> None:
    assert sorted(LETTERS.values()) == sorted(WORST_LAST)


def test_idle_columns_are_none(ring: Ring) -> None:
    """The process was stopped, or the clock jumped ahead."""
    collector = Collector(ring)
    run(collector, BEGIN, 10)
    run(collector, BEGIN + 500, 10)
    assert [sample and sample.sent for sample in collector.samples(BEGIN + 600)[-6:]] == [
        10,
        None,
        None,
        None,
        None,
        10,
    ]


def test_a_restart_within_a_column_adds_up(ring: Ring) -> None:
    first = Collector(ring)
    run(first, BEGIN, 40)
    first.flush(BEGIN + 40)
    second = Collector(ring)
    run(second, BEGIN + 60, 20, "down", 0.04)
    wanted = Sample(60, 0, 10_000, 20_000, 40_000, 40, "d", 1000, 500)
    assert second.samples(BEGIN + 100)[-1] == wanted
    second.flush(BEGIN + 80)
    assert ring.read(BEGIN + 100)[-1] == wanted


def test_flushing_twice_counts_once(ring: Ring) -> None:
    collector = Collector(ring)
    run(collector, BEGIN, 40)
    collector.flush(BEGIN + 40)
    collector.flush(BEGIN + 41)
    run(collector, BEGIN + 41, 10)
    collector.flush(BEGIN + 51)
    sample = ring.read(BEGIN + 100)[-1]
    assert sample and (sample.sent, sample.member_s) == (50, 50)


def test_a_small_step_back_over_the_boundary_loses_nothing(ring: Ring) -> None:
    collector = Collector(ring)
    run(collector, BEGIN, 102)
    run(collector, BEGIN + 97, 103)  # 5 seconds again
    collector.advance(BEGIN + 200)
    found = [sample and (sample.sent, sample.member_s) for sample in ring.read(BEGIN + 200)[-2:]]
    assert found == [(103, 100), (102, 100)]


def test_a_day_lived_twice_shows_the_second_one(ring: Ring) -> None:
    """The clock was wrong and is put right: what was written for the same time gives way."""
    collector = Collector(ring)
    run(collector, BEGIN, 300, "up", 0.01)
    run(collector, BEGIN, 300, "up", 0.03)
    collector.flush(BEGIN + 299)
    assert [sample and (sample.sent, sample.min_us) for sample in ring.read(BEGIN + 300)[-3:]] == [(100, 30_000)] * 3


def test_a_stray_moment_does_not_wipe_a_full_column(ring: Ring) -> None:
    full = Record(1, 100, Sample(100, 0, 1, 2, 3, 100, "u", 0, 0))
    stray = Record(1, 12, Sample(12, 0, 1, 2, 3, 12, "d", 0, 0))
    assert merged(full, stray) == merged(stray, full) == full


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 2**33), st.integers(0, 3), st.none() | st.floats(-1, 100)), max_size=40),
    st.floats(0, 2**33),
)
def test_any_clock_is_harmless(ring: Ring, moments: list[tuple[float, int, float | None]], end: float) -> None:
    collector = Collector(ring)
    for now, seconds, rtt in moments:
        collector.advance(now)
        collector.probe(rtt)
        for _second in range(seconds):
            collector.second(True, "up", 1.0, 1.0)
        assert collector.samples(column_end(now))[-1] is not None
        assert len(collector.samples(end)) == COLUMNS
    collector.flush(end)
    assert not ring.error


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.integers(0, 1_000_000), min_size=1), st.integers(0, 100))
def test_parts_add_up_to_the_whole(tmp_path_factory: pytest.TempPathFactory, times: list[int | None], cut: int) -> None:
    folder = tmp_path_factory.mktemp("ring")

    def sample_of(name: str, *parts: list[int | None]) -> Sample:
        ring = Ring(str(folder / name))
        for part in parts:
            collector = Collector(ring)
            collector.advance(BEGIN)
            for time in part:
                collector.probe(None if time is None else time / 1e6)
            collector.flush(BEGIN)
        sample = ring.read(BEGIN + 100)[-1]
        assert sample
        return sample

    whole, parts = sample_of("whole", times), sample_of("parts", times[:cut], times[cut:])
    assert parts._replace(avg_us=None) == whole._replace(avg_us=None)
    assert abs((parts.avg_us or 0) - (whole.avg_us or 0)) <= 1
