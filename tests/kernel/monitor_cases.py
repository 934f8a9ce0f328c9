# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the monitor's netlink has to achieve on a real kernel; each case starts on a fresh host."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from guest_host import sh, shown

from teql_monitor.config import Config, LineConfig
from teql_monitor.netlink import event, upkeep
from teql_monitor.netlink.channel import KernelError, open_socket
from teql_monitor.netlink.event import Event
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.netlink.pinning import OUR_PROTOCOL, Changes, Pins, missing, wanted_of_all
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

ETH2 = LineConfig("eth2", "eth2", address="172.16.0.2/30", router_mac="02:00:00:00:00:01")
ETH3 = LineConfig("eth3", "eth3", address="172.16.0.6/30")
LINES = Config("teql0", "192.0.2.1", ("198.51.100.9",), (ETH2, ETH3), address="192.0.2.2", common_address6="fe80::1")
TARGETS = ("198.51.100.9", "2001:db8:ffff::9")
NONE = Changes(Pins(), Pins())


@contextmanager
def bond(*members: str, up: bool = True) -> Iterator[Kernel]:
    sh("modprobe sch_teql")
    kernel = Kernel()
    try:
        links = kernel.links()
        for port in ("eth2", "eth3", "eth4"):
            kernel.set_up(links[port].device)
        for port in members:
            kernel.join(links[port].device, "teql0")
        if members and up:
            kernel.set_up(links["teql0"].device)
        kernel.events()
        yield kernel
    finally:
        leave_nothing(kernel)
        kernel.close()


def leave_nothing(kernel: Kernel) -> None:
    for family in (4, 6):
        for rule in kernel.rules(family):
            if rule.priority in range(20400, 20500):
                kernel.delete_rule(rule)
        for route in kernel.routes(family=family):
            if route.table in range(20400, 20500):
                kernel.delete_route(route)


def index(kernel: Kernel, port: str) -> int:
    return kernel.links()[port].device


def root(kernel: Kernel, port: str) -> str:
    return kernel.qdiscs()[index(kernel, port)].kind


def refused(action: Callable[..., None], *arguments: Any) -> KernelError:
    try:
        action(*arguments)
    except KernelError as problem:
        return problem
    raise AssertionError(f"{action.__name__}{arguments} was not refused")


def changes(kernel: Kernel, config: Config = LINES) -> Changes:
    wanted = wanted_of_all(config, kernel.links())
    return missing(wanted, upkeep.found(kernel, wanted))


def pin(kernel: Kernel, config: Config = LINES) -> None:
    problems = upkeep.carry_out(kernel, changes(kernel, config))
    assert problems == [], problems


def told(kernel: Kernel, wanted: Callable[[Event], bool]) -> Event:
    """The event that is waited for; what comes before it is thrown away."""
    seen: list[Event] = []
    while select.select([kernel], [], [], 5)[0]:
        seen += kernel.events()
        for each in seen:
            if wanted(each):
                return each
    raise AssertionError(f"nothing of the kind among {seen}")


def ports_join_and_part() -> None:
    with bond("eth2", "eth3") as kernel:
        links = kernel.links()
        assert links["eth2"].up and links["eth2"].carrier and links["teql0"].up and links["eth4"].mtu == 1400
        assert links["eth2"].broadcast and links["gre1"].point_to_point and not links["gre1"].up
        kernel.join(links["eth2"].device, "teql0")
        assert root(kernel, "eth2") == root(kernel, "eth3") == "teql0" != root(kernel, "eth4")
        handle = kernel.qdiscs()[links["eth2"].device].handle
        assert "handle" in refused(kernel.part, links["eth2"].device, "teql0", handle + 0x10000).text
        kernel.part(links["eth2"].device, "teql0", handle)
        assert root(kernel, "eth2") == "noqueue"
        assert refused(kernel.part, links["eth2"].device, "teql0", handle).errno in ("ENOENT", "EINVAL")
        assert shown("tc -j qdisc show dev eth3 root")[0]["kind"] == "teql0"
        assert "kind is unknown" in refused(kernel.join, links["eth2"].device, "teql7").text


def a_foreign_qdisc_is_neither_replaced_nor_deleted() -> None:
    with bond("eth2") as kernel:
        port = index(kernel, "eth3")
        for handle in ("8001:", "7100:", ""):  # 7100: is what we take ourselves
            sh(f"tc qdisc add dev eth3 root {handle and 'handle ' + handle} cake bandwidth 5mbit")
            before = shown("tc -j qdisc show dev eth3")
            assert refused(kernel.join, port, "teql0").text == "it has the root qdisc cake"
            named = kernel.qdiscs()[port].handle
            assert "Invalid qdisc name" in refused(kernel.part, port, "teql0", named).text
            assert shown("tc -j qdisc show dev eth3") == before
            kernel.part(port, "cake", named)
        sh("tc qdisc replace dev eth2 root teql0; tc qdisc del dev eth2 root; tc qdisc add dev eth2 root teql0")
        kernel.join(index(kernel, "eth2"), "teql0")
        kernel.part(index(kernel, "eth2"), "teql0", kernel.qdiscs()[index(kernel, "eth2")].handle)


def the_mtu_is_set_within_the_ports() -> None:
    with bond("eth2", "eth3") as kernel:
        teql = index(kernel, "teql0")
        kernel.set_mtu(teql, 1300)
        assert kernel.links()["teql0"].mtu == 1300
        assert refused(kernel.set_mtu, teql, 1501).errno == "EINVAL"
        refusal = refused(kernel.set_mtu, teql + 100, 1300)
        assert (refusal.operation, refusal.errno) == (f"set the MTU of interface number {teql + 100} to 1300", "ENODEV")
        kernel.set_mtu(teql, 1500)
        assert refused(kernel.join, index(kernel, "eth4"), "teql0").errno == "EINVAL", "1400 is too small"


def pins_are_set_once_and_taken_away_when_unwanted() -> None:
    sh("ip rule add from 10.9.9.9 lookup 99 priority 20400")
    with bond("eth2", "eth3") as kernel:
        before = (sh("ip rule; ip -6 rule"), sh("ip route show table all; ip -6 route show table all"))
        pin(kernel)
        assert changes(kernel) == NONE
        pins = wanted_of_all(LINES, kernel.links())
        assert upkeep.carry_out(kernel, Changes(Pins(), pins)) == [], "once more, without looking"
        # three a line, one of IPv6
        assert len(sh("ip rule; ip -6 rule").splitlines()) == len(before[0].splitlines()) + 6 + 2
        assert "default via 192.0.2.1 dev eth2 proto 113 onlink" in sh("ip route show table 20400")
        assert "default via fe80::1 dev eth3" in sh("ip -6 route show table 20401")
        assert sh("ip neigh show dev eth2 nud permanent").startswith("192.0.2.1 lladdr 02:00:00:00:00:01")
        other = Route(4, 20400, gateway="192.0.2.6", device=index(kernel, "eth3"), onlink=True)
        refusal = refused(kernel.add_route, other)
        assert refusal.text == "there is another: default via 192.0.2.1 dev eth2 table 20400", refusal
        sh("ip rule del oif eth3; ip rule add oif eth3 lookup 20401 priority 20401")
        assert changes(kernel) == NONE, "another's rule does as well"
        pin(kernel, LINES._replace(lines=(ETH2._replace(router_mac="02:00:00:00:00:07"),)))
        assert "eth3" not in sh("ip route show table 20401") and "oif eth3" in sh("ip rule"), "that rule was not ours"
        assert "02:00:00:00:00:07" in sh("ip neigh show dev eth2 nud permanent")
        pin(kernel, LINES._replace(lines=()))
        sh("ip rule del oif eth3")
        assert sh("ip rule; ip -6 rule") == before[0] and "113" not in sh("ip route show table all")
        assert sh("ip neigh show nud permanent; ip -6 neigh show nud permanent") == ""
        assert [each.protocol for each in kernel.rules(6) if each.protocol == OUR_PROTOCOL] == []


def a_probe_has_a_true_route_only_over_its_table() -> None:
    with bond("eth2", "eth3") as kernel:
        sh("ip addr add 172.16.0.2/30 dev eth2; ip addr add 192.0.2.2/29 dev teql0")
        sh("ip addr add 2001:db8:1::2/64 dev teql0")
        sh("ip route add default via 192.0.2.1 dev teql0; ip -6 route add default via fe80::1 dev teql0")
        port = index(kernel, "eth2")
        for target in TARGETS:
            assert kernel.has_true_route(target, port) == f"no route to {target} over eth2"
        assert "via" not in sh("ip route get 198.51.100.9 oif eth2"), "as if it were on the wire"
        pin(kernel)
        for target in TARGETS:
            assert kernel.has_true_route(target, port) == ""
        for source in ("172.16.0.2", "192.0.2.2"):
            assert kernel.has_true_route("198.51.100.9", port, source) == ""
        assert kernel.has_true_route("2001:db8:ffff::9", port, "2001:db8:1::2") == ""
        assert kernel.has_true_route("198.51.100.9", port, "10.9.9.9").endswith("has this machine that address?")
        assert kernel.has_true_route("172.16.0.2", port) == "172.16.0.2 is an address of this machine"
        assert kernel.has_true_route("198.51.100.9", 999) == "interface number 999 is not there"
        sh("ip route add blackhole 198.51.100.9 table 20400; ip -6 route add prohibit 2001:db8:ffff::9 table 20400")
        assert kernel.has_true_route(TARGETS[0], port).startswith("no route"), "IPv4 passes a blackhole by when bound"
        refusal = kernel.has_true_route(TARGETS[1], port, "2001:db8:1::2")
        assert refusal == f"the route to {TARGETS[1]} over eth2 discards what it gets", refusal


def changes_by_others_are_told_at_once() -> None:
    with bond("eth2", "eth3") as kernel:
        pin(kernel)
        port = index(kernel, "eth2")
        assert all(each.own for each in kernel.events() if each.kind == "rule")
        sh("ip link set r2 down")
        told(kernel, lambda each: each.kind == "link" and each.what.name == "eth2" and not each.what.carrier)
        sh("ip link set r2 up")
        told(kernel, lambda each: each.kind == "link" and each.what.name == "eth2" and each.what.carrier)
        sh("tc qdisc replace dev eth2 root pfifo")
        gone = told(kernel, lambda each: each.kind == "qdisc" and each.deleted)
        assert (gone.what.device, gone.what.kind, gone.own) == (port, "teql0", False)
        sh("tc qdisc del dev eth2 root; ip rule del from 172.16.0.2")
        rule = told(kernel, lambda each: each.kind == "rule" and each.deleted).what
        assert isinstance(rule, Rule) and changes(kernel).add == Pins(rules=(rule,))
        sh("ip neigh del 192.0.2.1 dev eth2")
        told(kernel, lambda each: each.kind == "neighbour" and each.deleted)
        sh("ip -6 route del default table 20400")
        told(kernel, lambda each: each.kind == "route" and each.deleted and each.what.table == 20400)
        kernel.join(port, "teql0")
        assert told(kernel, lambda each: each.kind == "qdisc" and each.what.kind == "teql0").own


def a_port_that_was_down_or_is_new_gets_its_pins_again() -> None:
    with bond("eth2", "eth3") as kernel:
        pin(kernel)
        sh("ip link set eth2 down; ip link set eth2 up")
        told(kernel, lambda each: each.kind == "link" and each.what.name == "eth2" and each.what.up)
        lost = changes(kernel)
        assert not lost.remove and len(lost.add.neighbours) == 2
        assert {each.family for each in lost.add.routes} == {4, 6}, lost
        pin(kernel)
        old = index(kernel, "eth2")
        sh("ip link del eth2")
        told(kernel, lambda each: each.kind == "link" and each.deleted and each.what.device == old)
        assert changes(kernel) == NONE, "no interface, no routes; its rules stay"
        sh("ip link add eth2 type veth peer name r2; ip link set r2 up")
        new = told(kernel, lambda each: each.kind == "link" and each.what.name == "eth2").what.device
        assert new != old and new not in kernel.qdiscs()
        kernel.set_up(new)
        assert kernel.qdiscs()[new].kind == "noqueue"
        kernel.join(new, "teql0")
        pin(kernel)
        assert changes(kernel) == NONE and kernel.has_true_route(TARGETS[0], new) == ""


def lost_news_are_told() -> None:
    news = open_socket(event.GROUPS_MASK)
    news.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    kernel = Kernel(news=news)
    for number in range(50):
        kernel.add_rule(Rule(4, 100 + number, 99, protocol=OUR_PROTOCOL))
    assert "overrun" in [each.kind for each in kernel.events()]
    for each in kernel.rules():
        if each.table == 99:
            kernel.delete_rule(each)
    assert sum(each.table == 99 for each in kernel.rules()) == 0
    kernel.close()


CASES = [
    ports_join_and_part,
    a_foreign_qdisc_is_neither_replaced_nor_deleted,
    the_mtu_is_set_within_the_ports,
    pins_are_set_once_and_taken_away_when_unwanted,
    a_probe_has_a_true_route_only_over_its_table,
    changes_by_others_are_told_at_once,
    a_port_that_was_down_or_is_new_gets_its_pins_again,
    lost_news_are_told,
]
