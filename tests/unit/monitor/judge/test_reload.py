# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a judge that takes over after a reload knows, and numbers at the edge of what can be configured."""

from __future__ import annotations

import pytest
from simulation import World, site

from teql_monitor.config import Config, Damping, LineConfig, Loss
from teql_monitor.judge import Judge, Port, quality
from teql_monitor.judge.damping import Penalty


def reloaded(world: World, config: Config) -> World:
    judge = Judge(config, world.now)
    judge.inherit(world.judge)
    world.judge, world.config = judge, config
    return world


def test_a_late_line_that_is_out_stays_out() -> None:
    world = World(site()).run(60)
    world.wires["b"].trip = 0.050
    world.run(30)
    assert world.members == {"a", "c", "d"}
    moves = len(world.moves)
    reloaded(world, world.config._replace(hold_down=1.0)).see()
    assert world.state("b") == "degraded" and len(world.moves) == moves
    assert world.judge.lines["b"].loss() == 0.0 and world.judge.lines["b"].trip == pytest.approx(0.050)


def test_a_target_that_was_at_fault_still_is() -> None:
    targets = ("198.51.100.1", "203.0.113.9")
    world = World(site(targets=targets, quorum=2)).run(60)
    for wire in world.wires.values():
        wire.dead_targets.add("203.0.113.9")
    world.run(30)
    assert reloaded(world, world.config._replace(fall=4)).judge.unwell == {"203.0.113.9"}
    world.see()
    only = world.config._replace(targets=("203.0.113.9",), quorum=1)
    assert reloaded(world, only).judge.unwell == frozenset()  # none would be left
    world.judge.decide(world.now)


def test_more_and_fewer_targets_change_no_state() -> None:
    world = World(site(targets=("198.51.100.1", "203.0.113.9"))).run(60)
    for targets in (("203.0.113.9",), ("203.0.113.9", "198.51.100.7", "198.51.100.8")):
        reloaded(world, world.config._replace(targets=targets, quorum=len(targets))).see()
        assert {line.state for line in world.judge.lines.values()} == {"up"}
        assert all(set(line.tracks) == set(targets) for line in world.judge.lines.values())
    assert world.moves == []


def test_a_new_line_is_taken_as_it_is_found() -> None:
    world = World(site(2)).run(60)
    reloaded(world, site(4))
    found = {"a": True, "b": True, "c": True, "d": False}
    world.judge.ports(world.now, {name: Port(member=member) for name, member in found.items()})
    assert world.judge.decide(world.now).wanted == {"a", "b", "c"}
    assert world.judge.lines["c"].state == "starting"


def test_a_name_that_goes_to_another_port_takes_nothing_with_it() -> None:
    world = World(site(2)).run(60)
    first, second = world.config.lines
    swapped = world.config._replace(lines=(LineConfig(second.interface, "a"), LineConfig(first.interface, "b")))
    reloaded(world, swapped)
    assert all(line.alive is None and line.state == "starting" for line in world.judge.lines.values())


def test_penalties_and_drains_go_on() -> None:
    world = World(site()).run(60)
    world.judge.lines["a"].penalty.failed(world.now)
    world.judge.drain("b", world.now + 60)
    reloaded(world, world.config._replace(damping=Damping(half_life=10.0)))
    assert world.judge.lines["a"].penalty.now(world.now + 10) == pytest.approx(500)
    world.see()
    assert world.state("b") == "drained" and "b" not in world.members


@pytest.mark.parametrize("tolerated", [0.0, 0.00001, 0.5, 0.99, 1.0])
def test_whatever_is_lost_everywhere_a_lost_probe_speaks_against_a_line_and_an_answer_for_it(tolerated: float) -> None:
    answered, lost = quality.weights(tolerated)
    assert answered < 0 < lost


def test_nothing_may_be_lost_is_a_configuration_too() -> None:
    world = World(site(loss=Loss(tolerated=0.0))).run(60)
    assert world.moves == []


def test_the_first_probe_that_counts_of_the_only_other_line_may_be_lost() -> None:
    world = World(site(2))
    for name in "ab":
        for turn in range(3):
            world.judge.probe(world.now, name, "198.51.100.1", world.now + turn, 0.01)
    world.judge.probe(world.now, "b", "198.51.100.1", world.now + 4, None)
    world.judge.tick(world.now + 5)


def test_a_penalty_that_may_last_for_a_day_and_fades_in_a_second_is_a_number() -> None:
    penalty = Penalty(Damping(half_life=1.0, longest=86400.0, reuse=1_000_000.0))
    penalty.failed(1000.0)
    assert penalty.value == 1000.0
