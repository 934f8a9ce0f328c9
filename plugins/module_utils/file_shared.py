# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of which only a block is ours: what they become with it, and what is left of them without it. Pure."""

from __future__ import annotations

from ansible_collections.linebond.teql.plugins.module_utils import file_block
from ansible_collections.linebond.teql.plugins.module_utils.file_model import (
    BLOCK,
    FILE,
    MISSING,
    SCRIPT,
    Entry,
    FileSetError,
    Seen,
    Wanted,
)


def blocks_of(wanted: dict[str, Wanted]) -> tuple[str, ...]:
    return tuple(sorted(path for path in wanted if wanted[path].kind in (BLOCK, SCRIPT)))


def settled(wanted: dict[str, Wanted], seen: Seen) -> dict[str, Wanted]:
    """The same with whole files in place of blocks."""
    return {**wanted, **{path: _with_block(path, wanted[path], seen) for path in blocks_of(wanted)}}


def _with_block(path: str, value: Wanted, seen: Seen) -> Wanted:
    here = seen.entries[path]
    if path in seen.manifest.files and path not in seen.manifest.blocks:  # the whole file was ours until now
        here = seen.originals.get(path, Entry(MISSING))
    script = value.kind == SCRIPT
    if here.kind != FILE:
        here = Entry(FILE, b"", value.mode, seen.owner)
    elif script and not here.mode & 0o100:
        raise FileSetError(f"{path} is not executable, so that nobody calls it: make it so, or move it out of the way")
    try:
        content = file_block.put_in(here.content, seen.name, value.content, script)
    except file_block.BlockError as error:
        raise FileSetError(f"{path} {error}") from None
    return Wanted(content, here.mode, FILE, value.brief, here.owner)


def fates(leaving: list[str], seen: Seen) -> dict[str, Wanted | None]:
    """What becomes of files that lose our block and are not as they were before it; None: nothing is left of them."""
    found: dict[str, Wanted | None] = {}
    for path in leaving:
        here = seen.entries[path]
        if path in seen.manifest.blocks and here.kind == FILE:
            try:
                _fate(path, here, seen, found)
            except file_block.BlockError as error:
                raise FileSetError(f"{path} {error}") from None
    return found


def _fate(path: str, here: Entry, seen: Seen, found: dict[str, Wanted | None]) -> None:
    original = seen.originals.get(path)
    rest = file_block.take_out(here.content, seen.name)
    ours = original is None
    if original is not None:
        # Only the blocks of other sets were in it: one of them made it.
        ours = file_block.is_bare(file_block.take_out(original.content)) and b"# BEGIN " in original.content
        as_before = (here.mode, here.owner) == (original.mode, original.owner)
        if as_before and file_block.same(rest, original.content):
            return
    found[path] = None if ours and file_block.is_bare(rest) else Wanted(rest, here.mode, FILE, owner=here.owner)
