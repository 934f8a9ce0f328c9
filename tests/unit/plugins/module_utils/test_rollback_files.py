# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders are again exactly what they were, whatever was done to them."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.rollback_files import do_step, keep, look, plan_files

PATHS = ("etc/a.network", "etc/dropins/b.conf", "kept/set/manifest", "kept/set/originals/c")


def picture(root: Path) -> dict[str, tuple[int, str]]:
    found = {}
    for path in sorted(root.rglob("*")):
        if "twins" not in path.parts:
            mode = stat.S_IMODE(path.lstat().st_mode)
            what = os.readlink(path) if path.is_symlink() else path.read_text() if path.is_file() else "folder"
            found[str(path.relative_to(root))] = (0 if path.is_symlink() else mode, what)
    return found


def change(root: Path, contents: dict[str, str]) -> None:
    """Make exactly these files there; an empty text is a symlink."""
    for name in ("etc", "kept"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "etc").mkdir()
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text)
        else:
            path.symlink_to("/nowhere")


CONTENTS = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(["", "one", "two"]))


@settings(max_examples=60, deadline=None)
@given(CONTENTS, CONTENTS)
def test_all_is_as_it_was(before: dict[str, str], then: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        change(root, before)
        first = picture(root)
        twins = str(root / "twins")
        kept = keep([str(root / path) for path in PATHS[:2]], [str(root / "kept/set")], twins)
        assert plan_files(kept, look(kept, twins)) == []
        change(root, then)
        for step in plan_files(kept, look(kept, twins)):
            do_step(step, kept, twins)
        assert picture(root) == first
        assert plan_files(kept, look(kept, twins)) == []


def test_owner_mode_and_time_come_back(tmp_path: Path) -> None:
    file = tmp_path / "etc"
    file.write_text("old")
    file.chmod(0o640)
    os.utime(file, (1, 1))
    kept = keep([str(file)], [], str(tmp_path / "twins"))
    file.unlink()
    file.write_text("new")
    for step in plan_files(kept, look(kept, str(tmp_path / "twins"))):
        do_step(step, kept, str(tmp_path / "twins"))
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode), file.stat().st_mtime) == ("old", 0o640, 1)


def test_a_folder_that_somebody_else_uses_by_now_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ours"
    kept = keep([str(path)], [], str(tmp_path / "twins"))
    path.parent.mkdir()
    path.write_text("x")
    (path.parent / "theirs").write_text("y")
    for step in plan_files(kept, look(kept, str(tmp_path / "twins"))):
        do_step(step, kept, str(tmp_path / "twins"))
    assert os.listdir(path.parent) == ["theirs"]


@pytest.mark.parametrize("there", [True, False])
def test_nothing_kept_is_nothing_done(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "x").write_text("x")
    kept = keep([str(tmp_path / "x")], [], str(tmp_path / "twins"))
    assert plan_files(kept, look(kept, str(tmp_path / "twins"))) == []
