# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module networkd_reload, before a networkd that gives things up in its own time, and where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import given
from ansible_collections.linebond.teql.plugins.modules import networkd_reload
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
GONE = {"eth2": ["172.16.0.2/30"], "teql0": ["192.0.2.2/29", "2001:db8:1::2/64", "192.0.2.1"]}


class Networkd(SimulatedKernel):
    """As systemd 252: it returns from the reload first, and takes one thing after another off later."""

    def __init__(self, *tools: str) -> None:
        super().__init__()
        self.tools, self.active, self.reloads, self.later = tools, True, 0, []
        self.add_port("eth2")
        for command in (
            "modprobe sch_teql",
            "ip link set dev eth2 up",
            "tc qdisc replace dev eth2 root teql0",
            "ip link set dev teql0 up",
            "ip addr replace 172.16.0.2/30 dev eth2",
            "ip addr replace 192.0.2.2/29 dev teql0",
            "ip addr replace 2001:db8:1::2/64 dev teql0",
            "ip -4 route replace default via 192.0.2.1 dev teql0 onlink",
        ):
            self.run(*command.split())
        self.history.clear()

    def has(self, tool: str) -> bool:
        return tool in self.tools or super().has(tool)

    def execute(self, words: list[str]) -> str:
        if words[0] == "systemctl":
            assert words == ["systemctl", "is-active", "systemd-networkd"]
            return ""
        if words[0] != "networkctl":
            return super().execute(words)
        self.reloads += 1
        self.later = [
            "ip -4 route del default via 192.0.2.1 dev teql0 onlink",
            "ip addr del 192.0.2.2/29 dev teql0",
            "ip addr del 2001:db8:1::2/64 dev teql0",
            "ip addr del 172.16.0.2/30 dev eth2",
        ]
        return ""

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        if argv[0] in self.tools and not self.active:
            return 3, "", "Failed to reload network settings: Unit dbus-org.freedesktop.network1.service not found."
        return super().try_run(*argv)

    def sleep(self, _seconds: float) -> None:
        if self.later:
            self.run(*self.later.pop(0).split())


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Networkd], Networkd]:
    def take(host: Networkd) -> Networkd:
        monkeypatch.setattr(networkd_reload, "Runner", lambda module: host)
        monkeypatch.setattr(given.time, "sleep", host.sleep)
        return host

    return take


def test_it_waits_until_the_last_of_it_is_gone(on: Callable[[Networkd], Networkd], run_module: ModuleRunner) -> None:
    host = on(Networkd("networkctl", "systemctl"))
    result = run_module(networkd_reload, gone=GONE)
    assert result["left"] == {} and not result["changed"] and host.reloads == 1
    assert host.addresses == {"eth2": [], "teql0": []} and host.routes == []


def test_it_does_not_wait_for_ever(on: Callable[[Networkd], Networkd], run_module: ModuleRunner) -> None:
    host = on(Networkd("networkctl"))
    host.run("ip", "addr", "replace", "192.0.2.6/29", "dev", "teql0")
    assert run_module(networkd_reload, gone={"teql0": ["192.0.2.6/29", "192.0.2.1"]}, wait=0)["left"] == {
        "teql0": ["192.0.2.6/29", "192.0.2.1"]
    }


@pytest.mark.parametrize("tools", [(), ("networkctl",), ("networkctl", "systemctl")])
def test_taking_off_needs_no_networkd(
    on: Callable[[Networkd], Networkd], run_module: ModuleRunner, tools: tuple[str, ...]
) -> None:
    host = on(Networkd(*tools))
    host.active = False
    assert run_module(networkd_reload, gone=GONE, wait=0)["left"] == GONE


def test_putting_on_does(on: Callable[[Networkd], Networkd], run_module: ModuleRunner) -> None:
    on(Networkd()).active = False
    assert "The command networkctl is missing" in run_module(networkd_reload)["msg"]
    on(Networkd("networkctl", "systemctl")).active = False
    assert "Unit dbus-org.freedesktop.network1.service not found" in run_module(networkd_reload)["msg"]


def test_check_mode_touches_nothing(on: Callable[[Networkd], Networkd], run_module: ModuleRunner) -> None:
    host = on(Networkd("networkctl"))
    assert run_module(networkd_reload, check=True, gone=GONE)["left"] == {} and host.reloads == 0


@pytest.mark.parametrize("gone", [{"eth2": ["x/30"]}, {"eth2": 5}, {"eth2": ["1.2.3"]}])
def test_what_is_no_list_of_addresses(
    on: Callable[[Networkd], Networkd], run_module: ModuleRunner, gone: dict[str, Any]
) -> None:
    on(Networkd("networkctl"))
    assert run_module(networkd_reload, gone=gone)["msg"] == f"gone.eth2: {gone['eth2']!r} is no list of addresses."
