# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check needs before it can run: Debian packages, a virtualenv, a copy of the tree, a HOME of its own."""

from __future__ import annotations

import contextlib
import fcntl
import filecmp
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import place
from .run import Failed, run

# pip versions that ansible-core 2.16/2.17, 2.18/2.19 and 2.20+ ask ansible-test to have.
PIP_VERSIONS = ("23_1_2", "24_2", "25_2")
# apt-get does not wait for another one that reads the lists.
APT_LOCK = place.CACHE / "apt.lock"
# Folders that tools make in the copy of the tree, and that speed up the next run.
KEPT = {".git", "__pycache__", ".pytest_cache", "output"}


def packages(programs: Mapping[str, str]) -> None:
    """Install the Debian packages of the programs that are missing; as root, through sudo otherwise."""
    if all(_present(program) for program in programs):
        return
    with locked(APT_LOCK):
        _install(sorted({package for program, package in programs.items() if not _present(program)}))


def _install(missing: list[str]) -> None:
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    by_hand = f"install by hand: {', '.join(missing)}"
    if not shutil.which("apt-get"):
        raise Failed(f"this system has no apt-get; {by_hand}")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and not _may_sudo():
        raise Failed(f"not root, and sudo is missing or asks for a password; as root run: {' '.join(install)}")
    print(f"  installing Debian packages: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    log = place.LOGS / "apt.log"
    for command in (["apt-get", "update", "--quiet"], install):
        if run([*sudo, *command], log, env=environment):
            raise Failed(f"apt-get could not install {' '.join(missing)}; {by_hand}\n{_last_words(log)}")


def unpacked(programs: Mapping[str, str]) -> list[str]:
    """Folders with programs of Debian packages that are taken apart below .cache: nothing is installed or started.

    Empty on a system without apt-get; tests that would use them say that they were skipped.
    """
    if not shutil.which("apt-get"):
        return []
    folders = []
    for program, package in programs.items():
        root = place.CACHE / "unpacked" / package
        with locked(place.CACHE / f"{package}.lock"):
            if not (root / "usr/bin" / program).exists():
                _unpack(package, root)
        folders.append(str(root / "usr/bin"))
    return folders


def _unpack(package: str, root: Path) -> None:
    print(f"  unpacking the Debian package {package} below {place.shown(root)}", flush=True)
    root.mkdir(parents=True, exist_ok=True)
    log = place.LOGS / "apt.log"
    fetch = ["apt-get", "download", "--quiet", "-o", "APT::Sandbox::User=root", package]
    if run(fetch, log, cwd=root):  # a bare machine has no lists of packages yet
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        with locked(APT_LOCK):
            run([*sudo, "apt-get", "update", "--quiet"], log)
        if run(fetch, log, cwd=root):
            raise Failed(f"apt-get could not download {package}:\n{_last_words(log)}")
    (archive,) = root.glob(f"{package}_*.deb")
    if run(["dpkg-deb", "--extract", str(archive), str(root)], log):
        raise Failed(f"dpkg-deb could not take {archive.name} apart:\n{_last_words(log)}")
    archive.unlink()


def virtualenv(name: str, requirements: str) -> Path:
    """A virtualenv below .cache with exactly what the requirements file pins, made anew when that file changes."""
    venv, source = place.CACHE / name, place.ROOT / requirements
    wanted = hashlib.sha256(source.read_bytes() + os.path.realpath(place.PYTHON).encode()).hexdigest()
    stamp = venv / "requirements.sha256"
    with locked(place.CACHE / f"{name}.lock"):
        if stamp.is_file() and stamp.read_text() == wanted:
            return venv
        if importlib.util.find_spec("ensurepip") is None:
            packages({"ensurepip": "python3-venv"})
        print(f"  installing {requirements} into {place.shown(venv)} ({place.PYTHON}; about a minute)", flush=True)
        log = place.LOGS / f"{name}.log"
        for command in (
            [place.PYTHON, "-m", "venv", "--clear", str(venv)],
            [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "-r", str(source)],
        ):
            if run(command, log, env={**os.environ, "PIP_CACHE_DIR": str(place.CACHE / "pip")}):
                raise Failed(f"could not make {place.shown(venv)}:\n{_last_words(log)}")
        stamp.write_text(wanted)
    return venv


def tree() -> None:
    """Bring the copy of the checkout up to date: what git tracks and what it would track, nothing else."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=place.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        raise Failed(f"git cannot list the files of {place.ROOT}: {listed.stderr.strip()}")
    wanted = {path for path in listed.stdout.split("\0") if path and os.path.lexists(place.ROOT / path)}
    with locked(place.CACHE / "tree.lock"):
        _sync(wanted)


def _sync(wanted: set[str]) -> None:
    """Copy what is wanted, remove what is not; tools may keep their own folders."""
    if not (place.TREE / ".git").is_dir():
        # Of its own: ansible-test finds the checkout's .git otherwise, which ignores all that is below .cache.
        subprocess.run(["git", "init", "--quiet", str(place.TREE)], check=True)
    for path in wanted:
        with contextlib.suppress(FileNotFoundError):  # removed since it was listed
            _copy(place.ROOT / path, place.TREE / path)
    for folder, _folders, names in os.walk(place.TREE, topdown=False):
        if KEPT & set(Path(folder).relative_to(place.TREE).parts):
            continue
        for name in names:
            path = os.path.join(folder, name)
            if os.path.relpath(path, place.TREE) not in wanted:
                os.unlink(path)
        if not os.listdir(folder):
            os.rmdir(folder)
    # reuse sees what is ignored only beside files that git knows.
    subprocess.run(["git", "-C", str(place.TREE), "add", "--all"], check=True)


def home() -> None:
    """A HOME for the checks: the user's pip settings, and stand-ins for a download that ansible-test would make."""
    cache = place.HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIP_VERSIONS:
        shutil.copy(place.ROOT / "tools" / "get_pip_stand_in.py", cache / f"get_pip_{version}.py")
    for settings in (".config/pip", ".pip"):
        users, ours = Path.home() / settings, place.HOME / settings
        if users.is_dir() and not ours.is_symlink():
            ours.parent.mkdir(parents=True, exist_ok=True)
            ours.symlink_to(users)


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])


def _may_sudo() -> bool:
    return (
        bool(shutil.which("sudo"))
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    )


def _present(program: str) -> bool:
    return shutil.which(program, path=place.search_path()) is not None


def _copy(source: Path, target: Path) -> None:
    """Copy what differs only, so that the caches of mypy and Python stay good."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink() or target.is_symlink():
        target.unlink(missing_ok=True)
    elif target.is_file() and filecmp.cmp(source, target, shallow=False):
        shutil.copymode(source, target)
        return
    shutil.copy2(source, target, follow_symlinks=False)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Two runs in one checkout must not fill the same virtualenv, or the copy of the tree, at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
