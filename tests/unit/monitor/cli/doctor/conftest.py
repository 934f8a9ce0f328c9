# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A healthy gateway, as its commands and files tell."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.host import Host
from teql_monitor.cli.doctor.reading import read

GATEWAY = json.loads((Path(__file__).parents[1] / "recorded" / "gateway.json").read_text())


class Healthy(Host):
    """A command that is not in its book fails as ip does, with an open bracket."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        self.missing = missing

    def run(self, *argv: str) -> tuple[int, str]:
        if argv[0] in self.missing:
            return 127, ""
        answer = GATEWAY["commands"].get(" ".join(argv))
        return (2, "[") if answer is None else (0, json.dumps(answer))

    def read(self, path: str) -> str | None:
        return GATEWAY["files"].get(path)

    def kernel(self) -> tuple[str, str]:
        return "6.12.117+deb13-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-01)"


@pytest.fixture
def healthy() -> type[Healthy]:
    return Healthy


@pytest.fixture
def gateway(monitor: Any) -> Any:
    """The monitor of that gateway."""
    monitor.answers["status"] = copy.deepcopy(GATEWAY["status"])
    return monitor


@pytest.fixture
def settings(tmp_path: Path) -> str:
    path = tmp_path / "monitor.json"
    path.write_text(json.dumps(GATEWAY["config"]))
    return str(path)


@pytest.fixture
def facts(settings: str, gateway: Any) -> Facts:
    return read(Healthy(), settings, gateway.path)
