# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bond over two routers with Debian and two with OpenWrt's commands: packets are counted both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lab.guest import Guest
from lab.traffic import FAR6, arrived, ping, settle

PUBLIC = "192.0.2.2"


@pytest.fixture
def unwatched(guest: Guest) -> Iterator[None]:
    """A probe of the monitor shifts the turn by one: without it the shares are exact."""
    assert settle(guest), "the bond does not send over every line"
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.ssh("gw", "systemctl start teql-monitor")


@pytest.fixture(params=["dsl3", "dsl4"])
def router(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def uci(guest: Guest, router: str, path: str) -> str:
    return guest.ssh(router, f"uci -q get {path}").strip()


def test_there_is_no_python_on_it(guest: Guest, router: str) -> None:
    found = guest.ssh(router, "find / -xdev -name '*python*' | head; command -v python3", check=False)
    assert found == ""


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("address", ["198.51.100.1", FAR6])
def test_pings_leave_in_equal_shares_over_all_four_and_none_is_lost(guest: Guest, address: str) -> None:
    count = ping(guest, 400, address=address)
    print(count)
    assert count.answered == count.sent == 400
    assert [share for share in count.shares if abs(share - 25) > 1] == []


def test_the_block_is_reached_from_outside_over_each_line(guest: Guest, router: str) -> None:
    """The provider sends down this line only; without the rule the firewall would drop it."""
    number = router.removeprefix("dsl")
    route = f"ip netns exec isp ip route replace 192.0.2.0/29 via 100.64.{number}.2 table 199"
    rule = "pref 10 to 192.0.2.0/29 lookup 199"
    guest.ssh("gw", f"{route}; ip netns exec isp ip rule add {rule}")
    try:
        said = guest.ssh("gw", f"ip netns exec isp ping -q -i 0.05 -c 20 {PUBLIC}", check=False)
    finally:
        guest.ssh("gw", f"ip netns exec isp ip rule del {rule}")
    assert "20 packets transmitted, 20 received" in said


@pytest.mark.usefixtures("unwatched")
def test_no_router_translates_the_block(guest: Guest) -> None:
    """At the provider every ping has the bond's own address, whichever line it came by."""
    wanted = "'inbound and icmp[icmptype] == icmp-echo'"
    watch = f"ip netns exec isp timeout 20 tcpdump -lnqi any -c 80 {wanted} > /tmp/seen 2>&1"
    before = arrived(guest)
    guest.ssh("gw", f"({watch}) & sleep 4; ping -q -c 80 -i 0.05 198.51.100.1 >/dev/null; wait")
    sources = re.findall(r" IP (\S+) > 198\.51\.100\.1", guest.ssh("gw", "cat /tmp/seen; rm /tmp/seen"))
    assert len(sources) >= 78 and set(sources) == {PUBLIC}
    assert min(after - b for after, b in zip(arrived(guest), before, strict=True)) >= 18


def test_what_is_running_is_what_is_committed(guest: Guest, router: str) -> None:
    line = int(router.removeprefix("dsl")) - 1
    own = f"172.16.0.{4 * line + 1}/30"
    assert uci(guest, router, "network.lan.ipaddr").split() == [own, "192.0.2.1/32"]
    assert guest.ssh(router, "uci changes") == ""
    live = guest.ssh(router, "ip -4 -o address show dev lan")
    assert own in live and "192.0.2.1/32" in live and "192.168.1.1" not in live
    assert "MASQUERADE" not in guest.ssh(router, "xtables-legacy-multi iptables-save")
    assert "ignore '1'" in guest.ssh(router, "cat /tmp/dnsmasq.conf")
