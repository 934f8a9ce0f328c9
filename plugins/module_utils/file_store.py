# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The side of a file set that touches the system: look, and do one step of a plan at a time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat

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
    Seen,
    Wanted,
)
from ansible_collections.linebond.teql.plugins.module_utils.file_set import parents_of
from ansible_collections.linebond.teql.plugins.module_utils.file_shared import blocks_of
from ansible_collections.linebond.teql.plugins.module_utils.runner import scratch_name, sync

BASE = "/var/lib/linebond.teql/files"
VERSION = 1


class Store:
    """The folder of one set: its manifest, and the originals of the files that were in the way."""

    def __init__(self, name: str, base: str = BASE) -> None:
        self.name = name
        self.base = base
        self.folder = os.path.join(base, name)
        self.originals = os.path.join(self.folder, "originals")
        self.manifest_path = os.path.join(self.folder, "manifest.json")

    def resolve(self, path: str) -> str:
        """One spelling for each file: symlinked directories followed, the name itself kept."""
        if not path.startswith("/") or os.path.normpath(path) != path or path.startswith("//") or "\0" in path:
            raise FileSetError(f"{path}: a path has to be absolute and free of '..', '.', '//' and a trailing '/'")
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if (real + "/").startswith(os.path.realpath(self.base) + "/"):
            raise FileSetError(f"{path}: lies where the originals are kept ({self.base})")
        return real

    def look(self, wanted: dict[str, Wanted]) -> Seen:
        manifest = self._manifest(self.manifest_path)
        paths = sorted(set(wanted) | set(manifest.files))
        backups = _names(self.originals)
        return Seen(
            manifest=manifest,
            entries={path: read_entry(path) for path in paths},
            originals={
                path: read_entry(os.path.join(self.originals, name)) for path, name in manifest.files.items() if name
            },
            parents={parent: _kind_of_parent(parent) for path in paths for parent in parents_of(path)},
            listings={path: _names(path) for path in manifest.directories if os.path.isdir(path)},
            backups=backups,
            stored=os.path.isdir(self.folder),
            owner=(os.geteuid(), os.getegid()),
            name=self.name,
        )

    def sets(self) -> list[str]:
        """All that this host has, by name."""
        return sorted(_names(self.base))

    def refuse_other_owners(self, wanted: dict[str, Wanted]) -> None:
        """A file has one master: no path may be in two sets, unless each has its block there."""
        for name in (other for other in self.sets() if other != self.name):
            theirs = self._manifest(os.path.join(self.base, name, "manifest.json"))
            shared = set(blocks_of(wanted)) & set(theirs.blocks)
            for path in sorted(set(wanted) & set(theirs.files) - shared):
                raise FileSetError(f"{path}: is in the set {name} already; take it out of one of the two")

    def do(self, step: FileStep) -> None:
        """One step; killed before, within or after it, a new plan still ends right."""
        act = {
            "save": lambda: copy_whole(step.path, self._original(step.data)),
            "manifest": lambda: _write(self.manifest_path, _encode(step.data), 0o600),
            "mkdir": lambda: os.makedirs(step.path, mode=0o755, exist_ok=True),
            "write": lambda: _put(step.path, step.data),
            "restore": lambda: copy_whole(self._original(step.data), step.path),
            "remove": lambda: _unlink(scratch_name(step.path), step.path),
            "rmdir": lambda: os.rmdir(step.path),
            "discard": lambda: _unlink(self._original(step.data)),
            "forget": self._forget,
        }
        if step.action in ("save", "manifest"):
            os.makedirs(self.originals, mode=0o700, exist_ok=True)
        act[step.action]()

    def _original(self, name: str) -> str:
        return os.path.join(self.originals, name)

    def _forget(self) -> None:
        _unlink(scratch_name(self.manifest_path), self.manifest_path)
        for folder in (self.originals, self.folder, self.base, os.path.dirname(self.base)):
            # Other sets may live in the outer ones.
            with contextlib.suppress(OSError):
                os.rmdir(folder)

    def _manifest(self, path: str) -> Manifest:
        try:
            with open(path, "rb") as stream:
                content = json.loads(stream.read().decode())
            if content["version"] != VERSION:
                raise ValueError("it was written by another version of this collection")
            # Written before there were blocks, it names none.
            return Manifest(dict(content["files"]), tuple(content["directories"]), tuple(content.get("blocks", ())))
        except FileNotFoundError:
            return Manifest()
        except (ValueError, KeyError, TypeError) as error:
            raise FileSetError(
                f"{path} cannot be read ({error}): restore it from a backup; the originals beside it are untouched"
            ) from error


def read_entry(path: str) -> Entry:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return Entry(MISSING)
    owner = (status.st_uid, status.st_gid)
    if stat.S_ISLNK(status.st_mode):
        return Entry(LINK, os.fsencode(os.readlink(path)), 0, owner)
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as stream:
            return Entry(FILE, stream.read(), stat.S_IMODE(status.st_mode), owner)
    return Entry(DIRECTORY if stat.S_ISDIR(status.st_mode) else OTHER)


def _kind_of_parent(path: str) -> str:
    if os.path.isdir(path):
        return DIRECTORY
    return OTHER if os.path.lexists(path) else MISSING


def _names(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _encode(manifest: Manifest) -> bytes:
    content = {"version": VERSION, "files": manifest.files, "directories": list(manifest.directories)}
    if manifest.blocks:
        content["blocks"] = list(manifest.blocks)
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def _put(path: str, wanted: Wanted) -> None:
    if wanted.kind == LINK:
        _link(path, wanted.content)
    else:
        _write(path, wanted.content, wanted.mode, wanted.owner)


def _link(path: str, target: bytes) -> None:
    scratch = scratch_name(path)
    _unlink(scratch)
    os.symlink(os.fsdecode(target), scratch)
    os.chown(scratch, os.geteuid(), os.getegid(), follow_symlinks=False)
    _settle(scratch, path)


def _write(path: str, content: bytes, mode: int, owner: tuple[int, int] | None = None) -> None:
    """The file appears whole under its name, or not at all, also when the power goes.

    With an owner it is somebody else's: what else there is about it (its security context) is kept.
    """
    scratch = scratch_name(path)
    _unlink(scratch)
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        if owner is not None and os.path.isfile(path):
            shutil.copystat(path, scratch)
            os.utime(scratch)
        # Also for us: a setgid directory would give its own group.
        os.fchown(stream.fileno(), *(owner or (os.geteuid(), os.getegid())))
        os.fchmod(stream.fileno(), mode)
        stream.flush()
        os.fsync(stream.fileno())
    _settle(scratch, path)


def copy_whole(source: str, target: str) -> None:
    """A twin with the same content, owner, mode, times and extended attributes; a symlink stays one."""
    scratch = scratch_name(target)
    _unlink(scratch)
    status = os.lstat(source)
    shutil.copyfile(source, scratch, follow_symlinks=False)
    os.chown(scratch, status.st_uid, status.st_gid, follow_symlinks=False)
    shutil.copystat(source, scratch, follow_symlinks=False)
    if not stat.S_ISLNK(status.st_mode):
        sync(scratch)
    _settle(scratch, target)


def _settle(scratch: str, path: str) -> None:
    os.replace(scratch, path)
    sync(os.path.dirname(path))


def _unlink(*paths: str) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.unlink(path)
