# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pre-flight as the role's first step, and its playbook."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.tests.unit.roles.conftest import FOUND, Stage

BONDING = "[{import_role: {name: linebond.teql.bonding}}]"


def verdict(item: str, word: str, ignored: bool = False) -> dict[str, Any]:
    fix = "" if word == "ok" else "mend it"
    return {"item": item, "verdict": word, "message": f"About {item}.", "fix": fix, "ignored": ignored}


def answer(*verdicts: dict[str, Any]) -> dict[str, Any]:
    return {"bond_info": {**FOUND, "verdicts": verdicts}}


def test_what_the_site_accepts_is_passed_on_and_holds_to_the_end(stage: Stage) -> None:
    played = stage.role(BONDING, bonding_preflight_ignore=["arp_ignore", "mtu"])
    early, late = played.arguments("bond_info")
    assert early["preflight_ignore"] == ["arp_ignore", "mtu", "foreign_qdisc"]
    assert "arp_ignore" not in late["fail_on"] and {"mtu", "stacked", "rp_filter"} <= set(late["fail_on"])
    played = stage.role(BONDING)
    assert "arp_ignore" in played.arguments("bond_info")[1]["fail_on"]


def test_a_removal_refuses_nothing(stage: Stage) -> None:
    played = stage.role(BONDING, bonding_state="absent", bonding_preflight_ignore=["no such item"])
    [look] = played.arguments("bond_info")
    assert (look["preflight"], look["preflight_ignore"]) == ("report", [])


def test_a_refused_gateway_is_not_touched(stage: Stage) -> None:
    played = stage.role(BONDING, answers={"bond_info": {"failed": True, "msg": "No. Try: that"}})
    assert played.code != 0 and played.names() == ["bond_info"]


def test_the_playbook_shows_a_table_and_changes_nothing(stage: Stage) -> None:
    found = answer(verdict("module", "ok"), verdict("kinds", "warning"), verdict("stacked", "refused", True))
    played = stage.play("linebond.teql.preflight", answers=found)
    assert played.code == 0, played
    assert played.names() == ["bond_info"] and played.arguments("bond_info")[0]["ports"] == ["eth2", "eth3"]
    assert "preflight" not in played.arguments("bond_info")[0]
    assert "gw       kinds    warning            About kinds. Do: mend it" in played.said
    assert "gw       stacked  refused (ignored)  About stacked. Do: mend it" in played.said
    assert "changed=0" in played.said


def test_the_playbook_fails_where_the_site_would(stage: Stage) -> None:
    played = stage.play("linebond.teql.preflight", answers=answer(verdict("arp_ignore", "refused")))
    assert played.code != 0 and "gw       arp_ignore  refused  About arp_ignore. Do: mend it" in played.said


@pytest.mark.parametrize("site", ["bonding_lines", "teql_lines"])
def test_the_playbook_takes_the_lines_of_the_role(stage: Stage, site: str) -> None:
    played = stage.play("linebond.teql.preflight", gateway={site: [{"interface": "eth7"}]}, answers=answer())
    assert played.arguments("bond_info")[0]["ports"] == ["eth7"]


def test_a_gateway_that_cannot_be_looked_at_is_in_the_table(stage: Stage) -> None:
    broken = {"bond_info": {"failed": True, "msg": "The command tc is missing."}}
    played = stage.play("linebond.teql.preflight", answers=broken)
    assert played.code != 0 and "gw       -     -        The command tc is missing." in played.said
    lost = {"bond_info": {"unreachable": True, "msg": "Connection refused"}}
    played = stage.play("linebond.teql.preflight", answers=lost)
    assert "unreachable: Connection refused" in played.said
