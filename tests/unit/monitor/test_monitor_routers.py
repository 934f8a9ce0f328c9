# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static neighbours: the monitor learns the routers' MACs, keeps them, and learns anew when a router is swapped."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import site
from gateway import Gateway

from teql_monitor.netlink.event import Event
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.pinning import OUR_PROTOCOL

COMMON = "192.0.2.1"
FIRST, SECOND, SWAPPED = "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:99"


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """Two lines whose routers have only their management addresses, which answered before the monitor started."""
    return Gateway(tmp_path, site(2, neighbours="static"))


def answers(gateway: Gateway, device: int, address: str, mac: str) -> None:
    """The kernel has resolved an address, and tells."""
    told = Neighbour(device, address, mac)
    gateway.kernel.near = [each for each in gateway.kernel.near if (each.device, each.address) != (device, address)]
    gateway.kernel.near.append(told)
    gateway.monitor.news([Event("neighbour", told)])


def kept(gateway: Gateway) -> dict[int, str]:
    """MAC of the permanent neighbours for the common address, by interface."""
    return {
        each.device: each.mac
        for each in gateway.kernel.near
        if each.address == COMMON and each.permanent and each.protocol == OUR_PROTOCOL
    }


def test_what_answers_for_the_management_address_becomes_the_neighbour_for_the_common_one(gateway: Gateway) -> None:
    assert kept(gateway) == {}
    answers(gateway, 3, "172.16.0.1", FIRST)
    answers(gateway, 4, "172.16.0.5", SECOND)
    gateway.run(1.1)
    assert kept(gateway) == {3: FIRST, 4: SECOND}
    assert gateway.events("router") == [("a", FIRST), ("b", SECOND)]


def test_what_was_known_before_the_monitor_started_is_taken(tmp_path: Path, gateway: Gateway) -> None:
    gateway.kernel.near.append(Neighbour(3, "172.16.0.1", FIRST))
    gateway.start()
    assert kept(gateway) == {3: FIRST}


@pytest.mark.parametrize(
    "stranger",
    [
        Neighbour(4, "172.16.0.1", SWAPPED),  # on another line's port
        Neighbour(3, "172.16.0.77", SWAPPED),  # another address
        Neighbour(3, "172.16.0.1", ""),  # not resolved
        Neighbour(3, "172.16.0.1", SWAPPED, permanent=True),  # somebody set it by hand
        Neighbour(99, "172.16.0.1", SWAPPED),
    ],
)
def test_nothing_else_is_taken_for_the_router(gateway: Gateway, stranger: Neighbour) -> None:
    answers(gateway, 3, "172.16.0.1", FIRST)
    gateway.run(1.1)
    gateway.monitor.news([Event("neighbour", stranger)])
    gateway.run(1.1)
    assert kept(gateway) == {3: FIRST}


def test_a_swapped_router_is_asked_for_anew_and_learned(gateway: Gateway) -> None:
    answers(gateway, 3, "172.16.0.1", FIRST)
    answers(gateway, 4, "172.16.0.5", SECOND)
    gateway.run(3)
    gateway.link.dead = {3}
    gateway.run(1.5)
    assert "forget 172.16.0.1" in gateway.kernel.asked and "forget 172.16.0.5" not in gateway.kernel.asked
    gateway.link.dead = set()
    answers(gateway, 3, "172.16.0.1", SWAPPED)
    gateway.run(1.1)
    assert kept(gateway) == {3: SWAPPED, 4: SECOND}
    assert gateway.events("router")[-1] == ("a", SWAPPED)


def test_they_outlive_a_restart(gateway: Gateway) -> None:
    answers(gateway, 3, "172.16.0.1", FIRST)
    gateway.run(1.1)
    gateway.kernel.near.clear()  # the machine started anew
    gateway.start()
    assert kept(gateway) == {3: FIRST}
    assert gateway.run(3).events("router") == [("a", FIRST)]


def test_a_neighbour_that_somebody_removed_is_set_again(gateway: Gateway) -> None:
    answers(gateway, 3, "172.16.0.1", FIRST)
    gateway.run(1.1)
    (gone,) = (each for each in gateway.kernel.near if each.address == COMMON)
    gateway.kernel.near.remove(gone)
    gateway.monitor.news([Event("neighbour", gone, deleted=True)])
    gateway.run(1.5)
    assert kept(gateway) == {3: FIRST}


def test_a_neighbour_that_somebody_made_invalid_is_set_again(gateway: Gateway) -> None:
    answers(gateway, 3, "172.16.0.1", FIRST)
    gateway.run(1.1)
    answers(gateway, 3, COMMON, "")  # deleted while in use
    answers(gateway, 4, COMMON, "")  # on a line whose router is not known yet
    gateway.run(1.5)
    assert kept(gateway) == {3: FIRST}


def test_a_mac_that_is_given_is_not_called_in_question(tmp_path: Path) -> None:
    config = site(2, neighbours="static")
    config = config._replace(lines=(config.lines[0]._replace(router_mac=FIRST), config.lines[1]))
    gateway = Gateway(tmp_path, config)
    answers(gateway, 3, "172.16.0.1", SWAPPED)
    gateway.run(1.1)
    assert kept(gateway) == {3: FIRST} and gateway.events("router") == []


def test_without_static_neighbours_nothing_is_learned_or_forgotten(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site(2))
    answers(gateway, 3, "172.16.0.1", FIRST)
    gateway.run(3)
    gateway.link.dead = {3}
    gateway.run(3)
    assert kept(gateway) == {} and not any(each.startswith("forget") for each in gateway.kernel.asked)
