# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A block of ours in a file of the site's: whatever happens, all that is not ours stays, and ours goes wholly."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import file_block
from ansible_collections.linebond.teql.plugins.module_utils.file_model import BLOCK, FILE, SCRIPT, FileSetError, Wanted
from ansible_collections.linebond.teql.plugins.module_utils.file_set import plan
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.test_file_set import (
    Killed,
    a_tree,
    absolute,
    apply,
    picture,
)

TEXTS = st.lists(st.sampled_from(["a=1", "", "# BEGIN of a comment", "exit 0", "#!/bin/sh"]), max_size=4).map("\n".join)
NETWORK = b"NETWORKING=yes\nGATEWAY=10.0.0.1\n"
OURS = b"GATEWAY=192.0.2.1\n"


def shared(content: bytes = OURS, kind: str = BLOCK) -> Wanted:
    return Wanted(content, 0o755 if kind == SCRIPT else 0o644, kind)


@settings(max_examples=200)
@given(TEXTS, TEXTS, TEXTS, st.booleans())
def test_a_block_goes_as_it_came(site: str, first: str, second: str, script: bool) -> None:
    before = site.encode()
    once = file_block.put_in(before, "one", first.encode(), script)
    both = file_block.put_in(once, "two", second.encode(), script)
    assert file_block.put_in(both, "two", second.encode(), script) == both
    assert file_block.take_out(both, "two") in (once, file_block.SHEBANG + once)
    rest = file_block.take_out(file_block.take_out(both, "one"), "two")
    assert rest == file_block.take_out(both)
    assert file_block.same(rest, before) or (not before and file_block.is_bare(rest))


def test_lines_come_last_and_commands_first() -> None:
    assert file_block.put_in(b"A=1", "s", b"A=2") == b"A=1\n# BEGIN linebond.teql s\nA=2\n# END linebond.teql s\n"
    block = b"# BEGIN linebond.teql s\nx\n# END linebond.teql s\n"
    for first in (b"#!/bin/sh\n", b"#! /bin/bash -e\n", b"#!/usr/bin/env sh\n"):
        assert file_block.put_in(first + b"exit 0\n", "s", b"x", True) == first + block + b"exit 0\n"
    assert file_block.put_in(b"exit 0\n", "s", b"x", True) == block + b"exit 0\n"
    assert file_block.put_in(b"", "s", b"x", True) == b"#!/bin/sh\n" + block


@pytest.mark.parametrize("content", [b"#!/usr/bin/python3\n", b"#!/usr/bin/perl -w\n", b"\x7fELF\0"])
def test_a_script_of_another_language_is_left_alone(content: bytes) -> None:
    with pytest.raises(file_block.BlockError, match="is no shell script"):
        file_block.put_in(content, "s", b"x", True)


def test_half_a_block_is_an_error() -> None:
    with pytest.raises(file_block.BlockError, match="not the one that ends the block"):
        file_block.take_out(b"# BEGIN linebond.teql s\nx\n", "s")
    with a_tree() as (root, store):
        Path(root, "etc/a").write_bytes(b"# BEGIN linebond.teql test\n")
        with pytest.raises(FileSetError, match=r"etc/a has the line '# BEGIN"):
            apply(store, absolute(root, {"etc/a": shared()}))


def test_what_the_site_changes_meanwhile_stays() -> None:
    with a_tree() as (root, store):
        path = Path(root, "etc/a")
        path.write_bytes(NETWORK)
        wanted = absolute(root, {"etc/a": shared()})
        apply(store, wanted)
        assert path.read_bytes().startswith(NETWORK) and path.stat().st_mode & 0o777 == 0o640
        path.write_bytes(b"HOSTNAME=gw\n" + path.read_bytes())
        assert plan(wanted, store.look(wanted)).steps == []
        apply(store, {})
        assert path.read_bytes() == b"HOSTNAME=gw\n" + NETWORK and path.stat().st_mode & 0o777 == 0o640
        assert not os.path.exists(store.folder)


def test_a_file_that_the_site_begins_meanwhile_stays() -> None:
    with a_tree() as (root, store):
        path = Path(root, "etc/hook")
        apply(store, absolute(root, {"etc/hook": shared(b"x", SCRIPT)}))
        assert path.stat().st_mode & 0o777 == 0o755
        path.write_bytes(path.read_bytes() + b"echo mine\n")
        apply(store, {})
        assert path.read_bytes() == b"#!/bin/sh\necho mine\n"


@pytest.mark.parametrize("first_out", ["one", "two"])
@pytest.mark.parametrize("there", [None, b"#!/bin/sh\necho site"])
def test_two_sets_have_their_blocks_in_one_file(first_out: str, there: bytes | None) -> None:
    with a_tree() as (root, store):
        path = Path(root, "etc/hook")
        if there is not None:
            path.write_bytes(there)
            path.chmod(0o755)
        before = picture(root)
        stores = {name: Store(name, store.base) for name in ("one", "two")}
        wanted = absolute(root, {"etc/hook": shared(b"x", SCRIPT)})
        for each in stores.values():
            each.refuse_other_owners(wanted)
            apply(each, wanted)
        whole = {str(path): Wanted(b"", 0o644, FILE)}
        with pytest.raises(FileSetError, match="is in the set one already"):
            Store("three", store.base).refuse_other_owners(whole)
        for name in sorted(stores, key=lambda name: name != first_out):
            apply(stores[name], {})
        after = picture(root)
        # Given back by the one that did not see it first, it has another time and an end to its last line.
        now, then = ({"etc/hook": tree.pop("etc/hook", None)} for tree in (after, before))
        assert after == before
        if there is None:
            assert now == then
        else:
            assert path.read_bytes().rstrip() == there and path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("kill_first", range(7))
@pytest.mark.parametrize("kill_then", range(7))
@pytest.mark.parametrize("name", ["etc/a", "etc/new/hook"])
def test_killed_while_putting_in_and_while_taking_out(name: str, kill_first: int, kill_then: int) -> None:
    with a_tree() as (root, store):
        before = picture(root)
        wanted = absolute(root, {name: shared()})
        for asked, kill in ((wanted, kill_first), ({}, kill_then)):
            with suppress(Killed):
                apply(store, asked, kill)
        apply(store, wanted)
        assert plan(wanted, store.look(wanted)).steps == []
        apply(store, {})
        assert picture(root) == before


def test_a_script_that_nobody_calls_is_an_error() -> None:
    with a_tree() as (root, store), pytest.raises(FileSetError, match=r"etc/a is not executable"):
        apply(store, absolute(root, {"etc/a": shared(b"x", SCRIPT)}))


@pytest.mark.parametrize("first", [BLOCK, FILE])
def test_a_path_may_change_from_one_to_the_other(first: str) -> None:
    with a_tree() as (root, store):
        before = picture(root)
        second = FILE if first == BLOCK else BLOCK
        for kind in (first, second):
            wanted = absolute(root, {"etc/a": shared(kind=kind)})
            apply(store, wanted)
            assert plan(wanted, store.look(wanted)).steps == []
            whole = Path(root, "etc/a").read_bytes()
            assert whole == OURS if kind == FILE else whole.startswith(b"foreign a\n# BEGIN")
        apply(store, {})
        assert picture(root) == before
