# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the role monitor as Ansible sees them."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.linebond.teql.plugins.filter import monitor_files, monitor_units, plan, status_table
from ansible_collections.linebond.teql.plugins.modules import files, services

PLAN = plan.plan([{"interface": "eth2"}], address="192.0.2.2/29", common_address="192.0.2.1")


def test_the_files_fit_the_modules() -> None:
    written = monitor_files.monitor_files(PLAN, {"targets": ["198.51.100.1"]})
    options: Any = files.OPTIONS["files"]["options"]  # type: ignore[index]
    assert all(set(file) <= set(options) for file in written)
    assert "/usr/local/lib/linebond/teql_monitor/__init__.py" in [file["path"] for file in written]
    units = monitor_units.monitor_units(written)
    options = services.OPTIONS["units"]["options"]  # type: ignore[index]
    assert [unit["state"] for unit in units] == ["started", "stopped", "stopped", "stopped"]
    assert all(set(unit) <= set(options) for unit in units)


def test_errors() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^monitor_files: the monitor cannot run so.*\nmonitor_targets: "):
        monitor_files.monitor_files(PLAN, {"targets": []})
    with pytest.raises(AnsibleFilterError, match=r"^monitor_units: give what linebond\.teql\.monitor_files returns"):
        monitor_units.monitor_units([1])
    with pytest.raises(AnsibleFilterError, match=r"^status_table: give a mapping"):
        status_table.status_table("x")
    assert len(status_table.status_table({"gw": {}})) == 2


@pytest.mark.parametrize("module", [monitor_files, monitor_units, status_table])
def test_documentation_names_the_arguments(module: ModuleType) -> None:
    documented = yaml.safe_load(module.DOCUMENTATION)
    ((name, function),) = module.FilterModule().filters().items()
    assert documented["name"] == name
    arguments = list(inspect.signature(function).parameters.values())[1:]
    assert [argument.name for argument in arguments] == [key for key in documented["options"] if key != "_input"]
    for argument in arguments:
        if argument.default is not argument.empty:
            assert documented["options"][argument.name]["default"] == argument.default
