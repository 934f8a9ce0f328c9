# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab needs of this machine: says what is missing, and installs what Debian has."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checks.prepare import APT_LOCK, locked

from lab.machine import Machine
from lab.progress import step

# program or file that proves it -> Debian package; each machine needs more
NEEDED = {
    "/usr/bin/mmdebstrap": "mmdebstrap",
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
    "/sbin/mkfs.ext4": "e2fsprogs",
    "/usr/bin/ssh": "openssh-client",
    "/bin/nc.openbsd": "netcat-openbsd",
    "/sbin/ip": "iproute2",
}
ELSEWHERE = (
    "The collection itself runs from any control machine with ansible-core; `make lint`, `make unit`, `make sanity` "
    "and `make build-check` work here too. For the lab, take a Debian 12 or 13 on x86-64, a virtual machine will do."
)


def obstacles(os_release: str, machine: str, has_tun: bool) -> list[str]:
    """Why the lab cannot run on such a machine, one sentence each; empty when it can."""
    words = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    found = []
    if words.get("ID", "").strip('"') != "debian":
        system = words.get("PRETTY_NAME", "no Linux that says its name").strip('"')
        found.append(f"this is {system}; the lab's user-mode kernel is a Debian package")
    if machine != "x86_64":
        found.append(f"this is {machine}; Debian has the user-mode kernel for x86-64 only")
    if not has_tun:
        found.append("there is no /dev/net/tun, through which the guest is reached (try: modprobe tun)")
    return found


def obstacles_here() -> list[str]:
    release = Path("/etc/os-release")
    told = release.read_text() if release.exists() else ""
    return obstacles(told, platform.machine(), Path("/dev/net/tun").exists())


def missing_packages(needed: Mapping[str, str]) -> list[str]:
    """The Debian packages that are not here yet."""
    return sorted({package for proof, package in needed.items() if not Path(proof).exists()})


def prepare(machine: Machine) -> None:
    """Become root, refuse what cannot work, install what is missing. Returns only when the lab can run."""
    if problems := obstacles_here():
        raise SystemExit("\n".join(["The lab cannot run here:", *(f"  - {each}" for each in problems), ELSEWHERE]))
    become_root()
    with locked(APT_LOCK):
        install(missing_packages({**NEEDED, **machine.needed}))
    print("The lab keeps everything in .cache/ of this checkout, and one network namespace while it runs.", flush=True)


def install(packages: list[str]) -> None:
    """By apt-get, as root."""
    if packages:
        print(f"The lab needs the Debian packages {', '.join(packages)}: they are installed now.", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with step("installing them with apt"):
            for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
                done = subprocess.run(
                    command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
                )
                if done.returncode:
                    raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")


def give_back(*paths: Path) -> None:
    """Under sudo, what was made here belongs to the user who called."""
    if user := os.environ.get("SUDO_UID"):
        owner = f"{user}:{os.environ.get('SUDO_GID', user)}"
        existing = [path for path in paths if path.exists()]
        subprocess.run(["chown", "-R", "-h", owner, *existing], check=False)


def become_root() -> None:
    """Go on as root, through sudo if need be: a network namespace and a tap device are made."""
    if os.geteuid() == 0:
        return
    sudo = shutil.which("sudo")
    if not sudo:
        raise SystemExit(
            "The lab needs root, for a network namespace and a tap device: run it as root or install sudo."
        )
    print("The lab needs root, for a network namespace and a tap device: going on through sudo.", flush=True)
    os.execv(sudo, [sudo, sys.executable, "-m", "lab", *sys.argv[1:]])
