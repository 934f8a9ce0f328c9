# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program as a whole: how it ends, and a run of it in an empty network namespace of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from teql_monitor.daemon import EX_CONFIG, run

PACKAGE = Path(__file__).parents[3] / "roles/monitor/files"
CONFIG = {
    "version": 1,
    "bond": "teql0",
    "address": "192.0.2.2",
    "common_address": "192.0.2.1",
    "targets": ["198.51.100.1"],
    "lines": [
        {"interface": "eth2", "address": "172.16.0.2/30", "router": "172.16.0.1"},
        {"interface": "eth3", "address": "172.16.0.6/30", "router": "172.16.0.5"},
    ],
}


def arguments(path: Path) -> list[str]:
    return ["--config", str(path / "monitor.json"), "--run", str(path / "run"), "--state", str(path / "state")]


@pytest.mark.parametrize(("content", "words"), [(None, "is missing"), ("{", "no JSON"), ('{"version": 1}', "bond: ")])
def test_a_refused_configuration_ends_it_with_78_and_touches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "monitor.json").write_text(content)
    assert run(arguments(tmp_path)) == EX_CONFIG == 78
    told = capsys.readouterr().err
    assert told.startswith("teql-monitor: the configuration is refused, nothing was touched:\n")
    assert words in told and "Traceback" not in told
    assert not (tmp_path / "run").exists() and not (tmp_path / "state").exists()


def test_a_directory_that_cannot_be_made_ends_it_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "monitor.json").write_text(json.dumps(CONFIG))
    (tmp_path / "run").write_text("a file")
    assert run(arguments(tmp_path)) == 1
    assert capsys.readouterr().err.startswith("teql-monitor: ")


def test_it_imports_little() -> None:
    """What is imported stays in memory: each of these costs 0.3 MiB and more."""
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE)!r}); import teql_monitor.daemon; "
        "print(sorted({'argparse', 'dataclasses', 'datetime', 'inspect'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Running:
    """The daemon in a network namespace without any port; it says when it is ready as it says it to systemd."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.configure()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(path / "notify"))
        self.manager.settimeout(20)
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "NOTIFY_SOCKET": str(self.path / "notify")}
        command = ["unshare", "--net", sys.executable, "-m", "teql_monitor.daemon", *arguments(self.path)]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.wait_for("READY=1")

    def configure(self, **changes: object) -> None:
        (self.path / "monitor.json").write_text(json.dumps({**CONFIG, **changes}))

    def wait_for(self, word: str) -> None:
        while word not in self.manager.recv(1000).decode():
            pass

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)
        self.wait_for("RELOADING=1")
        self.wait_for("READY=1")

    def ask(self, command: str, **words: object) -> Any:
        with socket.socket(socket.AF_UNIX) as client, client.makefile("rwb") as stream:
            client.connect(str(self.path / "run" / "control"))
            stream.write(json.dumps({"command": command, **words}).encode() + b"\n")
            stream.flush()
            answer = json.loads(stream.readline())
        return answer["result"] if answer["ok"] else answer["error"]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.errors = self.process.communicate(timeout=20)[1]
        return self.process.returncode


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Running]:
    unshare = ["unshare", "--net", "true"]
    if not shutil.which("unshare") or subprocess.run(unshare, capture_output=True, check=False).returncode:
        pytest.skip("no network namespace may be made here: run as root")
    found = Running(tmp_path)
    yield found
    found.process.kill()
    found.process.communicate()
    found.manager.close()


def test_it_starts_without_bond_and_ports_shows_so_and_ends_with_0(daemon: Running) -> None:
    found = daemon.ask("status")
    assert (found["bond_exists"], found["config_error"]) == (False, "")
    assert [line["reason"] for line in found["lines"]] == ["there is no interface eth2", "there is no interface eth3"]
    daemon.wait_for("WATCHDOG=1")
    assert (daemon.path / "run" / "out").exists()
    assert daemon.end() == 0 and "Traceback" not in daemon.errors
    assert not (daemon.path / "run" / "control").exists() and not (daemon.path / "run" / "out").exists()


def test_a_reload_takes_a_good_configuration_and_refuses_a_bad_one(daemon: Running) -> None:
    daemon.configure(mode="observe", targets=["2001:db8::1"], address6="2001:db8:1::2", common_address6="fe80::1")
    daemon.reload()
    assert (daemon.ask("status")["mode"], daemon.ask("status")["config_error"]) == ("observe", "")
    daemon.configure(mode="hope")
    daemon.reload()
    assert daemon.ask("status")["mode"] == "observe" and "mode: " in daemon.ask("status")["config_error"]
    kinds = [(event["kind"], event["new"]) for event in daemon.ask("history")["events"]]
    assert [new for kind, new in kinds if kind == "config"] == ["taken", "refused"]
    assert daemon.end(signal.SIGINT) == 0


def test_what_it_was_told_outlives_kill_9(daemon: Running) -> None:
    daemon.ask("drain", line="eth2")
    assert daemon.end(signal.SIGKILL) == -signal.SIGKILL
    daemon.start()
    assert daemon.ask("status")["lines"][0]["state"] == "drained"
    seqs = [event["seq"] for event in daemon.ask("history")["events"]]
    assert seqs == list(range(1, len(seqs) + 1))


def test_to_remove_what_was_never_made_is_no_error(daemon: Running) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    command = ["unshare", "--net", sys.executable, "-m", "teql_monitor.daemon", "--remove"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
