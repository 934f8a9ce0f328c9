# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control machine's side: runs the collection's playbooks against a lab."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from checks import place, prepare

from lab.guest import Guest
from lab.progress import step


def set_up() -> Path:
    """A virtualenv with ansible-core and netaddr, and the collection where Ansible looks for it."""
    with step("laying out Ansible and the collection in .cache"):
        prepare.tree()
        return prepare.virtualenv("venv-demo", "lab/requirements.txt")


def command(guest: Guest, program: Path, name: str, *options: str) -> list[str]:
    """By which a playbook of the collection runs against a guest."""
    inventories = ["-i", str(place.ROOT / "lab/site.yml"), "-i", str(guest.inventory)]
    return [str(program), *inventories, f"linebond.teql.{name}", *options]


def playbook(guest: Guest, venv: Path, name: str, *options: str) -> dict[str, int]:
    """Run a playbook of the collection, its output shown; the sums of its recap by word (ok, changed, failed ...)."""
    argv = command(guest, venv / "bin/ansible-playbook", name, *options)
    print(f"  $ ansible-playbook -i site.yml linebond.teql.{name} {' '.join(options)}".rstrip(), flush=True)
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(place.COLLECTIONS), "ANSIBLE_NOCOWS": "1"}
    environment |= {
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "PYTHONUNBUFFERED": "1",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
    }
    lines = []
    with subprocess.Popen(
        argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    ) as running:
        assert running.stdout
        for line in running.stdout:
            lines.append(line)
            if line.strip():
                print(f"    {line}", end="", flush=True)
    sums: dict[str, int] = {}
    for word, number in re.findall(r"(\w+)=(\d+)", "".join(line for line in lines if "unreachable=" in line)):
        sums[word] = sums.get(word, 0) + int(number)
    if running.returncode or not sums:
        raise SystemExit(f"ansible-playbook failed with {running.returncode}")
    return sums
