# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is lent to the gateway's port so that a router is next to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.way import Way, loans, ways

OWN, FACTORY = Way("172.16.0.1", "172.16.0.2"), Way("192.168.1.1", "192.168.1.254")


def port(*addresses: str, up: bool = True) -> dict[str, Any]:
    split = [address.split("/") for address in addresses]
    infos = [{"family": "inet", "local": local, "prefixlen": int(length)} for local, length in split]
    return {"ifname": "eth2", "ifindex": 3, "flags": ["UP"] if up else [], "addr_info": infos}


def done(row: dict[str, Any], way: Way, taken: frozenset[str] = frozenset()) -> list[str]:
    return [" ".join(loan.do) for loan in loans(row, taken, way)]


def test_the_wanted_address_comes_first_and_the_factorys_after_it() -> None:
    assert ways("172.16.0.1/30", "172.16.0.2", ["192.168.1.1/24", "10.0.0.138/8"]) == [
        OWN,
        FACTORY,
        Way("10.0.0.138", "10.255.255.254"),
    ]
    assert ways("172.16.0.1/30", "172.16.0.2", ["192.168.1.254/24"])[1].source == "192.168.1.253"


def test_a_port_as_delivered() -> None:
    assert done(port(up=False), FACTORY) == [
        "ip link set dev eth2 up",
        "ip address add 192.168.1.254/32 dev eth2 noprefixroute",
        "ip route add 192.168.1.1/32 dev eth2 src 192.168.1.254 table 24403",
        "ip rule add from 192.168.1.254 to 192.168.1.1 lookup 24403 preference 90",
    ]
    assert [" ".join(loan.undo) for loan in loans(port(up=False), frozenset(), FACTORY)] == [
        "ip link set dev eth2 down",
        "ip address del 192.168.1.254/32 dev eth2",
        "ip route del 192.168.1.1/32 dev eth2 src 192.168.1.254 table 24403",
        "ip rule del from 192.168.1.254 to 192.168.1.1 lookup 24403 preference 90",
    ]


def test_nothing_is_lent_to_a_port_that_is_set_up() -> None:
    assert done(port("172.16.0.2/30"), OWN) == []
    assert len(done(port("172.16.0.2/30"), FACTORY)) == 3


def test_what_a_killed_run_left_is_lent_again_so_that_it_is_taken_back() -> None:
    assert len(done(port("192.168.1.254/32"), FACTORY)) == 3


def test_an_address_that_another_port_has_is_not_lent() -> None:
    with pytest.raises(ZynosError, match="which another port of this gateway has"):
        loans(port(), frozenset(["192.168.1.254"]), FACTORY)


def test_errors_name_the_option() -> None:
    for call in (lambda: ways("172.16.0.1/33", None, []), lambda: loans(port(), frozenset(), Way("172.16.0.1"))):
        with pytest.raises(ZynosError, match=r"address|gateway"):
            call()


@given(st.booleans(), st.sampled_from([(), ("172.16.0.2/30",), ("192.168.1.254/32",)]), st.sampled_from([OWN, FACTORY]))
def test_each_loan_is_taken_back_in_kind(up: bool, addresses: tuple[str, ...], way: Way) -> None:
    for loan in loans(port(*addresses, up=up), frozenset(), way):
        assert loan.do[:2] == loan.undo[:2] and loan.do != loan.undo
