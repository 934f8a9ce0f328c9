# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be done to make a named set of files exact: pure planning, no file is touched here.

A block is a set's own lines in a file that belongs to the site. It is worked out first what that makes of the file;
from there on it is planned like any other. When the block goes, what the site has made of the file meanwhile stays.

The rule that makes a killed run harmless: a path is named in the manifest only once its original is saved, it is
written only once it is named there, and an original is thrown away only once no manifest names it any more.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from ansible_collections.linebond.teql.plugins.module_utils.file_model import (
    DIRECTORY,
    FILE,
    LINK,
    MISSING,
    OTHER,
    Entry,
    FileSetError,
    FileStep,
    Manifest,
    Plan,
    Seen,
    Wanted,
)
from ansible_collections.linebond.teql.plugins.module_utils.file_shared import blocks_of, fates, settled
from ansible_collections.linebond.teql.plugins.module_utils.runner import scratch_name


def backup_name(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:16] + "-" + os.path.basename(path)[:64]


def parents_of(path: str) -> list[str]:
    """All directories above a path, the outermost first."""
    found: list[str] = []
    while path not in ("/", ""):
        path = os.path.dirname(path)
        found.append(path)
    return found[::-1]


def plan(wanted: dict[str, Wanted], seen: Seen) -> Plan:
    """The steps, in order, from what was seen to what is wanted; none when all is as it should be."""
    manifest = seen.manifest
    leaving = sorted(path for path in manifest.files if path not in wanted)
    blocks, wanted, freed = blocks_of(wanted), settled(wanted, seen), fates(leaving, seen)
    restored = [path for path in leaving if manifest.files[path] and path not in freed]
    kept = {path: rest for path, rest in freed.items() if rest is not None}
    # Claimed by a run that was killed before it wrote them, or removed by hand: given up first, nothing lies there.
    vanished = [path for path in leaving if path not in restored and seen.entries[path].kind == MISSING]
    _refuse_obstacles(wanted, leaving, restored, seen)

    new = sorted(path for path in wanted if path not in manifest.files)
    saved = {path: backup_name(path) if seen.entries[path].kind in (FILE, LINK) else "" for path in new}
    written = sorted(path for path in wanted if not _is_as_wanted(wanted[path], seen.entries[path], seen.owner))
    removed = [path for path in leaving if path not in restored + vanished and path not in kept]
    makes = _missing_parents(wanted, seen)
    claimed = Manifest(
        {path: name for path, name in {**manifest.files, **saved}.items() if path not in vanished},
        tuple(sorted({*manifest.directories, *makes})),
        tuple(sorted({*manifest.blocks, *blocks} - {*vanished, *(path for path in wanted if path not in blocks)})),
    )
    emptied = _emptied(wanted, leaving, [*restored, *kept], claimed.directories, makes, seen)
    final = Manifest(
        {path: claimed.files[path] for path in sorted(wanted)}, _kept(claimed.directories, emptied, makes, seen), blocks
    )
    if not wanted:
        final = Manifest()

    steps = [FileStep("remove", path) for path in vanished]
    steps += [FileStep("save", path, name) for path, name in sorted(saved.items()) if name]
    if claimed != manifest:
        steps.append(FileStep("manifest", data=claimed))
    steps += [FileStep("mkdir", path) for path in makes]
    steps += [FileStep("write", path, wanted[path]) for path in written]
    steps += [FileStep("mkdir", path) for path in _missing_parents(restored, seen) if path not in makes]
    steps += [FileStep("restore", path, manifest.files[path]) for path in restored]
    rewritten = [path for path, rest in kept.items() if not _is_as_wanted(rest, seen.entries[path], seen.owner)]
    steps += [FileStep("write", path, kept[path]) for path in rewritten]
    steps += [FileStep("remove", path) for path in removed]
    steps += [FileStep("rmdir", path) for path in emptied]
    if final != claimed:
        steps.append(FileStep("manifest", data=final))
    unused = (set(seen.backups) | set(saved.values())) - set(final.files.values()) - {""}
    steps += [FileStep("discard", data=name) for name in sorted(unused)]
    if not wanted and (seen.stored or steps):
        steps.append(FileStep("forget"))
    return Plan(steps, written, removed, sorted([*restored, *rewritten]))


def differences(planned: Plan, wanted: dict[str, Wanted], seen: Seen) -> list[dict[str, str]]:
    """Ansible's diff, one item a path; a second one where mode or owner change."""
    after: dict[str, Entry] = {}
    wanted, freed = settled(wanted, seen), fates(sorted(set(seen.manifest.files) - set(wanted)), seen)
    for path in planned.written:
        after[path] = _entry(wanted[path], seen.owner)
    for path in planned.removed:
        after[path] = Entry(MISSING)
    for path in planned.restored:
        rest = freed.get(path)
        after[path] = seen.originals[path] if rest is None else _entry(rest, seen.owner)
    items: list[dict[str, str]] = []
    for path in sorted(after):
        before, then = seen.entries[path], after[path]
        show = _summary if path in wanted and wanted[path].brief else _text
        items.append(_difference(path, show(before), show(then), _about(before), _about(then)))
        if MISSING not in (before.kind, then.kind):
            items.append(_difference(path, _about(before) + "\n", _about(then) + "\n", "attributes", "attributes"))
    return [item for item in items if item["before"] != item["after"]]


def _summary(entry: Entry) -> str:
    if entry.kind != FILE:
        return _text(entry)
    lines, digest = entry.content.count(b"\n"), hashlib.sha256(entry.content).hexdigest()
    return f"{lines} lines, SHA-256 {digest[:16]}\n"


def _difference(path: str, before: str, after: str, about_before: str, about_after: str) -> dict[str, str]:
    return {
        "before_header": f"{path} ({about_before})",
        "after_header": f"{path} ({about_after})",
        "before": before,
        "after": after,
    }


def _refuse_obstacles(wanted: dict[str, Wanted], leaving: list[str], restored: list[str], seen: Seen) -> None:
    for path in list(wanted) + leaving:
        kind = seen.entries[path].kind
        if kind in (DIRECTORY, OTHER):
            raise FileSetError(f"{path} is a {kind}: move it out of the way, then run again")
    for path in list(wanted) + restored:
        for parent in parents_of(path):
            if parent in wanted:
                raise FileSetError(f"{path} cannot be written: {parent} is a file of the same set")
            if parent in restored:
                raise FileSetError(f"{path} cannot be written: the file that was at {parent} has to go back there")
            if seen.parents[parent] not in (DIRECTORY, MISSING):
                raise FileSetError(f"{path} cannot be written: {parent} is not a directory")
    for path in restored:
        if seen.originals[path].kind == MISSING:
            raise FileSetError(
                f"the original of {path} cannot be put back: {seen.manifest.files[path]} is gone from the folder "
                "of saved originals"
            )


def _entry(wanted: Wanted, owner: tuple[int, int]) -> Entry:
    """What lies at the path once it is as wanted."""
    return Entry(wanted.kind, wanted.content, 0 if wanted.kind == LINK else wanted.mode, wanted.owner or owner)


def _is_as_wanted(wanted: Wanted, entry: Entry, owner: tuple[int, int]) -> bool:
    return entry == _entry(wanted, owner)


def _missing_parents(paths: Any, seen: Seen) -> list[str]:
    """Directories to make, the outermost first."""
    return sorted({parent for path in paths for parent in parents_of(path) if seen.parents[parent] == MISSING})


def _emptied(
    wanted: dict[str, Wanted],
    leaving: list[str],
    restored: list[str],
    ours: tuple[str, ...],
    makes: list[str],
    seen: Seen,
) -> list[str]:
    """Directories we made that nothing is left in, the innermost first."""
    needed = set(makes) | {parent for path in list(wanted) + restored for parent in parents_of(path)}
    gone = {path for path in leaving if path not in restored} | {scratch_name(path) for path in leaving}
    emptied: list[str] = []
    for directory in sorted(ours, reverse=True):
        if directory in needed or directory not in seen.listings:
            continue
        if all(os.path.join(directory, name) in gone for name in seen.listings[directory]):
            emptied.append(directory)
            gone.add(directory)
    return emptied


def _kept(ours: tuple[str, ...], emptied: list[str], makes: list[str], seen: Seen) -> tuple[str, ...]:
    """Directories that stay ours: still there, or just made."""
    return tuple(path for path in ours if path not in emptied and (path in seen.listings or path in makes))


def _text(entry: Entry) -> str:
    if entry.kind == LINK:
        return f"symlink to {os.fsdecode(entry.content)}\n"
    try:
        return entry.content.decode()
    except UnicodeDecodeError:
        return f"(not text, sha256 {hashlib.sha256(entry.content).hexdigest()})\n"


def _about(entry: Entry) -> str:
    if entry.kind == MISSING:
        return MISSING
    mode = "" if entry.kind == LINK else f", mode {entry.mode:04o}"
    return f"{entry.kind}{mode}, owner {entry.owner[0]}:{entry.owner[1]}"
