# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status each second."""

from __future__ import annotations

from typing import Any

import pytest

from teql_monitor.cli import FINE, run, watch
from teql_monitor.cli.terminal import Terminal


def test_watch_goes_on_over_a_restart(monitor: Any) -> None:
    terminal = Terminal(100, 40)
    assert any("dsl-office" in line for line in watch.frame(monitor.path, terminal))
    assert any("does not run" in line for line in watch.frame("/none", terminal))


def test_watch_repaints_and_leaves_the_screen_as_it_was(
    monitor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch.time, "sleep", pause)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert run(["--socket", monitor.path, "watch"]) == FINE
    out = capsys.readouterr().out
    assert all(0 < seconds <= 1 for seconds in pauses)
    assert out.startswith(watch.ENTER) and out.endswith(watch.LEAVE) and out.count(watch.HOME) == 2


def test_watch_does_not_run_over_the_end_of_the_screen() -> None:
    lines = watch.clipped([str(number) for number in range(10)], Terminal(80, 5))
    assert lines == ["0", "1", "2", "3", "... 6 more: make the window higher"]
    assert len(watch.clipped(["x"] * 5, Terminal(80, 5))) == 5
