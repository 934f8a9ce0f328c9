# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module drain, with a teqlctl that answers like the real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner
from ansible_collections.linebond.teql.plugins.modules import drain

ModuleRunner = Callable[..., dict[str, Any]]


class Teqlctl(Runner):
    def __init__(self) -> None:
        super().__init__(module=None)
        self.lines = [
            {"name": "attic", "interface": "eth2", "state": "up", "drained_until": None},
            {"name": "eth3", "interface": "eth3", "state": "up", "drained_until": None},
        ]
        self.history: list[str] = []
        self.answer: tuple[int, str, str] | None = None

    def has(self, tool: str) -> bool:
        return tool == "teqlctl"

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        if argv[1:] == ("status", "--json"):
            # 1: a line is out, which is something wrong with the bond
            return self.answer or (1, json.dumps({"version": 1, "lines": self.lines}), "")
        self.history.append(" ".join(argv))
        [line] = [line for line in self.lines if line["name"] == argv[2]]
        line["state"] = "drained" if argv[1] == "drain" else "starting"
        line["drained_until"] = "2026-01-01T02:00:00Z" if "--for" in argv else None
        return 0, "Line is drained.", ""


@pytest.fixture
def teqlctl(monkeypatch: pytest.MonkeyPatch) -> Teqlctl:
    simulated = Teqlctl()
    monkeypatch.setattr(drain, "Runner", lambda module: simulated)
    return simulated


def test_out_and_in_again(teqlctl: Teqlctl, run_module: ModuleRunner) -> None:
    planned = run_module(drain, line="eth2", check=True)
    assert planned["changed"] and planned["commands"] == ["teqlctl drain attic"] and teqlctl.history == []
    assert planned["line"]["state"] == "up"
    done = run_module(drain, line="eth2")
    assert done["commands"] == teqlctl.history == ["teqlctl drain attic"]
    assert done["line"]["state"] == "drained"
    assert not run_module(drain, line="attic")["changed"]
    assert run_module(drain, line="attic", state="undrained")["commands"] == ["teqlctl undrain attic"]
    assert not run_module(drain, line="attic", state="undrained")["changed"]


def test_a_time_counts_from_each_call(teqlctl: Teqlctl, run_module: ModuleRunner) -> None:
    for _call in range(2):
        done = run_module(drain, **{"line": "eth3", "for": "2h"})
        assert done["changed"] and done["commands"] == ["teqlctl drain eth3 --for 2h"]
        assert done["line"]["drained_until"] == "2026-01-01T02:00:00Z"
    assert run_module(drain, line="eth3")["commands"] == ["teqlctl drain eth3"]
    done = run_module(drain, **{"line": "eth3", "for": "1h30m"})
    assert done["commands"] == ["teqlctl drain eth3 --for 1h30m"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"line": "cellar"}, "line: the monitor knows no line 'cellar'; its lines are attic (eth2), eth3."),
        ({"line": "attic", "for": "2 hours"}, "for: '2 hours' is no duration: write 90s, 30m, 2h or 1d."),
        ({"line": "attic", "for": "0h"}, "for: '0h' is not between a second and a year (365d)."),
        (
            {"line": "attic", "for": "2h", "state": "undrained"},
            "for: a line that is let back in has no end to it; leave '2h' out.",
        ),
    ],
)
def test_refusals(teqlctl: Teqlctl, run_module: ModuleRunner, options: dict[str, str], message: str) -> None:
    assert run_module(drain, **options)["msg"] == message
    assert teqlctl.history == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            (3, "", "teqlctl: The monitor does not run:\n  start it"),
            "The monitor cannot be asked. teqlctl: The monitor does not run: start it",
        ),
        ((126, "", ""), "The monitor cannot be asked. teqlctl ended with status 126 and no message."),
        ((0, "[]", ""), "The monitor's status is not what this module can read: '[]'."),
    ],
)
def test_no_monitor(teqlctl: Teqlctl, run_module: ModuleRunner, answer: tuple[int, str, str], message: str) -> None:
    teqlctl.answer = answer
    assert run_module(drain, line="attic")["msg"] == message


def test_no_teqlctl(teqlctl: Teqlctl, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Runner(module=None)
    bare.found["teqlctl"] = None
    monkeypatch.setattr(drain, "Runner", lambda module: bare)
    assert run_module(drain, line="attic")["msg"] == (
        "The command teqlctl is missing on this host: install the monitor (role linebond.teql.monitor)."
    )
