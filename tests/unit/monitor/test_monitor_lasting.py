# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor over reloads, restarts and errors of the kernel, with a kernel that only exists in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BOND, FakeKernel, line, site
from gateway import Gateway

from teql_monitor.judge import quality
from teql_monitor.judge.line import Drain

ALL = {"eth2", "eth3", "eth4", "eth5"}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Four whole lines, all members, all up."""
    return Gateway(tmp_path, site()).run(3)


def test_a_reload_keeps_states_drains_membership_and_counters(gateway: Gateway) -> None:
    gateway.monitor.judge.drain("a", None)
    gateway.link.dead = {4}
    gateway.run(2)
    assert gateway.states() == "drained down up up"
    asked, since = list(gateway.kernel.asked), gateway.monitor.judge.lines["b"].since
    sent = gateway.monitor.prober.lines["c"].tallies["198.51.100.1"].sent
    gateway.monitor.reload(site(fall=4))
    assert gateway.states() == "drained down up up" and gateway.monitor.judge.lines["b"].since == since
    gateway.run(3)
    assert gateway.kernel.asked == asked and gateway.states() == "drained down up up"
    assert gateway.monitor.prober.lines["c"].tallies["198.51.100.1"].sent > sent


def test_a_reload_keeps_what_a_line_is_known_to_carry(gateway: Gateway) -> None:
    gateway.monitor.throughput["a"].most_tx = 50_000.0
    gateway.monitor.reload(site(fall=4))
    assert gateway.monitor.throughput["a"].most_tx == 50_000.0


def test_one_lost_question_to_a_router_after_a_reload_is_no_dead_router(gateway: Gateway) -> None:
    gateway.monitor.reload(site(fall=4))
    gateway.monitor._router("a", False)
    assert gateway.monitor.judge.lines["a"].router is True


def test_a_line_that_is_added_is_taken_as_it_is_found(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(2), FakeKernel(4, members=3)).run(3)
    gateway.monitor.reload(site(4))
    assert gateway.kernel.asked == []
    gateway.run(3)
    assert gateway.kernel.asked[0] == "join eth5" and gateway.states() == "up up up up"


def test_a_port_that_is_no_line_any_more_is_nobodys_business(gateway: Gateway) -> None:
    gateway.monitor.reload(site(3))
    gateway.run(3)
    assert gateway.kernel.members() == ALL and gateway.kernel.asked == []
    assert "d" not in gateway.monitor.recorder.collectors
    assert 20403 not in {each.table for each in gateway.kernel.made}


def test_a_line_that_was_renamed_goes_on_in_its_ring_and_is_not_taken_out(gateway: Gateway) -> None:
    gateway.run(5)
    old = gateway.recorder.collectors["a"]
    gateway.monitor.reload(gateway.config._replace(lines=(line(0, "adsl"), *gateway.config.lines[1:])))
    assert gateway.recorder.collectors["adsl"] is old
    assert gateway.run(3).states() == "up up up up" and gateway.kernel.asked == []


def test_names_that_change_places_do_not_mix_up_the_rings(gateway: Gateway) -> None:
    a, b = gateway.config.lines[:2]
    swapped = (a._replace(name="b"), b._replace(name="a"), *gateway.config.lines[2:])
    gateway.monitor.reload(gateway.config._replace(lines=swapped))
    paths = {name: Path(each.ring.path).name for name, each in gateway.recorder.collectors.items()}
    assert (paths["a"], paths["b"]) == ("eth3.ring", "eth2.ring")
    assert gateway.run(3).states() == "up up up up"


def test_more_and_fewer_targets_are_asked_from_then_on(gateway: Gateway) -> None:
    for targets in (("203.0.113.9", "198.51.100.1"), ("203.0.113.9",)):
        gateway.monitor.reload(gateway.config._replace(targets=targets, quorum=len(targets)))
        assert gateway.run(3).states() == "up up up up"
        assert set(gateway.monitor.prober.lines["a"].tallies) == set(targets)
    assert gateway.kernel.asked == []


def test_drains_and_penalties_outlive_a_restart(gateway: Gateway) -> None:
    now = gateway.clock.now()
    gateway.monitor.judge.drain("a", now + 100)
    gateway.monitor.judge.drain("b", None)
    gateway.monitor.judge.lines["c"].penalty.failed(now)
    gateway.run(1)
    gateway.clock.time, gateway.clock.offset = 5.0, gateway.clock.wall() + 50 - 5.0  # the machine started anew
    gateway.start()
    assert gateway.kernel.members() == {"eth4", "eth5"}
    assert gateway.monitor.judge.lines["a"].drain == Drain(pytest.approx(54.0, abs=0.1))
    assert gateway.monitor.judge.lines["b"].drain == Drain(None)
    assert 500 < gateway.monitor.judge.lines["c"].penalty.now(5.0) < 1000
    gateway.run(60)
    assert gateway.kernel.members() == ALL - {"eth3"}


def test_a_harmful_line_has_to_prove_itself_after_a_restart(gateway: Gateway) -> None:
    quality.resume(gateway.monitor.judge.lines["a"], late=True, lossy=False, now=gateway.clock.now())
    quality.resume(gateway.monitor.judge.lines["b"], late=False, lossy=True, now=gateway.clock.now())
    gateway.run(2)
    assert gateway.states() == "degraded degraded up up"
    assert len(gateway.kernel.members() & {"eth2", "eth3"}) == 1  # no more than one of four leaves for its quality
    before = gateway.kernel.members()
    gateway.start()
    assert gateway.run(3).states() == "degraded degraded up up" and gateway.kernel.members() == before
    later = max(gateway.config.loss.return_after, gateway.config.latency.return_after) + 300
    assert gateway.run(later).states() == "up up up up" and gateway.kernel.members() == ALL


def test_a_monitor_that_was_killed_takes_over_what_it_left(gateway: Gateway) -> None:
    gateway.link.dead = {4}
    gateway.run(2)
    asked = list(gateway.kernel.asked)
    gateway.start()
    gateway.run(3)
    assert gateway.kernel.asked == asked and gateway.kernel.members() == ALL - {"eth3"}
    assert gateway.out() == ["eth3"]


@pytest.mark.parametrize(
    "kept",
    [
        '{"drains": []}',
        '{"drains": {"a": "tomorrow"}}',
        '{"drains": {"a": NaN}}',
        '{"drains": {"a": 1e300}}',
        '{"harms": {"a": 5}}',
        '{"penalties": {"a": 5}}',
        '{"penalties": {"a": [1, null, true]}}',
        "[1, 2]",
        "",
        "\0" * 100,
    ],
)
def test_whatever_is_on_the_disk_the_monitor_starts(tmp_path: Path, kept: str) -> None:
    (tmp_path / "state.json").write_text(kept)
    gateway = Gateway(tmp_path, site()).run(3)
    assert gateway.states() == "up up up up" and gateway.journal.of("trouble")


def test_what_the_kernel_refuses_is_counted_and_told_once(gateway: Gateway) -> None:
    gateway.kernel.refused["part"] = "EPERM"
    gateway.link.dead = {4}
    gateway.run(5)
    assert gateway.monitor.tc_errors > 2 and gateway.monitor.counts["part"] == 0
    assert gateway.journal.of("trouble") == ["cannot part eth3: EPERM"]
    gateway.kernel.refused.clear()
    gateway.run(2)
    assert gateway.kernel.members() == ALL - {"eth3"}


def test_when_newcomers_cannot_join_the_last_member_stays(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(2), FakeKernel(2, members=1))
    gateway.kernel.refused["join"] = "ENOMEM"
    gateway.run(3)
    gateway.kernel.put("eth2", carrier=False)
    gateway.notice()
    assert gateway.kernel.members() == {"eth2"}
    gateway.kernel.refused.clear()
    gateway.run(2)
    assert gateway.kernel.members() == {"eth3"}


@pytest.mark.parametrize("operation", ["list links", "list qdiscs", "list routes"])
def test_a_kernel_that_does_not_answer_for_a_while_is_survived(gateway: Gateway, operation: str) -> None:
    gateway.kernel.refused[operation] = "ENOBUFS"
    gateway.monitor.routes_due = gateway.clock.now()
    gateway.notice()
    gateway.run(10)
    assert gateway.journal.of("trouble") == [f"cannot {operation}: ENOBUFS"]
    assert gateway.states() == "up up up up"
    gateway.kernel.refused.clear()
    gateway.kernel.put("eth3", carrier=False)
    gateway.run(2)  # without further news
    assert gateway.kernel.members() == ALL - {"eth3"}


def test_a_reload_while_the_kernel_does_not_answer_is_made_up_for(gateway: Gateway) -> None:
    gateway.kernel.refused["list links"] = "ETIMEDOUT"
    gateway.monitor.reload(site(3))
    gateway.run(2)
    gateway.kernel.refused.clear()
    assert gateway.run(3).states() == "up up up"
    assert gateway.kernel.asked == []


def test_a_directory_that_is_gone_does_not_stop_the_monitor(gateway: Gateway, tmp_path: Path) -> None:
    gateway.monitor.run = str(tmp_path / "gone")
    gateway.link.dead = {4}
    gateway.run(3)
    assert gateway.kernel.members() == ALL - {"eth3"}
    assert any("cannot write" in each for each in gateway.journal.of("trouble"))


def test_nothing_grows_with_time(gateway: Gateway) -> None:
    def size() -> tuple[int, ...]:
        monitor = gateway.monitor
        return (
            len(monitor.prober.under_way) + len(monitor.prober.deadlines) + len(monitor.prober.router_deadlines),
            sum(len(track.trips) for line in monitor.judge.lines.values() for track in line.tracks.values()),
            len(monitor.recorder.troubles),
            sum(len(counts) for counts in monitor.recorder.transitions.values()),
        )

    for _flap in range(3):
        gateway.kernel.put("eth3", carrier=False)
        gateway.notice()
        gateway.run(2)
        gateway.kernel.put("eth3", carrier=True)
        gateway.notice()
        gateway.run(20)
    before = size()
    gateway.run(60)
    assert all(now <= then + 5 for now, then in zip(size(), before, strict=True))


def test_the_mtu_is_put_right_when_a_port_is_made_smaller(gateway: Gateway) -> None:
    gateway.kernel.put("eth5", mtu=1492)
    gateway.notice()
    gateway.run(2)
    assert gateway.kernel.table[BOND].mtu == 1492 and gateway.monitor.counts["mtu"] == 1
