# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours and days of random loss, a million probes each: nothing is blamed for what chance does."""

from __future__ import annotations

from simulation import World, site


def test_a_day_at_one_percent_random_loss_removes_nothing() -> None:
    world = World(site(), seed=7)
    for wire in world.wires.values():
        wire.loss = 0.01
    world.run(24 * 3600)
    assert world.moves == []


def test_one_percent_on_one_line_of_four_removes_nothing() -> None:
    world = World(site(interval=1.0), seed=8)
    world.wires["b"].loss = 0.01
    world.run(8 * 3600)
    assert world.moves == []
