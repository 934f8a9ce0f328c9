# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module services: what it types, on a systemd in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner
from ansible_collections.linebond.teql.plugins.module_utils.units import Unit, WantedUnit, parse_show, plan, variable
from ansible_collections.linebond.teql.plugins.modules import services

ModuleRunner = Callable[..., dict[str, Any]]
A, B = "a.service", "b.service"


class SimulatedSystemd(Runner):
    """Knows units by the stamp in their files; a process has the stamp of what was read when it was started."""

    def __init__(self) -> None:
        super().__init__(module=None)
        self.files: dict[str, str] = {}
        self.read_files: dict[str, str] = {}
        self.processes: dict[str, str] = {}
        self.state: dict[str, str] = {}
        self.history: list[str] = []
        self.broken = ""

    def has(self, tool: str) -> bool:
        return True

    def read(self, path: str) -> str | None:
        unit = sorted(self.processes)[int(path.split("/")[2]) - 1]
        return f"PATH=/bin\0LINEBOND_STAMP={self.processes[unit]}\0HOME=/"

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        if argv[0] == "journalctl":
            return 0, "lines[0]: is wrong\n", ""
        if argv[0] == "judge":
            self.history.append("judge")
            return (0, "ok", "") if argv[1] == "good" else (1, "monitor.json: is wrong\n", "")
        if argv[1] == "show":
            return 0, "\n\n".join(self.shown(unit) for unit in argv[3:]) + "\n", ""
        self.history.append(" ".join(argv[1:]))
        verb, unit = argv[1], argv[-1]
        if unit == self.broken:
            return 1, "", f"Job for {unit} failed."
        if verb == "daemon-reload":
            self.read_files = dict(self.files)
        elif verb == "stop":
            self.processes.pop(unit)
        elif verb in ("start", "restart"):
            self.processes[unit] = self.read_files[unit]
        elif verb == "reload":
            assert unit in self.processes
        return 0, "", ""

    def shown(self, unit: str) -> str:
        running = unit in self.processes
        properties = {
            "MainPID": sorted(self.processes).index(unit) + 1 if running else 0,
            "Id": unit,
            "LoadState": "loaded" if unit in self.read_files else "not-found",
            "ActiveState": self.state.get(unit, "active" if running else "inactive"),
            "NeedDaemonReload": "yes" if running and self.files.get(unit) != self.read_files.get(unit) else "no",
        }
        return "\n".join(f"{key}={value}" for key, value in properties.items())


@pytest.fixture
def systemd(monkeypatch: pytest.MonkeyPatch) -> SimulatedSystemd:
    simulated = SimulatedSystemd()
    monkeypatch.setattr(services, "Runner", lambda module: simulated)
    return simulated


def call(run_module: ModuleRunner, *units: dict[str, Any], **options: Any) -> dict[str, Any]:
    return run_module(services, units=list(units), **options)


def test_a_new_service_is_read_and_started_and_then_left_alone(
    systemd: SimulatedSystemd, run_module: ModuleRunner
) -> None:
    wanted = {"name": A, "stamp": "1"}
    assert call(run_module, wanted, check=True) == {
        **call(run_module, wanted, check=True),
        "changed": True,
        "commands": ["systemctl daemon-reload", "systemctl start a.service"],
    }
    assert systemd.history == []
    systemd.files = {A: "1"}
    assert call(run_module, wanted)["changed"]
    assert systemd.history == ["daemon-reload", "start a.service"]
    again = call(run_module, wanted)
    assert not again["changed"] and again["commands"] == []


def test_new_files_mean_a_restart_also_when_the_run_that_wrote_them_was_cut_off(
    systemd: SimulatedSystemd, run_module: ModuleRunner
) -> None:
    systemd.files = systemd.read_files = {A: "1"}
    systemd.processes = {A: "1"}
    systemd.files = {A: "2"}
    systemd.read_files = {A: "2"}  # somebody else typed daemon-reload
    assert call(run_module, {"name": A, "stamp": "2"})["commands"] == ["systemctl restart a.service"]
    assert systemd.processes == {A: "2"}
    systemd.files = {A: "3"}
    assert call(run_module, {"name": A, "stamp": "3"})["commands"] == [
        "systemctl daemon-reload",
        "systemctl restart a.service",
    ]
    assert systemd.processes == {A: "3"}


def test_a_reload_is_no_change(systemd: SimulatedSystemd, run_module: ModuleRunner) -> None:
    systemd.files = systemd.read_files = {A: "1"}
    systemd.processes = {A: "1"}
    wanted = {"name": A, "stamp": "1", "reload": True}
    assert call(run_module, wanted, check=True)["commands"] == []
    done = call(run_module, wanted)
    assert not done["changed"] and done["commands"] == ["systemctl reload a.service"]


def test_what_is_stopped_goes_first_also_when_its_file_is_gone(
    systemd: SimulatedSystemd, run_module: ModuleRunner
) -> None:
    systemd.read_files, systemd.processes = {B: "1"}, {B: "1"}
    systemd.files = {A: "1"}
    done = call(run_module, {"name": A, "stamp": "1"}, {"name": B, "state": "stopped"})
    assert done["changed"]
    assert systemd.history == ["stop b.service", "daemon-reload", "start a.service"]
    assert not call(run_module, {"name": A, "stamp": "1"}, {"name": B, "state": "stopped"})["changed"]


def test_a_service_that_will_not_start_is_quoted(systemd: SimulatedSystemd, run_module: ModuleRunner) -> None:
    systemd.files, systemd.broken = {A: "1"}, A
    failed = call(run_module, {"name": A})
    assert failed["failed"] and failed["changed"]
    assert failed["msg"] == (
        "systemctl start a.service failed with status 1: Job for a.service failed.\n"
        "Its last words (journalctl --unit a.service):\nlines[0]: is wrong"
    )
    assert failed["commands"][-1] == "systemctl start a.service"


@pytest.mark.parametrize(
    ("found", "wanted", "changes", "refreshes"),
    [
        (Unit(loaded=True), WantedUnit(A), ["start"], []),
        (Unit(loaded=True, state="failed"), WantedUnit(A), ["start"], []),
        (Unit(loaded=True, state="activating"), WantedUnit(A, stamp="1"), ["restart"], []),
        (Unit(loaded=True, state="active", stamp="1"), WantedUnit(A), [], []),
        (Unit(loaded=True, state="active"), WantedUnit(A, stamp="1"), ["restart"], []),
        (Unit(loaded=True, state="active", outdated=True), WantedUnit(A), [], ["daemon-reload"]),
        (Unit(loaded=True, state="active", outdated=True), WantedUnit(A, False), ["stop", "daemon-reload"], []),
        (Unit(), WantedUnit(A, False), [], []),
        (Unit(state="failed"), WantedUnit(A, False), [], []),
    ],
)
def test_each_state_of_a_unit(found: Unit, wanted: WantedUnit, changes: list[str], refreshes: list[str]) -> None:
    planned = plan([wanted], {A: found})
    assert [argv[1] for argv in planned.changes] == changes
    assert [argv[1] for argv in planned.refreshes] == refreshes


def test_parsers() -> None:
    assert parse_show("MainPID=7\nId=a.service\nX=a=b\n\nId=b.service\n") == {
        A: {"MainPID": "7", "Id": A, "X": "a=b"},
        B: {"Id": B},
    }
    assert parse_show("") == {}
    assert variable("A=1\0LINEBOND_STAMP=x=y\0", "LINEBOND_STAMP") == "x=y"
    assert variable("", "LINEBOND_STAMP") == ""


def test_nothing_is_touched_unless_the_checks_pass(systemd: SimulatedSystemd, run_module: ModuleRunner) -> None:
    systemd.files = {A: "1"}
    refused = call(run_module, {"name": A, "stamp": "1"}, checks=[["judge", "bad"], ["judge", "good"]])
    assert refused["failed"] and refused["msg"] == "judge bad failed with status 1: monitor.json: is wrong"
    assert (refused["changed"], refused["commands"], systemd.history) == (False, [], ["judge"])
    assert "has no words" in call(run_module, {"name": A}, checks=[[]])["msg"]
    started = call(run_module, {"name": A, "stamp": "1"}, checks=[["judge", "good"]])
    assert started["changed"] and systemd.history == ["judge", "judge", "daemon-reload", "start a.service"]
