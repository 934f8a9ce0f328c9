# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor with a kernel and lines that only exist in memory: what it finds, what it does, what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BOND, TARGETS, FakeKernel, site
from gateway import Gateway

from teql_monitor.netlink.event import OVERRUN, Event
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.pinning import OUR_PROTOCOL
from teql_monitor.netlink.qdisc import OUR_HANDLE, Qdisc
from teql_monitor.netlink.route import Route

ALL = {"eth2", "eth3", "eth4", "eth5"}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Four whole lines, all members, all up."""
    found = Gateway(tmp_path, site()).run(3)
    assert found.states() == "up up up up" and found.kernel.asked == []
    return found


def test_a_bond_that_is_as_it_should_be_is_taken_as_it_is(gateway: Gateway) -> None:
    gateway.run(60)
    assert gateway.kernel.asked == [] and gateway.events("member") == []
    assert gateway.out() == []


def test_lines_that_are_no_members_join_when_they_answer(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(), FakeKernel(4, members=2))
    assert gateway.kernel.members() == {"eth2", "eth3"}
    gateway.run(3)
    assert gateway.kernel.members() == ALL
    assert gateway.events("member") == [("c", "in"), ("d", "in")]
    assert gateway.monitor.counts["join"] == 2


def test_a_dead_line_leaves_and_returns_and_all_of_it_is_told(gateway: Gateway) -> None:
    gateway.link.dead = {4}
    gateway.run(1)
    assert gateway.kernel.members() == ALL - {"eth3"}
    assert gateway.out() == ["eth3"]
    gateway.link.dead = set()
    gateway.run(10)
    assert gateway.kernel.members() == ALL and gateway.out() == []
    assert gateway.events("member") == [("b", "out"), ("b", "in")]
    assert [new for name, new in gateway.events("state") if name == "b"][-3:] == ["down", "starting", "up"]
    assert gateway.journal.of("trouble") == []


def test_a_line_without_carrier_leaves_at_the_first_look(gateway: Gateway) -> None:
    gateway.kernel.put("eth4", carrier=False)
    gateway.monitor.look()
    assert gateway.kernel.members() == ALL - {"eth4"}
    sent = len(gateway.link.sent)
    gateway.run(1)
    assert 5 not in {index for _seq, _target, index, _source in gateway.link.sent[sent:]}


def test_a_qdisc_that_was_deleted_by_hand_is_put_back(gateway: Gateway) -> None:
    gateway.kernel.root[4] = Qdisc(4, "mq")
    gateway.notice()
    assert gateway.kernel.members() == ALL
    assert gateway.events("member") == [("b", "out"), ("b", "in")]
    assert "not by the monitor" in gateway.journal.of("member")[0]


def test_a_qdisc_of_somebody_else_makes_a_line_misconfigured_and_is_left_alone(gateway: Gateway) -> None:
    theirs = gateway.kernel.root[4] = Qdisc(4, "fq_codel", 0x80010000)
    gateway.notice()
    gateway.run(5)
    assert gateway.states() == "up misconfigured up up"
    assert gateway.kernel.root[4] == theirs and gateway.kernel.asked == []
    gateway.kernel.root[4] = Qdisc(4, "mq")
    gateway.notice()
    gateway.run(5)
    assert gateway.states() == "up up up up" and gateway.kernel.members() == ALL


def test_the_last_member_stays_when_the_others_are_taken_by_somebody_else(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(2)).run(3)
    gateway.kernel.root[4] = Qdisc(4, "fq_codel", 0x80010000)
    gateway.kernel.put("eth2", carrier=False)
    gateway.notice()
    assert gateway.run(3).kernel.members() == {"eth2"}


def test_who_only_observes_changes_nothing(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(mode="observe"), FakeKernel(4, members=3)).run(3)
    gateway.link.dead = {3}
    gateway.run(3)
    assert gateway.states() == "down up up up"
    assert gateway.kernel.asked == [] and gateway.out() == []
    gateway.kernel.root[5] = Qdisc(5, "mq")
    gateway.notice()
    assert gateway.kernel.asked == [] and gateway.events("member") == [("c", "out")]


def test_a_port_that_comes_anew_is_joined_and_its_routes_are_made_again(gateway: Gateway) -> None:
    gateway.kernel.unplug("eth3")
    gateway.notice()
    gateway.run(2)
    assert gateway.monitor.judge.lines["b"].reason == "there is no interface eth3"
    gateway.kernel.plug("eth3", 9)
    gateway.notice()
    gateway.run(10)
    assert gateway.kernel.members() == ALL and gateway.kernel.root[9].kind == BOND
    assert 9 in {each.device for each in gateway.kernel.made if isinstance(each, Route)}
    assert gateway.monitor.prober.lines["b"].index == 9


def test_a_bond_that_comes_later_is_filled(tmp_path: Path) -> None:
    kernel = FakeKernel(2, members=0)
    kernel.unplug(BOND)
    gateway = Gateway(tmp_path, site(2), kernel).run(3)
    assert gateway.kernel.asked == []
    kernel.table[BOND] = Link(1, BOND, False, False, 1500)
    gateway.notice()
    assert kernel.members() == {"eth2", "eth3"} and kernel.table[BOND].up


def test_nothing_answering_anywhere_leaves_the_bond_alone_and_is_told_once(gateway: Gateway) -> None:
    gateway.link.silent = set(TARGETS)
    gateway.run(30)
    assert gateway.kernel.asked == [] and gateway.events("bond") == [("", "fail open")]
    gateway.link.silent = set()
    gateway.run(5)
    assert gateway.events("bond") == [("", "fail open"), ("", "judged again")]
    assert gateway.kernel.asked == [] and gateway.states() == "up up up up"


def test_an_address_that_comes_a_moment_after_its_port_is_seen_soon(tmp_path: Path) -> None:
    kernel = FakeKernel(2)
    kernel.obstacle = "no route to 198.51.100.1 over eth2 from 192.0.2.2: has this machine that address?"
    gateway = Gateway(tmp_path, site(2), kernel).run(5)
    assert gateway.states() == "misconfigured misconfigured"
    kernel.obstacle = ""
    assert gateway.run(4).states() == "up up"


def test_own_changes_lead_to_no_further_ones(gateway: Gateway) -> None:
    """Each of them is told by the kernel as well, and each time everything is looked at again."""
    gateway.link.dead = {4}
    gateway.run(1)
    asked = list(gateway.kernel.asked)
    for index in (4, 1):
        gateway.monitor.news(
            [Event("qdisc", Qdisc(index, BOND, OUR_HANDLE)), Event("link", gateway.kernel.table[BOND])]
        )
        assert gateway.monitor.stale
        gateway.monitor.look()
    assert gateway.kernel.asked == asked and not gateway.monitor.stale


@pytest.mark.parametrize(
    ("event", "stale", "routes"),
    [
        (OVERRUN, True, True),
        (Event("link", Link(3, "eth2", True, True)), True, False),
        (Event("link", Link(3, "eth2", False, False)), True, True),
        (Event("link", Link(3, "eth2", True), deleted=True), True, True),
        (Event("link", Link(3, "renamed", True, True)), True, False),
        (Event("link", Link(70, "eth70", False)), False, False),
        (Event("qdisc", Qdisc(3, "mq")), True, False),
        (Event("qdisc", Qdisc(70, "mq")), False, False),
        (Event("route", Route(4, 20400, protocol=OUR_PROTOCOL), deleted=True), False, True),
        (Event("route", Route(4, 20400, protocol=OUR_PROTOCOL), deleted=True, own=True), False, False),
        (Event("route", Route(4, 254, protocol=4), deleted=True), False, False),
        (Event("something new"), False, False),
        (Event("something new", deleted=True), False, False),
    ],
)
def test_news_is_looked_into_when_it_matters(gateway: Gateway, event: Event, stale: bool, routes: bool) -> None:
    gateway.monitor.news([event])
    assert gateway.monitor.stale is stale
    assert (gateway.monitor.routes_due <= gateway.clock.now() + 0.2) is routes


def test_a_port_that_went_down_and_up_before_anybody_looked_gets_its_routes_back(gateway: Gateway) -> None:
    gateway.kernel.made = [each for each in gateway.kernel.made if getattr(each, "device", 0) != 4]
    port = gateway.kernel.table["eth3"]
    gateway.monitor.news([Event("link", Link(4, "eth3", False)), Event("link", port)])
    gateway.run(0.01)
    assert 4 in {each.device for each in gateway.kernel.made if isinstance(each, Route)}
