# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which a named set of files is planned: what is wanted, what was seen, and one step."""

from __future__ import annotations

from typing import Any, NamedTuple

MISSING, FILE, LINK, DIRECTORY, OTHER = "missing", "file", "symlink", "directory", "special file"
BLOCK, SCRIPT = "block", "block in a script"  # wanted only, no kind of entry


class FileSetError(Exception):
    """The set cannot be made exact; the message says why and what to do."""


class Wanted(NamedTuple):
    content: bytes  # of a symlink: where it points; of a block: its lines
    mode: int
    kind: str = FILE
    brief: bool = False  # diff mode names the size in place of the content
    owner: tuple[int, int] | None = None  # none: who we are


class Entry(NamedTuple):
    """What lies at a path."""

    kind: str
    content: bytes = b""  # of a symlink: where it points
    mode: int = 0
    owner: tuple[int, int] = (0, 0)


class Manifest(NamedTuple):
    """What is ours: each path with the name of its saved original ('' for none), and the directories we made."""

    files: dict[str, str] = {}
    directories: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()  # those of the paths where only a block is ours


class Seen(NamedTuple):
    """What was found on the system before planning."""

    manifest: Manifest
    entries: dict[str, Entry]  # every path that is wanted or ours
    originals: dict[str, Entry]  # the saved originals, by path
    parents: dict[str, str]  # every directory above those paths: its kind
    listings: dict[str, frozenset[str]]  # the names in each directory we made
    backups: frozenset[str]  # names in the folder of originals
    stored: bool  # whether the set has a folder of its own already
    owner: tuple[int, int]  # who we are
    name: str = ""  # the set's


class FileStep(NamedTuple):
    """One change that is made wholly or not at all."""

    action: str
    path: str = ""
    data: Any = None


class Plan(NamedTuple):
    steps: list[FileStep]
    written: list[str]
    removed: list[str]
    restored: list[str]
