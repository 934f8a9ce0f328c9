# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever sets are asked for, and whenever a run is killed: at the end the tree is as it was."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.file_model import FILE, LINK, FileSetError, Wanted
from ansible_collections.linebond.teql.plugins.module_utils.file_set import plan
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store, read_entry

FOREIGN = {"etc/a": b"foreign a", "etc/d/b": b"foreign b"}
PATHS = [
    "etc/a",
    "etc/d/b",
    "etc/d/c",
    "etc/link",
    "etc/new/x",
    "etc/new/y",
    "etc/new/deep/z",
    "etc/a/below",
    "etc/new",
]
SETS = st.dictionaries(
    st.sampled_from(PATHS),
    st.builds(
        Wanted,
        st.sampled_from([b"one\n", b"two\n", b"foreign a"]),
        st.sampled_from([0o644, 0o600]),
        st.just(FILE),
        owner=st.none(),
    )
    | st.builds(Wanted, st.sampled_from([b"nowhere", b"elsewhere"]), st.just(0), st.just(LINK), owner=st.none()),
    max_size=5,
)


class Killed(Exception):
    pass


@contextmanager
def a_tree() -> Iterator[tuple[str, Store]]:
    root = os.path.realpath(tempfile.mkdtemp())
    try:
        for name, content in FOREIGN.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o640)
        os.utime(Path(root, "etc/a"), (1, 1))
        Path(root, "etc/link").symlink_to("nowhere")
        yield root, Store("test", os.path.join(root, "lib", "linebond.teql", "files"))
    finally:
        shutil.rmtree(root)


def picture(root: str) -> dict[str, object]:
    """All that is in the tree, with mode, owner and, of files, time."""
    found: dict[str, object] = {}
    for folder, folders, names in os.walk(root):
        for name in folders + names:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            # What lies above our folder is not ours to remove: /var/lib is always there.
            if path != os.path.join(root, "lib"):
                when = status.st_mtime if name in names else 0
                found[os.path.relpath(path, root)] = (read_entry(path), status.st_mode, when)
    return found


def absolute(root: str, wanted: dict[str, Wanted]) -> dict[str, Wanted]:
    return {os.path.join(root, name): value for name, value in wanted.items()}


def apply(store: Store, wanted: dict[str, Wanted], kill_after: int | None = None) -> None:
    for number, step in enumerate(plan(wanted, store.look(wanted)).steps):
        if number == kill_after:
            raise Killed
        store.do(step)


@settings(max_examples=60, deadline=None)
@given(st.lists(SETS, max_size=4))
def test_any_sequence_of_sets_is_exact_and_leaves_no_trace(sequence: list[dict[str, Wanted]]) -> None:
    with a_tree() as (root, store):
        before = picture(root)
        for wanted in (absolute(root, one) for one in sequence):
            kept = picture(root)
            try:
                apply(store, wanted)
            except FileSetError:
                assert picture(root) == kept, "a refused set must not change anything"
                continue
            for path, value in wanted.items():
                assert read_entry(path)[:3] == (value.kind, value.content, value.mode)
            assert plan(wanted, store.look(wanted)).steps == []
        apply(store, {})
        assert picture(root) == before
        assert plan({}, store.look({})).steps == []


@settings(max_examples=120, deadline=None)
@given(SETS, st.lists(st.tuples(SETS, st.integers(0, 12)), min_size=1, max_size=4))
def test_killed_at_any_step_it_can_be_run_again(
    first: dict[str, Wanted], killed: list[tuple[dict[str, Wanted], int]]
) -> None:
    with a_tree() as (root, store):
        before = picture(root)
        with suppress(FileSetError):
            apply(store, absolute(root, first))
        for wanted, step in killed:
            with suppress(FileSetError, Killed):
                apply(store, absolute(root, wanted), step)
        last = absolute(root, killed[-1][0])
        with suppress(FileSetError):
            apply(store, last)
            for path, value in last.items():
                assert read_entry(path)[:3] == (value.kind, value.content, value.mode)
            assert plan(last, store.look(last)).steps == []
        apply(store, {})
        assert picture(root) == before


@pytest.mark.parametrize("kill_first", range(12))
@pytest.mark.parametrize("kill_then", range(12))
def test_killed_while_taking_over_and_while_giving_back(kill_first: int, kill_then: int) -> None:
    wanted = {name: Wanted(b"ours\n", 0o600) for name in ("etc/a", "etc/link", "etc/new/deep/z")}
    with a_tree() as (root, store):
        before = picture(root)
        with suppress(Killed):
            apply(store, absolute(root, wanted), kill_first)
        with suppress(Killed):
            apply(store, {}, kill_then)
        apply(store, {})
        assert picture(root) == before


def test_a_write_that_was_cut_off_leaves_nothing() -> None:
    with a_tree() as (root, store):
        before = picture(root)
        path = os.path.join(root, "etc/new/x")
        wanted = {path: Wanted(b"ours\n", 0o644)}
        apply(store, wanted)
        Path(root, "etc/new/.x.linebond-new").write_text("ha")
        apply(store, {})
        assert picture(root) == before


def test_a_directory_we_made_stays_as_long_as_something_is_in_it() -> None:
    with a_tree() as (root, store):
        wanted = absolute(root, {"etc/new/x": Wanted(b"ours\n", 0o644)})
        apply(store, wanted)
        Path(root, "etc/new/theirs").write_text("theirs")
        apply(store, {})
        assert os.listdir(os.path.join(root, "etc/new")) == ["theirs"]
        assert plan({}, store.look({})).steps == []


def test_a_lost_original_is_an_error_before_anything_changes() -> None:
    with a_tree() as (root, store):
        apply(store, absolute(root, {"etc/a": Wanted(b"ours\n", 0o644)}))
        for name in os.listdir(store.originals):
            os.unlink(os.path.join(store.originals, name))
        kept = picture(root)
        with pytest.raises(FileSetError, match=r"original of .*/etc/a cannot be put back"):
            apply(store, {})
        assert picture(root) == kept


def test_two_sets_do_not_share_a_file() -> None:
    with a_tree() as (root, store):
        wanted = absolute(root, {"etc/a": Wanted(b"ours\n", 0o644)})
        apply(store, wanted)
        store.refuse_other_owners(wanted)
        with pytest.raises(FileSetError, match="is in the set test already"):
            Store("other", store.base).refuse_other_owners(wanted)


def test_a_broken_manifest_is_named() -> None:
    with a_tree() as (_root, store):
        os.makedirs(store.folder)
        Path(store.manifest_path).write_text("{")
        with pytest.raises(FileSetError, match=r"manifest\.json cannot be read"):
            store.look({})
