# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of lines in which one thing could be taken for another."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import PlanError, plan_lines
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

MAC = "02:00:5e:00:53:01"
HANGS_ON = "name the port that the line's router hangs on"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"interface": "teql1"}], f"teql_lines[0].interface: teql1 is an equalizer itself; {HANGS_ON}"),
        ([{"interface": "lo"}], f"teql_lines[0].interface: lo is the loopback; {HANGS_ON}"),
        (
            [{"interface": "eth2", "name": "eth3"}, {"interface": "eth3", "name": "b"}],
            "teql_lines[0].name: eth3 is teql_lines[1].interface, another line; give this one another name",
        ),
        (
            [{"interface": "eth3", "name": "b"}, {"interface": "eth2", "name": "eth3"}],
            "teql_lines[1].name: eth3 is teql_lines[0].interface, another line; give this one another name",
        ),
        (
            [{"interface": "eth2", "router_mac": MAC}, {"interface": "eth3", "router_mac": MAC.upper()}],
            f"teql_lines[1].router_mac: {MAC} is already teql_lines[0].router_mac; give the line a router of its own",
        ),
    ],
)
def test_what_could_be_confused_is_refused(lines: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_lines(lines, SITE)
    assert str(caught.value) == message


def test_a_line_may_be_called_like_its_own_interface() -> None:
    assert (
        plan_lines([{"interface": "eth2", "name": "eth2"}, {"interface": "teqlx"}], SITE)["lines"][1]["name"] == "teqlx"
    )
