# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What outlives a restart of the monitor."""

from __future__ import annotations

from pathlib import Path

import pytest

from teql_monitor.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def test_what_was_saved_is_loaded(path: Path) -> None:
    content = {"drained": {"a": None, "ü": 12.5}, "version": 1}
    Store(str(path)).save(content)
    store = Store(str(path))
    assert store.load() == content
    assert not store.error
    assert [entry.name for entry in path.parent.iterdir()] == ["state.json"]


def test_nothing_yet_is_no_error(path: Path) -> None:
    store = Store(str(path))
    assert store.load() == {}
    assert not store.error


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"null", b"\0" * 100, b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_put_aside(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    store = Store(str(path))
    assert store.load() == {}
    assert store.error == f"{path} was damaged; it is kept as {path}.damaged"
    assert not path.exists()
    assert Path(f"{path}.damaged").read_bytes() == damage
    store.save({"a": 1})
    assert store.load() == {"a": 1}
    assert not store.error


def test_a_disk_error_is_told_and_nothing_is_lost(path: Path) -> None:
    store = Store(str(path))
    store.save({"a": 1})
    Path(f"{path}.new").mkdir()  # in the way of the next save
    store.save({"a": 2})
    assert store.error == f"{path} cannot be written: Is a directory"
    assert store.load() == {"a": 1}
    Path(f"{path}.new").rmdir()
    store.save({"a": 3})
    assert not store.error


def test_no_directory(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "missing" / "state.json"))
    store.save({"a": 1})
    assert "cannot be written" in store.error
    assert store.load() == {}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert store.load() == {}
    assert store.error == f"{tmp_path} cannot be read: Is a directory"
