# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which variables are taken for misspelt ones of this collection, and which are somebody's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.plugin_utils.variables import known, meant, misspelt

OURS = sorted(f"{start}_{rest}" for start, names in known().items() for rest in names)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("teql_adress", "teql_address"),
        ("teql_line", "teql_lines"),
        ("teql_Lines", "teql_lines"),
        ("teql_targets", "monitor_targets"),
        ("teql_mtu", "bonding_mtu"),
        ("teql_lan_interface", "routers_lan_interface"),
        ("monitor_target", "monitor_targets"),
        ("monitor_intervall", "monitor_interval"),
        ("bonding_lnes", "bonding_lines"),
        ("routers_platfrom", "routers_platform"),
    ],
)
def test_a_misspelt_one_is_found(name: str, other: str) -> None:
    assert list(misspelt([name])) == [
        (name, f"is no variable of this collection; did you mean {other}? If it is your own, set {other} too")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "teql_plan",
        "teql",
        "monitor_user",
        "monitor_nodes",
        "monitor_",
        "bonding_options",
        "ansible_host",
        "teqlx_lines",
        "",
    ],
)
def test_somebody_elses_is_left_alone(name: str) -> None:
    assert list(misspelt([name])) == []


def test_one_that_stands_beside_the_right_one_is_somebodys_own() -> None:
    assert list(misspelt(["monitor_groups", "monitor_group"])) == []


@given(st.sets(st.sampled_from(OURS)))
def test_ours_are_never_refused(names: set[str]) -> None:
    assert list(misspelt(sorted(names))) == []


@given(st.text())
def test_no_text_is_too_odd(name: str) -> None:
    assert meant(name) == "" or meant(name) in OURS


def test_what_is_no_list_of_names_names_nothing() -> None:
    for odd in (None, 5, "teql_adress", [None, 7, ["teql_adress"]]):
        assert list(misspelt(odd)) == []
