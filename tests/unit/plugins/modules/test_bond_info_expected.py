# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module bond_info compares a bond with what the caller expects of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.modules import bond_info
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
ROUTED = {"gateways": ["192.0.2.1"], "fail_on": ["rival_route"]}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> SimulatedKernel:
    """A bond of two ports with an address and a default route."""
    kernel = SimulatedKernel()
    for port in ("eth2", "eth3"):
        kernel.add_port(port, up=True)
    kernel.files["/proc/sys/net/ipv4/conf/all/arp_ignore"] = "0\n"
    for command in (
        "modprobe sch_teql",
        "tc qdisc replace dev eth2 root teql0",
        "tc qdisc replace dev eth3 root teql0",
        "ip link set dev teql0 up",
        "ip addr replace 192.0.2.2/29 dev teql0",
        "ip -4 route replace default via 192.0.2.1 dev teql0 onlink",
    ):
        kernel.run(*command.split())
    monkeypatch.setattr(bond_info, "Runner", lambda module: kernel)
    return kernel


def codes(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(problem["code"], problem["severity"], problem["interface"]) for problem in result["problems"]]


@pytest.mark.parametrize(
    ("command", "rival"),
    [
        ("ip -4 route prepend default via 10.0.0.1 dev eth2", True),
        ("ip -4 route append default via 10.0.0.1 dev eth2", False),
        ("ip -4 route append default via 10.0.0.1 dev eth2 metric 1024", False),
        ("ip -6 route append default via fe80::9 dev eth2 metric 10", False),
    ],
)
def test_a_default_route_that_wins_over_the_bonds_is_named(
    host: SimulatedKernel, run_module: ModuleRunner, command: str, rival: bool
) -> None:
    host.run(*command.split())
    assert codes(run_module(bond_info)) == [("rival_route", "warning", "eth2")] * rival
    result = run_module(bond_info, **ROUTED)
    assert bool(result.get("failed")) is rival
    if rival:
        assert result["msg"] == (
            "The default route 'default via 10.0.0.1 dev eth2' comes before the one via 192.0.2.1 over teql0: packets "
            "leave by eth2. Try: ip -4 route del default via 10.0.0.1 dev eth2  # and for good: in the configuration "
            "of eth2, remove the gateway or give it a greater metric"
        )


def test_a_lower_metric_wins_and_an_ipv6_route_may_be_shared(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    ways = [{"gateway": "fe80::9", "dev": "eth2"}, {"gateway": "fe80::1", "dev": "teql0"}]
    host.routes = [
        {"family": 4, "dst": "default", "gateway": "192.0.2.1", "dev": "teql0", "metric": 50},
        {"family": 4, "dst": "default", "gateway": "10.0.0.1", "dev": "eth2", "metric": 20},
        {"family": 6, "dst": "default", "metric": 1024, "nexthops": ways},
    ]
    result = run_module(bond_info, gateways=["192.0.2.1", "fe80::1"])
    assert codes(result) == [("rival_route", "error", "eth2")] * 2
    shared = result["problems"][1]
    assert shared["message"].endswith("is shared: only part of the packets leave over teql0.")
    assert shared["fix"].startswith("ip -6 route replace default via fe80::1 dev teql0 onlink  #")
