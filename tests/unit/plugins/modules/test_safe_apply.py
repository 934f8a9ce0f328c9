# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module safe_apply on a simulated host: who may confirm, who is refused, and what is put back when."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import (
    rollback_boot,
    rollback_depot,
    rollback_program,
    rollback_timer,
)
from ansible_collections.linebond.teql.plugins.modules import safe_apply
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

Call = Callable[..., dict[str, Any]]
OLD, NEW = "203.0.113.9 40000 10.0.0.2 22", "203.0.113.9 40001 10.0.0.2 22"
CHANGE = ("modprobe sch_teql", "ip link set dev eth2 up", "tc qdisc replace dev eth2 root teql0")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimulatedKernel:
    kernel = SimulatedKernel()
    kernel.add_port("eth2")
    kernel.depot = rollback_depot.Depot(str(tmp_path / "kept/rollback"))  # type: ignore[attr-defined]
    monkeypatch.setattr(safe_apply, "Runner", lambda module: kernel)
    monkeypatch.setattr(safe_apply, "Depot", lambda: kernel.depot)  # type: ignore[attr-defined]
    monkeypatch.setattr(rollback_timer, "rehearse", lambda depot, ticket: [])
    monkeypatch.setattr(rollback_timer, "start", lambda *words: "a timer")
    monkeypatch.setattr(rollback_timer, "stop", lambda runner: None)
    monkeypatch.setattr(rollback_program, "QUIET", 0.01)
    monkeypatch.setattr(rollback_program, "PAUSE", 0.001)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SSH_CONNECTION", OLD)
    return kernel


@pytest.fixture
def call(run_module: Callable[..., dict[str, Any]], kernel: SimulatedKernel, tmp_path: Path) -> Call:
    def apply(state: str, **options: Any) -> dict[str, Any]:
        if state == "armed":
            options = {"ports": ["eth2"], "files": [str(tmp_path / "eth2.network")], **options}
        return run_module(safe_apply, state=state, **options)

    return apply


def change(kernel: SimulatedKernel, tmp_path: Path) -> None:
    (tmp_path / "eth2.network").write_text("new")
    for command in CHANGE:
        kernel.run(*command.split())


def depot_of(kernel: SimulatedKernel) -> rollback_depot.Depot:
    return kernel.depot  # type: ignore[attr-defined, no-any-return]


def fire(kernel: SimulatedKernel, ticket: str, monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """What the timer runs, or a boot."""
    monkeypatch.setattr(rollback_program, "Runner", lambda host, limit: kernel)
    rollback_program.main([depot_of(kernel).folder, ticket, *more])


def age(kernel: SimulatedKernel, **changes: Any) -> None:
    found = depot_of(kernel).find()
    assert found is not None
    depot_of(kernel).write(found.stage, {**found.snapshot, **changes})


def test_confirmed_by_a_new_connection_leaves_nothing(
    call: Call, kernel: SimulatedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    armed = call("armed")
    assert armed["armed"] and not armed["changed"] and armed["earlier"] == ""
    change(kernel, tmp_path)
    changed = kernel.picture()
    monkeypatch.setenv("SSH_CONNECTION", NEW)
    assert not call("confirmed", ticket=armed["ticket"])["changed"]
    assert kernel.picture() == changed and (tmp_path / "eth2.network").exists()
    assert not (tmp_path / "kept").exists()
    fire(kernel, armed["ticket"], monkeypatch)
    assert kernel.picture() == changed


def test_the_connection_from_before_the_change_proves_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = call("armed")["ticket"]
    refused = call("confirmed", ticket=ticket)
    assert refused["failed"] and "from before the change" in refused["msg"]
    assert not call("confirmed", ticket=ticket, fresh=False).get("failed")


def test_a_second_run_is_refused_and_told_when(call: Call, kernel: SimulatedKernel) -> None:
    call("armed")
    for state, check in (("armed", False), ("idle", False), ("armed", True)):
        refused = call(state, check=check)
        assert refused["failed"] and "Another run, from 203.0.113.9, is changing the network" in refused["msg"]
        assert "run again then. Nothing was touched" in refused["msg"]
    found = depot_of(kernel).find()
    assert found is not None and found.stage == rollback_depot.ARMED


def test_nobody_confirms(call: Call, kernel: SimulatedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kernel.picture()
    ticket = call("armed")["ticket"]
    change(kernel, tmp_path)
    fire(kernel, "another run's", monkeypatch)
    assert kernel.picture() != first
    fire(kernel, ticket, monkeypatch)
    assert kernel.picture() == first and not (tmp_path / "eth2.network").exists()
    late = call("confirmed", ticket=ticket)
    assert late["failed"] and "comes too late" in late["msg"]
    told = call("idle")
    assert "was put back" in told["earlier"] and "tc qdisc del dev eth2 root" in told["earlier"]
    assert told["warnings"]
    assert call("idle")["earlier"] == ""


def test_what_modules_write_beside_the_roles_files_goes_back_too(call: Call, kernel: SimulatedKernel) -> None:
    """A record that is left would have a later removal take off what the site has set meanwhile."""
    call("armed")
    found = depot_of(kernel).find()
    assert found is not None
    records = {"teql0.json", "teql0-ifcfg.json", "ifupdown-teql0", "networkmanager-teql0.json"}
    beside = {f"/var/lib/linebond.teql/{name}" for name in records} | {"/etc/sysctl.d/60-linebond-teql0.conf"}
    assert beside <= found.snapshot["files"]["files"].keys()


def test_what_changed_after_the_timer_goes_back_too(
    call: Call, kernel: SimulatedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kernel.picture()
    ticket = call("armed")["ticket"]
    fire(kernel, ticket, monkeypatch)
    change(kernel, tmp_path)
    back = call("restored", ticket=ticket, reason="the run failed")
    assert kernel.picture() == first
    assert back["restored"] and back["reason"] == "nobody confirmed it in time"
    assert "tc qdisc del dev eth2 root" in back["log"]
    assert call("restored", ticket=ticket)["restored"] is False


@pytest.mark.parametrize("changes", [{"deadline": 0}, {"boot": "another"}], ids=["late", "rebooted"])
def test_a_timer_that_was_lost_is_made_up_for(
    call: Call, kernel: SimulatedKernel, tmp_path: Path, changes: dict[str, Any]
) -> None:
    call("armed")
    change(kernel, tmp_path)
    age(kernel, **changes)
    told = call("armed")
    assert told["armed"] and "cut off" in told["earlier"]
    assert not (tmp_path / "eth2.network").exists()


def test_a_boot_puts_the_old_files_back_before_anybody_reads_them(
    call: Call, kernel: SimulatedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = call("armed", reload=[["networkctl", "reload"]])["ticket"]
    change(kernel, tmp_path)
    fire(kernel, ticket, monkeypatch, "--boot")
    assert (tmp_path / "eth2.network").exists()  # the unit was started by hand in the boot that the timer runs in
    age(kernel, boot="the last one")
    fire(kernel, ticket, monkeypatch, "--boot")
    assert not (tmp_path / "eth2.network").exists()
    assert "eth2" not in kernel.qdiscs and not kernel.loaded
    told = call("idle")["earlier"]
    assert "started anew before anybody confirmed it" in told and "udevadm control --reload" in told
    assert "networkctl" not in told  # it does not run yet


def test_a_unit_for_the_next_boot_is_there_while_the_timer_runs(
    kernel: SimulatedKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    kernel.files[f"{rollback_timer.BOOTED}/there"] = ""
    called: list[str] = []
    monkeypatch.setattr(kernel, "has", lambda tool: True)
    monkeypatch.setattr(kernel, "try_run", lambda *argv: (called.append(" ".join(argv)), (0, "", ""))[1])
    rollback_timer.start(kernel, depot_of(kernel), "abc", 60)
    unit = kernel.files[rollback_boot.PATH]
    assert "abc --boot\n" in unit and f"PYTHONPATH={depot_of(kernel).program}\n" in unit
    assert "systemctl --no-reload enable linebond-rollback-boot.service" in called
    rollback_timer.stop(kernel)
    assert rollback_boot.PATH not in kernel.files
    assert "systemctl --no-reload disable linebond-rollback-boot.service" in called


def test_a_rollback_that_was_cut_off_is_finished(call: Call, kernel: SimulatedKernel, tmp_path: Path) -> None:
    first = kernel.picture()
    call("armed")
    change(kernel, tmp_path)
    depot_of(kernel).move(rollback_depot.ARMED, rollback_depot.CLAIMED)
    assert "cut off" in call("idle")["earlier"]
    assert kernel.picture() == first


def test_check_mode_and_a_run_with_nothing_to_do_leave_no_trace(call: Call, tmp_path: Path) -> None:
    told = call("armed", check=True)
    assert (told["changed"], told["armed"], told["earlier"]) == (False, False, "") and "ticket" not in told
    assert not call("idle")["armed"]
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_armed_leaves_no_trace(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object) -> str:
        raise rollback_depot.LinebondError("no timer")

    monkeypatch.setattr(rollback_timer, "start", refuse)
    assert call("armed")["msg"] == "no timer"
    assert list(tmp_path.iterdir()) == []


def test_the_program_needs_nothing_but_python(kernel: SimulatedKernel) -> None:
    depot = depot_of(kernel)
    os.makedirs(depot.folder)
    rollback_timer.lay_out(depot)
    command = [sys.executable, "-S", "-B", "-c", f"import {rollback_timer.PROGRAM}, sys; print(sorted(sys.modules))"]
    said = subprocess.run(
        command, cwd="/", env={"PYTHONPATH": depot.program}, capture_output=True, text=True, check=True
    )
    assert "'ansible'" not in said.stdout


def test_a_process_keeps_the_time_where_there_is_no_systemd(
    kernel: SimulatedKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    depot = depot_of(kernel)
    os.makedirs(depot.folder)
    rollback_timer.lay_out(depot)
    said = rollback_timer.start(kernel, depot, "ticket", 0)
    assert said.startswith("process ")
    os.waitpid(int(said.split()[1]), 0)
