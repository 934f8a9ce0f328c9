# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole monitor on a kernel, a clock and wires that only exist in memory."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from fakes import FakeClock, FakeKernel, FakeLink

from teql_monitor.config import Config
from teql_monitor.monitor import Monitor
from teql_monitor.recorder import Recorder


class FakeJournal:
    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def say(self, kind: str, message: str, *_priority: int, **_fields: object) -> None:
        self.lines.append((kind, message))

    def of(self, kind: str) -> list[str]:
        return [message for each, message in self.lines if each == kind]


class Gateway:
    def __init__(self, path: Path, config: Config, kernel: FakeKernel | None = None) -> None:
        self.path, self.config = path, config
        self.kernel = kernel or FakeKernel(len(config.lines))
        self.clock = FakeClock()
        self.link = FakeLink(self.clock)
        self.journal = FakeJournal()
        self.told: list[dict[str, Any]] = []
        self.start()

    def start(self) -> None:
        """Also anew, with what is on disk."""
        self.recorder = Recorder(str(self.path), self.journal, self.clock, self.told.append)  # type: ignore[arg-type]
        links = {socket.AF_INET: self.link, socket.AF_INET6: self.link}
        kernel: Any = self.kernel
        self.monitor = Monitor(self.config, kernel, links, self.recorder, self.clock, str(self.path))
        self.second = self.clock.now()

    def run(self, seconds: float) -> Gateway:
        """As the daemon's loop does it, every ten milliseconds."""
        for _turn in range(round(seconds * 100)):
            self.clock.time = round(self.clock.time + 0.01, 2)
            now, monitor = self.clock.now(), self.monitor
            if monitor.stale:
                monitor.look()
            monitor.finished(monitor.prober.run(now))
            if now >= self.second:
                self.second += 1
                monitor.tick()
        return self

    def notice(self) -> None:
        """The kernel told that something has changed."""
        self.monitor.stale = True
        self.run(0.01)

    def states(self) -> str:
        return " ".join(line.state for line in self.monitor.judge.lines.values())

    def events(self, kind: str) -> list[tuple[str, str]]:
        """Line and new state of each, the oldest first."""
        return [(event["line"], event["new"]) for event in self.told if event["kind"] == kind]

    def out(self) -> list[str]:
        """The file that the role bonding reads."""
        return json.loads((self.path / "out").read_text())
