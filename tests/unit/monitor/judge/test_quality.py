# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Late and lossy lines leave when that is certain, and only as many as the bond can spare."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulation import World, site

from teql_monitor.judge.quality import median_without

ALL = {"a", "b", "c", "d"}


@pytest.mark.parametrize("late", [0.015, 0.020, 0.030, 0.100])
def test_a_late_line_is_out_within_15_seconds_and_returns_when_it_is_in_step(late: float) -> None:
    world = World(site()).run(60)
    world.wires["c"].trip += late
    begun = world.now
    world.run(20)
    when, members = world.moves[0]
    assert members == {"a", "b", "d"} and when - begun <= 15
    assert [change.new for _when, change in world.changes if change.line == "c"][-1] == "degraded"
    assert world.state("c") == "degraded" and "ms later than the other lines" in world.judge.lines["c"].reason
    world.wires["c"].trip -= late
    world.run(120)
    assert world.members == ALL


def test_a_line_that_is_a_little_late_stays() -> None:
    world = World(site()).run(10)
    world.wires["c"].trip += 0.009
    world.run(600)
    assert world.moves == []


def test_lines_that_are_all_late_together_stay() -> None:
    world = World(site()).run(60)
    for wire in world.wires.values():
        wire.trip = 0.150
    world.run(300)
    assert world.moves == []


def test_a_line_under_its_own_load_is_not_judged() -> None:
    world = World(site()).run(60)
    world.wires["c"].trip, world.wires["c"].load, world.wires["c"].loss = 0.2, 0.95, 0.05
    world.run(60)
    assert world.moves == []


def test_never_more_than_half_of_the_others_leave_for_quality() -> None:
    world = World(site(5)).run(60)
    for name, late in (("a", 0.05), ("b", 0.1), ("c", 0.2)):
        world.wires[name].trip += late
    world.run(120)
    assert len(world.members) >= 3
    degraded = [name for name in "abcde" if world.state(name) == "degraded"]
    assert all(name in world.members for name in "de") and degraded


def test_min_lines_is_kept_for_quality_but_not_for_death() -> None:
    world = World(site(3, min_lines=3)).run(60)
    world.wires["a"].trip += 0.1
    world.run(60)
    assert world.moves == [] and world.state("a") == "degraded"
    assert "too few others" in world.judge.lines["a"].reason
    world.wires["b"].beyond = False
    world.run(5)
    assert world.members == {"a", "c"}


def test_a_late_line_is_better_than_none() -> None:
    world = World(site(3)).run(60)
    world.wires["a"].trip += 0.1
    world.run(30)
    assert world.members == {"b", "c"}
    for name in "bc":
        world.wires[name].carrier = False
    world.see()
    world.run(2)
    assert "a" in world.members


@pytest.mark.parametrize(("loss", "minutes"), [(0.02, 20), (0.05, 3), (0.2, 0.5)])
def test_a_lossy_line_leaves(loss: float, minutes: float) -> None:
    for seed in range(4):
        world = World(site(), seed).run(120)
        world.wires["d"].loss = loss
        world.run(60 * minutes)
        assert world.members == ALL - {"d"}, (seed, world.judge.lines["d"].well[0].suspicion)


def test_two_targets_tell_of_a_lossy_line_as_soon_as_one() -> None:
    for seed in range(4):
        world = World(site(targets=("198.51.100.1", "203.0.113.9")), seed).run(120)
        world.wires["d"].loss = 0.05
        world.run(180)
        assert world.members == ALL - {"d"}, seed


def test_a_lossy_line_that_is_mended_returns() -> None:
    world = World(site()).run(60)
    world.wires["d"].loss = 0.1
    world.run(120)
    assert world.members == ALL - {"d"}
    world.wires["d"].loss = 0
    world.run(600)
    assert world.members == ALL


@given(st.lists(st.floats(0, 10), min_size=1), st.data())
def test_the_median_of_the_others(values: list[float], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(values))
    others = list(values)
    others.remove(own)
    assert median_without(sorted(values), own) == (statistics.median(others) if others else None)
    assert median_without(sorted(values), None) == statistics.median(values)
