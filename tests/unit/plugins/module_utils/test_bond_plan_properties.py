# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the host is like: the plan leads to what is wanted, keeps packets flowing, and can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.apply import ApplyFailed, carry_out
from ansible_collections.linebond.teql.plugins.module_utils.bond_absent import plan_absent
from ansible_collections.linebond.teql.plugins.module_utils.bond_check import check
from ansible_collections.linebond.teql.plugins.module_utils.bond_plan import plan_present
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import Wanted, describe, read_state
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

PORTS = ("eth2", "eth3", "eth4", "eth5.7")
BOND = "teql0"
PROBING = {"ucast_solicit": 2, "retrans_time_ms": 250}
TRIED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ADDRESSES = ("192.0.2.2/29", "2001:db8::2/64")


@st.composite
def hosts(draw: st.DrawFn) -> SimulatedKernel:
    """Any host that commands can lead to; what the kernel refuses on the way is left out."""
    kernel = SimulatedKernel()
    kernel.add_port("eth0")
    kernel.links["eth0"]["up"] = True
    for port in PORTS:
        kernel.add_port(port, mtu=draw(st.sampled_from((1280, 1400, 1500))))
    steps = [f"modprobe sch_teql max_equalizers={number}" for number in (1, 2)]
    steps += [f"ip link set dev {BOND} up", f"ip link set dev {BOND} mtu 1300", f"ip link set dev {BOND} mtu 1500"]
    for port in PORTS:
        steps += [
            f"tc qdisc replace dev {port} root {BOND}",
            f"tc qdisc replace dev {port} root {BOND}",
            f"tc qdisc replace dev {port} root teql1",
            f"tc qdisc replace dev {port} root cake bandwidth 5mbit",
            f"tc qdisc del dev {port} root",
            f"ip link set dev {port} up",
            f"ip link set dev {port} group 7",
            f"sysctl -w net/ipv4/conf/{port}/rp_filter=1",
        ]
    steps += [f"ip addr replace {address} dev {BOND}" for address in (*ADDRESSES, "192.0.2.9/32")]
    steps += ["ip -4 route replace default via 10.0.0.1 dev eth0", "ip -6 route replace default via fe80::9 dev eth0"]
    for verb in ("replace", "append"):
        steps += [f"ip -4 route {verb} default via 192.0.2.1 dev {BOND} onlink"]
        steps += [f"ip -4 route {verb} default via 10.0.0.1 dev eth0"]
    for step in draw(st.lists(st.sampled_from(steps), max_size=25)):
        if BOND in kernel.links or not (BOND in step and step.startswith("ip addr")):
            kernel.try_run(*step.split())
    kernel.history.clear()
    return kernel


@st.composite
def wishes(draw: st.DrawFn) -> Wanted:
    ports = draw(st.permutations(PORTS))
    members = draw(st.integers(1, len(ports)))
    standby = draw(st.integers(0, len(ports) - members))
    return Wanted(
        name=BOND,
        members=tuple(ports[:members]),
        standby=tuple(ports[members : members + standby]),
        kept_out=tuple(ports[1 : draw(st.integers(1, members))]),
        equalizers=draw(st.sampled_from((1, 1, 2))),
        neighbour_probing=draw(st.sampled_from((PROBING, {}))),
        group=draw(st.sampled_from((None, 20))),
        mtu=draw(st.sampled_from((None, None, 1280))),
        addresses=draw(st.sampled_from(((), ADDRESSES))),
        gateways=draw(st.sampled_from(((), ("192.0.2.1",), ("192.0.2.1", "fe80::1")))),
        replace_foreign=draw(st.booleans()),
    )


def possible(kernel: SimulatedKernel, wanted: Wanted) -> None:
    assume(not check(read_state(kernel, wanted), wanted))


def foreign(kernel: SimulatedKernel) -> dict[str, list[str]]:
    return {port: qdisc for port, qdisc in kernel.qdiscs.items() if qdisc[0] != BOND}


@TRIED
@given(hosts(), wishes())
def test_the_plan_reaches_what_is_wanted_and_a_second_one_is_empty(kernel: SimulatedKernel, wanted: Wanted) -> None:
    possible(kernel, wanted)
    before = read_state(kernel, wanted)
    left = {port for port in wanted.kept_out if port not in before.qdiscs or before.qdiscs[port].kernels_own}
    steps = plan_present(before, wanted)
    carry_out(kernel, steps)
    after = read_state(kernel, wanted)
    assert plan_present(after, wanted) == []
    assert set(kernel.members(BOND)) == set(wanted.members) - left
    assert kernel.links[BOND]["up"]
    smallest = min(kernel.links[port]["mtu"] for port in wanted.members)
    assert kernel.links[BOND]["mtu"] == (wanted.mtu or smallest)
    assert set(wanted.addresses) <= set(kernel.addresses.get(BOND, []))
    assert all(kernel.links[port]["up"] for port in wanted.members)
    assert all(kernel.listed(6 if ":" in each else 4)[0]["gateway"] == each for each in wanted.gateways)
    predicted = describe(steps[-1].after if steps else before, wanted)
    actual = describe(after, wanted)
    for each in (predicted, actual):  # times are rounded by the kernel
        each["sysctls"] = {key: value for key, value in each["sysctls"].items() if not key.endswith("_ms")}
    assert predicted == actual


@TRIED
@given(hosts(), wishes())
def test_the_bond_is_never_down_nor_empty_in_between(kernel: SimulatedKernel, wanted: Wanted) -> None:
    possible(kernel, wanted)
    had, was_up = bool(kernel.members(BOND)), BOND in kernel.links and kernel.links[BOND]["up"]
    for step in plan_present(read_state(kernel, wanted), wanted):
        kernel.perform(step.do)
        assert not had or kernel.members(BOND)
        assert not was_up or kernel.links[BOND]["up"]


@TRIED
@given(hosts(), wishes(), st.booleans())
def test_foreign_qdiscs_are_only_touched_when_told(kernel: SimulatedKernel, wanted: Wanted, absent: bool) -> None:
    assume(absent or not wanted.replace_foreign)
    before = foreign(kernel)
    if not absent:
        possible(kernel, wanted)
    state = read_state(kernel, wanted)
    carry_out(kernel, plan_absent(state, wanted) if absent else plan_present(state, wanted))
    assert foreign(kernel) == before


@TRIED
@given(hosts(), wishes(), st.integers(1, 40))
def test_a_failure_at_any_step_leaves_everything_as_found(kernel: SimulatedKernel, wanted: Wanted, place: int) -> None:
    possible(kernel, wanted)
    steps = plan_present(read_state(kernel, wanted), wanted)
    assume(steps)
    before = kernel.picture()
    kernel.fail_at = 1 + place % len(steps)
    with pytest.raises(ApplyFailed) as failure:
        carry_out(kernel, steps)
    assert not failure.value.changed, failure.value
    assert kernel.picture() == before


@TRIED
@given(hosts(), wishes(), st.integers(1, 40))
def test_a_failure_of_the_way_back_leaves_the_bond_as_found(
    kernel: SimulatedKernel, wanted: Wanted, place: int
) -> None:
    possible(kernel, wanted)
    carry_out(kernel, plan_present(read_state(kernel, wanted), wanted))
    steps = plan_absent(read_state(kernel, wanted), wanted)
    before = kernel.picture()
    kernel.fail_at = 1 + place % len(steps)
    with pytest.raises(ApplyFailed) as failure:
        carry_out(kernel, steps)
    assert not failure.value.changed, failure.value
    assert kernel.picture() == before


@TRIED
@given(hosts(), wishes(), wishes())
def test_absent_restores_what_was_there(kernel: SimulatedKernel, first: Wanted, second: Wanted) -> None:
    """After two different runs: everything, save foreign qdiscs that were to be replaced."""
    before = kernel.picture()
    for wanted in (first, second):
        possible(kernel, wanted)
        carry_out(kernel, plan_present(read_state(kernel, wanted), wanted))
    replaced = {port for wanted in (first, second) if wanted.replace_foreign for port in wanted.members}
    state = read_state(kernel, Wanted(name=BOND))
    carry_out(kernel, plan_absent(state, Wanted(name=BOND)))
    assert plan_absent(read_state(kernel, Wanted(name=BOND)), Wanted(name=BOND)) == []
    after = kernel.picture()
    for port in replaced:
        if before["qdiscs"].get(port, [BOND])[0] != BOND:
            del before["qdiscs"][port]
            after["qdiscs"].pop(port, None)
    for bond in ("teql0", "teql1"):  # more equalizers may have been loaded
        if bond not in before["links"] or bond not in after["links"]:
            before["links"].pop(bond, None)
            after["links"].pop(bond, None)
    if before["addresses"].get(BOND) and BOND in before["links"]:  # somebody uses it: it is not taken down
        before["links"][BOND]["up"] = after["links"][BOND]["up"]
    for part, found in before.items():
        assert after[part] == found, part
