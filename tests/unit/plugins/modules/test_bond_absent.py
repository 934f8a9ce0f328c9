# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module bond puts back what was there before it, also what it met on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.modules import bond
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
PLAIN = {"neighbour_probing": {}}
RECORD = "/var/lib/linebond.teql/teql0.json"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> SimulatedKernel:
    kernel = SimulatedKernel()
    for port in ("eth2", "eth3", "eth4"):
        kernel.add_port(port)
        kernel.files[f"/proc/sys/net/ipv4/conf/{port}/promote_secondaries"] = "0\n"
    kernel.add_port("eth4.5", lower="eth4")
    kernel.add_port("eth4.5.6", lower="eth4.5")
    monkeypatch.setattr(bond, "Runner", lambda module: kernel)
    monkeypatch.setattr(bond.os, "geteuid", lambda: 0)
    return kernel


def test_interface_groups_go_back_to_what_they_were(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.run(*["ip", "link", "set", "dev", "eth2", "group", "7"])
    before = host.picture()
    run_module(bond, members=["eth2", "eth3"], group=20, **PLAIN)
    run_module(bond, members=["eth2"], group=30, **PLAIN)
    assert host.links["eth3"]["group"] == 0 and host.links["eth2"]["group"] == 30
    run_module(bond, state="absent")
    assert host.picture() == before


@pytest.mark.parametrize("up", [True, False])
def test_a_gateway_built_by_hand_is_one_again(host: SimulatedKernel, run_module: ModuleRunner, up: bool) -> None:
    host.links["eth3"]["mtu"] = 1400
    for command in (
        "modprobe sch_teql",
        "tc qdisc replace dev eth2 root teql0",
        "tc qdisc replace dev eth3 root teql0",
        "ip link set dev eth2 up",
        "ip link set dev eth3 up",
        *(["ip link set dev teql0 up", "ip link set dev teql0 mtu 1300"] if up else []),
    ):
        host.run(*command.split())
    before = host.picture()
    run_module(bond, members=["eth3", "eth4"], **PLAIN)
    run_module(bond, members=["eth4"], standby=["eth2"], **PLAIN)
    assert host.members("teql0") == ["eth4"] and host.links["teql0"]["mtu"] == 1500
    run_module(bond, state="absent")
    host.qdiscs = dict(sorted(host.qdiscs.items()))
    assert host.picture() == before
    assert not run_module(bond, state="absent")["changed"], "they are not ours to part"


def test_a_line_that_was_removed_in_between_is_restored_too(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    run_module(bond, members=["eth2", "eth3"], **PLAIN)
    for port in ("eth2", "eth3"):  # as networkd does
        host.files[f"/proc/sys/net/ipv4/conf/{port}/promote_secondaries"] = "1\n"
    run_module(bond, members=["eth2"], **PLAIN)
    run_module(bond, state="absent")
    assert host.picture() == before


def test_what_a_vlan_lies_on_goes_down_again(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    run_module(bond, members=["eth4.5.6"], **PLAIN)
    assert all(host.links[port]["up"] for port in ("eth4", "eth4.5", "eth4.5.6"))
    result = run_module(bond, state="absent")
    assert [each for each in result["commands"] if each.endswith("down")] == [
        f"ip link set dev {port} down" for port in ("eth4.5.6", "eth4.5", "eth4")
    ]
    assert host.picture() == before


def test_a_record_of_the_first_version_is_still_good(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    run_module(bond, members=["eth2"], group=20, **PLAIN)
    record = json.loads(host.files[RECORD])
    for key in ("groups", "members", "mtu"):
        del record[key]
    host.files[RECORD] = json.dumps(record)
    assert not run_module(bond, members=["eth2"], group=20, **PLAIN)["changed"]
    run_module(bond, members=["eth2"], group=30, **PLAIN)
    run_module(bond, state="absent")
    assert host.picture() == before
