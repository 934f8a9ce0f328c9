# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for NetworkManager and ifupdown, word by word."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import ifupdown, networkmanager
from ansible_collections.linebond.teql.plugins.plugin_utils.render.networkmanager import exactly, networkmanager_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.test_render import HEADER, bonding_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.test_render import plan_lines as planned

SIX = {"address6": "2001:db8:1::2/64", "common_address6": "fe80::1"}
PROFILE = "/etc/NetworkManager/system-connections/linebond-{}.nmconnection"
SCRIPT = "/etc/NetworkManager/dispatcher.d/60-linebond-teql0"
LINES = ({"interface": "eth2"}, {"interface": "eth3", "router_mac": "02:00:5e:00:53:01"})


def contents(backend: str, *lines: dict[str, Any], metric: int | None = None, **site: Any) -> dict[str, str]:
    files = bonding_files(planned(list(lines), {**SITE, **site}), backend, route_metric=metric)
    return {file["path"]: file["content"].replace(HEADER, "") for file in files}


def test_what_networkmanager_manages_and_whose_carrier_it_ignores() -> None:
    assert (
        contents("networkmanager", *LINES)["/etc/NetworkManager/conf.d/linebond-teql0.conf"]
        == """[device-linebond-teql0]
match-device=interface-name:=teql0
managed=1
ignore-carrier=1

[device-linebond-teql0-ports]
match-device=interface-name:=eth2;interface-name:=eth3
managed=1
ignore-carrier=1
"""
    )
    assert exactly("a,b") == r"interface-name:=a\,b"


def test_a_line_in_networkmanager() -> None:
    assert (
        contents("networkmanager", *LINES)[PROFILE.format("eth2")]
        == f"""[connection]
id=linebond-eth2
uuid={networkmanager.profile_uuid("teql0", "eth2")}
interface-name=eth2
type=ethernet
autoconnect-priority=100

[ipv4]
method=manual
address1=172.16.0.2/30
never-default=true

[ipv6]
method=disabled
"""
    )
    assert "method=link-local" in contents("networkmanager", *LINES, **SIX)[PROFILE.format("eth2")]


def test_the_bond_in_networkmanager() -> None:
    path = PROFILE.format("teql0")
    assert (
        contents("networkmanager", *LINES, **SIX)[path]
        == f"""[connection]
id=linebond-teql0
uuid={networkmanager.profile_uuid("teql0", "teql0")}
interface-name=teql0
type=generic
autoconnect-retries=0

[ipv4]
method=manual
address1=192.0.2.2/29
gateway=192.0.2.1
route-metric=0

[ipv6]
method=manual
address1=2001:db8:1::2/64
addr-gen-mode=stable-privacy
gateway=fe80::1
route-metric=1024
"""
    )
    assert contents("networkmanager", *LINES, metric=50, **SIX)[path].count("route-metric=50\n") == 2
    assert contents("networkmanager", *LINES)[path].endswith("\n[ipv6]\nmethod=disabled\n")


def test_no_profile_has_a_word_about_qdiscs_and_all_are_secret() -> None:
    files = networkmanager_files(planned(list(LINES), SITE), "")
    profiles = [file for file in files if file["path"].endswith(".nmconnection")]
    assert {file["mode"] for file in profiles} == {"0600"} and len(profiles) == 3
    assert not any("[tc]" in file["content"] for file in files)


def test_neighbours_are_set_by_a_script_of_the_dispatcher() -> None:
    assert SCRIPT not in contents("networkmanager", {"interface": "eth2"})
    text = contents("networkmanager", *LINES, **SIX)[SCRIPT]
    assert (
        text
        == """#!/bin/sh
[ "$2" = up ] || [ "$2" = reapply ] || exit 0
case "$1" in
eth2)
    echo 1 >/proc/sys/net/ipv6/conf/eth2/forwarding
    echo 1 >/proc/sys/net/ipv6/conf/eth2/proxy_ndp
    /sbin/ip -6 neigh replace proxy 2001:db8:1::2 dev eth2
    ;;
eth3)
    echo 1 >/proc/sys/net/ipv6/conf/eth3/forwarding
    echo 1 >/proc/sys/net/ipv6/conf/eth3/proxy_ndp
    /sbin/ip -6 neigh replace proxy 2001:db8:1::2 dev eth3
    /sbin/ip neigh replace 192.0.2.1 lladdr 02:00:5e:00:53:01 dev eth3 nud permanent
    /sbin/ip neigh replace fe80::1 lladdr 02:00:5e:00:53:01 dev eth3 nud permanent
    ;;
esac
"""
    )
    files = networkmanager_files(planned(list(LINES), {**SITE, **SIX}), "say so")
    [script] = [file for file in files if file["path"] == SCRIPT]
    assert script["mode"] == "0755" and script["content"].startswith("#!/bin/sh\n# say so\n\n")
    for action, said in (("up", True), ("down", False), ("reapply", True)):
        shown = script["content"].replace("/sbin/ip", "echo").replace("echo 1 >", ": ")
        done = subprocess.run(["sh", "-c", shown, "x", "eth2", action], capture_output=True, text=True, check=True)
        assert ("neigh" in done.stdout) is said and "eth3" not in done.stdout


def test_the_stanzas_of_ifupdown() -> None:
    files = contents("ifupdown", *LINES, {"interface": "eth4", "enabled": False}, metric=50, **SIX)
    assert (
        files["/etc/network/interfaces.d/linebond-teql0"]
        == """auto eth2
allow-hotplug eth2
iface eth2 inet static
    address 172.16.0.2/30
    pre-up echo 0 2>/dev/null >/proc/sys/net/ipv6/conf/eth2/accept_ra || true
    up /sbin/tc qdisc add dev eth2 root teql0 2>/dev/null || true
    up echo 1 >/proc/sys/net/ipv6/conf/eth2/forwarding
    up echo 1 >/proc/sys/net/ipv6/conf/eth2/proxy_ndp
    up /sbin/ip -6 neigh replace proxy 2001:db8:1::2 dev eth2
    up /sbin/ifquery --state teql0 >/dev/null || /sbin/ifup teql0 || true
    down /sbin/tc qdisc del dev eth2 root teql0 2>/dev/null || true

auto eth3
allow-hotplug eth3
iface eth3 inet static
    address 172.16.0.6/30
    pre-up echo 0 2>/dev/null >/proc/sys/net/ipv6/conf/eth3/accept_ra || true
    up /sbin/tc qdisc add dev eth3 root teql0 2>/dev/null || true
    up echo 1 >/proc/sys/net/ipv6/conf/eth3/forwarding
    up echo 1 >/proc/sys/net/ipv6/conf/eth3/proxy_ndp
    up /sbin/ip -6 neigh replace proxy 2001:db8:1::2 dev eth3
    up /sbin/ip neigh replace 192.0.2.1 lladdr 02:00:5e:00:53:01 dev eth3 nud permanent
    up /sbin/ip neigh replace fe80::1 lladdr 02:00:5e:00:53:01 dev eth3 nud permanent
    up /sbin/ifquery --state teql0 >/dev/null || /sbin/ifup teql0 || true
    down /sbin/tc qdisc del dev eth3 root teql0 2>/dev/null || true

auto eth4
allow-hotplug eth4
iface eth4 inet static
    address 172.16.0.10/30
    pre-up echo 0 2>/dev/null >/proc/sys/net/ipv6/conf/eth4/accept_ra || true
    up echo 1 >/proc/sys/net/ipv6/conf/eth4/forwarding
    up echo 1 >/proc/sys/net/ipv6/conf/eth4/proxy_ndp
    up /sbin/ip -6 neigh replace proxy 2001:db8:1::2 dev eth4

auto teql0
iface teql0 inet static
    address 192.0.2.2/29
    gateway 192.0.2.1
    metric 50
iface teql0 inet6 static
    address 2001:db8:1::2/64
    gateway fe80::1
    metric 50
    dad-attempts 0
"""
    )


def test_the_stanzas_are_found_again_by_interface() -> None:
    text = contents("ifupdown", *LINES, **SIX)["/etc/network/interfaces.d/linebond-teql0"]
    stanzas = ifupdown.parse_stanzas("# a comment\n\n" + text)
    assert list(stanzas) == ["eth2", "eth3", "teql0"]
    assert stanzas["teql0"].count("iface teql0") == 2 and "172.16.0.6" in stanzas["eth3"]
    assert "\n\n".join(each.rstrip("\n") for each in stanzas.values()) + "\n" == text


@pytest.mark.parametrize("backend", ["networkmanager", "ifupdown"])
def test_ppp_interfaces_are_left_to_pppd(backend: str) -> None:
    files = contents(backend, {"interface": "ppp0", "kind": "pppoe"})
    written = {path: text for path, text in files.items() if "/udev/" not in path}
    assert not any("ppp0" in path or "ppp0" in text for path, text in written.items())
