# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role monitor and the program it installs agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.monitor_package import FOLDER, complaints
from ansible_collections.linebond.teql.plugins.plugin_utils.render.monitor_config import config_text
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

ROLES = Path(__file__).parents[3] / "roles"
GIVEN = {"monitor_targets": ["198.51.100.1"], "monitor_mtu": None}


def loaded(path: str) -> Any:
    return yaml.safe_load((ROLES / path).read_text())


def settled(value: Any, variables: dict[str, Any]) -> Any:
    """The settings with the values of the variables they name."""
    if isinstance(value, dict):
        return {key: settled(each, variables) for key, each in value.items()}
    found = re.match(r"\{\{ (\w+)", value)
    assert found, value
    return variables[found[1]]


def settings() -> dict[str, Any]:
    result: dict[str, Any] = settled(
        loaded("monitor/vars/main.yml")["_monitor_settings"], {**loaded("monitor/defaults/main.yml"), **GIVEN}
    )
    return result


def test_the_roles_defaults_are_the_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_lines([{"interface": "eth2"}], SITE)
    whole, short = config_text(plan, settings()), config_text(plan, {"targets": GIVEN["monitor_targets"]})
    assert complaints(whole) == []
    monkeypatch.syspath_prepend(str(FOLDER))
    from teql_monitor.config import parse

    assert parse(whole) == parse(short)


def test_every_variable_of_the_role_is_used() -> None:
    used = {word for path in (ROLES / "monitor").rglob("*.yml") for word in _words(path)}
    specified = loaded("monitor/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    assert sorted(set(specified) - used) == []


def _words(path: Path) -> list[str]:
    return [] if path.parent.name in ("meta", "defaults") else re.findall(r"\bmonitor_\w+", path.read_text())
