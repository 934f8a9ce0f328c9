# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible calls it."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import file_store
from ansible_collections.linebond.teql.plugins.modules import files


@pytest.fixture
def call(run_module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    base = str(tmp_path / "lib" / "linebond.teql" / "files")
    monkeypatch.setattr(files, "Store", partial(file_store.Store, base=base))
    return partial(run_module, files, name="test")


def one(path: Path, content: str = "ours\n", **options: Any) -> list[dict[str, Any]]:
    return [{"path": str(path), "content": content, **options}]


def test_writes_then_rests_then_leaves(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "x"
    first = call(files=one(path))
    assert (first["changed"], first["written"], first["sets"]) == (True, [str(path)], ["test"])
    assert path.read_text() == "ours\n" and path.stat().st_mode & 0o7777 == 0o644
    assert call(files=one(path)) == {**first, "changed": False, "written": []}
    assert call(state="absent")["removed"] == [str(path)]
    assert not path.parent.exists() and not list((tmp_path / "lib").iterdir())
    again = call(state="absent")
    assert (again["changed"], again["sets"]) == (False, [])


def test_check_mode_tells_the_same_and_touches_nothing(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("foreign\n")
    told = call(check=True, diff=True, files=one(path, mode="0600"))
    assert path.read_text() == "foreign\n" and not (tmp_path / "lib").exists()
    assert told == call(diff=True, files=one(path, mode="0600"))
    gone = call(check=True, diff=True, state="absent")
    assert path.read_text() == "ours\n"
    assert gone == call(diff=True, state="absent")
    assert gone["restored"] == [str(path)] and path.read_text() == "foreign\n"


def test_diff_shows_content_and_attributes(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("foreign\n")
    path.chmod(0o640)
    owner = f"owner {os.geteuid()}:{os.getegid()}"
    content, attributes = call(diff=True, files=one(path))["diff"]
    assert content == {
        "before_header": f"{path} (file, mode 0640, {owner})",
        "after_header": f"{path} (file, mode 0644, {owner})",
        "before": "foreign\n",
        "after": "ours\n",
    }
    assert (attributes["before"], attributes["after"]) == (f"file, mode 0640, {owner}\n", f"file, mode 0644, {owner}\n")


def test_a_brief_file_shows_its_length_in_the_diff(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    wanted = [{"path": str(path), "content": "one\ntwo\n", "brief": True}]
    (item,) = call(diff=True, check=True, files=wanted)["diff"]
    assert item["before"] == "" and item["after"].startswith("2 lines, SHA-256 ")
    assert call(diff=True, files=wanted)["changed"] and path.read_text() == "one\ntwo\n"
    changed = [{**wanted[0], "content": "one\n2\n"}]
    (item,) = call(diff=True, files=changed)["diff"]
    assert item["before"] != item["after"]


def test_a_file_changed_by_hand_is_written_again(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "x"
    call(files=one(path))
    path.write_text("by hand\n")
    result = call(diff=True, files=one(path))
    assert result["written"] == [str(path)] and result["diff"][0]["before"] == "by hand\n"
    path.chmod(0o600)
    assert call(files=one(path))["changed"] is True
    path.unlink()
    assert call(files=one(path))["changed"] is True


def test_a_symlink_in_the_way_comes_back_as_one(call: Any, tmp_path: Path) -> None:
    target, path = tmp_path / "target", tmp_path / "x"
    target.write_text("theirs\n")
    path.symlink_to("target")
    assert call(diff=True, files=one(path))["diff"][0]["before"] == "symlink to target\n"
    assert not path.is_symlink() and target.read_text() == "theirs\n"
    call(state="absent")
    assert os.readlink(path) == "target"


def test_a_symlink_is_made_and_goes_again(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("foreign")
    made = call(files=[{"path": str(path), "link": "/nowhere/y"}], diff=True)
    assert made["written"] == [str(path)] and os.readlink(path) == "/nowhere/y"
    assert made["diff"][0]["after"] == "symlink to /nowhere/y\n"
    assert not call(files=[{"path": str(path), "link": "/nowhere/y"}])["changed"]
    assert call(files=[{"path": str(path), "link": "/nowhere/z"}])["written"] == [str(path)]
    assert call(files=one(path))["written"] == [str(path)] and not path.is_symlink()
    call(files=[{"path": str(path), "link": "z"}])
    call(state="absent")
    assert path.read_text() == "foreign" and not path.is_symlink()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({"link": ""}, "link is empty; say where the symlink shall point"),
        ({"link": "a", "content": "b"}, "mutually exclusive"),
        ({}, "one of the following is required: content, link, block"),
    ],
)
def test_a_path_is_either_a_file_or_a_symlink(call: Any, tmp_path: Path, file: dict[str, str], message: str) -> None:
    assert message in call(files=[{"path": str(tmp_path / "x"), **file}])["msg"]


def test_a_file_dropped_from_the_set_goes(call: Any, tmp_path: Path) -> None:
    x, y = tmp_path / "x", tmp_path / "y"
    call(files=one(x) + one(y))
    result = call(files=one(x))
    assert (result["removed"], result["written"]) == ([str(y)], [])
    assert call(files=[])["removed"] == [str(x)]


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("x", "a path has to be absolute"),
        ("{tmp}/a/../x", "a path has to be absolute"),
        ("{tmp}/lib/linebond.teql/files/test/manifest.json", "lies where the originals are kept"),
        ("{tmp}/directory", "is a directory: move it out of the way"),
        ("{tmp}/pipe", "is a special file: move it out of the way"),
        ("{tmp}/plain/x", "plain is not a directory"),
        ("{tmp}/self/twin", "is listed twice"),
        ("{tmp}/twin/below", "is a file of the same set"),
    ],
)
def test_refuses_before_anything_is_written(call: Any, tmp_path: Path, listed: str, message: str) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "plain").write_text("")
    (tmp_path / "self").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    result = call(files=[*one(tmp_path / "twin"), {"path": listed.format(tmp=tmp_path), "content": ""}])
    assert result["failed"] and message in result["msg"] and result["changed"] is False
    assert not (tmp_path / "twin").exists()


@pytest.mark.parametrize("mode", ["644", "420", "u=rw", "00644"])
def test_refuses_a_mode_that_yaml_has_mangled(call: Any, tmp_path: Path, mode: str) -> None:
    assert "write it in quotes" in call(files=one(tmp_path / "x", mode=mode))["msg"]


@pytest.mark.parametrize("name", ["../x", ".x", "a/b", ""])
def test_refuses_a_name_that_is_no_folder(call: Any, name: str) -> None:
    assert "letters, digits" in call(name=name)["msg"]


def test_a_failing_write_says_what_was_changed(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device", str(tmp_path / "x"))

    monkeypatch.setattr(file_store, "_settle", full)
    result = call(files=one(tmp_path / "x"))
    assert result["failed"] and "No space left" in result["msg"] and result["changed"] is True


def test_a_block_in_a_file_of_the_sites(call: Any, tmp_path: Path) -> None:
    path, link = tmp_path / "network", tmp_path / "link"
    path.write_text("NETWORKING=yes\n")
    path.chmod(0o640)
    link.symlink_to(path)
    ours = [{"path": str(link), "block": "GATEWAYDEV=teql0\n"}]
    told = call(check=True, diff=True, files=ours)
    assert path.read_text() == "NETWORKING=yes\n" and told["diff"][0]["after"].endswith("# END linebond.teql test\n")
    assert told == call(diff=True, files=ours) and told["written"] == [str(path)]
    assert not call(files=ours)["changed"] and link.is_symlink()
    path.write_text("HOSTNAME=gw\n" + path.read_text())
    assert not call(files=ours)["changed"]
    told = call(check=True, diff=True, state="absent")
    assert told == call(diff=True, state="absent") and told["restored"] == [str(path)]
    assert path.read_text() == "HOSTNAME=gw\nNETWORKING=yes\n" and path.stat().st_mode & 0o777 == 0o640


def test_a_block_in_a_script(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "hook"
    ours = [{"path": str(path), "block": "true\n", "script": True, "mode": "0755"}]
    call(files=ours)
    assert path.read_text().startswith("#!/bin/sh\n# BEGIN") and path.stat().st_mode & 0o777 == 0o755
    call(state="absent")
    assert not path.exists()
    path.write_text("#!/usr/bin/perl\n")
    path.chmod(0o755)
    assert f"{path} is no shell script" in call(files=ours)["msg"]
    assert "script is for a block" in call(files=[{"path": str(path), "content": "", "script": True}])["msg"]
