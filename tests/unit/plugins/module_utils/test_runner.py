# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are replaced whole, and a failure is an error that a rollback can follow."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.runner import TIMED_OUT, LinebondError, Runner, scratch_name


class Module:
    """What of AnsibleModule is used; its atomic_move, which ends the module by itself, is not."""

    def __init__(self, context: list[str | None] | None = None) -> None:
        self.context = context

    def get_bin_path(self, name: str, opt_dirs: list[str]) -> str | None:
        return name if name.startswith("/") else shutil.which(name)

    def selinux_enabled(self) -> bool:
        return self.context is not None

    def selinux_default_context(self, path: str) -> list[str | None]:
        assert self.context is not None
        return self.context


def test_a_file_is_written_whole_for_all_to_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.conf"
    for text in ("one\n", "two\n"):
        Runner(Module()).write(str(path), text)
        assert path.read_text() == text and path.stat().st_mode & 0o777 == 0o644
    assert os.listdir(path.parent) == ["a.conf"]


def test_what_a_killed_run_has_left_beside_a_file_goes_with_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    for touch in (lambda runner: runner.write(str(path), "text"), lambda runner: runner.remove(str(path))):
        Path(scratch_name(str(path))).write_text("half")
        touch(Runner(Module()))
        assert os.listdir(tmp_path) == (["a.conf"] if path.exists() else [])
    Path(scratch_name(str(path))).write_text("half")
    Runner(Module()).sweep(str(path))
    assert os.listdir(tmp_path) == []


def test_a_file_that_cannot_be_replaced_is_an_error_and_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "a.conf").mkdir()
    with pytest.raises(LinebondError, match=r"^Cannot write .*a\.conf: Is a directory\.$"):
        Runner(Module()).write(str(tmp_path / "a.conf"), "text")
    assert os.listdir(tmp_path) == ["a.conf"]


@pytest.mark.parametrize(
    ("context", "label"),
    [
        (["system_u", "object_r", "system_conf_t", "s0"], b"system_u:object_r:system_conf_t:s0\0"),
        ([None, None, None, None], None),
    ],
)
def test_the_selinux_context_is_the_paths_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, context: list[str | None], label: bytes | None
) -> None:
    given: list[Any] = []
    monkeypatch.setattr(os, "setxattr", lambda path, name, value: given.append((name, value)))
    Runner(Module(context)).write(str(tmp_path / "a.conf"), "text")
    assert given == ([] if label is None else [("security.selinux", label)])


def test_a_command_speaks_english_and_is_told_nothing() -> None:
    asked = Runner(Module()).try_run("sh", "-c", 'printf "$LC_ALL %s\\r\\n" "$(cat)"; printf "\\377" >&2; exit 3')
    assert asked == (3, "C \r\n", "\udcff")


def test_a_command_needs_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/nowhere")
    assert Runner(Module()).try_run("echo", "said") == (0, "said\n", "")


def test_a_command_that_leaves_a_process_behind_has_ended() -> None:
    began = time.monotonic()
    assert Runner(Module(), limit=20).try_run("sh", "-c", "sleep 30 & echo $!")[0] == 0
    assert time.monotonic() - began < 20


def test_a_command_that_does_not_end_has_a_status_of_its_own() -> None:
    code, out, said = Runner(Module(), limit=0.2).try_run("sleep", "9")
    assert (code, out) == (TIMED_OUT, "") and "timed out" in said


def test_a_command_that_cannot_begin_is_an_error(tmp_path: Path) -> None:
    program = tmp_path / "no-program"
    program.write_text("")
    with pytest.raises(LinebondError, match=r"no-program cannot be started: .*Permission denied"):
        Runner(Module()).try_run(str(program))
    with pytest.raises(LinebondError, match="cannot be started: embedded null byte"):
        Runner(Module()).try_run("true", "\0")
