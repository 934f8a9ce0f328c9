# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every case of the table says exactly what the table has; and docs/errors.md is made of the table."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.linebond.teql.tests.unit.bad_input import inventories
from ansible_collections.linebond.teql.tests.unit.bad_input.machines import Said
from ansible_collections.linebond.teql.tests.unit.roles.conftest import ROOT, Stage

TABLE: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "bad_input" / "table.yml").read_text(encoding="utf-8"))
OF_INVENTORIES = ("gateway", "routers", "monitor")
# What is said before the message, ours and ansible-core's; docs/errors.md tells it once.
PREFACE = re.compile(
    r"\A.*?(the inventory does not hold together, nothing was touched:\n"
    r"|monitor_files: the monitor cannot run so, nothing was touched:\n"
    r"|Validation of arguments failed:\n|\b(backend|router_line): )",
    re.DOTALL,
)
# One of each task that refuses something.
PLAYED = (
    "a key is misspelt",
    "YAML made something else of a word",
    "an option has a value that it does not know",
    "no network manager runs",
    "a router's gateway is not in the inventory",
    "two routers have the same line",
    "a target is on this side of the lines",
)


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def bare(message: str) -> str:
    return PREFACE.sub("", message, count=1)


INVENTORIES = {slug(case["name"]): case for case in TABLE if case["where"] in OF_INVENTORIES}
MACHINES = [case for case in TABLE if case["where"] not in OF_INVENTORIES]


def host(name: str, case: dict[str, Any]) -> str:
    return f"{'router' if case['where'] == 'routers' else 'gateway'}-{name}"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="module")
def judged(stage: Stage) -> dict[str, str]:
    return inventories.judge(stage, INVENTORIES)


@pytest.mark.parametrize("name", INVENTORIES)
def test_an_inventory_is_refused(judged: dict[str, str], name: str) -> None:
    case = INVENTORIES[name]
    assert bare(judged[host(name, case)]) == case["message"]


def test_a_playbook_says_the_same(stage: Stage) -> None:
    cases = {slug(name): INVENTORIES[slug(name)] for name in PLAYED}
    outcome = inventories.play(stage, cases)
    said = {name: outcome.refusals[host(name, case)] for name, case in cases.items()}
    assert {name: bare(refusal.message) for name, refusal in said.items()} == {
        name: case["message"] for name, case in cases.items()
    }
    assert not [each for each in outcome.refusals if each.endswith(inventories.GOOD)]
    shown = outcome.said.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")
    for case in cases.values():  # and so it reaches the terminal
        assert case["message"] in shown
    assert "Traceback" not in outcome.said


@pytest.mark.parametrize("case", MACHINES, ids=lambda case: slug(case["name"]))
def test_a_machine_is_not_fit(
    case: dict[str, Any], run_module: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert Said(run_module, monkeypatch, tmp_path).of(case) == case["message"]


def test_every_case_can_be_read_by_a_person() -> None:
    names = [case["name"] for case in TABLE]
    assert len(set(map(slug, names))) == len(names)
    for case in TABLE:
        for key in ("message", "means", "do"):
            assert case[key].strip(), (case["name"], key)
        assert not re.search(r"Traceback|<class|object at 0x|NoneType", case["message"])


def test_the_page_is_made_of_the_table() -> None:
    path = ROOT / "tools" / "errors_page.py"
    spec = importlib.util.spec_from_file_location("errors_page", path)
    assert spec and spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert page == tool.page(TABLE), "run tools/errors_page.py"
