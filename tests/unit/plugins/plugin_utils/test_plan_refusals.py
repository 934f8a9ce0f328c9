# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories that cannot be planned, and exactly what is said about them."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import PlanError, plan_lines
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

ETH2, ETH3 = {"interface": "eth2"}, {"interface": "eth3"}


def refusal(lines: Any, session: Any = None, **site: Any) -> str:
    with pytest.raises(PlanError) as caught:
        plan_lines(lines, {**SITE, **site}, session)
    return str(caught.value)


KEYS = "interface, name, kind, enabled, weight, address, router, router_mac, rate_kbit"
FIELDS = [
    ("interface", None, "is missing; name the gateway's port, such as eth2"),
    ("interface", 5, "is the number 5, not text; put it in quotes"),
    ("interface", "", "'' is no interface name: it is empty; write the name that `ip link` shows"),
    ("interface", "a b", "'a b' is no interface name: it has white space or a character beyond ASCII; write the name that `ip link` shows"),
    ("interface", "ü", "'ü' is no interface name: it has white space or a character beyond ASCII; write the name that `ip link` shows"),
    ("interface", "eth2\n", "'eth2\\n' is no interface name: it has white space or a character beyond ASCII; write the name that `ip link` shows"),
    ("interface", "x" * 16, f"'{'x' * 16}' is no interface name: the kernel takes at most 15 bytes; write the name that `ip link` shows"),
    ("interface", "..", "'..' is no interface name: the kernel keeps that word for itself; write the name that `ip link` shows"),
    ("interface", "all", "'all' is no interface name: the kernel keeps that word for itself; write the name that `ip link` shows"),
    ("interface", "-x", "'-x' is no interface name: commands would take it for an option; write the name that `ip link` shows"),
    ("interface", "5", "'5' is no interface name: digits alone are an interface's number; write the name that `ip link` shows"),
    ("interface", "a/b", "'a/b' is no interface name: the kernel takes none of / : %; write the name that `ip link` shows"),
    ("interface", "eth2:1", "'eth2:1' is no interface name: the kernel takes none of / : %; write the name that `ip link` shows"),
    ("interface", "a|b", "'a|b' is no interface name: udev rules cannot quote ! \" ' \\ |; write the name that `ip link` shows"),
    ("interface", "teql0", "teql0 is the bond itself; name the port that the line's router hangs on"),
    ("interface", "teql0.5", "teql0.5 is stacked on teql0 (teql_bond); keep one of them, for both cannot carry the bond"),
    ("name", 1, "is the number 1, not text; put it in quotes"),
    ("name", True, "is the truth value true, not text; put it in quotes"),
    ("name", "", "'' is no name for a line: it is empty; take letters and digits"),
    ("name", " a", "' a' is no name for a line: it begins or ends with white space; take letters and digits"),
    ("name", "-a", "'-a' is no name for a line: commands would take it for an option; take letters and digits"),
    ("name", "a\nb", "'a\\nb' is no name for a line: it has a control character; take letters and digits"),
    ("kind", "ppp", "'ppp' is no kind of line; take router or pppoe"),
    ("enabled", "yes", "is the text 'yes'; write true or false, without quotes"),
    ("enabled", 1, "is the number 1; write true or false, without quotes"),
    ("weight", "1", "is the text '1'; write a whole number, without quotes"),
    ("weight", True, "is the truth value true; write a whole number, without quotes"),
    ("weight", 1.0, "is the number 1.0; write a whole number, without quotes"),
    ("weight", 0, "is 0; the smallest weight is 1, and `enabled: false` keeps a line out of the bond"),
    ("weight", 2, "is 2; this version spreads equally over all lines, so leave the weight out"),
    ("address", ["10.0.0.2/30"], "is a list, not text; put it in quotes"),
    ("address", "10.0.0.2", "'10.0.0.2' has no prefix; write it like 192.0.2.2/29"),
    ("address", "10.0.0.2/33", "'10.0.0.2/33' has no usable prefix; it is a number from 1 to 32"),
    ("address", "10.0.0.2/255.255.255.252", "'10.0.0.2/255.255.255.252' has no usable prefix; it is a number from 1 to 32"),
    ("address", "10.0.2/24", "'10.0.2' is no IPv4 address; write it like 192.0.2.2"),
    ("address", "2001:db8::2/64", "'2001:db8::2' is no IPv4 address; write it like 192.0.2.2"),
    ("address", "127.0.0.2/30", "127.0.0.2 is no address that a host can have; take one of the network's own"),
    ("address", "10.0.0.0/30", "10.0.0.0 is the network address of 10.0.0.0/30; take an address between its first and last"),
    ("address", "10.0.0.3/30", "10.0.0.3 is the broadcast address of 10.0.0.0/30; take an address between its first and last"),
    ("address", "10.0.0.2/32", "10.0.0.2/32 has no room for a router; take a /31 or wider"),
    ("address", "192.0.2.2/30", "192.0.2.2/30 is already teql_address; give the line an address of its own"),
    ("address", "192.0.2.5/30", "192.0.2.5/30 overlaps teql_address 192.0.2.2/29; give the lines networks of their own"),
    ("router_mac", 41135085296, "is the number 41135085296: YAML reads digits with colons as one; put the MAC in quotes"),
    ("router_mac", "02:00:5e:00:53", "'02:00:5e:00:53' is no MAC address; write it like 02:00:5e:00:53:01"),
    ("router_mac", "02:00-5e:00:53:01", "'02:00-5e:00:53:01' is no MAC address; write it like 02:00:5e:00:53:01"),
    ("router_mac", "01:00:5e:00:00:01", "'01:00:5e:00:00:01' is a multicast address; write the MAC of the router's own LAN port"),
    ("router_mac", "00:00:00:00:00:00", "'00:00:00:00:00:00' is all zeros; write the MAC of the router's own LAN port"),
    ("interfce", "eth2", "is no key of a line; did you mean interface?"),
    ("rate_kbit", "9", "is the text '9'; write the line's upload speed in kbit/s, a whole number without quotes"),
    ("rate_kbit", 1.5, "is the number 1.5; write the line's upload speed in kbit/s, a whole number without quotes"),
    ("rate_kbit", True, "is the truth value true; write the line's upload speed in kbit/s, a whole number without quotes"),
    ("rate_kbit", 0, "is 0; write the line's upload speed in kbit/s, or leave it out"),
    ("xyz", 1, f"is no key of a line; a line has {KEYS}"),
    (7, 1, f"is no key of a line; a line has {KEYS}"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "message"), FIELDS)
def test_one_field_of_a_line(field: Any, value: Any, message: str) -> None:
    assert refusal([{**ETH2, field: value}]) == f"teql_lines[0].{field}: {message}"


ROUTERS = [
    ("10.0.0.2/24", None, "router: is missing and does not follow from 10.0.0.2/24; name the router's address there"),
    (None, "10.0.0.1", "address: is missing while router is 10.0.0.1; give both or neither"),
    ("10.0.0.2/24", "10.0.0.1/24", "router: '10.0.0.1/24' is no IPv4 address; leave the prefix out"),
    ("10.0.0.2/24", "10.0.0.2", "router: 10.0.0.2 is the line's own address; give the router's management address"),
    ("10.0.0.2/24", "10.0.1.1", "router: 10.0.1.1 is outside the line's network 10.0.0.0/24; give the router an address inside it"),
    ("10.0.0.2/24", "10.0.0.0", "router: 10.0.0.0 is the network address of 10.0.0.0/24; give the router's own address"),
    ("10.0.0.2/24", "10.0.0.255", "router: 10.0.0.255 is the broadcast address of 10.0.0.0/24; give the router's own address"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "router", "message"), ROUTERS)
def test_the_router_of_a_line(address: str | None, router: str | None, message: str) -> None:
    assert refusal([{**ETH2, "address": address, "router": router}]) == f"teql_lines[0].{message}"


STACKED = "keep one of them, for both cannot carry the bond"
MIXED = "the kernel does not mix point-to-point and ethernet members, use one kind or two bonds"
PPPOE = "is not for a line of kind pppoe; leave it out, the provider gives the addresses"
LISTS = [
    (None, "teql_lines: is missing; list the gateway's lines, at least `- interface: eth2`"),
    ([], "teql_lines: has no lines; list at least one, such as `- interface: eth2`"),
    (ETH2, "teql_lines: is a mapping, not a list; begin each line with a dash"),
    ("eth2", "teql_lines: is the text 'eth2', not a list; begin each line with a dash"),
    ([ETH2, "eth3"], "teql_lines[1]: is the text 'eth3', not a mapping; write `interface: eth2`"),
    ([ETH2, None], "teql_lines[1]: is empty, not a mapping; write `interface: eth2`"),
    ([{**ETH2, "enabled": False}], "teql_lines: has no enabled line; at least one must carry the bond's packets"),
    ([ETH2, ETH3, ETH2], "teql_lines[2].interface: eth2 is already teql_lines[0].interface; give the line a port of its own"),
    ([{**ETH2, "name": "a"}, {**ETH3, "name": "a"}], "teql_lines[1].name: a is already teql_lines[0].name; give the line a name of its own"),
    ([{**ETH2, "name": "eth3"}, ETH3], "teql_lines[1].name: eth3 is already teql_lines[0].name; give the line a name of its own"),
    ([{**ETH2, "address": "10.0.0.2/30"}, {**ETH3, "address": "10.0.0.2/30"}],
     "teql_lines[1].address: 10.0.0.2/30 is already teql_lines[0].address; give the line an address of its own"),
    ([{**ETH2, "address": "172.16.0.10/29", "router": "172.16.0.9"}, ETH3, {"interface": "eth4"}],
     "teql_lines[2].address: 172.16.0.10/30 is already teql_lines[0].address; give the line an address of its own"),
    ([{**ETH2, "address": "172.16.0.10/29", "router": "172.16.0.11"}, {**ETH3, "address": "172.16.0.9/30"}],
     "teql_lines[1].address: 172.16.0.9/30 overlaps teql_lines[0].address 172.16.0.10/29; give the lines networks of their own"),
    ([ETH2, {"interface": "eth2.5"}], f"teql_lines[1].interface: eth2.5 is stacked on eth2 (teql_lines[0].interface); {STACKED}"),
    ([{"interface": "eth2.5.6"}, ETH2], f"teql_lines[0].interface: eth2.5.6 is stacked on eth2 (teql_lines[1].interface); {STACKED}"),
    ([ETH2, {"interface": "ppp0", "kind": "pppoe"}], f"teql_lines[1].kind: pppoe cannot go with teql_lines[0].kind router; {MIXED}"),
    ([{"interface": "ppp0", "kind": "pppoe", "address": "10.0.0.2/30"}], f"teql_lines[0].address: {PPPOE}"),
    ([{"interface": "ppp0", "kind": "pppoe", "router": "10.0.0.1"}], f"teql_lines[0].router: {PPPOE}"),
    ([{"interface": "ppp0", "kind": "pppoe", "router_mac": "02:00:5e:00:53:01"}],
     f"teql_lines[0].router_mac: {PPPOE}"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "message"), LISTS)
def test_the_list_of_lines(lines: Any, message: str) -> None:
    assert refusal(lines) == message


BLOCK6 = {"address6": "2001:db8:1::2/64"}
SITES: list[tuple[dict[str, Any], str]] = [
    ({"bond": "bond0"}, "teql_bond: 'bond0' is no equalizer; the kernel calls them teql0, teql1 and so on"),
    ({"bond": "teql01"}, "teql_bond: 'teql01' is no equalizer; the kernel calls them teql0, teql1 and so on"),
    ({"bond": None}, "teql_bond: is missing; name the equalizer, such as teql0"),
    ({"address": None}, "teql_address: is missing; give the gateway's own public address, such as 192.0.2.2/29"),
    ({"address": "192.0.2.2"}, "teql_address: '192.0.2.2' has no prefix; write it like 192.0.2.2/29"),
    ({"address": "192.0.2.0/29"}, "teql_address: 192.0.2.0 is the network address of 192.0.2.0/29; take an address between its first and last"),
    ({"address": "192.0.2.7/29"}, "teql_address: 192.0.2.7 is the broadcast address of 192.0.2.0/29; take an address between its first and last"),
    ({"common_address": None}, "teql_common_address: is missing; give the address that all routers share, such as 192.0.2.1"),
    ({"common_address": "192.0.2.1/29"}, "teql_common_address: '192.0.2.1/29' is no IPv4 address; leave the prefix out"),
    ({"common_address": "192.0.2.9"}, "teql_common_address: 192.0.2.9 is outside the public block 192.0.2.0/29; give the routers an address inside it"),
    ({"common_address": "192.0.2.2"}, "teql_common_address: 192.0.2.2 is the gateway's own address; give the one that all routers share"),
    ({"common_address": "192.0.2.0"}, "teql_common_address: 192.0.2.0 is the network address of 192.0.2.0/29; take one in between"),
    ({"common_address": "192.0.2.7"}, "teql_common_address: 192.0.2.7 is the broadcast address of 192.0.2.0/29; take one in between"),
    ({"address6": "2001:db8:1::2"}, "teql_address6: '2001:db8:1::2' has no prefix; write it like 2001:db8::2/64"),
    ({"address6": "2001:db8:1::/64"},
     "teql_address6: 2001:db8:1:: is the subnet-router address of 2001:db8:1::/64; take an address between its first and last"),
    ({"common_address6": "fe80::1"}, "teql_common_address6: fe80::1 needs teql_address6; give the gateway an address of its own"),
    ({**BLOCK6, "common_address6": "2001:db8:2::1"},
     "teql_common_address6: 2001:db8:2::1 is outside the public block 2001:db8:1::/64; give the routers an address inside it"),
    ({**BLOCK6, "common_address6": "2001:db8:1::2"}, "teql_common_address6: 2001:db8:1::2 is the gateway's own address; give the one that all routers share"),
    ({**BLOCK6, "common_address6": "2001:db8:1::"}, "teql_common_address6: 2001:db8:1:: is the subnet-router address of 2001:db8:1::/64; take one in between"),
    ({**BLOCK6, "common_address6": "ff02::1"}, "teql_common_address6: ff02::1 is no address that a host can have; take one of the network's own"),
    ({**BLOCK6, "common_address6": "fe80::1%eth2"}, "teql_common_address6: 'fe80::1%eth2' is no IPv6 address; write it like 2001:db8::2"),
    ({"neighbours": "ndp"}, "teql_neighbours: 'ndp' is no way to find a router; take arp or static"),
    ({"neighbours": True}, "teql_neighbours: is the truth value true, not text; put it in quotes"),
    ({"management_network": "172.16.0.1/24"}, "teql_management_network: 172.16.0.1/24 is a host, not a network; write 172.16.0.0/24"),
    ({"management_network": "172.16.0.0/31"}, "teql_management_network: 172.16.0.0/31 is too small, not one /30 fits; take a wider one, such as 172.16.0.0/24"),
    ({"management_network": "fd00::/64"}, "teql_management_network: 'fd00::' is no IPv4 address; write it like 192.0.2.2"),
    ({"management_network": "172.16.0.0/30"},
     "teql_lines[1].address: teql_management_network 172.16.0.0/30 has room for 1 line; widen it or give the line an address"),
]  # fmt: skip


@pytest.mark.parametrize(("site", "message"), SITES)
def test_the_site(site: dict[str, Any], message: str) -> None:
    assert refusal([ETH2, ETH3], **site) == message


CUT_OFF = "Ansible came in by, and it would be cut off"
SESSIONS: list[tuple[Any, str]] = [
    ("eth0", "session: is the text 'eth0'; give what linebond.teql.bond_info returns as session"),
    ({"network": "10.0.0.0"}, "session.network: '10.0.0.0' has no prefix; write it like 192.0.2.2/29"),
    ({"interface": "eth3", "address": "10.9.0.2", "network": "10.9.0.0/24"},
     f"teql_lines[1].interface: eth3 is the port that {CUT_OFF}; come in by a port that is no line"),
    # The line's own port, but not the address that the plan gives it.
    ({"interface": "eth3", "address": "172.16.0.5", "network": "172.16.0.4/30"},
     f"teql_lines[1].interface: eth3 is the port that {CUT_OFF}; come in by a port that is no line"),
    ({"interface": "eth0", "address": "172.16.0.7", "network": "172.16.0.4/30"},
     f"teql_lines[1].address: 172.16.0.6/30 overlaps 172.16.0.4/30, the network that {CUT_OFF}; give the line another network"),
    ({"interface": "eth0", "address": "192.0.2.3", "network": "192.0.2.0/24"},
     f"teql_address: 192.0.2.2/29 overlaps 192.0.2.0/24, the network that {CUT_OFF}; come in by another network"),
    ({"interface": "eth0", "address": "2001:db8:1::9", "network": "2001:db8:1::/64"},
     f"teql_address6: 2001:db8:1::2/64 overlaps 2001:db8:1::/64, the network that {CUT_OFF}; come in by another network"),
]  # fmt: skip


@pytest.mark.parametrize(("session", "message"), SESSIONS)
def test_the_way_ansible_came_in_by(session: Any, message: str) -> None:
    assert refusal([ETH2, ETH3], session, **BLOCK6) == message


def test_a_pppoe_line_cannot_be_the_way_in() -> None:
    session = {"interface": "ppp0", "address": "192.0.2.2", "network": "192.0.2.2/32"}
    assert refusal([{"interface": "ppp0", "kind": "pppoe"}], session) == (
        f"teql_lines[0].interface: ppp0 is the port that {CUT_OFF}; come in by a port that is no line"
    )


def test_all_problems_come_at_once_in_the_order_of_the_lines() -> None:
    lines = [
        {"interface": "eth2", "enbled": False},
        {"interface": "eth2", "weight": "1"},
        {"name": "attic", "router": "10.0.0.1"},
        "eth5",
    ]
    assert refusal(lines, common_address="192.0.2.99").splitlines() == [
        "teql_common_address: 192.0.2.99 is outside the public block 192.0.2.0/29; give the routers an address inside it",
        "teql_lines[0].enbled: is no key of a line; did you mean enabled?",
        "teql_lines[1].weight: is the text '1'; write a whole number, without quotes",
        "teql_lines[1].interface: eth2 is already teql_lines[0].interface; give the line a port of its own",
        "teql_lines[2].interface: is missing; name the gateway's port, such as eth2",
        "teql_lines[2].address: is missing while router is 10.0.0.1; give both or neither",
        "teql_lines[3]: is the text 'eth5', not a mapping; write `interface: eth2`",
    ]
