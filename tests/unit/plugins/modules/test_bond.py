# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module bond from arguments to result, on a simulated host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.monitor_link import OUT
from ansible_collections.linebond.teql.plugins.modules import bond
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
TWO = {"members": ["eth2", "eth3"], "neighbour_probing": {}}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> SimulatedKernel:
    kernel = SimulatedKernel()
    for port in ("eth2", "eth3"):
        kernel.add_port(port)
    monkeypatch.setattr(bond, "Runner", lambda module: kernel)
    monkeypatch.setattr(bond.os, "geteuid", lambda: 0)
    monkeypatch.setattr(bond.time, "sleep", lambda seconds: None)
    return kernel


def test_a_virgin_host_gets_its_bond(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    result = run_module(bond, **TWO, addresses=["192.0.2.2/29"], gateways=["192.0.2.1"])
    assert result["changed"]
    assert (
        result["commands"]
        == host.history
        == [
            "modprobe sch_teql max_equalizers=1",
            "sysctl -w net/ipv4/conf/eth2/rp_filter=2 net/ipv4/conf/eth3/rp_filter=2",
            "ip link set dev eth2 up",
            "ip link set dev eth3 up",
            "tc qdisc replace dev eth2 root teql0",
            "tc qdisc replace dev eth3 root teql0",
            "ip link set dev teql0 up",
            "ip addr replace 192.0.2.2/29 dev teql0",
            "ip -4 route replace default via 192.0.2.1 dev teql0 onlink",
        ]
    )
    assert result["before"]["bond"]["exists"] is False
    assert result["after"]["bond"] == {
        "name": "teql0",
        "exists": True,
        "up": True,
        "mtu": 1500,
        "addresses": ["192.0.2.2/29"],
        "gateways": ["192.0.2.1"],
        "members": ["eth2", "eth3"],
    }
    assert "net/ipv4/conf/eth2/rp_filter = 2\n" in host.files["/etc/sysctl.d/60-linebond-teql0.conf"]


def test_the_default_probing_is_idempotent_though_the_kernel_rounds(
    host: SimulatedKernel, run_module: ModuleRunner
) -> None:
    assert run_module(bond, members=["eth2"])["changed"]
    assert host.files["/proc/sys/net/ipv4/neigh/eth2/retrans_time_ms"] == "252\n"
    again = run_module(bond, members=["eth2"])
    assert (again["changed"], again["commands"]) == (False, [])


def test_check_mode_tells_all_and_touches_nothing(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    planned = run_module(bond, check=True, diff=True, **TWO)
    assert host.picture() == before and host.history == []
    real = run_module(bond, diff=True, **TWO)
    for key in ("commands", "before", "after", "diff", "changed"):
        assert planned[key] == real[key], key
    assert [part["after_header"] for part in real["diff"]] == ["bond teql0", "/etc/sysctl.d/60-linebond-teql0.conf"]


def test_a_failing_command_is_named_and_all_is_taken_back(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    host.fail_at = 8
    result = run_module(bond, **TWO)
    assert result["failed"] and not result["changed"]
    assert result["msg"].startswith(
        "ip broken failed with status 2: on purpose. Everything done before it was taken back:"
    )
    assert "tc qdisc del dev eth2 root" in result["commands"]
    assert host.picture() == before


def lose_when_up(host: SimulatedKernel, of: dict[str, Any]) -> Callable[[Any], None]:
    """Takes eth3 from there once the bond is up."""
    return lambda _action: of.pop("eth3", None) if host.links.get("teql0", {}).get("up") else None


def test_a_change_by_somebody_else_meanwhile_is_told(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.meddle = lambda _action: host.qdiscs.pop("eth3", None)
    result = run_module(bond, **TWO)
    assert result["failed"] and result["changed"]
    assert "still to be done: tc qdisc replace dev eth3 root teql0" in result["msg"]


def test_a_member_that_the_monitor_keeps_out_is_set_up_but_stays_out(
    host: SimulatedKernel, run_module: ModuleRunner
) -> None:
    host.files[OUT] = '["eth3"]'
    result = run_module(bond, **TWO)
    assert result["after"]["bond"]["members"] == ["eth2"]
    assert "net/ipv4/conf/eth3/rp_filter = 2\n" in host.files["/etc/sysctl.d/60-linebond-teql0.conf"]
    assert host.links["eth3"]["up"]
    assert run_module(bond, **TWO)["commands"] == []
    host.files[OUT] = "[]"
    assert run_module(bond, **TWO)["commands"] == ["tc qdisc replace dev eth3 root teql0"]


def test_a_member_that_the_monitor_has_just_taken_back_stays(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    run_module(bond, **TWO)
    host.files[OUT] = '["eth3"]'
    assert run_module(bond, **TWO)["commands"] == []


def test_a_member_that_the_monitor_has_just_taken_out_stays_out(
    host: SimulatedKernel, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells so a moment after."""
    run_module(bond, **TWO)
    host.files[OUT] = "[]"
    host.qdiscs.pop("eth3")
    monkeypatch.setattr(bond.time, "sleep", lambda seconds: host.files.update({OUT: '["eth3"]'}))
    assert (result := run_module(bond, **TWO))["commands"] == [] and not result["changed"]


def test_what_the_monitor_does_while_the_module_runs_is_no_failure(
    host: SimulatedKernel, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes a line out that has just joined, and tells so a moment later."""
    host.meddle = lose_when_up(host, host.qdiscs)
    monkeypatch.setattr(bond.time, "sleep", lambda seconds: host.files.update({OUT: '["eth3"]'}) if seconds else None)
    result = run_module(bond, **TWO)
    assert (result["changed"], result["after"]["bond"]["members"]) == (True, ["eth2"])


def test_a_failure_after_the_change_says_that_there_was_one(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.meddle = lose_when_up(host, host.links)
    result = run_module(bond, **TWO)
    assert result["failed"] and result["changed"] and result["commands"][-1] == "ip link set dev teql0 up"
    assert "cannot be checked. There is no interface eth3" in result["msg"]


def test_a_tc_that_prints_no_json_is_asked_for_text(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.add_port("eth0")
    host.run("tc", "qdisc", "add", "dev", "eth0", "root", "hfsc", "default", "1")
    assert run_module(bond, **TWO)["after"]["bond"]["members"] == ["eth2", "eth3"]
    assert not run_module(bond, **TWO)["changed"]


@pytest.mark.parametrize("ours_there", [False, True])
def test_a_default_route_of_the_same_metric_does_not_stay_first(
    host: SimulatedKernel, run_module: ModuleRunner, ours_there: bool
) -> None:
    host.add_port("eth0", up=True)
    run_module(bond, **TWO, addresses=["192.0.2.2/29"])
    host.run(*["ip", "-4", "route", "append", "default", "via", "10.0.0.1", "dev", "eth0"])
    if ours_there:
        host.run(*["ip", "-4", "route", "append", "default", "via", "192.0.2.1", "dev", "teql0", "onlink"])
    asked = {**TWO, "gateways": ["192.0.2.1"]}
    assert run_module(bond, **asked)["changed"]
    assert [route["dev"] for route in host.listed(4)] == ["teql0"]
    assert not run_module(bond, **asked)["changed"]
    run_module(bond, state="absent")
    assert [route["dev"] for route in host.listed(4)] == ["eth0"]


def test_the_mtu_is_the_one_a_reboot_gives_with_a_smaller_port_on_standby(
    host: SimulatedKernel, run_module: ModuleRunner
) -> None:
    host.add_port("eth4", mtu=1400)
    assert run_module(bond, **TWO, standby=["eth4"])["after"]["bond"]["mtu"] == 1500
    for command in ("ip link set dev teql0 down", "ip link set dev teql0 up"):
        host.run(*command.split())
    assert not run_module(bond, **TWO, standby=["eth4"])["changed"]
    assert run_module(bond, members=["eth2", "eth3", "eth4"], neighbour_probing={})["after"]["bond"]["mtu"] == 1400


def test_a_default_route_of_a_greater_metric_stays(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    run_module(bond, **TWO)
    host.run(*["ip", "-4", "route", "append", "default", "via", "10.0.0.1", "dev", "eth2", "metric", "1024"])
    run_module(bond, **TWO, gateways=["192.0.2.1"])
    assert [route["dev"] for route in host.listed(4)] == ["teql0", "eth2"]


def test_absent_needs_no_members_and_is_idempotent(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    run_module(bond, **TWO)
    assert run_module(bond, state="absent")["changed"]
    assert not host.loaded and "/var/lib/linebond.teql/teql0.json" not in host.files
    assert not run_module(bond, state="absent")["changed"]


def test_a_new_address_takes_the_place_of_our_old_one(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    run_module(bond, **TWO, addresses=["192.0.2.2/29"])
    run_module(bond, **TWO, addresses=["192.0.2.3/29"])
    assert host.addresses["teql0"] == ["192.0.2.3/29"]
    assert not run_module(bond, **TWO)["changed"], "none asked for: left alone"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"state": "present"}, "members"),
        ({"members": ["eth2"], "neighbour_probing": {"ucast_solicit": "two"}}, "is no whole number"),
        ({"members": ["eth2"], "group": -1}, "group: -1"),
        ({"members": ["eth2"], "rp_filter": 1}, "rp_filter"),
        ({"name": "bond0", "state": "absent"}, "'bond0' is no equalizer"),
        ({"members": ["eth7"]}, "There is no interface eth7"),
    ],
)
def test_wrong_arguments_are_refused(
    host: SimulatedKernel, run_module: ModuleRunner, options: dict[str, Any], sentence: str
) -> None:
    result = run_module(bond, **options)
    assert result["failed"] and sentence in result["msg"] and host.history == []


def test_a_missing_tool_is_named_with_its_package(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.missing_tools.add("tc")
    host.found["tc"] = None
    message = run_module(bond, **TWO)["msg"]
    assert message == "The command tc is missing on this host: install iproute2 (on Fedora and RHEL: iproute-tc)."


def test_only_root_changes_anything(
    host: SimulatedKernel, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bond.os, "geteuid", lambda: 1000)
    assert "become: true" in run_module(bond, **TWO)["msg"]
    assert run_module(bond, check=True, **TWO)["changed"], "looking is for everybody"
