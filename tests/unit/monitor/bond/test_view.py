# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at the kernel says of the bond and of each line."""

from __future__ import annotations

from fakes import BOND, FakeKernel, site

from teql_monitor.bond.view import View, look
from teql_monitor.judge import Port
from teql_monitor.netlink.qdisc import Qdisc

CONFIG = site(2)
A, B = CONFIG.lines


def view(kernel: FakeKernel) -> View:
    return look(kernel, CONFIG)  # type: ignore[arg-type]


def test_only_the_bond_and_the_lines_ports_are_of_interest() -> None:
    kernel = FakeKernel(2)
    kernel.plug("eth9", 9)
    assert set(view(kernel).links) == {"eth2", "eth3"}
    assert view(kernel).bond == kernel.table[BOND]


def test_a_member_has_the_bonds_qdisc() -> None:
    seen = view(FakeKernel(2, members=1))
    assert seen.member(A) and not seen.member(B)
    assert seen.port(A, "") == Port(True, True, True, "")
    assert seen.port(B, "no route") == Port(True, True, False, "no route")


def test_a_qdisc_of_somebody_else_is_named_and_weighs_more_than_other_obstacles() -> None:
    kernel = FakeKernel(2, members=1)
    kernel.root[4] = Qdisc(4, "htb", 0x10000)
    assert view(kernel).foreign(B) == "htb"
    assert view(kernel).port(B, "no route").obstacle == "somebody put the qdisc htb on eth3, which is left alone"


def test_a_port_that_is_not_there_is_neither_member_nor_foreign() -> None:
    kernel = FakeKernel(2)
    kernel.unplug("eth3")
    seen = view(kernel)
    assert (seen.link(B), seen.qdisc(B), seen.member(B), seen.foreign(B)) == (None, None, False, "")
    assert seen.port(B, "") == Port(False, False, False, "")


def test_without_the_bond_nothing_is_a_member() -> None:
    kernel = FakeKernel(2)
    kernel.unplug(BOND)
    assert view(kernel).bond is None and not view(kernel).member(A)


def test_routes_depend_on_index_and_on_being_up_not_on_the_carrier() -> None:
    kernel = FakeKernel(2)
    before = view(kernel).ways
    kernel.put("eth2", carrier=False)
    assert view(kernel).ways == before
    kernel.put("eth2", up=False)
    assert view(kernel).ways != before
