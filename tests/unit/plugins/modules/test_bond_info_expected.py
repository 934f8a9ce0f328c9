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


def test_the_addresses_of_the_ports_are_looked_at_when_asked(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.addresses["eth2"] = ["172.16.0.2/30"]
    asked = {"eth2": "172.16.0.2/30", "eth3": "172.16.0.6/30", "ppp0": None, "eth9": ""}
    result = run_module(bond_info, port_addresses=asked)
    assert codes(result) == [("no_port_address", "error", "eth3")]
    assert result["problems"][0]["message"] == "eth3 does not have the address 172.16.0.6/30."
    host.run(*result["problems"][0]["fix"].replace(" add ", " replace ").split())
    assert codes(run_module(bond_info, port_addresses=asked)) == []


@pytest.mark.parametrize(
    ("interface", "asked", "code"),
    [
        ("eth3", {"port_addresses": {"eth3": "172.16.0.6/30"}}, "no_port_address"),
        ("teql0", {"addresses": ["192.0.2.3/29"]}, "no_address"),
    ],
)
def test_the_file_that_networkd_uses_instead_of_ours_is_named(
    host: SimulatedKernel, run_module: ModuleRunner, interface: str, asked: dict[str, Any], code: str
) -> None:
    own = f"/etc/systemd/network/10-linebond-{interface}.network"
    host.files.update(
        {
            f"/sys/class/net/{interface}/ifindex": "7\n",
            "/run/systemd/netif/links/7": "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/05-all.network\n",
            own: "",
        }
    )
    (problem,) = run_module(bond_info, **asked)["problems"]
    assert problem["code"] == code
    assert f"networkd uses /etc/systemd/network/05-all.network for {interface}, not {own}" in problem["message"]
    assert problem["fix"].startswith("mv /etc/systemd/network/05-all.network /etc/systemd/network/90-05-all.network &&")
    host.files["/run/systemd/netif/links/7"] = f"NETWORK_FILE={own}\n"
    assert "networkd" not in run_module(bond_info, **asked)["problems"][0]["message"]


def test_expected_addresses_may_be_written_in_any_way(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.run(*["ip", "-6", "route", "replace", "default", "via", "fe80::1", "dev", "teql0", "onlink"])
    host.addresses["teql0"].append("2001:db8::2/64")
    asked = {"gateways": ["FE80::1", "192.0.2.1"], "addresses": ["2001:DB8:0::2/64"]}
    assert codes(run_module(bond_info, **asked)) == []


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"gateways": ["x"]}, "gateways[0]: 'x' is no address: write it like 192.0.2.1."),
        ({"gateways": ["192.0.2.1/29"]}, "gateways[0]: '192.0.2.1/29' is no address: write it like 192.0.2.1."),
        ({"addresses": ["192.0.2.2/29", "y"]}, "addresses[1]: 'y' is no address: write it like 192.0.2.2/29."),
        ({"port_addresses": {"eth2": "z"}}, "port_addresses.eth2: 'z' is no address: write it like 172.16.0.2/30."),
    ],
)
def test_what_is_no_address_is_refused(
    host: SimulatedKernel, run_module: ModuleRunner, asked: dict[str, Any], message: str
) -> None:
    result = run_module(bond_info, **asked)
    assert result["failed"] and result["msg"] == message


def test_a_port_that_is_stacked_two_levels_up_is_found(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.add_port("v5", lower="eth2", up=True)
    host.add_port("v6", lower="v5", up=True)
    result = run_module(bond_info, ports=["eth2", "v6"], members=["eth2"])
    assert codes(result) == [("stacked", "error", "v6")]
    assert result["problems"][0]["message"].startswith("v6 is stacked on eth2,")


def test_without_modprobe_it_is_kmod_that_is_missing(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.run(*["ip", "link", "set", "dev", "teql0", "down"])
    host.qdiscs.clear()
    host.run("modprobe", "-r", "sch_teql")
    host.missing_tools.add("modprobe")
    (problem, _bond_missing) = run_module(bond_info)["problems"]
    assert (problem["code"], problem["fix"]) == ("module_unavailable", "install kmod")
