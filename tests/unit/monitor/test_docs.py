# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation names metrics, variables, commands, message numbers and hooks' words as the programs have them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from teql_monitor import metrics
from teql_monitor.cli import arguments, hooks
from teql_monitor.systemd.journal import MESSAGE_IDS

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "monitor.md").read_text()
PAGES = {name: (ROOT / name).read_text() for name in ("README.md", "docs/monitor.md", "docs/kernel.md")}
COUNTERS = json.loads((Path(__file__).parent / "cli" / "recorded" / "counters.json").read_text())
SPECS = [yaml.safe_load(path.read_text())["argument_specs"] for path in ROOT.glob("roles/*/meta/argument_specs.yml")]
VARIABLES = {name for spec in SPECS for entry in spec.values() for name in entry["options"]}


def blocks(text: str) -> str:
    """What stands between ``` and ```, for a shell."""
    return "\n".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", text))


def typed(text: str) -> list[str]:
    """Every call of teqlctl: in shell blocks up to a pipe or a comment, and as a whole word of code in the text."""
    calls = re.findall(r"(?m)\bteqlctl ([a-z][^|#\n&;]*)", blocks(text))
    return calls + re.findall(r"`(?:sudo )?teqlctl ([a-z][^`|]*)`", text)


def metric_rows() -> list[str]:
    """The table as it has to be; the labels are those of the recorded figures."""
    rows = []
    for metric in metrics.METRICS:
        labels = list(dict.fromkeys(label for sample in metric.samples(COUNTERS) for label in sample.labels))
        named = " ".join(f"`{label}`" for label in labels if label != "le")
        rows.append(f"| `{metric.name}` | {metric.kind} | {named} | {metric.help} |")
    return rows


def test_the_table_of_metrics_is_that_of_the_program() -> None:
    assert re.findall(r"(?m)^\| `teql_.*\|$", GUIDE) == metric_rows()


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"\b(?:monitor|bonding|routers)_[a-z0-9_]+\b", PAGES[page]))
    assert named <= VARIABLES


@pytest.mark.parametrize("page", PAGES)
def test_every_teqlctl_command_can_be_typed(page: str) -> None:
    for call in typed(PAGES[page]):
        arguments.parse(shlex.split(call.replace("LINE", "cellar").replace("TIME", "2h")))


def test_commands_are_found_at_all() -> None:
    assert len(typed(GUIDE)) > 15


def test_message_numbers_are_those_of_the_journal() -> None:
    assert set(re.findall(r"MESSAGE_ID=([0-9a-f]+)", GUIDE)) <= set(MESSAGE_IDS.values())
    assert re.findall(r"(?m)^\| `([0-9a-f]{32})` \| (\w+) \|", GUIDE) == [(i, kind) for kind, i in MESSAGE_IDS.items()]


def test_a_hook_finds_the_words_that_are_named() -> None:
    given = hooks.environment({"seq": 1}, "teql0")
    assert set(re.findall(r"\bTEQL_[A-Z]+\b", GUIDE)) == set(given)
