# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated ZyNOS router, and times that are short enough for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import zynos_record
from ansible_collections.linebond.teql.plugins.module_utils.zynos import dialogue, router, session, setting
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_zynos import SimulatedZynos


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedZynos]:
    for place, name, value in (
        (session, "QUIET", 0.05),
        (dialogue, "NUDGE_AFTER", 4),
        (router, "BUSY", 0.3),
        (router, "PAUSE", 0.05),
        (router, "LOCKS", str(tmp_path / "locks")),
        (setting, "CUT", 0.4),
        (setting, "MOVED", 2.0),
        (zynos_record, "FOLDER", str(tmp_path / "kept") + "/"),
    ):
        monkeypatch.setattr(place, name, value)
    simulated = SimulatedZynos(tmp_path)
    yield simulated
    simulated.server.close()
