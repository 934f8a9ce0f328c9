# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The only place that runs commands and touches files."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from typing import IO, Any, Sequence, Union

KEPT = "/var/lib/linebond.teql/"  # what outlives a run
TIMED_OUT = 255  # the status of a command that did not end in time

PACKAGES = {
    "tc": "iproute2 (on Fedora and RHEL: iproute-tc)",
    "ip": "iproute2 (on Fedora and RHEL: iproute)",
    "modprobe": "kmod",
    "sysctl": "procps (on Fedora and RHEL: procps-ng)",
    "/etc/sysconfig/network-scripts/ifup": "network-scripts (before RHEL 8: initscripts)",
    "/etc/sysconfig/network-scripts/ifdown": "network-scripts (before RHEL 8: initscripts)",
    "teqlctl": "the monitor (role linebond.teql.monitor)",
}


class LinebondError(Exception):
    """Something a person has to put right; the text is the whole message."""


class CommandFailed(LinebondError):
    def __init__(self, argv: tuple[str, ...], rc: int, stderr: str) -> None:
        self.argv, self.rc, self.stderr = argv, rc, stderr
        super().__init__(f"{' '.join(argv)} failed with status {rc}: {stderr or 'no message'}")


@dataclass(frozen=True)
class Run:
    argv: tuple[str, ...]


@dataclass(frozen=True)
class Write:
    path: str
    text: str


@dataclass(frozen=True)
class Remove:
    path: str


Action = Union[Run, Write, Remove]


def typed(argv: Sequence[str]) -> str:
    """A command as a person would type it."""
    return " ".join(shlex.quote(word) for word in argv)


class NoJson(LinebondError):
    """A command was asked for JSON and printed something else."""


def parse_rows(argv: Sequence[str], out: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(out or "[]")
    except ValueError as error:
        raise NoJson(
            f"`{typed(argv)}` prints what is no JSON ({error}): upgrade iproute2 (`ip -V` shows this one)."
        ) from None
    return [row for row in rows if row]


def remedy(error: OSError) -> str:
    """What to do about a file that cannot be touched; empty where the error itself says all."""
    return {
        errno.EROFS: "; mount it writable (mount -o remount,rw) and see in dmesg why it is not",
        errno.ENOSPC: "; make room there (df -h; df -i)",
        errno.EDQUOT: "; make room there (quota)",
        errno.EACCES: "; run this task with become: true",
        errno.EPERM: "; run this task with become: true, and see with lsattr whether it is immutable",
    }.get(error.errno or 0, "")


def told_of(error: OSError) -> str:
    """Which file, what is wrong with it, what to do."""
    return f"{error.filename or 'A file'}: {error.strerror or error}{remedy(error)}"


def scratch_name(path: str) -> str:
    """The name a file is written under before it takes its place; daemons that read drop-ins skip dot files."""
    return os.path.join(os.path.dirname(path), "." + os.path.basename(path) + ".linebond-new")


def sync(path: str) -> None:
    """A file's content, or a folder's names, are on the disk from here on, also when the power goes."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _in_memory() -> IO[bytes]:
    """A file for what a command says, which needs no disk: one that is full or read-only is no reason not to run it."""
    if hasattr(os, "memfd_create"):  # Python 3.8
        return os.fdopen(os.memfd_create("linebond"), "w+b")
    return tempfile.TemporaryFile()


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "surrogateescape")


class Runner:
    """Runs commands, reads and writes small text files; `limit` is how many seconds a command may take.

    Not by AnsibleModule.run_command: it forks the whole interpreter for each command, which takes several times longer.
    """

    def __init__(self, module: Any, limit: float | None = None) -> None:
        self.module, self.limit = module, limit
        self.found: dict[str, str | None] = {}

    def has(self, tool: str) -> bool:
        if tool not in self.found:
            self.found[tool] = self.module.get_bin_path(tool, opt_dirs=["/sbin", "/usr/sbin", "/usr/local/bin"])
        return self.found[tool] is not None

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        if not self.has(argv[0]):
            package = PACKAGES.get(argv[0], "the package that has it")
            raise LinebondError(f"The command {argv[0]} is missing on this host: install {package}.")
        words = [str(self.found[argv[0]]), *argv[1:]]
        # Files, not pipes: what a command leaves running in the background may keep those open for ever.
        with _in_memory() as out, _in_memory() as err:
            try:
                done = subprocess.run(
                    [word.encode("utf-8", "surrogateescape") for word in words],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C"},
                    timeout=self.limit,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                return TIMED_OUT, "", str(error)
            except (OSError, ValueError) as error:
                raise LinebondError(f"{typed(argv)} cannot be started: {error}.") from error
            return done.returncode, _text(out), _text(err)

    def run(self, *argv: str) -> str:
        rc, out, err = self.try_run(*argv)
        if rc != 0:
            raise CommandFailed(argv, rc, " ".join(err.split()))
        return out

    def json(self, *argv: str) -> list[dict[str, Any]]:
        """The rows that a command of iproute2 prints."""
        return parse_rows(argv, self.run(*argv))

    def try_json(self, *argv: str) -> list[dict[str, Any]]:
        """The same; none where the command fails."""
        rc, out, _err = self.try_run(*argv)
        return parse_rows(argv, out) if rc == 0 else []

    def read(self, path: str) -> str | None:
        """The text of a file, None when there is none."""
        try:
            with open(path, "rb") as source:
                return source.read().decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise LinebondError(f"Cannot read {path}: {error.strerror}{remedy(error)}.") from error

    def exists(self, path: str) -> bool:
        return os.path.exists(path)

    def is_folder(self, path: str) -> bool:
        return os.path.isdir(path)

    def names(self, path: str) -> list[str]:
        """What a directory holds, sorted; nothing when it is not there."""
        try:
            return sorted(os.listdir(path))
        except OSError:
            return []

    def write(self, path: str, text: str) -> None:
        folder, draft = os.path.dirname(path), scratch_name(path)
        try:
            os.makedirs(folder, 0o755, exist_ok=True)
            try:
                with open(draft, "wb") as target:
                    target.write(text.encode("utf-8", "surrogateescape"))
                os.chmod(draft, 0o644)
                self._label(draft, path)
                sync(draft)
                os.replace(draft, path)  # AnsibleModule.atomic_move ends the module when it fails: nobody could undo
                sync(folder)
            finally:
                if os.path.exists(draft):
                    os.unlink(draft)
        except OSError as error:
            raise LinebondError(f"Cannot write {path}: {error.strerror}{remedy(error)}.") from error

    def _label(self, draft: str, path: str) -> None:
        """The SELinux context that a file at this path has by default; without one it keeps the folder's."""
        if not self.module.selinux_enabled():
            return
        context: list[str | None] = self.module.selinux_default_context(path)
        words = [word for word in context if word is not None]
        if words == context:
            with contextlib.suppress(OSError):
                os.setxattr(draft, "security.selinux", ":".join(words).encode() + b"\0")

    def remove(self, path: str) -> None:
        try:
            os.unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise LinebondError(f"Cannot remove {path}: {error.strerror}{remedy(error)}.") from error
        self.sweep(path)

    def sweep(self, path: str) -> None:
        """What a run that was killed while it wrote the file has left beside it; the last one out leaves no folder."""
        with contextlib.suppress(OSError):
            os.unlink(scratch_name(path))
        if path.startswith(KEPT):
            with contextlib.suppress(OSError):
                os.rmdir(os.path.dirname(path))
                os.rmdir(KEPT)

    def perform(self, action: Action) -> None:
        if isinstance(action, Run):
            self.run(*action.argv)
        elif isinstance(action, Write):
            self.write(action.path, action.text)
        else:
            self.remove(action.path)
