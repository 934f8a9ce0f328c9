# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences that refuse a request, and that they name what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.bond_check import check
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import Wanted, read_state
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

Change = Callable[[SimulatedKernel], Any]
GOOD = Wanted(members=("eth2", "eth3"), neighbour_probing={"ucast_solicit": 2})


def host() -> SimulatedKernel:
    kernel = SimulatedKernel()
    for port in ("eth0", "eth2", "eth3"):
        kernel.add_port(port)
    kernel.add_port("eth2.5", lower="eth2")
    kernel.add_port("eth2.5.6", lower="eth2.5")
    kernel.add_port("ppp0", mtu=1492, kind="ppp")
    return kernel


def complaints(wanted: Wanted, change: Change | None = None) -> str:
    kernel = host()
    if change:
        change(kernel)
    return " ".join(check(read_state(kernel, wanted), wanted))


def tools(*commands: str) -> Change:
    def change(kernel: SimulatedKernel) -> None:
        for command in commands:
            kernel.run(*command.split())

    return change


def test_a_good_request_is_not_complained_about() -> None:
    assert complaints(GOOD) == ""


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"name": "bond0"}, "name: 'bond0' is no equalizer: the kernel calls them teql0, teql1 and so on; take teql0."),
        ({"name": "teql3"}, "equalizers: 1 will not do for teql3: take 4 to 1000, or leave it out."),
        ({"standby": ("eth2",)}, "eth2 is listed in both members and standby: name each port once."),
        ({"members": ("eth2", "eth2")}, "eth2 is listed twice: name each port once."),
        ({"members": ("teql0",)}, "teql0 cannot be a member of itself"),
        ({"members": ("teql7",)}, "teql7 is an equalizer itself"),
        ({"members": ("eth9",)}, "There is no interface eth9: did you mean eth"),
        ({"members": ("wan",)}, "There is no interface wan: This host has eth0, eth2, eth2.5, eth2.5.6, eth3, ppp0."),
        ({"members": ("eth2", "eth2.5")}, "eth2.5 is stacked on eth2, which is a port of teql0 too"),
        ({"members": ("eth2", "eth2.5.6")}, "eth2.5.6 is stacked on eth2, which is a port of teql0 too"),
        ({"members": ("eth2", "ppp0")}, "mixed: eth2 is ethernet, ppp0 is ppp. Leave out one kind."),
        (
            {"mtu": 1600},
            "eth2 has an MTU of 1500, smaller than the 1600 asked for teql0: raise it (ip link set dev eth2",
        ),
        ({"mtu": 60}, "mtu: 60 will not do: take 68 to 65535 bytes, or leave it out."),
        (
            {"addresses": ("192.0.2.2/33",)},
            "addresses[0]: '192.0.2.2/33' is no address with prefix: write it like 192.0.2.2/29 or 2001:db8:1::2/64.",
        ),
        ({"gateways": ("x",)}, "gateways[0]: 'x' is no address: write it like 192.0.2.1 or fe80::1."),
        (
            {"gateways": ("192.0.2.1", "192.0.2.3")},
            "gateways: there are two of one family, and a default route has one next hop: leave one of them out.",
        ),
        ({"members": (), "standby": ("eth2",), "gateways": ("192.0.2.1",)}, "teql0 cannot go up without a member"),
        (
            {"neighbour_probing": {"ucast_solcit": 2}},
            "The kernel has no such settings: net/ipv4/neigh/eth2/ucast_solcit, net/ipv4/neigh/eth3/ucast_solcit, ",
        ),
    ],
)
def test_a_wrong_request_is_refused(wish: dict[str, Any], sentence: str) -> None:
    assert sentence in complaints(replace(GOOD, **wish))


def no_module(kernel: SimulatedKernel) -> None:
    kernel.module_there = False


def no_modprobe(kernel: SimulatedKernel) -> None:
    kernel.missing_tools.add("modprobe")


def strict(kernel: SimulatedKernel) -> None:
    kernel.files["/proc/sys/net/ipv4/conf/all/rp_filter"] = "1\n"


def occupied(kernel: SimulatedKernel) -> None:
    kernel.files[GOOD.sysctl_file] = "net.ipv4.ip_forward=1\n"


def without_ipv6(kernel: SimulatedKernel) -> None:
    kernel.files = {path: text for path, text in kernel.files.items() if "/ipv6/" not in path}


def bridged(kernel: SimulatedKernel) -> None:
    kernel.links["eth2"]["master"] = "br0"


ETHERNET_UP = tools("modprobe sch_teql", "tc qdisc replace dev eth2 root teql0", "ip link set dev teql0 up")


@pytest.mark.parametrize(
    ("change", "wish", "sentence"),
    [
        (no_module, {}, "The kernel module sch_teql is not available for kernel"),
        (no_module, {}, ": install linux-image-"),
        (no_modprobe, {}, "cannot be seen without modprobe: install kmod."),
        (tools("tc qdisc add dev eth2 root cake"), {}, "eth2 has a root qdisc of its own, cake 8001:"),
        (
            tools("modprobe sch_teql max_equalizers=2", "tc qdisc add dev eth2 root teql1"),
            {},
            "member of teql1 already",
        ),
        (ETHERNET_UP, {"equalizers": 2}, "cannot be loaded anew while teql0 is in use"),
        (ETHERNET_UP, {"members": ("ppp0",)}, "eth2 must leave first (members: [])"),
        (strict, {"rp_filter": 0}, "rp_filter: 0 has no effect while net.ipv4.conf.all.rp_filter is 1"),
        (occupied, {}, "60-linebond-teql0.conf exists and was not written by this collection"),
        (without_ipv6, {"addresses": ("2001:db8::1/64",)}, "this kernel has no IPv6"),
        (bridged, {}, "eth2 is a port of br0"),
        (
            tools("ip link set dev eth0 up", "ip -6 route replace default via fe80::9 dev eth0 metric 100"),
            {"gateways": ("fe80::1",)},
            "has a smaller metric than 1024",
        ),
    ],
)
def test_a_host_that_cannot_do_it_is_told(change: Change, wish: dict[str, Any], sentence: str) -> None:
    assert sentence in complaints(replace(GOOD, **wish), change)


@pytest.mark.parametrize(
    ("qdisc", "classes", "filters", "refused"),
    [
        ("htb", "", "", True),
        ("tbf", "class tbf 8001:1 parent 8001: \n", "", False),
        ("tbf", "class tbf 8001:1 parent 8001: leaf 8002: \n", "", True),
        ("fq_codel", "class fq_codel 8001:1a parent 8001: \n", "", False),
        ("fq_codel", "", "filter parent 8001: protocol ip pref 49152 flow chain 0 \n", True),
        ("newcomer", "class newcomer 8001:1 root \n", "", True),
    ],
)
def test_a_qdisc_with_classes_or_filters_is_not_replaced(qdisc: str, classes: str, filters: str, refused: bool) -> None:
    def attach(kernel: SimulatedKernel) -> None:
        kernel.run("tc", "qdisc", "add", "dev", "eth2", "root", qdisc)
        kernel.branches = {("class", "eth2"): classes, ("filter", "eth2"): filters}

    message = complaints(replace(GOOD, replace_foreign=True), attach)
    assert message.startswith(f"eth2 has a root qdisc with classes or filters, {qdisc} 8001:") is refused
    assert bool(message) is refused


def test_loose_for_all_and_strict_for_all_are_fine_with_loose_ports() -> None:
    assert complaints(GOOD, strict) == ""


def test_all_complaints_come_at_once() -> None:
    message = complaints(replace(GOOD, members=("eth8", "eth9")), no_module)
    assert "eth8" in message and "eth9" in message and "sch_teql" in message
