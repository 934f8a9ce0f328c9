# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two places in which a role's variables stand agree: defaults/main.yml and meta/argument_specs.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"
NAMES = sorted(path.name for path in ROLES.iterdir() if (path / "meta/argument_specs.yml").exists())


def loaded(role: str, file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLES / role / file).read_text()) or {}
    return found


def options(role: str) -> dict[str, dict[str, Any]]:
    """The options of all entry points."""
    specs = loaded(role, "meta/argument_specs.yml")["argument_specs"]
    return {name: option for spec in specs.values() for name, option in spec.get("options", {}).items()}


def templated(value: object) -> bool:
    return isinstance(value, str) and "{{" in value


@pytest.mark.parametrize("role", NAMES)
def test_every_default_is_specified(role: str) -> None:
    assert sorted(set(loaded(role, "defaults/main.yml")) - set(options(role))) == []


@pytest.mark.parametrize("role", NAMES)
def test_a_specified_default_is_the_one_that_holds(role: str) -> None:
    defaults = loaded(role, "defaults/main.yml")
    plain = {name: option["default"] for name, option in options(role).items() if "default" in option}
    assert {
        name: value
        for name, value in plain.items()
        if defaults.get(name) != value and not templated(defaults.get(name))
    } == {}


@pytest.mark.parametrize("role", NAMES)
def test_every_option_has_a_type_and_a_description_and_is_named_after_the_role(role: str) -> None:
    for name, option in options(role).items():
        assert name.startswith(f"{role}_")
        assert option["type"] and option["description"], name
