# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel's bodies mean, and that our requests say what we mean."""

from __future__ import annotations

import ipaddress
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recording import ANSWERS, bodies

from teql_monitor.netlink import address, counters, event, link, neighbour, qdisc, route, rule, wire
from teql_monitor.netlink.counters import Counters
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.qdisc import Qdisc
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

TRIED = settings(deadline=None)  # the machine may be busy
INDEXES = st.integers(1, 0x7FFFFFFF)
NUMBERS = st.integers(1, 0xFFFFFFFF)
FAMILIES = st.sampled_from((4, 6))
BYTES = st.integers(0, 255)
MACS = st.binary(min_size=6, max_size=6).map(address.written_mac)


def addresses(family: int) -> st.SearchStrategy[str]:
    return st.ip_addresses(v=family).map(lambda each: address.canonical(str(each)))


def networks(family: int) -> st.SearchStrategy[str]:
    lengths = st.integers(1, address.BITS[family])
    return st.tuples(addresses(family), lengths).map(
        lambda each: f"{address.canonical(str(ipaddress.ip_interface('/'.join(map(str, each))).network[0]))}/{each[1]}"
    )


@st.composite
def routes(draw: st.DrawFn) -> Route:
    family = draw(FAMILIES)
    return Route(
        family,
        draw(NUMBERS),
        draw(st.just(route.DEFAULT) | networks(family)),
        draw(st.just("") | addresses(family)),
        draw(st.just(0) | INDEXES),
        draw(BYTES),
        draw(BYTES),
        draw(st.just(0) | NUMBERS),
        draw(st.booleans()),
        draw(BYTES),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    family = draw(FAMILIES)
    names = st.just("") | st.text("abc.:-0", min_size=1, max_size=15)
    return Rule(family, draw(NUMBERS), draw(NUMBERS), draw(st.just("") | networks(family)), draw(names), draw(BYTES))


@TRIED
@given(routes())
def test_a_route_is_asked_for_as_it_is_told(wanted: Route) -> None:
    assert route.decode(route.request(wanted)) == wanted


@TRIED
@given(rules())
def test_a_rule_is_asked_for_as_it_is_told(wanted: Rule) -> None:
    assert rule.decode(rule.request(wanted)) == wanted


@TRIED
@given(INDEXES, FAMILIES.flatmap(addresses), MACS, BYTES)
def test_a_neighbour_is_asked_for_as_it_is_told(device: int, where: str, mac: str, protocol: int) -> None:
    assert neighbour.decode(neighbour.request(device, where, mac, protocol)) == Neighbour(
        device, where, mac, True, protocol
    )


@TRIED
@given(INDEXES, NUMBERS)
def test_a_qdisc_is_asked_for_as_it_is_told(device: int, handle: int) -> None:
    assert qdisc.decode(qdisc.root_request(device, "teql0", handle)) == Qdisc(device, "teql0", handle)


def test_links_are_read() -> None:
    found = {each.name: each for each in map(link.decode, bodies("links")) if each}
    assert {name: (each.device, each.up, each.carrier) for name, each in found.items()} == {
        "lo": (1, True, True),
        "r2": (2, False, False),
        "eth2": (3, True, False),
        "br0": (4, False, False),
        "tun1": (5, True, False),
        "r3": (6, False, False),
        "eth3": (7, True, False),
    }
    assert (found["eth2"].mtu, found["eth2"].mac) == (1400, "02:00:00:00:02:02")
    assert found["tun1"].point_to_point and not found["tun1"].broadcast and found["tun1"].mac == ""
    assert found["eth2"].broadcast and not found["eth2"].point_to_point


def test_counters_are_read() -> None:
    stats = wire.attribute(counters.LINK_64, struct.pack("=24Q", *range(10, 34)))
    body = counters.HEADER.pack(0, 7, counters.LINK_64)
    assert counters.decode(body + stats) == Counters(
        7, rx_packets=10, tx_packets=11, rx_bytes=12, tx_bytes=13, tx_dropped=17
    )
    assert counters.decode(body) is None
    with pytest.raises(wire.MalformedMessage):
        counters.decode(body + wire.attribute(counters.LINK_64, b"short"))


def test_a_carrier_lost_before_the_flags_say_so_is_lost() -> None:
    name = wire.attribute(link.NAME, b"eth2\0")
    body = link.HEADER.pack(0, 1, 3, link.UP | link.LOWER_UP, 0) + name
    assert link.decode(body).carrier
    assert not link.decode(body + wire.attribute(link.CARRIER, b"\0")).carrier
    assert not link.decode(link.HEADER.pack(0, 1, 3, link.UP, 0) + name + wire.attribute(link.CARRIER, b"\1")).carrier


def test_a_bridges_view_of_a_port_and_a_radios_news_are_no_links() -> None:
    name = wire.attribute(link.NAME, b"eth2\0")
    assert link.decode(link.HEADER.pack(7, 1, 3, link.UP, 0) + name) is None
    assert link.decode(link.HEADER.pack(0, 1, 3, link.UP, 0)) is None


def test_qdiscs_are_read() -> None:
    found = [qdisc.decode(body) for body in bodies("qdiscs")]
    assert Qdisc(3, "pfifo", 0x80030000) in found and Qdisc(1, "noqueue", 0) in found
    assert [each.kind for each in found if not each.root] == ["ingress"]


def test_routes_are_read() -> None:
    assert [route.decode(body) for body in bodies("routes 4")] == [
        Route(4, 20400, "default", "192.0.2.1", 3, protocol=113, onlink=True),
        Route(4, 20400, "10.0.0.0/8", protocol=3, hops=(3, 7)),
        Route(4, 20400, "172.16.0.0/30", "", 3, scope=253, protocol=113),
    ]
    assert [route.decode(body) for body in bodies("routes 6")] == [
        Route(6, 20400, "fe80::/64", "", 3, protocol=113, metric=1024),
        Route(6, 20400, "default", "fe80::1", 3, protocol=113, metric=1024, onlink=True),
    ]


def test_rules_are_read_and_those_with_more_conditions_are_not_plain() -> None:
    found = {each.priority: each for each in map(rule.decode, bodies("rules 4")) if each and each.priority != 20400}
    assert found[0] == Rule(4, 0, 255, protocol=2) and found[32766].table == 254
    # A prohibition, a suppressed prefix, an inversion, a mark.
    assert [found[priority].plain for priority in (96, 98, 99)] == [False] * 3
    assert (found[97].plain, found[97].but_default) == (True, True)
    assert [each for each in map(rule.decode, bodies("rules 4")) if each and each.priority == 20400] == [
        Rule(4, 20400, 20400, out_interface="eth2", protocol=113),
        Rule(4, 20400, 20400, "172.16.0.2/32", protocol=113),
    ]


def test_neighbours_are_read() -> None:
    assert [neighbour.decode(body) for body in bodies("neighbours 4")] == [
        Neighbour(3, "192.0.2.1", "02:00:00:00:00:01", True, 113)
    ]
    assert Neighbour(3, "ff02::16", "33:33:00:00:00:16") in [neighbour.decode(body) for body in bodies("neighbours 6")]


@pytest.mark.parametrize(
    ("module", "body"),
    [
        (route, route.HEADER.pack(7, 0, 0, 0, 0, 0, 0, 0, 0)),
        (rule, rule.HEADER.pack(128, 0, 0, 0, 0, 0, 0)),
        (neighbour, neighbour.HEADER.pack(7, 3, 0, 0, 0) + wire.attribute(neighbour.ADDRESS, b"1234")),
        (neighbour, neighbour.HEADER.pack(2, 3, 0, neighbour.PROXY, 0) + wire.attribute(neighbour.ADDRESS, b"1234")),
        (neighbour, neighbour.HEADER.pack(2, 3, 0, 0, 0)),
    ],
)
def test_other_families_are_passed_by(module: object, body: bytes) -> None:
    assert module.decode(body) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", [link, qdisc, route, rule, neighbour])
def test_a_body_without_its_header_is_refused(module: object) -> None:
    with pytest.raises(wire.MalformedMessage):
        module.decode(b"\0\0")  # type: ignore[attr-defined]


def test_an_address_or_next_hop_of_a_false_length_is_refused() -> None:
    header = route.HEADER.pack(2, 0, 0, 0, 254, 0, 0, 1, 0)
    with pytest.raises(wire.MalformedMessage):
        route.decode(header + wire.attribute(route.GATEWAY, b"12345"))
    with pytest.raises(wire.MalformedMessage):
        route.decode(header + wire.attribute(route.MULTIPATH, b"\0" * 8))


def told(own_port: int = -1) -> list[event.Event]:
    return [each for datagram in ANSWERS["events"] for each in event.decode(datagram, own_port)]


def test_events_are_read() -> None:
    found = {(each.kind, each.deleted) for each in told()}
    assert found == {
        ("link", False),
        ("link", True),
        ("qdisc", True),
        ("rule", True),
        ("route", True),
        ("neighbour", False),
        ("neighbour", True),
    }
    kinds = [each.what for each in told() if each.kind == "qdisc"]
    assert kinds == [Qdisc(3, "pfifo", 0x80030000)]
    assert Route(4, 20400, "default", "192.0.2.1", 3, protocol=113, onlink=True) in [each.what for each in told()]


def test_an_echo_of_our_own_request_is_marked() -> None:
    body = qdisc.root_request(3, "teql0", 0x71000000)
    datagram = wire.build(wire.Message(qdisc.NEW, 0, 5, 4711, body))
    assert event.decode(datagram, 4711) == [event.Event("qdisc", Qdisc(3, "teql0", 0x71000000), own=True)]
    assert not event.decode(datagram, 4712)[0].own


def test_an_event_that_cannot_be_read_counts_as_lost() -> None:
    assert event.decode(b"\0\0\0") == [event.OVERRUN]
    assert event.decode(wire.build(wire.Message(qdisc.NEW, 0, 0, 0, b"\0"))) == [event.OVERRUN]
    assert event.decode(wire.build(wire.Message(999, 0, 0, 0, b""))) == []
