# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollback would run: what brings back the network that was kept, in an order that keeps packets flowing."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.rollback_network import (
    Network,
    parse_address_words,
    parse_routes,
)
from ansible_collections.linebond.teql.plugins.module_utils.rollback_plan import plan_booted, plan_network

OURS = {"teql0", "eth2", "eth3"}


def link(up: bool = True, mtu: int = 1500, group: int = 0) -> dict[str, Any]:
    return {"up": up, "mtu": mtu, "group": group}


def delivered() -> Network:
    return Network(
        links={"eth0": link(), "eth2": link(up=False), "eth3": link()},
        qdiscs={"eth0": ["pfifo_fast", "0:"], "eth3": ["cake", "8001:", "bandwidth", "10Mbit"]},
        addresses={"eth0": {"10.0.0.2/24": ["10.0.0.2/24", "broadcast", "10.0.0.255"]}},
        routes=[["4", "default", "via", "10.0.0.1", "dev", "eth0"]],
        sysctls={"net/ipv4/conf/eth2/rp_filter": "1"},
    )


def bonded() -> Network:
    return Network(
        links={"eth0": link(), "eth2": link(group=20), "eth3": link(group=20), "teql0": link()},
        qdiscs={"eth0": ["pfifo_fast", "0:"], "eth2": ["teql0", "8002:"], "eth3": ["teql0", "8003:"]},
        addresses={"teql0": {"10.0.0.5/29": ["10.0.0.5/29"]}, "eth2": {"172.16.0.2/30": ["172.16.0.2/30"]}},
        routes=[["4", "default", "via", "10.0.0.6", "dev", "teql0", "onlink"]],
        sysctls={"net/ipv4/conf/eth2/rp_filter": "2"},
    )


def test_a_first_run_is_taken_back_to_the_last_piece() -> None:
    assert [" ".join(command) for command in plan_network(delivered(), bonded(), OURS)] == [
        "ip link set dev eth2 group 0",
        "ip link set dev eth3 group 0",
        "tc qdisc del dev eth2 root",
        "tc qdisc replace dev eth3 root handle 8001: cake bandwidth 10Mbit",
        "ip addr add 10.0.0.2/24 broadcast 10.0.0.255 dev eth0",
        "ip -4 route replace default via 10.0.0.1 dev eth0",
        "ip addr del 172.16.0.2/30 dev eth2",
        "ip addr del 10.0.0.5/29 dev teql0",
        "sysctl -w net/ipv4/conf/eth2/rp_filter=1",
        "ip link set dev teql0 down",
        "ip link set dev eth2 down",
        "modprobe -r sch_teql",
    ]


def test_after_a_boot_addresses_and_routes_are_left_to_the_network_manager() -> None:
    assert [" ".join(command) for command in plan_booted(delivered(), bonded(), OURS)] == [
        "ip link set dev eth2 group 0",
        "ip link set dev eth3 group 0",
        "tc qdisc del dev eth2 root",
        "tc qdisc replace dev eth3 root handle 8001: cake bandwidth 10Mbit",
        "sysctl -w net/ipv4/conf/eth2/rp_filter=1",
        "modprobe -r sch_teql",
    ]


def test_a_line_that_was_to_leave_is_back_after_a_boot() -> None:
    """udev has let the others join; the bond is not up yet."""
    now = bonded()
    del now.qdiscs["eth3"]
    now.links["teql0"]["up"] = False
    assert [" ".join(command) for command in plan_booted(bonded(), now, OURS)] == [
        "tc qdisc replace dev eth3 root teql0",
        "ip link set dev teql0 up",
    ]


def test_a_removal_is_taken_back_members_first() -> None:
    planned = [" ".join(command) for command in plan_network(bonded(), delivered(), OURS)]
    assert planned[0] == "modprobe sch_teql max_equalizers=1"
    assert planned.index("tc qdisc replace dev eth3 root teql0") < planned.index("ip link set dev teql0 up")
    assert "ip -4 route replace default via 10.0.0.6 dev teql0 onlink" not in planned  # there is no teql0 yet
    assert "ip addr del 10.0.0.2/24 dev eth0" not in planned  # somebody else's


def test_what_is_new_on_the_interfaces_of_others_is_theirs() -> None:
    now = delivered()
    now.links["docker0"] = link(group=3)
    now.addresses["docker0"] = {"172.17.0.1/16": ["172.17.0.1/16"]}
    now.addresses["eth0"]["10.0.0.9/24"] = ["10.0.0.9/24"]
    now.routes.append(["4", "10.9.0.0/16", "via", "10.0.0.1", "dev", "eth0"])
    assert plan_network(delivered(), now, OURS) == []


def test_two_defaults_of_one_metric_come_back_both() -> None:
    before = delivered()
    before.routes.append(["4", "default", "via", "10.0.0.7", "dev", "eth3"])
    now = copy.deepcopy(before)._replace(routes=[])
    routes = [command for command in plan_network(before, now, OURS) if "route" in command]
    assert [command[3] for command in routes] == ["replace", "append"]


def test_seconds_left_are_no_difference() -> None:
    before, now = (
        delivered()._replace(
            routes=parse_routes(f"default via fe80::1 dev eth0 proto ra metric 1024 expires {n}sec", 6)
        )
        for n in (1790, 1600)
    )
    assert plan_network(before, now, OURS) == []
    assert before.routes[0][-1] == "1790"


def test_the_kernels_own_routes_are_no_ones_business() -> None:
    shown = """local 10.0.0.2 dev eth0 table local proto kernel scope host src 10.0.0.2
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2
default via 10.0.0.1 dev eth0 proto static linkdown
default proto static metric 9 \\tnexthop via 10.0.0.1 dev eth0 weight 1 \\tnexthop via 10.0.1.1 dev eth1 weight 1
unreachable 10.8.0.0/16 proto static table 100"""
    assert [" ".join(route) for route in parse_routes(shown.replace("\\t", "\\\t"), 4)] == [
        "4 default via 10.0.0.1 dev eth0 proto static",
        "4 default proto static metric 9 nexthop via 10.0.0.1 dev eth0 weight 1 nexthop via 10.0.1.1 dev eth1 weight 1",
        "4 unreachable 10.8.0.0/16 proto static table 100",
    ]


def test_addresses_are_kept_with_all_that_makes_them() -> None:
    rows = [
        {
            "ifname": "eth0",
            "addr_info": [
                {
                    "family": "inet",
                    "local": "10.0.0.2",
                    "prefixlen": 24,
                    "broadcast": "10.0.0.255",
                    "scope": "global",
                    "dynamic": True,
                    "label": "eth0:1",
                    "valid_life_time": 3600,
                    "preferred_life_time": 1800,
                },
                {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "scope": "link"},
            ],
        },
        {
            "ifname": "ppp0",
            "addr_info": [{"family": "inet", "local": "10.1.0.1", "address": "10.1.0.9", "prefixlen": 32}],
        },
    ]
    found = parse_address_words(rows)
    assert found["eth0"] == {
        "10.0.0.2/24": [
            "10.0.0.2/24",
            "broadcast",
            "10.0.0.255",
            "label",
            "eth0:1",
            "valid_lft",
            "3600",
            "preferred_lft",
            "1800",
        ]
    }
    assert found["ppp0"] == {"10.1.0.1/32": ["10.1.0.1", "peer", "10.1.0.9/32"]}


NAMES = st.sampled_from(["eth0", "eth2", "eth3", "teql0"])
NETWORKS = st.builds(
    Network,
    links=st.dictionaries(NAMES, st.builds(link, st.booleans(), st.sampled_from([1400, 1500]), st.integers(0, 20))),
    qdiscs=st.dictionaries(NAMES, st.sampled_from([["teql0", "8001:"], ["noqueue", "0:"], ["cake", "1:"]])),
    addresses=st.dictionaries(NAMES, st.dictionaries(st.sampled_from(["10.0.0.2/24", "192.0.2.2/29"]), st.just(["x"]))),
    routes=st.lists(
        st.sampled_from([["4", "default", "via", "10.0.0.1", "dev", "eth0"], ["4", "default", "dev", "eth2"]])
    ),
    sysctls=st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["0", "1"])),
)


@given(NETWORKS)
def test_nothing_is_to_be_done_where_nothing_has_changed(network: Network) -> None:
    assert plan_network(network, copy.deepcopy(network), OURS) == []
    assert plan_network(Network(**json.loads(json.dumps(network._asdict()))), network, OURS) == []


@given(NETWORKS, NETWORKS)
def test_nobody_elses_interface_is_ever_stripped(before: Network, now: Network) -> None:
    for command in plan_network(before, now, OURS):
        taking = "del" in command or "down" in command
        assert not (taking and command[-1] == "eth0"), command
