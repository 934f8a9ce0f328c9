# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of checks: what each does, what it needs, what it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import place

Command = tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """One check. Its commands run in the copy of the tree, or in the checkout where they only read."""

    name: str
    what: str
    commands: Callable[[], list[Command]]
    programs: dict[str, str] = field(default_factory=dict)  # program -> the Debian package that has it
    unpacked: dict[str, str] = field(default_factory=dict)  # the same, of packages that are not installed for it
    where: Path = place.TREE
    environment: dict[str, str] = field(default_factory=dict)
    compat: bool = False  # run with the oldest supported ansible-core instead of the newest
    idle: str = ""  # what a program says when it found nothing to check and still exits 0
    counts: bool = False  # prints "N passed, N failed" itself: shown, and added up
    alone: bool = False  # measures time: nothing else runs beside it
    lab: str = ""  # the lab that it boots


def always(*commands: Command) -> Callable[[], list[Command]]:
    return lambda: list(commands)


def playbooks() -> list[str]:
    return sorted(str(path.relative_to(place.TREE)) for path in place.TREE.glob("playbooks/*.yml"))


def compat_commands() -> list[Command]:
    syntax = ("ansible-playbook", "--inventory", "localhost,", "--syntax-check")
    # The monitor knows nothing of Ansible.
    pytest = (
        "python",
        "-m",
        "pytest",
        "--quiet",
        "-p",
        "no:cacheprovider",
        "--ignore=tests/unit/monitor",
        "tests/unit",
    )
    return [(*pytest, "--ignore=tests/unit/monitor", "tests/unit"), *((*syntax, playbook) for playbook in playbooks())]


def mypy_commands() -> list[Command]:
    settings = ("mypy", "--config-file", str(place.TREE / "pyproject.toml"))
    roots = [path for path in ("tools/checks", "lab") if any((place.TREE / path).rglob("*.py"))]
    collection = ("env", "-C", str(place.COLLECTIONS), *settings, "ansible_collections/linebond/teql/plugins")
    monitor = place.TREE / "roles" / "monitor" / "files"
    programs = [("env", f"MYPYPATH={monitor}", *settings, str(path)) for path in sorted(monitor.glob("teql_*"))]
    return [collection, (*settings, *roots), *programs]


def molecule(name: str, what: str, scenario: str, suite: str, manager: str = "networkd", alone: bool = False) -> Stage:
    return Stage(
        name,
        f"molecule: {what}",
        always(("molecule", "test", "--scenario-name", scenario)),
        where=place.ROOT,
        environment={"LAB_SUITE": suite, "LAB_MANAGER": manager},
        idle="Missing playbook",
        alone=alone,
        lab=f"molecule-{scenario}-{manager}-{suite}",
    )


# Without coverage, which would make them take minutes.
LONG_TIMES = "tests/unit/monitor/judge/test_long_times.py"
IMPORTS = {"PYTHONPATH": str(place.COLLECTIONS)}

STAGES = [
    Stage("reuse", "every file names its licence", always(("reuse", "lint"))),
    Stage("yamllint", "YAML is tidy", always(("yamllint", "--strict", "."))),
    Stage(
        "ruff",
        "Python is tidy: lint and format",
        always(("ruff", "check"), ("ruff", "format", "--check", "--diff")),
    ),
    Stage("mypy", "Python's types hold", mypy_commands, environment={"MYPYPATH": str(place.COLLECTIONS)}),
    Stage(
        "ansible-lint",
        "roles and playbooks: profile production, built-in modules only",
        always(("ansible-lint", "--nocolor")),
    ),
    Stage("changelog-check", "changelog fragments are valid", always(("antsibull-changelog", "lint"))),
    Stage(
        "docs-check",
        "documentation of plugins and roles is complete, its references hold",
        always(
            (
                "antsibull-docs",
                "lint-collection-docs",
                "--plugin-docs",
                "--validate-collection-refs=all",
                "--skip-rstcheck",
                ".",
            )
        ),
    ),
    Stage(
        "unit",
        "unit tests, with coverage of plugins/ and of the monitor",
        always(
            (
                *("python", "-m", "pytest", "-p", "no:cacheprovider", "--durations=5", "tests/unit"),
                f"--ignore={LONG_TIMES}",
                *("--cov=plugins", "--cov=roles/monitor/files/teql_monitor"),
            ),
        ),
        programs={"ip": "iproute2"},
        unpacked={"promtool": "prometheus"},
        environment=IMPORTS,
        counts=True,
    ),
    Stage(
        "long-times",
        "the monitor's judge through a simulated day of random loss",
        always(("python", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", LONG_TIMES)),
        counts=True,
    ),
    Stage(
        "compat",
        "unit tests and playbook syntax on the oldest supported ansible-core",
        compat_commands,
        programs={"ip": "iproute2"},
        environment=IMPORTS,
        compat=True,
        counts=True,
    ),
    Stage(
        "build-check",
        "the tarball holds what users need, installs offline and documents itself",
        always(("python", "-m", "checks.tarball")),
        environment={"PYTHONPATH": str(place.ROOT / "tools")},
    ),
    Stage(
        "sanity",
        "ansible-test sanity on every supported Python found (first run: 2 minutes, 50 MB below .cache/home)",
        always(("ansible-test", "sanity", "--color", "no")),
        idle="All targets skipped",
    ),
    Stage(
        "kernel-test",
        "modules against a real teql device, in a kernel of its own",
        always(("tests/kernel/run",)),
        programs={
            "linux.uml": "user-mode-linux",
            "modprobe": "kmod",
            "tc": "iproute2",
            "sysctl": "procps",
        },
        where=place.ROOT,
        counts=True,
    ),
    molecule("molecule-trixie", "the roles on a Debian trixie guest with a real teql", "default", "trixie"),
    molecule("molecule-bookworm", "the roles on a Debian bookworm guest with a real teql", "default", "bookworm"),
    *(
        molecule(f"molecule-{manager}", f"a gateway {what}", "manager", suite, manager)
        for manager, suite, what in (
            ("networkmanager", "trixie", "that NetworkManager has"),
            ("ifupdown", "bookworm", "that ifupdown has"),
            ("ifcfg", "bookworm", "that the network scripts of initscripts have"),
            ("netplan", "trixie", "whose ports netplan has networkd manage"),
            ("netplan-nm", "trixie", "whose ports netplan has NetworkManager manage"),
        )
    ),
    molecule("molecule-openwrt", "routers without Python, set by uci", "openwrt", "trixie"),
    molecule("molecule-zynos", "simulated ZyNOS routers, set up by telnet", "zynos", "trixie"),
    molecule("molecule-static", "routers with one address each, known by their MACs", "static", "trixie"),
    molecule(
        "molecule-safeapply",
        "changes that cut off, are killed, or are made in traffic",
        "safeapply",
        "trixie",
        alone=True,
    ),
    molecule("molecule-failover", "the monitor: lines die, harm and come back", "failover", "trixie", alone=True),
    molecule("collapse-trixie", "a dead member on trixie's own kernel", "collapse", "trixie", alone=True),
    molecule("collapse-bookworm", "a dead member on bookworm's own kernel", "collapse", "bookworm", alone=True),
]

# Run by name: make molecule-zynos.
BY_NAME = {
    "molecule-ifcfg",
    "molecule-ifupdown",
    "molecule-netplan",
    "molecule-netplan-nm",
    "molecule-static",
    "molecule-zynos",
}

GROUPS = {
    "lint": ["reuse", "yamllint", "ruff", "mypy", "ansible-lint"],
    "molecule": [stage.name for stage in STAGES if stage.name.startswith("molecule-")],
    "collapse": ["collapse-trixie", "collapse-bookworm"],
    # Those that measure times take twelve minutes and more of their own, emulated kernels longer.
    "all": [stage.name for stage in STAGES if not stage.alone and stage.name not in BY_NAME],
}
