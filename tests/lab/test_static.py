# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers with one address each: the gateway knows them by their MACs, whatever happens to them or to it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from checks import place

from lab.controller import run
from lab.guest import FAULT, Guest
from lab.monitored import forget, history, last_event, wait, whole
from lab.traffic import FAR, FAR6, counted_stream, ping, settle
from tests.lab.test_change_in_place import Traffic
from tests.lab.test_hardships import HARDSHIPS

SITE = str(place.ROOT / "molecule" / "static" / "inventory" / "neighbours.yml")
COMMON = ("192.0.2.1", "fe80::1")
ROUTERS = ("dsl1", "dsl2", "dsl3", "dsl4")
NOTICED = 1.0  # seconds after which the monitor has taken a line out that was dead
SOON = 5.0  # seconds in which packets have to flow over a router that was swapped
OWN = {
    "the neighbours were deleted": "; ".join(
        f"ip neigh del {hop} dev {port}" for hop in COMMON for port in ("eth2", "eth5")
    ),
    "the monitor restarted": "systemctl restart teql-monitor",
    "the monitor was killed": "systemctl kill --signal=KILL teql-monitor",
}


def asked(guest: Guest, command: str) -> list[dict[str, Any]]:
    """The JSON that a command of iproute2 prints on the gateway."""
    rows: list[dict[str, Any]] = json.loads(guest.ssh("gw", command) or "[]")
    return rows


def kept(guest: Guest) -> dict[tuple[str, str], str]:
    """The MACs of the gateway's permanent neighbours, by port and address."""
    return {
        (row["dev"], row["dst"]): row["lladdr"]
        for family in (4, 6)
        for row in asked(guest, f"ip -{family} -j neigh show nud permanent")
        if row["dst"] in COMMON
    }


def true(guest: Guest) -> dict[tuple[str, str], str]:
    """What they have to be: the MACs that the routers have."""
    macs = {router: asked(guest, f"ip -n {router} -j link show dev lan")[0]["address"] for router in ROUTERS}
    return {(f"eth{number + 2}", hop): macs[router] for number, router in enumerate(ROUTERS) for hop in COMMON}


def addresses(guest: Guest, router: str) -> list[str]:
    """Those of the router's port to the gateway, without the link-local one that it makes itself."""
    rows = asked(guest, f"ip -n {router} -j address show dev lan")
    found = [f"{each['local']}/{each['prefixlen']}" for row in rows for each in row["addr_info"]]
    return [each for each in found if not each.startswith("fe80:") or each == "fe80::1/64"]


def routed(guest: Guest) -> bool:
    """Whether each router has its way back: one that has just started needs a moment more."""
    return all(asked(guest, f"ip -n {router} -j route show 192.0.2.0/29") for router in ROUTERS)


def bonded(guest: Guest) -> bool:
    return whole(guest) and kept(guest) == true(guest)


def in_equal_shares(guest: Guest) -> None:
    count = counted_stream(guest)
    print(count)
    assert count.answered == count.sent >= 1990
    assert [share for share in count.shares if abs(share - 25) > 1] == []


@pytest.fixture
def unwatched(guest: Guest) -> Iterator[None]:
    """A probe of the monitor shifts the turn by one: without it the shares are exact."""
    wait(lambda: bonded(guest), 60, "four whole lines")
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.ssh("gw", "systemctl start teql-monitor")


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_has_one_address_and_one_route_to_the_block(guest: Guest, router: str) -> None:
    first = 4 * ROUTERS.index(router)
    assert addresses(guest, router) == [f"172.16.0.{first + 1}/30"]
    (route,) = asked(guest, f"ip -n {router} -j route show 192.0.2.0/29")
    assert (route["gateway"], route["dev"]) == (f"172.16.0.{first + 2}", "lan")


def test_each_port_knows_its_router_for_good(guest: Guest) -> None:
    wait(lambda: kept(guest) == true(guest), 60, "known")


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("address", [FAR, FAR6])
def test_400_pings_leave_in_equal_shares_and_none_is_lost(guest: Guest, address: str) -> None:
    count = ping(guest, 400, address=address)
    print(count)
    assert count.answered == count.sent == 400
    assert [share for share in count.shares if abs(share - 25) > 1] == []


def test_the_doctor_finds_nothing_wrong_with_the_neighbours(guest: Guest) -> None:
    wait(lambda: bonded(guest), 60, "four whole lines")
    told = json.loads(guest.ssh("gw", "teqlctl doctor --json", check=False))
    found = [each for each in told["checks"] if each["name"] == "neighbour"]
    assert len(found) == 8 and {each["verdict"] for each in found} == {"ok"}, found


@pytest.mark.parametrize("line", [2, 3])
def test_over_a_router_that_is_swapped_packets_flow_again_soon(guest: Guest, line: int) -> None:
    """Pings that are bound to the line's port, ten a second, as they arrive at the provider."""
    port, own = f"eth{line + 1}", f"172.16.0.{4 * line - 2}"
    wanted = f"'icmp[icmptype] == icmp-echo and src {own}'"
    watch = f"ip netns exec isp timeout 18 tcpdump -ttlnqi dsl{line} {wanted} > /tmp/seen 2>/dev/null"
    pings = f"ping -q -I {port} -i 0.1 -w 12 {FAR} >/dev/null"
    guest.fault(f"{line} swap back")
    forget(guest)
    for way in ("", "back"):
        wait(lambda: bonded(guest), 120, "four whole lines")
        before = last_event(guest)
        swap = f"{FAULT} {line} swap {way}"
        told = guest.ssh("gw", f"({watch}) & sleep 3; ({pings}) & sleep 3; {swap}; wait; cat /tmp/seen; rm /tmp/seen")
        swapped, *rows = told.splitlines()
        moments = [float(row.split()[0]) for row in rows if row.strip()]  # it ends with an empty one
        gap = max(after - one for one, after in itertools.pairwise(moments))
        learned = [event["time"] - float(swapped) for event in history(guest, before, kind="router")]
        print(f"line {line}: nothing arrived for {gap:.2f} s, another MAC learned after {learned} s")
        assert moments[0] < float(swapped) < moments[-1] - SOON
        assert gap < SOON and len(learned) == 1 and learned[0] < SOON
        wait(lambda: bonded(guest), 120, "four whole lines")
        in_equal_shares(guest)


@pytest.mark.parametrize("command", [*HARDSHIPS.values(), *OWN.values()], ids=[*HARDSHIPS, *OWN])
def test_the_routers_are_known_after(guest: Guest, command: str) -> None:
    forget(guest)
    wait(lambda: bonded(guest), 60, "four whole lines")
    guest.ssh("gw", command)
    wait(lambda: routed(guest), 120, "routers that know the way back")
    time.sleep(NOTICED)
    wait(lambda: bonded(guest), 120, "four whole lines with their routers")
    in_equal_shares(guest)


@pytest.mark.parametrize("way", ["arp", "static"])
def test_a_change_in_traffic_costs_next_to_nothing(guest: Guest, way: str) -> None:
    """From one way to the other: at no moment does the gateway look for a router that it cannot find."""
    assert settle(guest)
    traffic = Traffic(guest)
    ran = run(guest, "site", "-i", SITE, teql_neighbours=way)
    sent, lost = traffic.lost()
    print(f"to {way}: {lost} of {sent} lost ({100 * lost / sent:.2f} %)")
    assert ran.code == 0, ran.said
    assert sent > 1000 and lost <= 0.01 * sent
    both = ["192.0.2.1/32", "fe80::1/64"] if way == "arp" else []
    for number, router in enumerate(ROUTERS):
        assert sorted(addresses(guest, router)) == sorted([f"172.16.0.{4 * number + 1}/30", *both])
    assert kept(guest) == ({} if way == "arp" else true(guest))
