# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts on which somebody did something before, on a real kernel."""

from __future__ import annotations

from guest_cases import done, refused
from guest_host import picture, sh


def a_foreign_qdisc_with_classes_or_filters_is_never_replaced() -> None:
    match = "protocol ip u32 match u32 0 0 flowid 7:1"
    for words in (
        "htb default 10 && tc class add dev eth3 parent 7: classid 7:10 htb rate 1mbit",
        "htb",
        "hfsc default 1",
        "prio",
        "drr",
        "tbf rate 1mbit burst 10kb latency 50ms && tc qdisc add dev eth3 parent 7:1 pfifo",
        f"fq_codel && tc filter add dev eth3 parent 7: {match}",
    ):
        sh(f"tc qdisc add dev eth3 root handle 7: {words}")
        first, classes = sh("tc qdisc show; tc filter show dev eth3"), sh("tc class show dev eth3")
        message = refused(members=["eth2", "eth3"], replace_foreign=True)
        assert "eth3 has a root qdisc with classes or filters" in message, (words, message)
        assert (sh("tc qdisc show; tc filter show dev eth3"), sh("tc class show dev eth3")) == (first, classes)
        sh("tc qdisc del dev eth3 root")


def what_tc_prints_wrongly_of_another_interface_is_no_obstacle() -> None:
    sh("tc qdisc add dev eth4 root hfsc default 1")
    done(members=["eth2", "eth3"])
    assert not done(members=["eth2", "eth3"])["changed"]
    assert "eth4 has a root qdisc of its own, hfsc" in refused(members=["eth4"])


def what_sysctl_set_before_it_failed_is_taken_back() -> None:
    first = picture()
    settings = {"base_reachable_time_ms": 2000, "delay_first_probe_time": 2147483647}
    message = refused(members=["eth2"], neighbour_probing=settings)
    assert message.startswith("sysctl -w ") and "was taken back: sysctl -w " in message, message
    assert picture() == first


def a_default_route_of_the_same_metric_does_not_stay_first() -> None:
    done(members=["eth2"], addresses=["192.0.2.2/29"])
    sh("ip link set eth3 up; ip addr add 10.0.0.2/24 dev eth3; ip route append default via 10.0.0.1 dev eth3")
    sh("ip route append default via 192.0.2.1 dev teql0 onlink")
    done(members=["eth2"], gateways=["192.0.2.1"])
    assert sh("ip route get 198.51.100.9").startswith("198.51.100.9 via 192.0.2.1 dev teql0")
    assert not done(members=["eth2"], gateways=["192.0.2.1"])["changed"]
    done(state="absent")
    assert sh("ip route show default").startswith("default via 10.0.0.1 dev eth3")


def an_ipv6_default_that_became_shared_is_the_bonds_again() -> None:
    addresses = ["192.0.2.2/29", "2001:db8:1::2/64"]
    done(members=["eth2"], addresses=addresses, gateways=["fe80::1"])
    sh("ip link set eth3 up; ip -6 route append default via fe80::9 dev eth3")
    assert "nexthop" in sh("ip -6 route show default")
    assert done(members=["eth2"], gateways=["fe80::1"])["changed"]
    assert sh("ip -6 route show default").startswith("default via fe80::1 dev teql0")


def a_gateway_built_by_hand_is_one_again() -> None:
    sh("modprobe sch_teql; for port in eth2 eth4; do ip link set $port up; tc qdisc add dev $port root teql0; done")
    sh("ip link set teql0 up; ip link set teql0 mtu 1300; ip link set eth2 group 7")
    first = picture()
    done(members=["eth2", "eth3"], group=20)
    done(members=["eth3"], group=20)
    done(state="absent")
    assert picture() == first
    assert not done(state="absent")["changed"]


def what_a_vlan_lies_on_goes_down_again() -> None:
    first = picture()
    done(members=["eth2.5"])
    done(state="absent")
    assert picture() == first


CASES = [
    a_foreign_qdisc_with_classes_or_filters_is_never_replaced,
    what_tc_prints_wrongly_of_another_interface_is_no_obstacle,
    what_sysctl_set_before_it_failed_is_taken_back,
    a_default_route_of_the_same_metric_does_not_stay_first,
    an_ipv6_default_that_became_shared_is_the_bonds_again,
    a_gateway_built_by_hand_is_one_again,
    what_a_vlan_lies_on_goes_down_again,
]
