# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A monitor that only talks: it answers on a UNIX socket what a test put in."""

from __future__ import annotations

import copy
import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


class Monitor(socketserver.ThreadingUnixStreamServer):
    """answers: command -> result, or a text that refuses. streams: what each `events` connection sends."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.answers: dict[str, Any] = {
            "status": recorded("status"),
            "history": recorded("events"),
            "counters": recorded("counters"),
            "drain": {},
            "undrain": {},
        }
        self.streams: list[list[dict[str, Any]]] = []
        self.requests: list[dict[str, Any]] = []
        super().__init__(self.path, Talk)


class Talk(socketserver.StreamRequestHandler):
    server: Monitor

    def handle(self) -> None:
        request = json.loads(self.rfile.readline())
        self.server.requests.append(request)
        if request["command"] == "events":
            for event in self.server.streams.pop(0) if self.server.streams else []:
                self.say({"event": event})
            return
        answer = self.server.answers.get(request["command"], f"unknown command {request['command']}")
        if isinstance(answer, bytes):
            self.wfile.write(answer)
        elif isinstance(answer, str):
            self.say({"ok": False, "error": answer})
        else:
            self.say({"ok": True, "result": answer})

    def say(self, answer: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(answer).encode() + b"\n")


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    with Monitor(tmp_path / "control") as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def status() -> dict[str, Any]:
    return copy.deepcopy(recorded("status"))


@pytest.fixture
def events() -> list[dict[str, Any]]:
    return recorded("events")["events"]
