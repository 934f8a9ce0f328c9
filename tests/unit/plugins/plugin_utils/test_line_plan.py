# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories that can be planned, and their normal form."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE


def planned(*lines: Any, session: Any = None, **site: Any) -> dict[str, Any]:
    return plan_lines(list(lines), {**SITE, **site}, session)


def only_line(**fields: Any) -> dict[str, Any]:
    [line] = planned({"interface": "eth2", **fields})["lines"]
    return dict(line)


def test_the_smallest_inventory_becomes_a_full_plan() -> None:
    assert planned({"interface": "eth2"}, {"interface": "eth3"}) == {
        "bond": "teql0",
        "address": "192.0.2.2/29",
        "address6": None,
        "common_address": "192.0.2.1",
        "common_address6": None,
        "neighbours": "arp",
        "lines": [
            {
                "index": 0,
                "name": "eth2",
                "interface": "eth2",
                "kind": "router",
                "enabled": True,
                "weight": 1,
                "address": "172.16.0.2/30",
                "router": "172.16.0.1",
                "network": "172.16.0.0/30",
                "router_mac": None,
                "rate_kbit": None,
            },
            {
                "index": 1,
                "name": "eth3",
                "interface": "eth3",
                "kind": "router",
                "enabled": True,
                "weight": 1,
                "address": "172.16.0.6/30",
                "router": "172.16.0.5",
                "network": "172.16.0.4/30",
                "router_mac": None,
                "rate_kbit": None,
            },
        ],
    }


def test_every_line_counts_when_the_management_network_is_dealt() -> None:
    plan = planned(
        {"interface": "eth2", "enabled": False},
        {"interface": "eth3", "address": "10.0.0.2/24", "router": "10.0.0.254"},
        {"interface": "eth4"},
    )
    assert [line["address"] for line in plan["lines"]] == ["172.16.0.2/30", "10.0.0.2/24", "172.16.0.10/30"]
    assert [line["enabled"] for line in plan["lines"]] == [False, True, True]


def test_the_management_network_may_be_one_slash_30_when_one_line_needs_it() -> None:
    plan = planned({"interface": "eth2"}, management_network="10.1.2.4/30")
    assert plan["lines"][0]["router"] == "10.1.2.5"


@pytest.mark.parametrize(
    ("address", "router"),
    [
        ("10.0.0.1/30", "10.0.0.2"),
        ("10.0.0.2/30", "10.0.0.1"),
        ("10.0.0.0/31", "10.0.0.1"),
        ("10.0.0.1/31", "10.0.0.0"),
    ],
)
def test_the_router_is_the_only_other_host(address: str, router: str) -> None:
    assert only_line(address=address)["router"] == router


def test_a_given_router_stays() -> None:
    assert only_line(address="10.0.0.2/24", router="10.0.0.254")["router"] == "10.0.0.254"


def test_pppoe_lines_have_no_addresses() -> None:
    line = only_line(interface="ppp0", kind="pppoe", name="attic")
    assert line["name"] == "attic"
    assert [line[key] for key in ("address", "router", "network", "router_mac")] == [None] * 4


@pytest.mark.parametrize("written", ["02-00-5E-00-53-01", "02:00:5e:00:53:01", "0200.5e00.5301", "02005E005301"])
def test_macs_have_one_form(written: str) -> None:
    assert only_line(router_mac=written)["router_mac"] == "02:00:5e:00:53:01"


@pytest.mark.parametrize("name", ["eth2", "eth2.100", "wan-a", "br_x", "v*", "a[0]?", "x" * 15, "wan@1", "a$b", "ppp0"])
def test_names_that_the_kernel_takes(name: str) -> None:
    assert only_line(interface=name)["interface"] == name


@pytest.mark.parametrize("common", ["2001:db8:1::1", "fe80::1", "FE80::1"])
def test_ipv6_common_address_inside_the_block_or_link_local(common: str) -> None:
    plan = planned({"interface": "eth2"}, address6="2001:DB8:1::2/64", common_address6=common)
    assert plan["address6"] == "2001:db8:1::2/64"
    assert plan["common_address6"] == common.lower()


def test_a_line_may_say_its_speed() -> None:
    assert only_line(rate_kbit=10000)["rate_kbit"] == 10000
    assert only_line(interface="ppp0", kind="pppoe", rate_kbit=640)["rate_kbit"] == 640


def test_null_is_the_same_as_left_out() -> None:
    fields = ("name", "kind", "enabled", "weight", "address", "router", "router_mac", "rate_kbit")
    assert only_line(**dict.fromkeys(fields)) == only_line()


def test_subclasses_of_str_become_plain() -> None:
    class Tagged(str):
        def __str__(self) -> str:
            return f"<tagged {self!r}>"

    fields = {"interface": "eth2", "name": "a", "kind": "router", "address": "10.0.0.2/30", "router": "10.0.0.1"}
    plan = planned(
        {Tagged(key): Tagged(value) for key, value in fields.items()},
        **{key: Tagged(value) for key, value in SITE.items() if value},
    )
    assert plan == planned(fields)
    written = [plan["bond"], plan["address"], *plan["lines"][0].values()]
    assert not [value for value in written if isinstance(value, Tagged)]


SESSION = {"interface": "eth0", "address": "10.9.0.2", "network": "10.9.0.0/24"}


@pytest.mark.parametrize(
    "session",
    [
        None,
        {},
        {"interface": None, "address": None, "network": None},
        SESSION,
        {**SESSION, "network": "2001:db8:9::/64"},
        {"interface": "teql0", "address": "192.0.2.2", "network": "192.0.2.0/29"},
        {"interface": "eth2", "address": "172.16.0.2", "network": "172.16.0.0/30"},
        # A part of the public block behind another port keeps its own, more specific route.
        {"interface": "eth0", "address": "192.0.2.5", "network": "192.0.2.4/30"},
    ],
)
def test_sessions_that_stay_alive(session: Any) -> None:
    assert planned({"interface": "eth2"}, {"interface": "eth3"}, session=session)["bond"] == "teql0"
