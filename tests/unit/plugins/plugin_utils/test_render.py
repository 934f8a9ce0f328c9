# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a gateway, word by word."""

from __future__ import annotations

import fnmatch
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.render import networkd, udev
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import bonding_files
from ansible_collections.linebond.teql.plugins.plugin_utils.render.modules import equalizers
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

HEADER = """\
# Managed by the Ansible role linebond.teql.bonding: changes made here are lost.
# To remove it, run the role with bonding_state: absent.

"""
NETWORK = "/etc/systemd/network/10-linebond-{}.network"


def contents(*lines: dict[str, Any], options: dict[str, Any] | None = None, **site: Any) -> dict[str, str]:
    files = bonding_files(plan_lines(list(lines), {**SITE, **site}), **(options or {}))
    assert all(file.keys() == {"path", "content", "mode"} and file["mode"] == "0644" for file in files)
    assert all(file["content"].startswith(HEADER) for file in files)
    return {file["path"]: file["content"].removeprefix(HEADER) for file in files}


def test_the_kernel_module() -> None:
    files = contents({"interface": "eth2"}, bond="teql3")
    assert files["/etc/modules-load.d/linebond-teql3.conf"] == "sch_teql\n"
    assert files["/etc/modprobe.d/linebond-teql3.conf"] == "options sch_teql max_equalizers=4\n"
    assert [equalizers(name) for name in ("teql0", "teql9", "teql12")] == [1, 10, 13]


def test_the_udev_rule() -> None:
    lines = {"interface": "eth2"}, {"interface": "v*$", "enabled": False}
    files = contents(*lines, options={"mtu": 1400, "group": 7})
    assert (
        files["/etc/udev/rules.d/90-linebond-teql0.rules"]
        == r"""SUBSYSTEM!="net", GOTO="linebond_teql0_end"
ACTION!="add|move", GOTO="linebond_teql0_end"
ACTION=="add", ENV{.LINEBOND_PORT}="$name"
ACTION=="move", ENV{.LINEBOND_PORT}="$kernel"

# One group for the ports of all lines: a firewall can say "from any line".
ENV{.LINEBOND_PORT}=="eth2", \
  RUN+="/sbin/ip link set dev eth2 group 7"
ENV{.LINEBOND_PORT}=="v[*]$", \
  RUN+="/sbin/ip link set dev v*$$ group 7"

# A port joins only while no other queueing discipline has been put there.
ENV{.LINEBOND_PORT}=="eth2", \
  PROGRAM="/sbin/tc qdisc show dev %k root", RESULT=="|qdisc * 0: *", \
  RUN{builtin}+="kmod load sch_teql", \
  RUN+="/bin/sh -fc 'for try in 1 2 3; do \
    read port </sys/class/net/$$1/mtu; read bond </sys/class/net/$$2/mtu; \
    [ $$port -ge $$bond ] || /sbin/ip link set dev $$2 mtu $$port; \
    /sbin/tc qdisc replace dev $$1 root $$2 && break; \
    done' join eth2 teql0", \
  RUN+="/sbin/ip link set dev teql0 up", \
  RUN+="/sbin/ip link set dev teql0 mtu 1400"

LABEL="linebond_teql0_end"
"""
    )


def test_the_udev_rule_leaves_group_and_mtu_alone_unless_asked() -> None:
    rules = contents({"interface": "eth2"})["/etc/udev/rules.d/90-linebond-teql0.rules"]
    assert " group " not in rules
    assert "ip link set dev teql0 mtu" not in rules


def test_a_line_in_networkd() -> None:
    assert (
        contents({"interface": "eth2", "name": "attic 100%"})[NETWORK.format("eth2")]
        == """[Match]
Name=eth2

[Link]
RequiredForOnline=no

[Network]
Description=line attic 100% of teql0
Address=172.16.0.2/30
ConfigureWithoutCarrier=yes
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=no
"""
    )


def test_a_line_with_ipv6_and_a_static_neighbour() -> None:
    line = {"interface": "eth2", "router_mac": "02:00:5e:00:53:01"}
    files = contents(line, address6="2001:db8:1::2/64", common_address6="fe80::1")
    assert (
        files[NETWORK.format("eth2")].partition("[Network]\n")[2]
        == """Description=line eth2 of teql0
Address=172.16.0.2/30
ConfigureWithoutCarrier=yes
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=ipv6
IPv6ProxyNDP=yes
IPv6ProxyNDPAddress=2001:db8:1::2

[Neighbor]
Address=192.0.2.1
LinkLayerAddress=02:00:5e:00:53:01

[Neighbor]
Address=fe80::1
LinkLayerAddress=02:00:5e:00:53:01
"""
    )


def test_the_bond_in_networkd() -> None:
    site = {"address6": "2001:db8:1::2/64", "common_address6": "fe80::1"}
    files = contents({"interface": "eth2"}, options={"route_metric": 50}, **site)
    assert (
        files[NETWORK.format("teql0")]
        == """[Match]
Name=teql0

[Link]
ActivationPolicy=manual
RequiredForOnline=routable

[Network]
Description=bond of all lines
Address=192.0.2.2/29
Address=2001:db8:1::2/64
ConfigureWithoutCarrier=yes
DHCP=no
IPv6AcceptRA=no
LinkLocalAddressing=no

[Route]
Gateway=192.0.2.1
GatewayOnLink=yes
Metric=50

[Route]
Gateway=fe80::1
GatewayOnLink=yes
Metric=50
"""
    )


def test_the_bonds_file_does_not_change_with_the_lines() -> None:
    path = NETWORK.format("teql0")
    assert contents({"interface": "eth2"})[path] == contents({"interface": "eth7", "name": "b"})[path]
    assert "Metric" not in contents({"interface": "eth2"})[path]


def test_ppp_interfaces_are_left_to_pppd() -> None:
    files = contents({"interface": "ppp0", "kind": "pppoe"})
    assert NETWORK.format("ppp0") not in files
    assert "' join ppp0 teql0" in files["/etc/udev/rules.d/90-linebond-teql0.rules"]


@pytest.mark.parametrize("name", ["eth2", "v*", "a?c", "a[bc]", "[!a]", "a]"])
def test_patterns_match_their_own_name_alone(name: str) -> None:
    for other in (name, "vx", "abc", "ab", "ac", "b"):
        assert fnmatch.fnmatchcase(other, udev.literal(name)) is (other == name)


def test_networkd_patterns_survive_its_word_splitter() -> None:
    assert networkd.literal("v*[?]") == r"v\\*\\[\\?]"


def test_a_header_of_ones_own() -> None:
    files = bonding_files(plan_lines([{"interface": "eth2"}], SITE), header="one\n\ntwo")
    assert all(file["content"].startswith("# one\n#\n# two\n\n") for file in files)


ARGUMENTS = [
    (
        {"backend": "netplan"},
        "backend: 'netplan' is not supported; take one of networkd, networkmanager, ifupdown, ifcfg",
    ),
    ({"mtu": 67}, "mtu: 67 is no number from 68 to 65535; correct it or leave it out"),
    ({"mtu": True}, "mtu: True is no number from 68 to 65535; correct it or leave it out"),
    ({"group": -1}, "group: -1 is no number from 0 to 4294967295; correct it or leave it out"),
    ({"group": "lines"}, "group: 'lines' is no number from 0 to 4294967295; correct it or leave it out"),
    ({"route_metric": 0}, "route_metric: 0 is no number from 1 to 4294967295; correct it or leave it out"),
]


@pytest.mark.parametrize(("options", "message"), ARGUMENTS)
def test_arguments_that_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        bonding_files(plan_lines([{"interface": "eth2"}], SITE), **options)
    assert str(caught.value) == message


def test_numbers_may_be_text_because_jinja_makes_it() -> None:
    assert contents({"interface": "eth2"}, options={"mtu": "1400"}) == contents(
        {"interface": "eth2"}, options={"mtu": 1400}
    )


@pytest.mark.parametrize("plan", [None, [], {}, {"bond": "teql0"}])
def test_only_a_plan_can_be_rendered(plan: Any) -> None:
    with pytest.raises(ValueError, match=r"is not what linebond\.teql\.plan returns"):
        bonding_files(plan)
