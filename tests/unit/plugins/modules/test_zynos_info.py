# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module from arguments to result, by real telnet against a simulated router."""

from __future__ import annotations

from typing import Any

from ansible_collections.linebond.teql.plugins.modules import zynos_info
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_zynos import PASSWORD, SimulatedZynos


def options(box: SimulatedZynos) -> dict[str, Any]:
    return {name: value for name, value in box.options.items() if name != "common_address"}


def test_the_line_and_the_router(box: SimulatedZynos, run_module: Any) -> None:
    result = run_module(zynos_info, **options(box))
    assert result["dsl"]["sync"] and result["dsl"]["downstream"]["rate_kbit"] == 8064
    assert result["router"]["firmware"] == "V3.40(AGD.2)"
    assert not result["changed"] and box.device.saves == 0
    box.device.dsl["status"] = "down"
    quick = run_module(zynos_info, **options(box), quick=True)
    assert quick["dsl"]["sync"] is False and quick["router"] == {"firmware": None, "uptime_s": None}


def test_a_router_without_such_commands(box: SimulatedZynos, run_module: Any) -> None:
    unknown = dict.fromkeys(("adsl_status", "adsl_rates"), "wan vdsl status")
    result = run_module(zynos_info, **options(box), quick=True, commands=unknown)
    assert "takes none of the commands" in result["msg"]
    del unknown["adsl_rates"]
    partly = run_module(zynos_info, **options(box), quick=True, commands=unknown)
    assert partly["dsl"]["sync"] is None and partly["dsl"]["downstream"]["rate_kbit"] == 8064


def test_no_secret_in_an_error(box: SimulatedZynos, run_module: Any) -> None:
    box.server.close()
    assert PASSWORD not in str(run_module(zynos_info, **options(box)))
