# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The monitor's own program on the controller: its source files, and its judgement on a configuration."""

from __future__ import annotations

import importlib
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "roles" / "monitor" / "files"
PACKAGE = "teql_monitor"
ZYNOS = pathlib.Path(__file__).resolve().parents[1] / "module_utils" / "zynos"


def read_package(folder: pathlib.Path = FOLDER) -> dict[str, str]:
    """Every module of the package, by its path below the folder."""
    found = sorted((folder / PACKAGE).rglob("*.py"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def read_reports(folder: pathlib.Path = FOLDER, zynos: pathlib.Path = ZYNOS) -> dict[str, str]:
    """The program that asks routers, with the modules' own package for ZyNOS under the name that it has there."""
    found = sorted((folder / "teql_reports").rglob("*.py"))
    own = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}
    shared = {f"teql_zynos/{path.name}": path.read_text(encoding="utf-8") for path in sorted(zynos.glob("*.py"))}
    return {**own, **shared}


def complaints(config: str) -> list[str]:
    """What the monitor would refuse this configuration for, each `path: what is wrong; what to do`."""
    sys.path.insert(0, str(FOLDER))
    try:
        module = importlib.import_module(f"{PACKAGE}.config")
    finally:
        sys.path.remove(str(FOLDER))
    try:
        module.parse(config)
    except module.ConfigError as error:
        return list(error.problems)
    return []
