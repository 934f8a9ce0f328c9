# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root of a router that runs no Debian: busybox, dropbear, iptables, and stand-ins for what OpenWrt has of its own.

Debian has no uci and no netifd; openwrt/root holds the lab's. There is no Python in it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent / "openwrt" / "root"
PACKAGES = "busybox-static,dropbear-bin,iptables"
PROGRAMS = ("usr/sbin/dropbear", "usr/sbin/xtables-legacy-multi")
EXTENSIONS = "usr/lib/x86_64-linux-gnu/xtables"
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/shells": "/bin/sh\n",
    "etc/openwrt_release": "DISTRIB_ID='OpenWrt'\nDISTRIB_DESCRIPTION='a stand-in of the lab'\n",
}
FOLDERS = ("dev", "proc", "sys", "run", "tmp", "etc/dropbear", "root/.ssh")


def lay(debian: Path, keys: Path) -> None:
    """Lay the root into a Debian that has the packages; keys is the file of those who may come in."""
    root = debian / "usr/local/lib/lab/openwrt"
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (root / name).write_text(text)
    shutil.copy(keys, root / "root/.ssh/authorized_keys")
    (root / "root").chmod(0o700)
    (root / "root/.ssh").chmod(0o700)
    shutil.copytree(SOURCE, root, dirs_exist_ok=True)
    _copy(debian, root, "bin/busybox")
    for program in PROGRAMS:
        _copy(debian, root, program)
        for library in _libraries(debian, program):
            _copy(debian, root, library)
    shutil.copytree(debian / EXTENSIONS, root / EXTENSIONS, symlinks=True)
    subprocess.run(["chroot", root, "/bin/busybox", "--install", "-s"], check=True)


def _copy(debian: Path, root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(debian / name, root / name)


def _libraries(debian: Path, program: str) -> list[str]:
    """The shared libraries of a program, with the loader, relative to the root."""
    argv = ["chroot", str(debian), "ldd", f"/{program}"]
    told = subprocess.run(argv, text=True, stdout=subprocess.PIPE, check=True).stdout
    return [word[1:] for line in told.splitlines() for word in line.split() if word.startswith("/")]
