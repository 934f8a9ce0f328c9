# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation has the kernel's bugs and the pre-flight's items as the programs do; nothing stands twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.linebond.teql.plugins.module_utils import preflight
from ansible_collections.linebond.teql.plugins.module_utils.kernel_traps import ANY, COLLAPSE, TRAPS, TUNNELS, Reached
from ansible_collections.linebond.teql.plugins.modules import bond_info

ROOT = Path(__file__).parents[4]
KERNEL = (ROOT / "docs/kernel.md").read_text()
PAGE = (ROOT / "docs/preflight.md").read_text()
MONITOR = ROOT / "roles/monitor/files/teql_monitor"


def releases(reached: Reached) -> str:
    branches = [".".join(map(str, (*branch, patch))) for branch, patch in reached.stable.items()]
    return ", ".join(branches + ([".".join(map(str, reached.everywhere))] if reached.everywhere else []))


def test_the_table_of_kernel_bugs_is_that_of_the_program() -> None:
    rows = []
    for trap in TRAPS:
        ports = {ANY: "any", TUNNELS: "tunnels"}.get(trap.ports, "PPP sessions, stacked ports, tunnels")
        rows.append(f"| `{trap.name}` | {trap.what} | {ports} | {releases(trap.fixed)} |")
    assert re.findall(r"(?m)^\| `(?:CVE|slaves)\S+` \|.*\|$", KERNEL) == rows


def test_the_page_says_since_when_a_dead_member_takes_all() -> None:
    assert f"{releases(COLLAPSE.since)} and later have it" in " ".join(KERNEL.split())


def test_the_page_has_every_item_in_its_order() -> None:
    assert re.findall(r"(?m)^\| `(\S+)` \|", PAGE) == list(preflight.ITEMS)


def test_the_module_documents_every_item() -> None:
    [text] = yaml.safe_load(bond_info.RETURN)["verdicts"]["contains"]["item"]["description"]
    assert re.findall(r"V\((\S+)\)", text) == list(preflight.ITEMS)


@pytest.mark.parametrize("name", ["cli/duration.py", "cli/doctor/kernel_traps.py", "cli/doctor/user_namespaces.py"])
def test_what_the_monitor_shares_with_the_modules_stands_once(name: str) -> None:
    path = MONITOR / name
    assert path.is_symlink() and path.resolve() == (ROOT / "plugins/module_utils" / path.name).resolve()
    imports = re.findall(r"(?m)^(?:from|import) (\S+)", path.read_text())
    assert not any(name.startswith(("ansible", ".")) for name in imports)
