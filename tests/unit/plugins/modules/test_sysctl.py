# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sysctl from arguments to result, on a simulated host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.runner import Run
from ansible_collections.linebond.teql.plugins.modules import sysctl
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
FILE = "/etc/sysctl.d/60-gw.conf"
VALUES = {"net.ipv4.conf.eth2.rp_filter": 2, "net/ipv4/conf/eth2.5/rp_filter": True}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> SimulatedKernel:
    kernel = SimulatedKernel()
    kernel.add_port("eth2")
    kernel.add_port("eth2.5")
    monkeypatch.setattr(sysctl, "Runner", lambda module: kernel)
    monkeypatch.setattr(sysctl.os, "geteuid", lambda: 0)
    return kernel


def test_all_is_set_with_one_command_and_a_second_run_does_nothing(
    host: SimulatedKernel, run_module: ModuleRunner
) -> None:
    planned = run_module(sysctl, check=True, name="60-gw", values=VALUES)
    real = run_module(sysctl, name="60-gw", values=VALUES)
    assert planned["commands"] == real["commands"] == host.history
    assert real["commands"] == ["sysctl -w net/ipv4/conf/eth2.5/rp_filter=1 net/ipv4/conf/eth2/rp_filter=2"] or real[
        "commands"
    ] == ["sysctl -w net/ipv4/conf/eth2/rp_filter=2 net/ipv4/conf/eth2.5/rp_filter=1"]
    assert planned["after"] == real["after"] and planned["diff"] == real["diff"]
    assert host.files[FILE].endswith("net/ipv4/conf/eth2.5/rp_filter = 1\nnet/ipv4/conf/eth2/rp_filter = 2\n")
    assert not run_module(sysctl, name="60-gw", values=VALUES)["changed"]


def test_a_setting_no_longer_given_and_absent_restore_the_first_value(
    host: SimulatedKernel, run_module: ModuleRunner
) -> None:
    before = host.picture()
    run_module(sysctl, name="60-gw", values=VALUES)
    run_module(sysctl, name="60-gw", values={"net/ipv4/conf/eth2/rp_filter": 1})
    assert host.files["/proc/sys/net/ipv4/conf/eth2.5/rp_filter"] == "0\n"
    assert run_module(sysctl, name="60-gw", state="absent")["changed"]
    assert host.picture() == before
    assert not run_module(sysctl, name="60-gw", state="absent")["changed"]


def test_a_failure_is_taken_back(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    host.fail_at = 3
    result = run_module(sysctl, name="60-gw", values=VALUES)
    assert result["failed"] and not result["changed"] and host.picture() == before


def test_what_sysctl_set_before_it_failed_is_taken_back(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    before = host.picture()
    host.fail_at = 3
    result = run_module(sysctl, name="60-gw", values=VALUES)
    first, second = result["commands"]
    assert second.split() == [*first.split()[:2], first.split()[2].replace("=2", "=0").replace("=1", "=0")]
    assert host.picture() == before


def test_a_failure_after_the_change_says_that_there_was_one(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    def spoil(action: Any) -> None:
        if action == Run(("sysctl", "-w", "net/ipv4/conf/eth2/rp_filter=2")):
            host.files["/var/lib/linebond.teql/sysctl/60-gw.json"] = "{"

    host.meddle = spoil
    result = run_module(sysctl, name="60-gw", values={"net/ipv4/conf/eth2/rp_filter": 2})
    assert result["failed"] and result["changed"] and len(result["commands"]) == 1
    assert result["msg"].startswith("All was done, but what it led to cannot be checked. /var/lib/")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "60-gw", "values": {"net.nope": 1, "net.no": 2}}, "no such settings: net/no, net/nope."),
        ({"name": "60-gw", "values": {"net.ipv4.conf.eth2/5.rp_filter": 1, **VALUES}}, "are the same setting"),
        ({"name": "60-gw", "values": {"net.nope": [1]}}, "is not a value"),
        ({"name": "60-gw", "values": {}}, "give at least one setting"),
        ({"name": "../x", "values": VALUES}, "cannot be a file's name"),
        ({"name": "60-gw.conf", "values": VALUES}, "cannot be a file's name"),
        ({"name": "60-gw"}, "values"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(
    host: SimulatedKernel, run_module: ModuleRunner, options: dict[str, Any], sentence: str
) -> None:
    before = host.picture()
    result = run_module(sysctl, **options)
    assert result["failed"] and sentence in result["msg"], result["msg"]
    assert host.picture() == before


def test_a_file_of_somebody_else_is_kept(host: SimulatedKernel, run_module: ModuleRunner) -> None:
    host.files[FILE] = "net.ipv4.ip_forward = 1\n"
    assert "was not written by this collection" in run_module(sysctl, name="60-gw", values=VALUES)["msg"]
    assert not run_module(sysctl, name="60-gw", state="absent")["changed"]
