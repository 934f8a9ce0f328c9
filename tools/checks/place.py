# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where everything lies, and the environment the checks run in: nothing outside the checkout is written to."""

from __future__ import annotations

import glob
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
COLLECTIONS = CACHE / "tree"
# ansible-test, ansible-lint and antsibull-docs want a real ansible_collections/NAMESPACE/NAME path.
TREE = COLLECTIONS / "ansible_collections" / "linebond" / "teql"
LOGS = CACHE / "log"
# ansible-test keeps its virtualenvs and Ansible its state below HOME; the user's own stays clean.
HOME = CACHE / "home"
# The interpreter below any virtualenv or pyenv shim that started us.
PYTHON = getattr(sys, "_base_executable", sys.executable)

DROPPED = ("ANSIBLE_", "MOLECULE_", "PYENV_", "PYTHON", "VIRTUAL_ENV", "XDG_", "FORCE_COLOR")


def shown(path: Path) -> str:
    """The path as people know it: relative to the checkout where it is in there."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def search_path(venv: Path | None = None) -> str:
    """PATH with real Pythons instead of pyenv's shims, which exit 127 for every version not switched on."""
    pyenv = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    pythons = sorted(glob.glob(f"{pyenv}/versions/3.*/bin"), key=_version, reverse=True)
    inherited = [part for part in os.environ.get("PATH", "").split(":") if part and "/shims" not in part]
    system = ["/usr/sbin", "/sbin"]
    own = [str(venv / "bin")] if venv else []
    return ":".join(own + pythons + inherited + system)


def environment(venv: Path, extra: dict[str, str]) -> dict[str, str]:
    """What every check sees, the same for all users and in CI."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    return {
        **kept,
        "PATH": search_path(venv),
        "HOME": str(HOME),
        "LC_ALL": "C.UTF-8",
        "VIRTUAL_ENV": str(venv),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "COVERAGE_FILE": str(CACHE / "coverage"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
        "MYPY_CACHE_DIR": str(CACHE / "mypy"),
        "RUFF_CACHE_DIR": str(CACHE / "ruff"),
        **extra,
    }


def _version(path: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", path.rpartition("/versions/")[2])]
