# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that asks routers for the monitor, against a simulated one, up to what the monitor makes of its files."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils import monitor_package
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_zynos import PASSWORD, SimulatedZynos


@pytest.fixture
def rounds(box: SimulatedZynos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The program as it is installed, with its own copy of the package, which has its own short times."""
    for path, text in monitor_package.read_reports().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith(("teql_zynos", "teql_reports"))]:
        monkeypatch.delitem(sys.modules, name)
    from teql_reports import daemon  # type: ignore[import-not-found]
    from teql_zynos import router, session  # type: ignore[import-not-found]

    monkeypatch.setattr(router, "LOCKS", str(tmp_path / "locks"))
    monkeypatch.setattr(router, "BUSY", 0.3)
    monkeypatch.setattr(session, "QUIET", 0.05)
    given = {"address": "127.0.10.1", "source": None, "interface": None, "password": PASSWORD, "username": None}
    given.update(port=box.server.port, timeout=3, commands={})
    config = daemon.parse(json.dumps({"version": 1, "interval": 15, "routers": [given]}))
    (asked,) = config.routers
    named = daemon.Config(config.interval, (daemon.Asked("eth2", asked.access, asked.commands),))
    (tmp_path / "lines").mkdir()
    return daemon.Rounds(named, str(tmp_path / "lines"))


def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(monitor_package.FOLDER))
    from teql_monitor.outside import Reports

    return Reports(str(tmp_path / "lines")).read("eth2", time.time())


def test_sync_and_rate_reach_the_monitor(
    box: SimulatedZynos, rounds: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.round(0.0)
    report = written(tmp_path, monkeypatch)
    assert (report.sync, report.rate_kbit, report.reason) == (True, 832, "")
    box.device.dsl["status"] = "initializing"
    rounds.round(15.0)
    report = written(tmp_path, monkeypatch)
    assert (report.sync, report.rate_kbit, report.reason) == (False, None, "modem status: initializing")
    assert (tmp_path / "lines/eth2.json").stat().st_mode & 0o777 == 0o644


def test_a_router_that_does_not_answer_says_nothing_and_is_told_once(
    box: SimulatedZynos, rounds: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.server.close()
    rounds.round(0.0)
    rounds.round(15.0)
    assert list((tmp_path / "lines").iterdir()) == []
    said = capsys.readouterr().err
    assert said.count("eth2: no router answers") == 1 and PASSWORD not in said


def test_a_refused_password_is_not_tried_again_soon(box: SimulatedZynos, rounds: Any) -> None:
    box.behave(password="another")
    for now in (0.0, 15.0, 30.0):
        rounds.round(now)
    assert box.server.sessions == 1
    rounds.round(3601.0)
    assert box.server.sessions == 2
