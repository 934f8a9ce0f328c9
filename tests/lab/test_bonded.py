# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bonded gateway keeps every promise of the roles: packets are counted, not settings believed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lab.guest import Guest
from lab.traffic import FAR, FAR6, counted_stream, ping, settle

PORTS = ("eth2", "eth3", "eth4", "eth5")


def asked(guest: Guest, command: str) -> list[dict[str, object]]:
    """The JSON that a command of iproute2 prints on the gateway."""
    rows: list[dict[str, object]] = json.loads(guest.ssh("gw", command))
    return rows


@pytest.fixture
def unwatched(guest: Guest) -> Iterator[None]:
    """A probe of the monitor shifts the turn by one: without it the shares are exact.

    After a boot it may first have to take a line in again whose router came later than the gateway.
    """
    assert settle(guest)
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.ssh("gw", "systemctl start teql-monitor")


@pytest.mark.usefixtures("unwatched")
def test_400_pings_leave_in_equal_shares_and_none_is_lost(guest: Guest) -> None:
    count = ping(guest, 400)
    print(count)
    assert count.answered == count.sent == 400
    assert [share for share in count.shares if abs(share - 25) > 1] == []


def test_with_the_monitor_the_shares_are_as_equal_in_the_long_run(guest: Guest) -> None:
    count = counted_stream(guest)
    print(count)
    assert count.answered == count.sent >= 1990
    assert [share for share in count.shares if abs(share - 25) > 1] == []


@pytest.mark.usefixtures("unwatched")
def test_ipv6_leaves_in_equal_shares_too_and_answers_find_their_way_in(guest: Guest) -> None:
    count = ping(guest, 400, address=FAR6)
    print(count)
    assert count.answered == count.sent == 400
    assert [share for share in count.shares if abs(share - 25) > 1] == []


def test_default_route_leads_over_the_bond(guest: Guest) -> None:
    (route,) = asked(guest, "ip -j route show default")
    assert (route["gateway"], route["dev"]) == ("192.0.2.1", "teql0")


def test_the_bonds_address_is_the_source_of_what_leaves(guest: Guest) -> None:
    (route,) = asked(guest, f"ip -j route get {FAR}")
    assert (route["dev"], route["prefsrc"]) == ("teql0", "192.0.2.2")


def test_every_port_has_the_bonds_qdisc_and_the_bond_a_plain_one(guest: Guest) -> None:
    kinds = {row["dev"]: row["kind"] for row in asked(guest, "tc -j qdisc show") if row.get("root")}
    assert [kinds[port] for port in PORTS] == ["teql0"] * 4
    assert not str(kinds["teql0"]).startswith("teql")


@pytest.mark.parametrize("port", PORTS)
def test_a_ports_settings_are_live_and_in_the_drop_in(guest: Guest, port: str) -> None:
    keys = {f"net/ipv4/conf/{port}/rp_filter": "2", f"net/ipv4/neigh/{port}/ucast_solicit": "2"}
    live = guest.ssh("gw", "sysctl -n " + " ".join(keys)).split()
    assert live == list(keys.values())
    written = guest.ssh("gw", "cat /etc/sysctl.d/60-linebond-teql0.conf")
    assert all(f"{key} = {value}\n" in written for key, value in keys.items())


def test_nothing_failed_on_the_gateway(guest: Guest) -> None:
    assert guest.ssh("gw", "systemctl --failed --plain --no-legend") == ""


@pytest.mark.usefixtures("unwatched")
def test_one_rule_matches_what_comes_in_from_any_line(guest: Guest) -> None:
    """The README's firewall note: the ports of all lines are one interface group."""
    rule = "INPUT -m devgroup --src-group 20 -p icmp --icmp-type echo-reply"
    guest.ssh("gw", f"iptables-legacy -I {rule}")
    try:
        assert ping(guest, 40).answered == 40
        row = guest.ssh("gw", "iptables-legacy -nvxL INPUT").splitlines()[2].split()
    finally:
        guest.ssh("gw", f"iptables-legacy -D {rule}")
    assert int(row[0]) == 40


def test_packets_go_out_on_the_bond_and_come_in_on_the_ports(guest: Guest) -> None:
    """The README's tracing note."""
    watch = "timeout 20 tcpdump -lnq -c {count} -i {device} icmp and host " + FAR + " > /tmp/{device} 2>/dev/null"
    devices = {"teql0": 40, "eth2": 10}
    commands = "; ".join(f"({watch.format(count=count, device=device)}) &" for device, count in devices.items())
    guest.ssh("gw", commands.replace("&;", "& ") + f" sleep 4; ping -q -c 40 -i 0.05 {FAR} >/dev/null; wait")
    seen = {device: guest.ssh("gw", f"cat /tmp/{device}; rm /tmp/{device}") for device in devices}
    assert seen["teql0"].count(f"> {FAR}") == 40 and f"{FAR} >" not in seen["teql0"]
    assert f"{FAR} >" in seen["eth2"]


def test_the_readmes_commands_tell_the_ports(guest: Guest) -> None:
    watch = "timeout 20 tcpdump -lni any -c 60 'inbound and icmp' > /tmp/inbound 2>/dev/null"
    guest.ssh("gw", f"({watch}) & sleep 4; ping -q -c 60 -i 0.05 {FAR} >/dev/null; wait")
    inbound = guest.ssh("gw", "cat /tmp/inbound; rm /tmp/inbound")
    assert [port for port in PORTS if f" {port}  In " not in inbound and f" {port} In " not in inbound] == [], inbound
    shown = guest.ssh("gw", "ip -s link show group 20")
    assert [port for port in PORTS if f": {port}@" not in shown] == [], shown
