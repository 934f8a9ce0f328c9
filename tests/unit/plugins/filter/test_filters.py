# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters as Ansible sees them: their errors, and documentation that agrees with the code."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.linebond.teql.plugins.filter import bonding_files, plan
from ansible_collections.linebond.teql.plugins.plugin_utils.plan_fields import LINE, SESSION
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import BACKENDS

SITE = {"address": "192.0.2.2/29", "common_address": "192.0.2.1"}
the_plan = plan.FilterModule().filters()["plan"]
the_files = bonding_files.FilterModule().filters()["bonding_files"]


def options(module: ModuleType) -> dict[str, Any]:
    documented: dict[str, Any] = yaml.safe_load(module.DOCUMENTATION)["options"]
    return documented


def test_the_short_call() -> None:
    planned = the_plan([{"interface": "eth2"}], **SITE)
    assert planned["bond"] == "teql0"
    assert planned["lines"][0]["address"] == "172.16.0.2/30"
    assert len(the_files(planned)) == 5


def test_every_problem_is_in_one_error() -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        the_plan([{"interface": "eth2", "weight": "1"}], "bond0", common_address="192.0.2.1")
    assert str(caught.value).splitlines() == [
        "the inventory does not hold together, nothing was touched:",
        "teql_bond: 'bond0' is no equalizer; the kernel calls them teql0, teql1 and so on",
        "teql_address: is missing; give the gateway's own public address, such as 192.0.2.2/29",
        "teql_lines[0].weight: is the text '1'; write a whole number, without quotes",
    ]


def test_without_netaddr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "NETADDR_MISSING", ImportError("netaddr"))
    with pytest.raises(
        AnsibleFilterError, match=r"needs the Python library netaddr on the controller, where .* install"
    ):
        the_plan([{"interface": "eth2"}], **SITE)


def test_files_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^bonding_files: backend: 'x' is not supported; take one of"):
        the_files(the_plan([{"interface": "eth2"}], **SITE), "x")


@pytest.mark.parametrize("module", [plan, bonding_files])
def test_documentation_lists_the_arguments_and_their_defaults(module: ModuleType) -> None:
    [call] = module.FilterModule().filters().values()
    arguments = list(inspect.signature(call).parameters.values())[1:]
    documented = options(module)
    assert list(documented) == ["_input", *(argument.name for argument in arguments)]
    assert [documented[argument.name].get("default") for argument in arguments] == [
        argument.default for argument in arguments
    ]


def test_documentation_lists_the_fields() -> None:
    fields = options(plan)["_input"]["suboptions"]
    assert list(fields) == list(LINE)
    assert [fields[name].get("default") for name in LINE] == [field.default for field in LINE.values()]
    assert [bool(fields[name].get("required")) for name in LINE] == [bool(field.needed) for field in LINE.values()]
    assert list(options(plan)["session"]["suboptions"]) == list(SESSION)
    assert options(bonding_files)["backend"]["choices"] == list(BACKENDS)


def test_documentation_shows_what_is_returned() -> None:
    contained = yaml.safe_load(plan.RETURN)["_value"]["contains"]
    planned = the_plan([{"interface": "eth2"}], **SITE)
    assert contained.keys() == planned.keys()
    assert contained["lines"]["sample"] == planned["lines"]
    keys = {key for backend in BACKENDS for file in the_files(planned, backend) for key in file}
    assert yaml.safe_load(bonding_files.RETURN)["_value"]["contains"].keys() == keys
