# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans, and what becomes of a bond when they are carried out."""

from __future__ import annotations

import pytest
from fakes import BOND, FakeKernel, site
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.bond.carrying import carry_out
from teql_monitor.bond.plan import plan
from teql_monitor.bond.view import look
from teql_monitor.config import Config
from teql_monitor.netlink.qdisc import Qdisc


def carried_out(kernel: FakeKernel, config: Config, wanted: set[str]) -> list[str]:
    """What the kernel was asked; it refused nothing."""
    view, before = look(kernel, config), len(kernel.asked)  # type: ignore[arg-type]
    for step, problem in carry_out(kernel, view, config, plan(view, config, wanted)):  # type: ignore[arg-type]
        assert problem is None, f"{step}: {problem}"
    return kernel.asked[before:]


def test_what_is_as_wanted_is_left_alone() -> None:
    assert carried_out(FakeKernel(4), site(4), {"a", "b", "c", "d"}) == []


def test_without_a_bond_there_is_nothing_to_do() -> None:
    kernel = FakeKernel(2, members=0)
    kernel.unplug(BOND)
    assert carried_out(kernel, site(2), {"a", "b"}) == []


def test_newcomers_join_before_others_part() -> None:
    kernel = FakeKernel(2, members=1)
    assert carried_out(kernel, site(2), {"b"}) == ["join eth3", "part eth2", f"mtu {BOND} 1500"]


def test_the_bond_goes_up_with_its_first_member() -> None:
    kernel = FakeKernel(2, members=0)
    kernel.put(BOND, up=False)
    assert carried_out(kernel, site(2), {"a", "b"}) == ["join eth2", "join eth3", f"up {BOND}", f"mtu {BOND} 1500"]


def test_a_bond_that_was_set_down_by_hand_goes_up_again() -> None:
    kernel = FakeKernel(2)
    kernel.put(BOND, up=False)
    assert carried_out(kernel, site(2), {"a", "b"}) == [f"up {BOND}", f"mtu {BOND} 1500"]


def test_the_mtu_is_lowered_before_a_smaller_port_joins() -> None:
    kernel = FakeKernel(2, members=1)
    kernel.put("eth3", mtu=1492)
    assert carried_out(kernel, site(2), {"a", "b"})[0] == f"mtu {BOND} 1492"
    assert kernel.members() == {"eth2", "eth3"}


def test_the_smallest_port_is_the_first_in_an_empty_bond_that_is_up() -> None:
    kernel = FakeKernel(2, members=0)
    kernel.put("eth3", mtu=1492)
    carried_out(kernel, site(2), {"a", "b"})
    assert kernel.members() == {"eth2", "eth3"} and kernel.table[BOND].mtu == 1492


def test_an_mtu_that_is_configured_is_kept_up_and_one_that_no_port_takes_is_not_tried() -> None:
    kernel = FakeKernel(2)
    assert carried_out(kernel, site(2, mtu=1400), {"a", "b"}) == [f"mtu {BOND} 1400"]
    kernel.put(BOND, mtu=1300)
    assert carried_out(kernel, site(2, mtu=1400), {"a", "b"}) == [f"mtu {BOND} 1400"]
    assert carried_out(kernel, site(2, mtu=9000), {"a", "b"}) == [f"mtu {BOND} 1500"]


def test_a_port_that_was_made_smaller_lowers_the_bond() -> None:
    kernel = FakeKernel(2)
    kernel.put("eth3", mtu=1492)
    assert carried_out(kernel, site(2), {"a", "b"}) == [f"mtu {BOND} 1492"]


def test_a_small_port_on_standby_does_not_lower_the_bond() -> None:
    kernel = FakeKernel(2, members=1)
    kernel.put("eth3", mtu=1492)
    assert carried_out(kernel, site(2), {"a"}) == []


def test_when_no_wanted_line_can_join_one_of_the_others_stays() -> None:
    kernel = FakeKernel(3, members=2)
    kernel.put("eth2", carrier=False)
    kernel.unplug("eth4")
    assert carried_out(kernel, site(3), {"c"}) == ["part eth2"]
    assert kernel.members() == {"eth3"}


def test_when_newcomers_are_refused_the_last_member_stays() -> None:
    kernel = FakeKernel(3, members=2)
    kernel.refused["join"] = "ENOMEM"
    config, view = site(3), look(kernel, site(3))  # type: ignore[arg-type]
    told = list(carry_out(kernel, view, config, plan(view, config, {"c"})))  # type: ignore[arg-type]
    assert [(step.interface, problem is None) for step, problem in told if step.action != "mtu"] == [
        ("eth4", False),
        ("eth2", True),
    ]
    assert kernel.members() == {"eth3"}


PORTS = ("absent", "free", "member", "foreign")
NAMES = "abcde"


@st.composite
def situations(draw: st.DrawFn) -> tuple[FakeKernel, Config, set[str]]:
    kernel = FakeKernel(0)
    names = NAMES[: draw(st.integers(1, 5))]
    for place in range(len(names)):
        state = draw(st.sampled_from(PORTS))
        if state == "absent":
            continue
        mtu = draw(st.sampled_from([1400, 1492, 1500, 9000]))
        kernel.plug(f"eth{place + 2}", place + 3, mtu, draw(st.booleans()))
        if state != "free":
            kernel.root[place + 3] = Qdisc(place + 3, BOND if state == "member" else "fq_codel", 0x80010000 + place)
    up = draw(st.booleans())
    smallest = kernel._smallest() if kernel.members() else 9000
    kernel.put(BOND, up=up, mtu=draw(st.sampled_from([m for m in (576, 1400, 1492, 1500, 9000) if m <= smallest])))
    config = site(len(names), mtu=draw(st.sampled_from([None, 1400, 9000])))
    lines = tuple(line._replace(enabled=draw(st.booleans())) for line in config.lines)
    wanted = {line.name for line in lines if line.enabled and draw(st.booleans())}
    return kernel, config._replace(lines=lines), wanted


@given(situations())
def test_carrying_out_a_plan_reaches_what_is_wanted(situation: tuple[FakeKernel, Config, set[str]]) -> None:
    kernel, config, wanted = situation
    foreign = {index: qdisc for index, qdisc in kernel.root.items() if qdisc.kind == "fq_codel"}
    reachable = {
        line.interface
        for line in config.lines
        if line.name in wanted and line.interface in kernel.table and kernel.table[line.interface].device not in foreign
    }
    before = kernel.members()
    carried_out(kernel, config, wanted)
    assert reachable <= kernel.members()
    if reachable:
        assert kernel.members() == reachable
    elif before:
        assert len(kernel.members()) == 1  # none of the wanted can be there: rather one of the others
    assert foreign.items() <= kernel.root.items()
    assert carried_out(kernel, config, wanted) == []


@given(situations())
def test_the_bond_is_up_and_its_mtu_fits_every_member(situation: tuple[FakeKernel, Config, set[str]]) -> None:
    kernel, config, wanted = situation
    before = kernel.table[BOND].mtu
    asked = carried_out(kernel, config, wanted)
    if not kernel.members():
        return
    bond = kernel.table[BOND]
    assert bond.up and bond.mtu <= kernel._smallest()
    if asked and config.mtu is None and bond.mtu != before:
        ports = [kernel.table[line.interface].mtu for line in config.lines if line.interface in kernel.table]
        assert bond.mtu in ports
    if config.mtu:
        assert bond.mtu <= config.mtu


@given(situations())
def test_at_no_moment_is_a_bond_without_members(situation: tuple[FakeKernel, Config, set[str]]) -> None:
    kernel, config, wanted = situation
    if not kernel.members():
        return
    view = look(kernel, config)  # type: ignore[arg-type]
    for _step in carry_out(kernel, view, config, plan(view, config, wanted)):  # type: ignore[arg-type]
        assert kernel.members()


@pytest.mark.parametrize("kind", ["fq_codel", "htb", "teql1"])
def test_a_foreign_qdisc_is_never_asked_for_anything(kind: str) -> None:
    kernel = FakeKernel(2)
    kernel.root[4] = Qdisc(4, kind, 0x80010000)
    assert carried_out(kernel, site(2), {"a", "b"}) == []
    assert carried_out(kernel, site(2), {"a"}) == []
