# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dead lines leave, and come back: how fast, why, and what never happens."""

from __future__ import annotations

import pytest
from simulation import World, site

ALL = {"a", "b", "c", "d"}


def test_four_whole_lines_are_adopted_and_up_and_nothing_moves() -> None:
    world = World(site()).run(600)
    assert {world.state(name) for name in ALL} == {"up"}
    assert world.moves == []


@pytest.mark.parametrize(("interval", "timeout", "limit"), [(0.2, 0.4, 0.9), (0.1, 0.2, 0.46)])
@pytest.mark.parametrize("fault", ["router", "beyond"])
@pytest.mark.parametrize("moment", [0.0, 0.05, 0.11, 0.19])
def test_a_dead_line_is_out_in_time(fault: str, interval: float, timeout: float, limit: float, moment: float) -> None:
    world = World(site(interval=interval, timeout=timeout)).run(300 + moment)
    begun = world.now
    setattr(world.wires["b"], fault, False)
    world.run(5)
    when, members = world.moves[0]
    assert members == {"a", "c", "d"} and when - begun <= limit
    assert world.state("b") == "down"
    reasons = {"router": "the router does not answer", "beyond": "nothing answers beyond the router"}
    assert world.judge.lines["b"].reason == reasons[fault]


def test_an_outage_does_not_slow_down_the_next_one() -> None:
    world = World(site()).run(300)
    for name in "abcdab":
        begun, moves = world.now, len(world.moves)
        world.wires[name].beyond = False
        world.run(20)
        assert world.moves[moves][0] - begun <= 0.9, name
        world.wires[name].beyond = True
        world.run(60)
        assert world.members == ALL


def test_carrier_loss_acts_at_once_and_the_line_returns_after_its_hold_down() -> None:
    world = World(site()).run(60)
    world.wires["b"].carrier = False
    world.see()
    assert world.members == {"a", "c", "d"} and world.judge.lines["b"].reason == "no carrier"
    world.run(1)
    world.wires["b"].carrier = True
    begun = world.now
    world.see()
    world.run(20)
    assert world.members == ALL
    assert world.moves[-1][0] - begun == pytest.approx(world.config.hold_down, abs=1.1)


def test_all_targets_gone_at_once_changes_nothing() -> None:
    for moment in (0.0, 0.013, 0.07, 0.151):
        world = World(site()).run(100 + moment)
        for wire in world.wires.values():
            wire.beyond = False
        world.run(60)
        assert world.moves == []
        assert world.fail_open and {world.state(name) for name in ALL} == {"down"}
        assert "nothing answers over any line" in world.judge.lines["a"].reason
        for wire in world.wires.values():
            wire.beyond = True
        world.run(3)
        assert world.moves == [] and not world.fail_open and {world.state(name) for name in ALL} == {"up"}


def test_when_one_line_answers_again_the_others_are_the_ones_that_are_dead() -> None:
    world = World(site()).run(100)
    for wire in world.wires.values():
        wire.beyond = False
    world.run(10)
    world.wires["c"].beyond = True
    world.run(2)
    assert world.members == {"c"} and not world.fail_open


def test_the_last_member_stays_and_the_first_line_that_returns_takes_over_at_once() -> None:
    world = World(site(2)).run(60)
    world.wires["a"].carrier = False
    world.see()
    world.run(1)
    world.wires["b"].carrier = False
    world.see()
    assert world.members == {"b"} and "it is the last one" in world.judge.lines["b"].reason
    world.wires["a"].carrier = True
    world.see()
    assert world.members == {"a"}  # no hold-down: nothing else carries


def test_an_empty_bond_is_filled_at_once() -> None:
    world = World(site(), empty=True)
    assert world.members == ALL


def test_a_line_that_is_dead_when_the_monitor_starts_never_joins() -> None:
    world = World(site())
    world.members.discard("d")
    world = World(site())
    world.wires["d"].beyond = False
    world.run(30)
    assert world.members == {"a", "b", "c"}
    assert len(world.moves) == 1


def test_a_line_whose_router_starts_after_the_gateway_has_not_failed() -> None:
    world = World(site())
    world.wires["d"].router = False
    world.run(30)
    assert world.members == {"a", "b", "c"}
    world.wires["d"].router = True
    world.run(2)
    assert world.members == ALL and world.judge.lines["d"].penalty.now(world.now) == 0


def test_a_flapping_line_is_damped_and_comes_back_when_it_is_steady() -> None:
    world = World(site()).run(60)
    for _flap in range(12):
        world.wires["a"].beyond = not world.wires["a"].beyond
        world.run(10)
    joins = sum("a" in members for _when, members in world.moves)
    assert joins <= 3
    assert "damped" in world.judge.lines["a"].reason and world.state("a") == "starting"
    world.run(world.config.damping.longest)
    assert world.members == ALL


def test_a_line_that_goes_on_flapping_while_it_is_damped_waits_longer() -> None:
    world = World(site()).run(60)
    for _flap in range(60):
        world.wires["a"].beyond = not world.wires["a"].beyond
        world.run(10)
    line = world.judge.lines["a"]
    waits = line.penalty.until(world.now) - world.now
    assert 300 <= waits <= world.config.damping.longest  # three failures alone would be over in 230 s
    assert "a" not in world.members


def test_a_line_that_is_worked_on_pays_for_nothing() -> None:
    world = World(site()).run(60)
    world.judge.drain("a", None)
    for _flap in range(6):
        world.wires["a"].carrier = not world.wires["a"].carrier
        world.see()
        world.run(5)
    assert world.judge.lines["a"].penalty.now(world.now) == 0


def test_a_dead_line_shows_no_round_trip() -> None:
    world = World(site()).run(60)
    assert world.judge.lines["a"].trip is not None
    world.wires["a"].beyond = False
    world.run(5)
    assert world.judge.lines["a"].trip is None
    world.wires["b"].carrier = False
    world.see()
    assert world.judge.lines["b"].trip is None


def test_one_line_alone_is_never_taken_out() -> None:
    world = World(site(1)).run(10)
    world.wires["a"].beyond = False
    world.run(30)
    assert world.moves == [] and world.fail_open and world.state("a") == "down"


def test_a_target_that_fails_everywhere_is_the_targets_fault() -> None:
    world = World(site(targets=("198.51.100.1", "203.0.113.9"), quorum=2)).run(60)
    for wire in world.wires.values():
        wire.dead_targets.add("203.0.113.9")
    world.run(30)
    assert world.moves == [] and {world.state(name) for name in ALL} == {"up"}
    assert world.judge.unwell == {"203.0.113.9"}
    world.wires["b"].beyond = False
    begun = world.now
    world.run(2)
    assert world.members == ALL - {"b"} and world.moves[0][0] - begun <= 1.3
    for wire in world.wires.values():
        wire.dead_targets.clear()
    world.run(30)
    assert world.judge.unwell == frozenset()


def test_a_target_that_fails_over_one_line_only_counts_by_the_quorum() -> None:
    for quorum, out in ((1, False), (2, True)):
        world = World(site(targets=("198.51.100.1", "203.0.113.9"), quorum=quorum)).run(60)
        world.wires["b"].dead_targets.add("203.0.113.9")
        world.run(900)
        assert (world.members != ALL) is out


def test_the_answers_to_all_lines_coming_in_over_a_dead_one_blame_only_that_one() -> None:
    """A provider that does not notice goes on sending a quarter of all answers down the dead line."""
    for seed in range(5):
        world = World(site(), seed).run(300)
        world.wires["c"].beyond = False
        for name in "abd":
            world.wires[name].loss = 0.25
        world.run(600)
        assert world.members == {"a", "b", "d"}
        assert len(world.moves) == 1


def test_drained_lines_leave_come_back_and_do_not_pay_for_it() -> None:
    world = World(site()).run(60)
    world.judge.drain("a", world.now + 30)
    world.act(world.judge.decide(world.now))
    assert world.members == {"b", "c", "d"} and world.state("a") == "drained"
    world.run(29)
    assert world.state("a") == "drained"
    world.run(3)
    assert world.members == ALL and world.judge.lines["a"].penalty.now(world.now) == 0


def test_the_last_line_is_kept_though_it_is_drained() -> None:
    world = World(site(2)).run(60)
    for name in "ab":
        world.judge.drain(name, None)
    world.act(world.judge.decide(world.now))
    assert len(world.members) == 1
