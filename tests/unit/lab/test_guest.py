# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which labs a checkout may end: its own, and one that is called by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import __main__ as cli
from lab import guest as guests
from lab.guest import Guest


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of those that are ended. Here is a lab of this checkout; `other` is one of another checkout."""
    names: list[str] = []
    (tmp_path / "cache/run/own").mkdir(parents=True)
    (tmp_path / "netns").mkdir()
    for name in ("own", "other"):
        (tmp_path / "netns" / f"{guests.PREFIX}{name}").touch()
    monkeypatch.setattr(guests, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(guests, "NAMESPACES", tmp_path / "netns")
    monkeypatch.setattr(Guest, "down", lambda guest: names.append(guest.name))
    monkeypatch.setattr(cli.host, "become_root", lambda: None)
    return names


@pytest.mark.parametrize(
    ("words", "names"),
    [(["--all"], ["own"]), (["--name", "other"], ["other"]), (["--name", "none"], [])],
    ids=["all", "by name", "none of that name"],
)
def test_down_ends(ended: list[str], monkeypatch: pytest.MonkeyPatch, words: list[str], names: list[str]) -> None:
    monkeypatch.setattr("sys.argv", ["lab", "down", *words])
    cli.main()
    assert ended == names
