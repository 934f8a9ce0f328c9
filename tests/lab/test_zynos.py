# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated ZyNOS routers that site.yml has set up by telnet, over the lines' own cables."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab.guest import Guest
from lab.monitored import wait, whole
from lab.traffic import counted_stream

ROUTERS = ("dsl1", "dsl2", "dsl3", "dsl4")
MANAGEMENT = {"dsl1": "172.16.0.1/30", "dsl2": "172.16.0.5/30", "dsl3": "172.16.0.9/30", "dsl4": "172.16.0.13/30"}


def live(guest: Guest, router: str) -> list[str]:
    """The addresses on the router's port to the gateway."""
    rows: list[dict[str, Any]] = json.loads(guest.ssh("gw", f"ip -n {router} -j -4 address show dev lan"))
    return [f"{entry['local']}/{entry['prefixlen']}" for row in rows for entry in row.get("addr_info", [])]


def kept(guest: Guest, router: str) -> dict[str, Any]:
    """What it keeps over a loss of power; nothing before its first save."""
    text = guest.ssh("gw", f"cat /var/lib/lab/{router}.json 2>/dev/null", check=False)
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


@pytest.mark.parametrize("router", ROUTERS)
def test_the_routers_are_as_delivered(guest: Guest, router: str) -> None:
    assert live(guest, router) == ["192.168.1.1/24"]


@pytest.mark.parametrize("router", ROUTERS)
def test_each_router_has_its_addresses_and_no_nat(guest: Guest, router: str) -> None:
    assert sorted(live(guest, router)) == sorted([MANAGEMENT[router], "192.0.2.1/29"])
    assert kept(guest, router)["wan"]["1"]["nat"] == "none"
    assert kept(guest, router)["lan"]["1"]["dhcp"] == "none"


def test_what_was_lent_was_taken_back(guest: Guest) -> None:
    assert "preference 90" not in guest.ssh("gw", "ip rule show") and "\n90:" not in guest.ssh("gw", "ip rule show")
    assert "192.168.1." not in guest.ssh("gw", "ip -4 address show")
    assert guest.ssh("gw", "ip -4 route show table all | grep 'table 244' || true") == ""


def test_packets_leave_over_all_of_them_in_equal_shares(guest: Guest) -> None:
    wait(lambda: whole(guest), 60, "all lines up and in the bond")
    count = counted_stream(guest)
    print(count)
    assert count.answered == count.sent >= 1990
    assert [share for share in count.shares if abs(share - 25) > 1] == []


def test_the_addresses_outlive_a_loss_of_power(guest: Guest) -> None:
    guest.ssh("gw", "systemctl restart lab-zynos@dsl4")
    wait(lambda: len(live(guest, "dsl4")) == 2, 20, "up again")
    assert sorted(live(guest, "dsl4")) == sorted([MANAGEMENT["dsl4"], "192.0.2.1/29"])


def test_the_second_router_is_swapped(guest: Guest) -> None:
    guest.ssh("gw", "systemctl stop lab-zynos@dsl2; rm /var/lib/lab/dsl2.json; systemctl start lab-zynos@dsl2")
    wait(lambda: live(guest, "dsl2") == ["192.168.1.1/24"], 20, "as delivered")
