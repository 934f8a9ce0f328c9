# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every line needs, and how one configuration's pins become another's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from teql_monitor.config import Config, LineConfig
from teql_monitor.netlink import upkeep
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.pinning import OUR_PROTOCOL, Changes, Pins, missing, wanted, wanted_of_all
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

TRIED = settings(deadline=None)  # the machine may be busy
ETH2 = LineConfig("eth2", "eth2", address="172.16.0.2/30", router_mac="02:00:00:00:00:AB")
PPP0 = LineConfig("ppp0", "ppp0", kind="pppoe")
SITE = Config("teql0", "192.0.2.1", ("198.51.100.1",), (PPP0, ETH2))
LINK = Link(7, "eth2", up=True)
MAC = "02:00:00:00:00:ab"


def test_a_line_gets_a_table_its_rules_and_its_neighbour() -> None:
    assert wanted(ETH2, SITE, LINK) == Pins(
        (
            Rule(4, 20401, 20401, out_interface="eth2", protocol=113),
            Rule(4, 20399, 254, source="172.16.0.2/32", protocol=113, but_default=True),
            Rule(4, 20401, 20401, source="172.16.0.2/32", protocol=113),
        ),
        (
            Route(4, 20401, "172.16.0.0/30", device=7, scope=253, protocol=113),
            Route(4, 20401, "default", "192.0.2.1", 7, protocol=113, onlink=True),
        ),
        (Neighbour(7, "192.0.2.1", MAC, True, 113),),
    )


def test_ipv6_is_pinned_where_there_is_a_common_address_for_it() -> None:
    pins = wanted(ETH2, SITE._replace(common_address6="FE80::0:1"), LINK)
    assert [each for each in pins.rules if each.family == 6] == [
        Rule(6, 20401, 20401, out_interface="eth2", protocol=113)
    ]
    assert [each for each in pins.routes if each.family == 6] == [
        Route(6, 20401, "fe80::/64", device=7, protocol=113, metric=1024),
        Route(6, 20401, "default", "fe80::1", 7, protocol=113, metric=1024, onlink=True),
    ]
    assert [each.address for each in pins.neighbours] == ["192.0.2.1", "fe80::1"]


def test_pppoe_has_no_router_to_name() -> None:
    pins = wanted(PPP0, SITE._replace(common_address6="fe80::1"), Link(9, "ppp0", up=True))
    assert pins.routes == (
        Route(4, 20400, device=9, scope=253, protocol=113),
        Route(6, 20400, device=9, protocol=113, metric=1024),
    )
    assert {each.out_interface for each in pins.rules} == {"ppp0"} and pins.neighbours == ()


def test_a_line_that_is_not_there_or_down_keeps_its_rules_only() -> None:
    for link in (None, LINK._replace(up=False)):
        pins = wanted(ETH2, SITE, link)
        assert len(pins.rules) == 3 and pins.routes == () and pins.neighbours == ()


def test_an_address_without_a_network_has_none() -> None:
    alone = ETH2._replace(address="172.16.0.2/32")
    pins = wanted(alone, SITE._replace(lines=(alone,)), LINK)
    assert [each.destination for each in pins.routes] == ["default"] and len(pins.rules) == 3
    nameless = ETH2._replace(address=None)
    pins = wanted(nameless, SITE._replace(lines=(nameless,)), LINK)
    assert [each.destination for each in pins.routes] == ["default"] and len(pins.rules) == 1


def test_what_others_made_does_as_well_and_stays() -> None:
    pins = wanted(ETH2, SITE, LINK)
    others = Pins(
        tuple(each._replace(protocol=4) for each in pins.rules),
        tuple(each._replace(protocol=4, metric=9) for each in pins.routes),
        tuple(each._replace(protocol=0) for each in pins.neighbours),
    )
    assert not missing(pins, others) and not missing(Pins(), others)


def test_a_rule_with_a_further_condition_does_not_do() -> None:
    pins = wanted(ETH2, SITE, LINK)
    halved = Pins(tuple(each._replace(plain=False) for each in pins.rules), pins.routes, pins.neighbours)
    assert missing(pins, halved).add == Pins(pins.rules)


def test_a_learnt_or_other_mac_is_replaced_in_place() -> None:
    pins = wanted(ETH2, SITE, LINK)
    for there in (Neighbour(7, "192.0.2.1", MAC), Neighbour(7, "192.0.2.1", "02:00:00:00:00:01", True, OUR_PROTOCOL)):
        found = Pins(pins.rules, pins.routes, (there,))
        assert missing(pins, found) == Changes(Pins(), Pins(neighbours=pins.neighbours))


class SimulatedKernel:
    """Keeps what it is given, and refuses what a kernel refuses."""

    def __init__(self) -> None:
        self.held: list[Rule | Route | Neighbour] = []

    def rules(self, family: int = 4) -> list[Rule]:
        return [each for each in self.held if isinstance(each, Rule) and each.family == family]

    def routes(self, table: int = 0, family: int = 4, protocol: int = 0) -> list[Route]:
        held = [each for each in self.held if isinstance(each, Route) and each.family == family]
        return [each for each in held if table in (0, each.table) and protocol in (0, each.protocol)]

    def neighbours(self, index: int = 0, family: int = 4) -> list[Neighbour]:
        held = [each for each in self.held if isinstance(each, Neighbour) and (":" in each.address) == (family == 6)]
        return [each for each in held if index in (0, each.device)]

    def add_rule(self, rule: Rule) -> None:
        assert rule not in self.held, "a duplicate"
        self.held.append(rule)

    def add_route(self, route: Route) -> None:
        if any(each.destination == route.destination for each in self.routes(route.table, route.family)):
            raise KernelError("add a route", "EEXIST")
        self.held.append(route)

    def set_neighbour(self, index: int, address: str, mac: str, protocol: int = 0) -> None:
        self.delete_neighbour(index, address)
        self.held.append(Neighbour(index, address, mac, True, protocol))

    def delete_rule(self, rule: Rule) -> None:
        self.held.remove(rule)

    def delete_route(self, route: Route) -> None:
        self.held.remove(route)

    def delete_neighbour(self, index: int, address: str) -> None:
        self.held = [
            each
            for each in self.held
            if not isinstance(each, Neighbour) or (each.device, each.address) != (index, address)
        ]


def pin(kernel: SimulatedKernel, config: Config, links: dict[str, Link]) -> tuple[Changes, list[KernelError]]:
    pins = wanted_of_all(config, links)
    changes = missing(pins, upkeep.found(kernel, pins))  # type: ignore[arg-type]
    return changes, upkeep.carry_out(kernel, changes)  # type: ignore[arg-type]


@st.composite
def sites(draw: st.DrawFn) -> tuple[Config, dict[str, Link]]:
    interfaces = draw(st.lists(st.sampled_from(["eth2", "eth3", "eth4", "ppp0"]), unique=True, min_size=1))
    lines = tuple(
        LineConfig(
            name,
            name,
            kind="pppoe" if name == "ppp0" else "router",
            address=None if name == "ppp0" else f"172.16.0.{4 * number + 2}/30",
            router_mac=draw(st.sampled_from([None, "02:00:00:00:00:01", "02:00:00:00:00:02"])),
        )
        for number, name in enumerate(interfaces)
    )
    config = Config(
        "teql0",
        draw(st.sampled_from(["192.0.2.1", "192.0.2.9"])),
        ("198.51.100.1",),
        lines,
        common_address6=draw(st.sampled_from([None, "fe80::1", "2001:db8::1"])),
        table=draw(st.sampled_from([20400, 20401])),
    )
    links = {
        name: Link(draw(st.integers(2, 5)) * 10 + number, name, draw(st.booleans()))
        for number, name in enumerate(interfaces)
    }
    return config, links


@TRIED
@given(st.lists(sites(), min_size=1, max_size=4))
def test_whatever_was_pinned_before_the_next_run_gets_it_right_and_a_second_does_nothing(
    history: list[tuple[Config, dict[str, Link]]],
) -> None:
    kernel = SimulatedKernel()
    foreign = [Rule(4, 20400, 9, "10.0.0.0/8", protocol=4), Route(4, 9, device=3), Neighbour(3, "10.0.0.9", "", True)]
    kernel.held += foreign
    for config, links in history:
        assert pin(kernel, config, links)[1] == []
        ours = wanted_of_all(config, links)
        assert set(kernel.held) == {*foreign, *ours.rules, *ours.routes, *ours.neighbours}
        assert not pin(kernel, config, links)[0]


def test_one_failure_does_not_stop_the_rest() -> None:
    kernel = SimulatedKernel()
    kernel.held.append(Route(4, 20401, gateway="10.0.0.1", device=3, protocol=4))
    changes, problems = pin(kernel, SITE, {"eth2": LINK})
    assert [problem.errno for problem in problems] == ["EEXIST"]
    assert len(kernel.held) == 1 + 4 + 1 + 1 and len(changes.add.routes) == 2


def test_another_table_is_only_read_where_something_is_missing() -> None:
    kernel = SimulatedKernel()
    route = Route(4, 20401, gateway="192.0.2.1", device=7, protocol=4, onlink=True)
    kernel.held.append(route)
    changes, problems = pin(kernel, SITE, {"eth2": LINK})
    assert problems == [] and [each.destination for each in changes.add.routes] == ["172.16.0.0/30"]
    assert route in kernel.held
