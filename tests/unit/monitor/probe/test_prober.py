# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked when, and what becomes of the probes, in simulated time."""

from __future__ import annotations

import errno
import socket

import pytest
from fakes import FakeClock, FakeLink, site

from teql_monitor.config import Config
from teql_monitor.probe.prober import APART, LISTEN, ROUTER_EVERY, Finished, Prober
from teql_monitor.probe.sockets import Answer


class Planner:
    """Asks as often as configured, the targets in turn."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.overdue: list[bool] = []

    def interval(self, name: str, overdue: bool) -> float:
        self.overdue.append(overdue)
        return self.config.interval

    def target(self, turn: int) -> str:
        return self.config.targets[turn % len(self.config.targets)]


class Bench:
    def __init__(self, config: Config) -> None:
        self.clock = FakeClock()
        self.link = FakeLink(self.clock)
        self.planner = Planner(config)
        links = {socket.AF_INET: self.link, socket.AF_INET6: self.link}
        self.prober = Prober(config, self.planner, links, self.clock.now(), self.clock.wall)
        for place, line in enumerate(self.prober.lines.values()):
            line.index = place + 3

    def run(self, seconds: float, step: float = 0.001) -> list[Finished]:
        finished = []
        for _turn in range(round(seconds / step)):
            self.clock.time += step
            finished += self.prober.run(self.clock.now())
        return finished

    def sent_to(self, target: str) -> int:
        return sum(each[1] == target for each in self.link.sent)


TARGET = "198.51.100.1"


def test_lines_take_turns_within_the_interval() -> None:
    bench = Bench(site(4))
    bench.run(0.2)
    assert [index for _seq, target, index, _source in bench.link.sent if target == TARGET] == [3, 4, 5, 6]


def test_an_answered_probe_ends_with_its_round_trip() -> None:
    bench = Bench(site(1))
    finished = [probe for probe in bench.run(1.0) if not probe.router]
    assert len(finished) == 5 and all(probe.trip == pytest.approx(0.010) for probe in finished)
    assert bench.prober.lines["a"].waiting == 0 and not bench.prober.under_way


def test_an_unanswered_probe_ends_at_its_timeout() -> None:
    bench = Bench(site(1, timeout=0.4))
    bench.link.dead = {3}
    finished = [probe for probe in bench.run(0.45) if not probe.router]
    assert [(probe.line, probe.target, probe.trip) for probe in finished] == [("a", TARGET, None)]
    assert bench.prober.tally(bench.prober.lines["a"], TARGET).lost == 1


def test_an_answer_that_comes_too_late_counts_for_nothing() -> None:
    bench = Bench(site(1, timeout=0.1))
    bench.link.trip = 0.15
    finished = [probe for probe in bench.run(0.19) if not probe.router]
    assert [probe.trip for probe in finished] == [None]


def test_an_answer_from_somebody_else_is_no_answer() -> None:
    bench = Bench(site(1))
    bench.run(0.001)
    bench.link.waiting = [each._replace(source="203.0.113.5") for each in bench.link.waiting]
    assert all(probe.trip is None for probe in bench.run(0.5) if not probe.router and probe.sent < 1000.1)


def test_the_router_is_asked_now_and_then_and_at_once_when_an_answer_is_overdue() -> None:
    bench = Bench(site(1))
    bench.run(3 * ROUTER_EVERY)
    assert bench.sent_to("172.16.0.1") == 3
    bench.link.dead = {3}
    bench.run(1.0)
    assert bench.sent_to("172.16.0.1") >= 3 + 4
    assert True in bench.planner.overdue


def test_routers_are_asked_from_the_management_address_and_targets_as_configured() -> None:
    for source, own in (("public", "192.0.2.2"), ("management", "172.16.0.2")):
        bench = Bench(site(1, source=source))
        bench.run(0.01)
        assert [each[3] for each in bench.link.sent] == ["172.16.0.2", own]


def test_ipv6_targets_are_asked_from_the_ipv6_address() -> None:
    bench = Bench(site(1, targets=("2001:db8::1",))._replace(address6="2001:db8:1::2"))
    bench.run(0.01)
    assert bench.link.sent[-1][1:] == ("2001:db8::1", 3, "2001:db8:1::2")


def test_a_line_without_interface_is_not_asked_and_keeps_its_turn() -> None:
    bench = Bench(site(2))
    bench.prober.lines["a"].index = None
    bench.run(1.0)
    assert {each[2] for each in bench.link.sent} == {4}
    bench.prober.lines["a"].index = 3
    bench.run(0.2)
    assert {each[2] for each in bench.link.sent} == {3, 4}


def test_an_interface_that_vanishes_leaves_no_probe_behind() -> None:
    bench = Bench(site(1))
    bench.link.dead = {3}
    bench.run(0.3)
    bench.prober.lines["a"].index = None
    bench.run(1.0)
    line = bench.prober.lines["a"]
    assert line.waiting == 0 and not bench.prober.under_way
    assert not bench.prober.deadlines and not bench.prober.router_deadlines


def test_what_cannot_be_sent_is_lost_at_once_and_counted_by_its_name() -> None:
    bench = Bench(site(1))
    bench.link.error = OSError(errno.ENETUNREACH, "Network is unreachable")
    finished = bench.run(0.001)
    assert [(probe.router, probe.trip) for probe in finished] == [(True, None), (False, None)]
    assert bench.prober.lines["a"].tallies[TARGET].errors == {"ENETUNREACH": 1}


def test_after_a_stall_missed_turns_are_dropped() -> None:
    bench = Bench(site(2))
    bench.run(1.0)
    sent = bench.sent_to(TARGET)
    bench.clock.time += 60
    bench.run(0.2)
    assert bench.sent_to(TARGET) - sent <= 3


@pytest.mark.parametrize("jump", [-7200.0, -1.0, 1.0, 30.0, 7200.0])
def test_a_clock_that_is_set_does_not_show_in_round_trips(jump: float) -> None:
    bench = Bench(site(1))
    bench.run(0.405)
    bench.clock.offset += jump
    bench.link.waiting = [each._replace(received=each.received + jump) for each in bench.link.waiting]
    finished = bench.run(1.0)
    assert all(probe.trip == pytest.approx(0.010, abs=0.002) for probe in finished)


def test_the_sequence_numbers_wrap() -> None:
    bench = Bench(site(1))
    bench.prober.sequence = 0xFFFF - 1
    finished = bench.run(1.0)
    assert [each[0] for each in bench.link.sent][:4] == [0xFFFF, 0, 1, 2]
    assert all(probe.trip is not None for probe in finished)


def test_due_says_when_the_next_thing_happens() -> None:
    bench = Bench(site(1, timeout=0.05))
    bench.link.dead = {3}
    assert bench.prober.due() == 1000.0
    bench.run(0.001)
    assert bench.prober.due() == pytest.approx(1000.051)
    bench.run(0.06)
    assert bench.prober.due() == pytest.approx(1000.2)


def test_nobody_wakes_up_for_the_deadline_of_a_probe_that_was_answered() -> None:
    bench = Bench(site(1, interval=1.0, timeout=0.5))
    bench.run(0.001)
    assert bench.prober.due() == pytest.approx(1000.001 + LISTEN)
    bench.run(LISTEN)
    assert bench.prober.due() == pytest.approx(1001.0)


def test_lines_have_their_turns_apart_and_share_them_when_there_are_many() -> None:
    bench = Bench(site(8))
    bench.run(0.001)
    assert [index for _seq, target, index, _source in bench.link.sent if target == TARGET] == [3, 4, 5, 6]
    bench.run(APART - 0.002)
    assert bench.sent_to(TARGET) == 4
    bench.run(0.002)
    assert bench.sent_to(TARGET) == 8


def test_of_lines_that_share_a_turn_each_is_last_as_often() -> None:
    bench = Bench(site(8))
    last = []
    for _each in range(40):
        bench.link.sent.clear()
        bench.run(APART)
        last += [index for _seq, target, index, _source in bench.link.sent if target == TARGET][-1:]
    assert all(last.count(index) in (4, 5, 6) for index in range(3, 11))


def test_a_flood_of_others_answers_is_read_no_further_than_our_own() -> None:
    bench = Bench(site(1))
    bench.run(0.005)
    bench.clock.time += 0.01
    others = [Answer(4711, TARGET, bench.clock.wall()) for _each in range(3)]
    bench.link.waiting += others
    bench.run(0.001)
    assert not bench.prober.under_way and bench.link.waiting == others


def test_a_new_prober_goes_on_counting_and_mistakes_no_old_answer() -> None:
    bench = Bench(site(2, targets=(TARGET, "203.0.113.9")))
    bench.run(1.0)
    old = bench.prober
    config = site(1, targets=(TARGET,))
    new = Prober(config, Planner(config), {socket.AF_INET: bench.link}, bench.clock.now(), bench.clock.wall)
    new.inherit(old)
    assert new.sequence == old.sequence
    assert {target: tally.sent for target, tally in new.lines["a"].tallies.items()} == {
        TARGET: old.lines["a"].tallies[TARGET].sent
    }
