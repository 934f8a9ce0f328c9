# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every inventory, not only for those that somebody thought of."""

from __future__ import annotations

import ipaddress
import itertools
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import PlanError, plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.plan_fields import LINE
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import bonding_files

SITE = {
    "bond": "teql0",
    "address": "192.0.2.2/29",
    "common_address": "192.0.2.1",
    "address6": "2001:db8:1::2/64",
    "common_address6": "fe80::1",
    "management_network": "172.16.0.0/26",
}
INTERFACES = st.from_regex(r"[a-z*?\[\]$@_.][a-z0-9*?\[\]$@_-]{0,14}", fullmatch=True).filter(
    lambda name: name not in {".", "..", "all", "default", "lo"} and not name.startswith("teql")
)


@st.composite
def valid_lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to 16 lines, each with a /30 dealt or a /28 of its own, in any order."""
    names = draw(st.lists(INTERFACES, min_size=1, max_size=16, unique=True))
    lines: list[dict[str, Any]] = []
    for index, name in enumerate(names):
        line: dict[str, Any] = {"interface": name, "enabled": index == 0 or draw(st.booleans())}
        if draw(st.booleans()):
            own, router = draw(st.permutations(range(1, 15)))[:2]
            line.update(address=f"10.0.{index}.{own}/28", router=f"10.0.{index}.{router}")
        if draw(st.booleans()):
            line["router_mac"] = f"02:00:5e:00:53:{index:02X}"
        lines.append(line)
    return lines


@given(valid_lines())
def test_networks_are_disjoint_and_routers_are_neighbours(lines: list[dict[str, Any]]) -> None:
    plan = plan_lines(lines, SITE)
    networks = [ipaddress.ip_network(line["network"]) for line in plan["lines"]]
    networks.append(ipaddress.ip_interface(plan["address"]).network)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(networks, 2))
    for line in plan["lines"]:
        address = ipaddress.ip_interface(line["address"])
        hosts = set(address.network.hosts())
        assert address.ip in hosts
        assert ipaddress.ip_address(line["router"]) in hosts - {address.ip}


@given(valid_lines())
def test_planning_its_own_output_changes_nothing(lines: list[dict[str, Any]]) -> None:
    plan = plan_lines(lines, SITE)
    again = [{key: line[key] for key in LINE} for line in plan["lines"]]
    assert plan_lines(again, {**SITE, **{key: plan[key] for key in SITE if key in plan}}) == plan


@given(valid_lines())
def test_udev_joins_exactly_the_enabled_lines(lines: list[dict[str, Any]]) -> None:
    plan = plan_lines(lines, SITE)
    rules = next(file["content"] for file in bonding_files(plan, group=7) if file["path"].endswith(".rules"))
    joined = re.findall(r"done' join (\S+) teql0\"", rules)
    grouped = re.findall(r'RUN\+="/sbin/ip link set dev (\S+) group 7"', rules)
    assert [name.replace("$$", "$") for name in joined] == [line["interface"] for line in lines if line["enabled"]]
    assert [name.replace("$$", "$") for name in grouped] == [line["interface"] for line in lines]


@given(valid_lines())
def test_every_file_has_a_path_of_its_own(lines: list[dict[str, Any]]) -> None:
    paths = [file["path"] for file in bonding_files(plan_lines(lines, SITE))]
    assert len(set(paths)) == len(paths) == 3 + len(lines) + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*LINE, "x"]), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.dictionaries(st.sampled_from([*SITE]), JSON), JSON)
def test_whatever_is_given_is_planned_or_refused_line_by_line(lines: Any, site: dict[str, Any], session: Any) -> None:
    try:
        plan_lines(lines, {**SITE, **site}, session)
    except PlanError as error:
        for message in str(error).split("\n"):
            assert re.match(r"(teql_\w+(\[\d+\])?(\.\w+)?|session(\.\w+)?): .*\S; \S", message)


@given(st.lists(st.dictionaries(st.sampled_from([*LINE]), st.text(max_size=20)), max_size=3))
def test_text_in_any_field_is_planned_or_refused(lines: list[dict[str, str]]) -> None:
    try:
        plan_lines(lines, SITE)
    except PlanError as error:
        assert error.problems
