# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static neighbours hide a dead router: they are planned only where somebody sees it, or by force."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import PlanError, plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.plan_watch import Watch

SITE: dict[str, Any] = {
    "bond": "teql0",
    "address": "192.0.2.2/29",
    "common_address": "192.0.2.1",
    "neighbours": "static",
    "management_network": "172.16.0.0/24",
}
MAC = "02:00:5e:00:53:0"
KNOWN = [{"interface": "eth2", "router_mac": f"{MAC}1"}, {"interface": "eth3", "router_mac": f"{MAC}2"}]
UNKNOWN = [KNOWN[0], {"interface": "eth3"}]
HIDES = "teql_neighbours: static hides a dead router from the kernel, and"
FORCE = "take arp, or set bonding_allow_unwatched: true"


def said(lines: list[dict[str, Any]], watch: Watch | None, **site: Any) -> str:
    try:
        plan_lines(lines, {**SITE, **site}, watch=watch)
    except PlanError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("watch", "message"),
    [
        (Watch("enforce"), ""),
        (None, ""),  # who plans so does not judge it
        (Watch(""), f"{HIDES} no monitor is set up that would see it; set monitor_targets, {FORCE}"),
        (Watch("observe"), f"{HIDES} the monitor only observes; set monitor_mode: enforce, {FORCE}"),
        (Watch("observe", may_lack=True), ""),
    ],
)
@pytest.mark.parametrize("lines", [KNOWN, UNKNOWN])
def test_somebody_has_to_see_a_dead_router(lines: list[dict[str, Any]], watch: Watch | None, message: str) -> None:
    assert said(lines, watch) == message


def test_by_force_and_without_a_monitor_each_mac_has_to_be_given() -> None:
    forced = Watch("", may_lack=True)
    assert said(KNOWN, forced) == ""
    assert said(UNKNOWN, forced) == (
        "teql_lines[1].router_mac: is missing, and without the monitor nobody learns it; "
        "give the MAC of the router's LAN port"
    )


def test_a_mac_that_was_refused_is_spoken_of_once() -> None:
    wrong = [KNOWN[0], {"interface": "eth3", "router_mac": "02:00"}]
    assert said(wrong, Watch("", may_lack=True)).count("\n") == 0


@pytest.mark.parametrize("site", [{"neighbours": "arp"}, {"neighbours": None}])
def test_where_the_kernel_asks_nobody_else_has_to(site: dict[str, Any]) -> None:
    assert said(UNKNOWN, Watch(""), **site) == ""


def test_lines_without_a_router_have_none_that_dies() -> None:
    assert said([{"interface": "ppp0", "kind": "pppoe"}], Watch("")) == ""
