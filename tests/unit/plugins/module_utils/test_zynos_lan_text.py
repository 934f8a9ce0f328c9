# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router prints about LAN, WAN and addresses, in several wordings, becomes the same data."""

from __future__ import annotations

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.lan import Slot, parse_live, parse_nat, parse_slot

ALIAS = Slot(True, "192.0.2.1/29")


@pytest.mark.parametrize(
    "text",
    [
        "LAN Index = 2\n  Active = Yes\n  IP Address = 192.0.2.1\n  IP Subnet Mask = 255.255.255.248",
        "lan2  active: 1   ip addr: 192.0.2.1   mask: 255.255.255.248\nrip: none  multicast: off",
        "Active= on, IP Address= 192.0.2.1, Subnet Mask= 255.255.255.248",
        "enabled : yes\nip address/mask = 192.0.2.1 / 255.255.255.248",
        "active: yes\nip address: 192.0.2.1/29",
        "Active = Yes\nIP Subnet Mask = 255.255.255.248\nIP Address = 192.0.2.1\nRIP Direction = None",
    ],
)
def test_an_alias_in_every_wording(text: str) -> None:
    assert parse_slot(text, 2) == ALIAS


def test_an_alias_that_is_off() -> None:
    assert parse_slot("Active = No\nIP Address = 0.0.0.0\nIP Subnet Mask = 0.0.0.0", 2) == Slot(False)


def test_the_lan_itself_is_active_by_its_address() -> None:
    text = "IP Address = 192.168.1.1\nIP Subnet Mask = 255.255.255.0\nDHCP Mode = Server\nDHCP pool = 192.168.1.33"
    assert parse_slot(text, 1) == Slot(True, "192.168.1.1/24", "server")
    assert parse_slot("ip addr: 172.16.0.1   mask: 255.255.255.252   dhcp: off", 1).dhcp == "none"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("RIP = None", "an address"),
        ("IP Address = 192.0.2.1\nIP Subnet Mask = 255.255.255.248", "whether it is active"),
        ("Active = Yes\nIP Address = 192.0.2.1\nIP Subnet Mask = 255.0.255.0", "which is no address"),
        ("", "an address"),
    ],
)
def test_what_is_not_shown_is_never_taken_for_not_set(text: str, missing: str) -> None:
    with pytest.raises(ZynosError, match=missing):
        parse_slot(text, 2)


@pytest.mark.parametrize(
    ("text", "mode"),
    [("NAT = SUA", "sua"), ("Network Address Translation = None", "none"), ("Mux = 1\nNAT mode: Full Feature", "full")],
)
def test_nat_in_every_wording(text: str, mode: str) -> None:
    assert parse_nat(text, 1) == mode


def test_a_display_without_nat_says_what_to_do() -> None:
    with pytest.raises(ZynosError, match=r"routers_zynos_wan_nodes: \[\]"):
        parse_nat("Encapsulation = 2\nPPP username = x", 1)


def test_live_addresses() -> None:
    text = (
        "enif0: mtu 1500 mss 1460\n    inet 172.16.0.1, netmask 0xfffffffc, broadcast 172.16.0.3\n"
        "enif0:0: mtu 1500\n    inet 192.0.2.1, netmask 255.255.255.248\n"
        "wanif0: mtu 1492\n    inet 0.0.0.0, netmask 0xffffffff"
    )
    assert parse_live(text) == ("172.16.0.1", "192.0.2.1")
