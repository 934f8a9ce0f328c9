# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interface is the LAN, what is refused there, and what each refusal says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.link import Link
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_lan import (
    choose_lan,
    refuse_cutting_off,
    refuse_leaving,
    refuse_managers,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import Before, Route, Wanted
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_state import (
    Seen,
    WayIn,
    parse_default_devices,
    parse_routes,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError


def box(*names: str, way_in: str = "", known: str = "", **links: Link) -> Seen:
    """A router with a loopback, a WAN and these ethernet ports."""
    found = {name: Link(name) for name in ("wan", *names)}
    found.update({name: replace(link, name=name) for name, link in links.items()})
    return Seen(
        links={"lo": Link("lo", kind="other"), **found},
        defaults=frozenset({"wan"}),
        way_in=WayIn(way_in, "10.0.0.9", "10.0.0.1", way_in) if way_in else None,
        record={known: Before()} if known else {},
    )


BRIDGED = {"eth0": Link("eth0", master="br0"), "eth1": Link("eth1", master="br0"), "br0": Link("br0")}


@pytest.mark.parametrize(
    ("seen", "given", "lan"),
    [
        (box("lan"), None, "lan"),
        (box("lan", "mgmt", way_in="mgmt"), None, "lan"),
        (box("lan", way_in="lan"), None, "lan"),
        (box("lan", ppp0=Link("ppp0", kind="ppp")), None, "lan"),
        (box(**BRIDGED), None, "br0"),
        (box("lan", "docker0", known="lan"), None, "lan"),
        (box("lan", "lan2"), "lan2", "lan2"),
        (box("lan", "mgmt", way_in="mgmt"), "mgmt", "mgmt"),
    ],
)
def test_the_lan(seen: Seen, given: str | None, lan: str) -> None:
    assert choose_lan(seen, given) == lan


@pytest.mark.parametrize(
    ("seen", "given", "message"),
    [
        (
            box(),
            None,
            (
                "no interface could be the LAN (wan carries the default route): "
                "name the interface in routers_lan_interface."
            ),
        ),
        (
            box("lan", "lan2", "mgmt", way_in="mgmt"),
            None,
            (
                "lan or lan2 could be the LAN (mgmt is how Ansible came in, wan carries the default route): "
                "name the interface in routers_lan_interface."
            ),
        ),
        (
            box("lan"),
            "eth7",
            "routers_lan_interface: this router has no interface eth7; it has lan, wan.",
        ),
        (
            box("lan"),
            "wan",
            (
                "routers_lan_interface: wan carries the default route, so it cannot be the LAN: "
                "name the port to the gateway."
            ),
        ),
        (
            box(**BRIDGED),
            "eth0",
            "routers_lan_interface: eth0 is a port of br0, so it cannot be the LAN: name the port to the gateway.",
        ),
        (
            box("lan"),
            "lo",
            "routers_lan_interface: lo is no ethernet port, so it cannot be the LAN: name the port to the gateway.",
        ),
    ],
)
def test_no_lan(seen: Seen, given: str | None, message: str) -> None:
    with pytest.raises(LinebondError) as caught:
        choose_lan(seen, given)
    assert str(caught.value) == message


def manager(name: str, active: bool, *interfaces: str) -> dict[str, object]:
    return {"name": name, "active": active, "interfaces": list(interfaces)}


def test_networkd_may_have_it_or_nobody() -> None:
    refuse_managers([manager("networkd", True)], "lan")
    refuse_managers([manager("networkd", True, "lan"), manager("networkmanager", True, "wlan0")], "lan")
    refuse_managers([manager("networkd", True, "lan"), manager("ifupdown", False, "lan")], "lan")


@pytest.mark.parametrize(
    ("managers", "message"),
    [
        (
            [manager("networkd", True), manager("networkmanager", True, "lan")],
            (
                "lan is managed by NetworkManager, and this version sets up only what systemd-networkd manages: set "
                "routers_platform: manual for this router, which prints what to enter by hand; or hand lan over to "
                "systemd-networkd."
            ),
        ),
        (
            [manager("ifupdown", True, "wan")],
            (
                "systemd-networkd does not run on this router, but ifupdown does: set routers_platform: manual "
                "for this "
                "router, which prints what to enter by hand; or run `systemctl enable --now systemd-networkd` "
                "there if it "
                "shall manage the LAN."
            ),
        ),
        (
            [],
            (
                "systemd-networkd does not run on this router: set routers_platform: manual for this router, "
                "which prints "
                "what to enter by hand; or run `systemctl enable --now systemd-networkd` there if it shall "
                "manage the LAN."
            ),
        ),
    ],
)
def test_another_manager(managers: list[dict[str, object]], message: str) -> None:
    with pytest.raises(LinebondError) as caught:
        refuse_managers(managers, "lan")
    assert str(caught.value) == message


def wanted() -> Wanted:
    line = (Route("192.0.2.0/29", "172.16.0.2"),)
    return Wanted("lan", ("172.16.0.1/30", "192.0.2.1/32", "192.168.1.1/24"), line)


@pytest.mark.parametrize(
    "way_in",
    [
        None,
        WayIn("mgmt", "10.0.0.9", "10.0.0.1", "mgmt"),
        WayIn("mgmt", "10.0.0.9", "203.0.113.1", "wan", "100.64.1.1"),
        WayIn("lan", "192.168.1.1", "192.168.1.7", "lan"),
        WayIn("lan", "172.16.0.1", "192.0.2.2", "lan", "172.16.0.2"),
    ],
)
def test_a_way_in_that_stays(way_in: WayIn | None) -> None:
    refuse_cutting_off(way_in, wanted(), ["192.168.1.1/24"])


@pytest.mark.parametrize(
    ("way_in", "message"),
    [
        (
            WayIn("lan", "192.168.2.1", "192.168.2.7", "lan"),
            (
                "Ansible came in by 192.168.2.1 on lan, which the new configuration would drop: put "
                "192.168.2.1/24 into "
                "routers_extra_addresses, or come in another way."
            ),
        ),
        (
            WayIn("mgmt", "10.0.0.9", "203.0.113.1", "lan", "192.168.1.254"),
            (
                "The way back to Ansible (203.0.113.1) leads over lan by 192.168.1.254, and the new "
                "configuration has no "
                "such route: come in from a network of the LAN (by the gateway, with ProxyJump), or another way."
            ),
        ),
    ],
)
def test_a_way_in_that_would_be_cut_off(way_in: WayIn, message: str) -> None:
    with pytest.raises(LinebondError) as caught:
        refuse_cutting_off(way_in, wanted(), ["192.168.1.1/24", "192.168.2.1/24"])
    assert str(caught.value) == message


def test_leaving() -> None:
    way_in = WayIn("lan", "192.168.1.1", "192.168.1.7", "lan")
    refuse_leaving(None, {"lan": Before()})
    refuse_leaving(way_in, {"eth7": Before()})
    refuse_leaving(way_in, {"lan": Before(addresses=("192.168.1.1/24",))})
    with pytest.raises(
        LinebondError, match=r"^Ansible came in by 192.168.1.1 on lan, which would be taken off: come in"
    ):
        refuse_leaving(way_in, {"lan": Before()})


def test_routes_as_ip_lists_them() -> None:
    entries = [
        {"dst": "default", "gateway": "100.64.1.1", "dev": "wan"},
        {"dst": "default", "nexthops": [{"dev": "wan2"}, {"dev": "wan3"}]},
        {"dst": "192.0.2.0/29", "gateway": "172.16.0.2", "dev": "lan"},
        {"dst": "192.0.2.8", "gateway": "172.16.0.2", "dev": "lan"},
        {"dst": "172.16.0.0/30", "dev": "lan"},
    ]
    assert parse_default_devices(entries) == {"wan", "wan2", "wan3"}
    assert {(route.to, route.via) for route in parse_routes(entries)["lan"]} == {
        ("192.0.2.0/29", "172.16.0.2"),
        ("192.0.2.8/32", "172.16.0.2"),
    }
