# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands from their arguments to exit status and words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from teql_monitor import VERSION, config
from teql_monitor.cli import FINE, NO_MONITOR, USAGE, WRONG, main, run
from teql_monitor.cli.terminal import Terminal

CONFIG = {
    "version": 1,
    "bond": "teql0",
    "common_address": "192.0.2.1",
    "address": "192.0.2.2",
    "targets": ["198.51.100.1", "198.51.100.9"],
    "lines": [{"interface": "eth2", "address": "172.16.0.2/30"}, {"interface": "eth3", "address": "172.16.0.6/30"}],
}
Teqlctl = Callable[..., tuple[int, str, str]]


@pytest.fixture
def teqlctl(monitor: Any, capsys: pytest.CaptureFixture[str]) -> Teqlctl:
    """What was returned and written."""

    def call(*arguments: str, socket: str = monitor.path) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = run(["--socket", socket, *arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_status(teqlctl: Teqlctl, monitor: Any) -> None:
    code, out, err = teqlctl("status")
    assert (code, err) == (WRONG, "") and "dsl-office" in out
    monitor.answers["status"]["lines"] = monitor.answers["status"]["lines"][:2]
    assert teqlctl("status")[0] == FINE


def test_status_for_programs_is_what_the_monitor_said(teqlctl: Teqlctl, monitor: Any) -> None:
    monitor.answers["status"]["of_tomorrow"] = {"ü": 1}
    code, out, _err = teqlctl("status", "--json")
    assert code == WRONG and json.loads(out) == monitor.answers["status"]


def test_without_a_monitor(teqlctl: Teqlctl, tmp_path: Path) -> None:
    for command in (["status"], ["watch"], ["history"], ["drain", "a"], ["metrics"], ["report", "-o", "x"]):
        code, out, err = teqlctl(*command, socket=str(tmp_path / "none"))
        assert (code, out) == (NO_MONITOR, "") and "systemctl start teql-monitor" in err, command


def test_the_socket_may_stand_after_the_command_too(teqlctl: Teqlctl, monitor: Any) -> None:
    assert teqlctl("status", "--socket", monitor.path, socket="/none")[0] == WRONG


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["drink"],
        ["drain"],
        ["drain", "a", "--for", "2x"],
        ["history", "-n", "0"],
        ["status", "--xml"],
        ["serve", "--listen", "x"],
    ],
)
def test_wrong_usage(teqlctl: Teqlctl, arguments: list[str]) -> None:
    code, out, err = teqlctl(*arguments)
    assert (code, out) == (USAGE, "") and "teqlctl" in err


@pytest.mark.parametrize(
    "command",
    ["", "status", "watch", "history", "drain", "undrain", "check", "doctor", "report", "metrics", "serve", "hooks"],
)
def test_help_has_examples(teqlctl: Teqlctl, command: str) -> None:
    code, out, _err = teqlctl(*command.split(), "--help")
    assert code == 0 and "examples:" in out and f"teqlctl {command}" in out


def test_version(teqlctl: Teqlctl) -> None:
    assert teqlctl("--version") == (0, f"teqlctl {VERSION}\n", "")


def test_main_exits_with_the_status(monitor: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--socket", monitor.path, "status"])
    assert ended.value.code == WRONG


def test_history(teqlctl: Teqlctl, monitor: Any) -> None:
    code, out, _err = teqlctl("history", "-n", "4")
    assert code == FINE and monitor.requests[-1] == {"command": "history", "count": 4}
    rows = out.splitlines()
    assert len(rows) == 5 and "up -> degraded" in rows[-1] and "32.4 ms later" in rows[-1]
    assert "left the bond" in rows[-2] and rows[-2].split()[4:] == ["the", "bond", "out", "no", "carrier"]


def test_history_of_one_line(teqlctl: Teqlctl) -> None:
    code, out, _err = teqlctl("history", "e", "-n", "1")
    assert code == FINE and len(out.splitlines()) == 2 and "left the bond" in out
    assert teqlctl("history", "ppp0", "-n", "1")[1] == out
    assert teqlctl("history", "b") == (FINE, "Nothing is known of line b yet.\n", "")
    code, _out, err = teqlctl("history", "x")
    assert code == USAGE and "a, b, dsl-office, d, e and f" in err


def test_history_for_programs(teqlctl: Teqlctl, events: list[Any]) -> None:
    out = teqlctl("history", "--json")[1]
    assert [json.loads(line) for line in out.splitlines()] == events


def test_history_of_a_new_monitor(teqlctl: Teqlctl, monitor: Any) -> None:
    monitor.answers["history"] = {"events": []}
    assert teqlctl("history") == (FINE, "Nothing happened yet.\n", "")


def test_history_fits(events: list[Any]) -> None:
    from teql_monitor.cli.history import render

    for width in (30, 40, 60, 80, 120):
        assert max(len(line) for line in render(events, Terminal(width))) <= max(width, 56)


@pytest.mark.parametrize(
    ("arguments", "request_", "words"),
    [
        (["drain", "a"], {"command": "drain", "line": "a", "seconds": None}, "until you type: sudo teqlctl undrain a"),
        (
            ["drain", "a", "--for", "2h"],
            {"command": "drain", "line": "a", "seconds": 7200},
            "drained for 2h 00m, until ",
        ),
        (["undrain", "a"], {"command": "undrain", "line": "a"}, "no longer drained"),
    ],
)
def test_drain(teqlctl: Teqlctl, monitor: Any, arguments: list[str], request_: Any, words: str) -> None:
    code, out, _err = teqlctl(*arguments)
    assert code == FINE and words in out and monitor.requests == [request_]


def test_a_drained_line_that_has_to_stay(teqlctl: Teqlctl, monitor: Any) -> None:
    monitor.answers["drain"] = {"member": True, "reason": "taken out by hand; stays in the bond: it is the last one"}
    assert "It stays in the bond for now: taken out by hand; stays" in teqlctl("drain", "a")[1]


@pytest.mark.parametrize(
    ("user", "expected", "words"), [(0, USAGE, "no line x"), (1000, NO_MONITOR, "sudo teqlctl drain x --for 60s")]
)
def test_drain_refused(
    teqlctl: Teqlctl, monitor: Any, monkeypatch: pytest.MonkeyPatch, user: int, expected: int, words: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monitor.answers["drain"] = "no line x"
    code, _out, err = teqlctl("drain", "x", "--for", "60s")
    assert code == expected and words in err


def test_check(teqlctl: Teqlctl, tmp_path: Path) -> None:
    path = tmp_path / "monitor.json"
    path.write_text(json.dumps(CONFIG))
    code, out, _err = teqlctl("check", str(path))
    assert code == FINE and out.startswith(f"ok: {path} has 2 lines")
    path.write_text(json.dumps({**CONFIG, "targets": ["198.51.100.1"]}))
    found = config.warnings(config.load(str(path)))
    assert found and all(f"warning: {warning}" in teqlctl("check", str(path))[1] for warning in found)
    path.write_text(json.dumps({**CONFIG, "bond": "br0", "lines": []}))
    code, out, _err = teqlctl("check", str(path))
    with pytest.raises(config.ConfigError) as caught:
        config.load(str(path))
    assert code == WRONG and all(problem in out for problem in caught.value.problems)
    assert teqlctl("check", str(tmp_path / "none"))[0] == WRONG


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, monitor: Any) -> None:
    module = types.ModuleType("teql_monitor.page")
    module.render = lambda report: f"<p>{report['bond']} ü</p>"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "teql_monitor.page", module)
    monitor.answers["report"] = {"version": 1, "bond": "teql0"}


@pytest.mark.usefixtures("page")
def test_report(teqlctl: Teqlctl, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    code, out, _err = teqlctl("report", "-o", str(path))
    assert code == FINE and "Wrote" in out and path.read_text() == "<p>teql0 ü</p>"
    code, _out, err = teqlctl("report", "-o", str(tmp_path / "no" / "page.html"))
    assert code == USAGE and "Cannot write" in err
    assert list(tmp_path.glob("*.new")) == []


@pytest.mark.usefixtures("page")
def test_a_report_does_not_replace_a_device(teqlctl: Teqlctl, tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    assert teqlctl("report", "-o", str(link))[0] == FINE
    assert link.is_symlink() and Path("/dev/null").is_char_device()


def test_a_report_is_not_for_a_terminal(teqlctl: Teqlctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, _out, err = teqlctl("report")
    assert code == USAGE and "report -o page.html" in err


def test_metrics(teqlctl: Teqlctl) -> None:
    code, out, _err = teqlctl("metrics")
    assert code == FINE and 'teql_line_up{line="a",iface="eth2"} 1\n' in out


def program(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[4] / "roles" / "monitor" / "files"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, "-m", "teql_monitor.cli", *arguments], env=environment, **more)


def test_a_closed_pipe_is_no_error(monitor: Any) -> None:
    monitor.answers["history"]["events"] *= 5000
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with program("--socket", monitor.path, "history", "-n", "100000", "--json", **pipes) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait(30) == FINE


def test_status_imports_little(monitor: Any) -> None:
    """Each of these costs more than all of teqlctl."""
    code = (
        "import sys; before = set(sys.modules); from teql_monitor.cli import run; "
        f"run(['--socket', {monitor.path!r}, 'status']); "
        "print(sorted((set(sys.modules) - before) & {'typing', 'dataclasses', 'inspect', 'http', 'subprocess', "
        "'ipaddress', 'shutil', 'logging', 'asyncio'}), file=sys.stderr)"
    )
    root = Path(__file__).parents[4] / "roles" / "monitor" / "files"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(root)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "[]\n"
