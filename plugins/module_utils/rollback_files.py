# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as they were at one moment: twins of them in a folder, and the way back to them."""

from __future__ import annotations

import os
import stat
from typing import Any, Dict, Iterable, NamedTuple, Tuple

from ansible_collections.linebond.teql.plugins.module_utils.file_set import FILE, LINK, MISSING, Entry, parents_of
from ansible_collections.linebond.teql.plugins.module_utils.file_store import copy_whole, read_entry

FileStep = Tuple[str, str]  # what to do, where

Kept = Dict[str, Any]  # of JSON: files (path -> name of the twin, '' for none), folders (path -> mode), trees


class Found(NamedTuple):
    """What lies there now."""

    entries: dict[str, Entry]
    twins: dict[str, Entry]
    folders: dict[str, list[str]]  # every folder above or in those paths, with what is in it


def _walk(trees: Iterable[str]) -> tuple[list[str], list[str]]:
    """Files and folders below, the trees themselves with them."""
    files: list[str] = []
    folders: list[str] = []
    for tree in trees:
        for folder, _folders, names in os.walk(tree):
            folders.append(folder)
            files += [os.path.join(folder, name) for name in names]
    return files, folders


def keep(paths: Iterable[str], trees: Iterable[str], folder: str) -> Kept:
    """Copy all of them into the folder. `trees` are folders whose whole content counts."""
    inside, folders = _walk(trees)
    wanted = sorted({*paths, *inside})
    files: dict[str, str] = {}
    os.makedirs(folder, mode=0o700)
    for number, path in enumerate(wanted):
        files[path] = f"{number:04d}" if read_entry(path).kind in (FILE, LINK) else ""
        if files[path]:
            copy_whole(path, os.path.join(folder, files[path]))
    above = {parent for path in [*wanted, *trees] for parent in parents_of(path)}
    there = sorted(each for each in {*above, *folders} if os.path.isdir(each))
    modes = {each: stat.S_IMODE(os.stat(each).st_mode) for each in there}
    return {"files": files, "folders": modes, "trees": sorted(trees)}


def look(kept: Kept, folder: str) -> Found:
    inside, folders = _walk(kept["trees"])
    paths = {*kept["files"], *inside}
    known = {*kept["folders"], *folders, *(parent for path in [*paths, *kept["trees"]] for parent in parents_of(path))}
    return Found(
        entries={path: read_entry(path) for path in sorted(paths)},
        twins={path: read_entry(os.path.join(folder, name)) for path, name in kept["files"].items() if name},
        folders={each: os.listdir(each) for each in sorted(known) if os.path.isdir(each)},
    )


def plan_files(kept: Kept, found: Found) -> list[FileStep]:
    """Pure. Folders are made before what goes into them, and go after what was in them."""
    files: dict[str, str] = kept["files"]
    put = [path for path, name in sorted(files.items()) if name and found.entries[path] != found.twins[path]]
    surplus = [path for path, entry in found.entries.items() if not files.get(path) and entry.kind in (FILE, LINK)]
    steps = [("folder", each) for each in sorted(kept["folders"]) if each not in found.folders]
    steps += [("put", path) for path in put]
    steps += [("remove", path) for path in surplus]
    gone = set(surplus)
    for each in sorted(found.folders, reverse=True):  # the innermost first
        if each not in kept["folders"] and all(os.path.join(each, name) in gone for name in found.folders[each]):
            steps.append(("rmdir", each))
            gone.add(each)
    return steps


def do_step(step: FileStep, kept: Kept, folder: str) -> None:
    """OSError when it cannot be."""
    action, path = step
    if action == "folder":
        os.makedirs(path, exist_ok=True)
        os.chmod(path, kept["folders"][path])
    elif action == "put":
        copy_whole(os.path.join(folder, kept["files"][path]), path)
    elif action == "rmdir":
        os.rmdir(path)
    elif read_entry(path).kind != MISSING:
        os.unlink(path)
