# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed before every single step, on a simulated host: running again makes it right, and a guarded run goes back.

tests/kernel/killed_cases.py does the same at random moments on a real kernel.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import rollback_depot, rollback_program, rollback_timer
from ansible_collections.linebond.teql.plugins.modules import bond, safe_apply
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
BONDED = {
    "members": ["eth2", "eth3"],
    "standby": ["eth4"],
    "group": 20,
    "addresses": ["192.0.2.2/29"],
    "gateways": ["192.0.2.1"],
}
OTHERWISE = {**BONDED, "members": ["eth3", "eth4"], "standby": [], "addresses": ["192.0.2.3/29"], "mtu": 1300}


class Killed(BaseException):
    """Nobody catches it, as nobody outlives a SIGKILL."""


class MortalHost(SimulatedKernel):
    def __init__(self) -> None:
        super().__init__()
        self.life: int | None = None  # steps that are still taken
        for port in ("eth2", "eth3", "eth4"):
            self.add_port(port)
        self.add_port("eth0")
        for command in (
            "ip link set dev eth0 up",
            "ip addr replace 10.0.0.2/24 dev eth0",
            "ip -4 route replace default via 10.0.0.1 dev eth0",
        ):
            self.run(*command.split())

    def perform(self, action: Any) -> None:
        self._live()
        super().perform(action)

    def _live(self) -> None:
        if self.life is not None:
            self.life -= 1
            if self.life < 0:
                raise Killed


@pytest.fixture
def call(run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    def run(host: MortalHost, module: Any = bond, **options: Any) -> dict[str, Any]:
        monkeypatch.setattr(module, "Runner", lambda _module: host)
        result = run_module(module, **options)
        assert not result.get("failed"), result["msg"]
        return result

    return run


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ([], BONDED),
        ([BONDED], OTHERWISE),
        ([OTHERWISE], BONDED),
        ([BONDED], {"state": "absent"}),
        ([BONDED, OTHERWISE], {"state": "absent"}),
    ],
    ids=["put on", "change", "change back", "take off", "take off what was changed"],
)
def test_running_again_makes_it_right(
    call: Callable[..., dict[str, Any]], before: list[dict[str, Any]], wanted: dict[str, Any]
) -> None:
    def prepared() -> MortalHost:
        host = MortalHost()
        for options in before:
            call(host, **options)
        return host

    whole = prepared()
    call(whole, **wanted)
    for step in itertools.count():
        host = prepared()
        host.life = step
        try:
            call(host, **wanted)
            break
        except Killed:
            host.life = None
        call(host, **wanted)
        assert host.picture() == whole.picture(), step
        call(host, state="absent")
        assert host.picture() == MortalHost().picture(), step
    print(f"killed before each of {step} steps")
    assert step >= 5


@pytest.mark.parametrize("before", [[], [BONDED]], ids=["first run", "change"])
def test_a_guarded_run_goes_back(
    call: Callable[..., dict[str, Any]],
    before: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(safe_apply, "Depot", lambda: rollback_depot.Depot(str(tmp_path / "kept/rollback")))
    monkeypatch.setattr(rollback_timer, "rehearse", lambda depot, ticket: [])
    monkeypatch.setattr(rollback_timer, "start", lambda *words: "a timer")
    monkeypatch.setattr(rollback_program, "QUIET", 0.01)
    monkeypatch.setattr(rollback_program, "PAUSE", 0.001)
    for step in itertools.count():
        host = MortalHost()
        for options in before:
            call(host, **options)
        first = network_of(host)
        armed = call(host, safe_apply, state="armed", ports=["eth2", "eth3", "eth4"])
        host.life = step
        try:
            call(host, **(OTHERWISE if before else BONDED))
            done = True
        except Killed:
            done = False
        host.life = None
        monkeypatch.setattr(rollback_program, "Runner", lambda _host, _limit, host=host: host)
        rollback_program.main([str(tmp_path / "kept/rollback"), armed["ticket"]])
        assert network_of(host) == first, step
        call(host, safe_apply, state="idle")
        if done:
            break
    assert step >= 5


def network_of(host: MortalHost) -> dict[str, Any]:
    """Without the files, which lie in memory here and are the business of test_rollback_files."""
    return {key: value for key, value in host.picture().items() if key != "files"}
