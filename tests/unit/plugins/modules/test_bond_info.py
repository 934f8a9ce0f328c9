# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module bond_info: each problem is found, and has something to type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.monitor_link import OUT
from ansible_collections.linebond.teql.plugins.modules import bond_info
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
UP = (
    "modprobe sch_teql",
    "ip link set dev eth2 up",
    "ip link set dev eth3 up",
    "tc qdisc replace dev eth2 root teql0",
    "tc qdisc replace dev eth3 root teql0",
    "ip link set dev teql0 up",
    "ip addr replace 192.0.2.2/29 dev teql0",
    "ip -4 route replace default via 192.0.2.1 dev teql0 onlink",
)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> SimulatedKernel:
    kernel = SimulatedKernel()
    for port in ("eth2", "eth3"):
        kernel.add_port(port)
    kernel.add_port("eth2.5", lower="eth2")
    kernel.add_port("ppp0", kind="ppp")
    kernel.files["/proc/sys/net/ipv4/conf/all/arp_ignore"] = "0\n"
    monkeypatch.setattr(bond_info, "Runner", lambda module: kernel)
    return kernel


def codes(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(problem["code"], problem["severity"], problem["interface"]) for problem in result["problems"]]


def test_a_whole_bond_has_no_problem(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    for command in UP:
        host.run(*command.split())
    result = run_module(bond_info)
    assert result["problems"] == [] and not result["changed"]
    assert result["bond"]["members"] == ["eth2", "eth3"] and sorted(result["ports"]) == ["eth2", "eth3"]
    assert result["ports"]["eth2"]["member"] and result["ports"]["eth2"]["rp_filter"] == 0
    assert result["kernel"]["module_loaded"]
    assert result["default_routes"] == [{"family": 4, "interface": "teql0", "gateway": "192.0.2.1", "metric": 0}]


def test_a_virgin_host_is_reported_not_failed(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.module_there = False
    result = run_module(bond_info, ports=["eth9"])
    assert codes(result) == [
        ("module_unavailable", "error", "teql0"),
        ("bond_missing", "error", "teql0"),
        ("port_missing", "error", "eth9"),
    ]
    assert result["ports"] == {"eth9": {"exists": False}} and result["kernel"]["module_available"] is False


def setting(key: str, value: str) -> Callable[[SimulatedKernel], None]:
    def change(kernel: SimulatedKernel) -> None:
        kernel.files["/proc/sys/net/ipv4/conf/" + key] = value + "\n"

    return change


def tool(*commands: str) -> Callable[[SimulatedKernel], None]:
    def change(kernel: SimulatedKernel) -> None:
        for command in commands:
            kernel.run(*command.split())

    return change


def unplug(kernel: SimulatedKernel) -> None:
    kernel.links["eth3"]["carrier"] = False


@pytest.mark.parametrize(
    ("change", "ports", "expected"),
    [
        (
            tool("ip link set dev teql0 down"),
            ["eth2"],
            [("bond_down", "error", "teql0"), ("no_gateway", "warning", "teql0")],
        ),
        (tool("tc qdisc del dev eth3 root"), ["eth3"], [("not_member", "warning", "eth3")]),
        (tool("tc qdisc replace dev eth3 root cake"), ["eth3"], [("foreign_qdisc", "error", "eth3")]),
        (setting("all/rp_filter", "1"), ["eth3"], [("rp_filter", "error", "eth3")]),
        (setting("eth3/arp_ignore", "2"), ["eth3"], [("arp_ignore", "error", "eth3")]),
        (setting("eth3/arp_ignore", "3"), ["eth3"], []),
        (tool("ip link set dev eth3 mtu 1400"), ["eth3"], [("mtu", "error", "teql0")]),
        (tool("ip addr del 192.0.2.2/29 dev teql0"), ["eth3"], [("no_address", "warning", "teql0")]),
        (tool("ip link set dev eth3 down"), ["eth3"], [("port_down", "error", "eth3")]),
        (unplug, ["eth3"], [("no_carrier", "error", "eth3")]),
        (
            tool("ip link set dev eth2.5 up", "tc qdisc replace dev eth2.5 root teql0"),
            ["eth2", "eth2.5"],
            [("stacked", "error", "eth2.5")],
        ),
        (
            tool("ip link set dev ppp0 up"),
            ["eth2", "ppp0"],
            [("not_member", "warning", "ppp0"), ("mixed_kinds", "error", "teql0")],
        ),
    ],
)
def test_each_problem_is_found(
    host: SimulatedKernel,
    run_module: ModuleRunner,
    change: Callable[[SimulatedKernel], None],
    ports: list[str],
    expected: list[tuple[str, str, str]],
) -> None:
    for command in UP:
        host.run(*command.split())
    change(host)
    result = run_module(bond_info, ports=ports)
    assert codes(result) == expected
    assert all(problem["fix"] and problem["message"].endswith(".") for problem in result["problems"])


def test_the_fix_of_a_problem_mends_it(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    for command in (*UP, "tc qdisc del dev eth3 root", "ip link set dev eth2 down"):
        host.run(*command.split())
    setting("eth2/rp_filter", "1")(host)
    for problem in run_module(bond_info, ports=["eth2", "eth3"])["problems"]:
        host.run(*problem["fix"].split())
    assert run_module(bond_info, ports=["eth2", "eth3"])["problems"] == []


def test_what_the_caller_expects_and_is_not_there_is_an_error(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    for command in UP[:6]:
        host.run(*command.split())
    result = run_module(
        bond_info, ports=["eth2", "eth3"], members=["eth2"], addresses=["192.0.2.2/29"], gateways=["192.0.2.1"]
    )
    assert codes(result) == [("no_address", "error", "teql0"), ("no_gateway", "error", "teql0")]
    host.run("tc", "qdisc", "del", "dev", "eth3", "root")
    assert codes(run_module(bond_info, ports=["eth2", "eth3"], members=["eth2"], addresses=["192.0.2.2/29"])) == [
        ("no_address", "error", "teql0"),
        ("no_gateway", "warning", "teql0"),
    ]


def test_it_fails_only_on_the_problems_it_is_told(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    for command in UP[:6]:
        host.run(*command.split())
    asked = {"addresses": ["192.0.2.2/29"], "gateways": ["192.0.2.1"], "fail_on": ["no_address"]}
    failed = run_module(bond_info, **asked)
    assert failed["failed"] and failed["msg"] == (
        "teql0 does not have the address 192.0.2.2/29. Try: ip addr add 192.0.2.2/29 dev teql0"
    )
    host.run(*UP[6].split())
    assert not run_module(bond_info, **asked).get("failed")


def test_it_waits_for_what_takes_a_moment(
    host: SimulatedKernel, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in UP[:6]:
        host.run(*command.split())
    monkeypatch.setattr(bond_info.time, "sleep", lambda seconds: host.run(*UP[6].split()))
    assert not run_module(bond_info, addresses=["192.0.2.2/29"], fail_on=["no_address"], wait=60).get("failed")


def test_without_a_monitor_nothing_is_kept_out(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    assert run_module(bond_info)["monitor"] == {"running": False, "out": []}


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ('["eth3", "eth2", "eth3"]\n', ["eth2", "eth3"]),
        ("[]", []),
        ("", []),
        ('["eth3"', []),
        ('{"eth3": 1}', []),
        ('["eth3", 7, null, ["eth2"]]', ["eth3"]),
        ("\udcff", []),
    ],
)
def test_what_the_monitor_keeps_out(host: SimulatedKernel, run_module: ModuleRunner, text: str, out: list[str]) -> None:
    host.files[OUT] = text
    assert run_module(bond_info)["monitor"] == {"running": True, "out": out}


def test_a_line_that_the_monitor_keeps_out_is_no_problem(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    for command in (*UP, "tc qdisc del dev eth3 root"):
        host.run(*command.split())
    asked: dict[str, Any] = {"ports": ["eth2", "eth3"], "members": ["eth2", "eth3"], "fail_on": ["not_member"]}
    assert run_module(bond_info, **asked)["failed"]
    host.files[OUT] = '["eth3"]'
    assert run_module(bond_info, **asked)["problems"] == []
    assert run_module(bond_info, ports=["eth2", "eth3"])["problems"] == []


def test_the_preflight_reports_refuses_and_warns(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    asked: dict[str, Any] = {"ports": ["eth2", "eth3"]}
    setting("eth3/arp_ignore", "1")(host)
    host.files["/proc/sys/user/max_user_namespaces"] = "31000\n"
    found = {each["item"]: each for each in run_module(bond_info, **asked)["verdicts"]}
    assert (found["arp_ignore"]["verdict"], found["user_namespaces"]["verdict"]) == ("refused", "warning")
    assert found["module"] == {
        "item": "module",
        "verdict": "ok",
        "message": "The module sch_teql is there for the running kernel.",
        "fix": "",
        "ignored": False,
    }
    failed = run_module(bond_info, preflight="enforce", **asked)
    assert failed["failed"] and "arp_ignore is 1 on eth3" in failed["msg"]
    assert "To accept it as it is: bonding_preflight_ignore: [arp_ignore]" in failed["msg"]
    done = run_module(bond_info, preflight="enforce", preflight_ignore=["arp_ignore"], **asked)
    assert not done.get("failed") and "remarks" not in done
    wrong = run_module(bond_info, preflight_ignore=["arpignore"])
    assert wrong["msg"].endswith("did you mean arp_ignore?")
