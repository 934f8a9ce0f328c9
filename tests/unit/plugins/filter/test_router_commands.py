# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands for routers of other makes: all of them for a new box, none for one that has them, all errors."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.filter import (
    plan,
    router_commands,
    router_look,
    router_sheet,
    uninstalled,
)
from ansible_collections.linebond.teql.plugins.plugin_utils.by_command import routeros

PLAN = plan.plan([{"interface": "eth2"}, {"interface": "eth3"}], address="192.0.2.2/29", common_address="192.0.2.1")
ROUTEROS = """\
# 2026-08-03 06:33:07 by RouterOS 7.20.8
# model = RB750Gr3
/ip address add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
/ip dhcp-server add address-pool=default-dhcp interface=bridge name=defconf
/ip firewall filter add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
/ip firewall filter add action=drop chain=forward comment="defconf: drop invalid" connection-state=invalid
/ip firewall nat add action=masquerade chain=srcnat comment="defconf: masquerade" out-interface-list=WAN
"""
VYOS = """\
set interfaces ethernet eth1 address '192.168.1.1/24'
set interfaces pppoe pppoe0 source-interface 'eth0'
set service ssh port '22'
"""
IOS = """\
Building configuration...
!
ip dhcp pool OFFICE
 network 192.168.1.0 255.255.255.0
!
interface Vlan1
 ip address 192.168.1.1 255.255.255.0
 ip nat inside
!
interface Dialer0
 ip nat outside
!
ip route 0.0.0.0 0.0.0.0 Dialer0
end
"""


STATIC = {**PLAN, "neighbours": "static"}


def commands(platform: str, seen: str | None = None, plan: Any = PLAN, **options: Any) -> list[str]:
    return router_commands.router_commands(plan, "eth2", platform, seen, **options)


def error_of(call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(AnsibleFilterError) as caught:
        call(*arguments, **options)
    return str(caught.value)


def test_routeros_gets_what_it_lacks_before_its_own_rules() -> None:
    first = " place-before=[:pick [/ip firewall {} find chain={} dynamic=no] 0]"
    assert commands("routeros", ROUTEROS) == [
        '/ip address add address=172.16.0.1/30 interface=bridge comment="linebond: own address"',
        '/ip address add address=192.0.2.1/32 interface=bridge comment="linebond: common address"',
        '/ip route add dst-address=192.0.2.0/29 gateway=172.16.0.2 comment="linebond: block"',
        "/ip firewall nat add chain=srcnat action=accept src-address=192.0.2.0/29"
        ' comment="linebond: block stays as it is"' + first.format("nat", "srcnat"),
        '/ip firewall filter add chain=forward action=accept dst-address=192.0.2.0/29 comment="linebond: block in"'
        + first.format("filter", "forward"),
        '/ip firewall filter add chain=forward action=accept src-address=192.0.2.0/29 comment="linebond: block out"'
        + first.format("filter", "forward"),
        "/ip dhcp-server disable [find interface=bridge]",
    ]


# As RouterOS exports what was added above: no /32, words in another order, a long line broken.
ADDED = """\
/ip address
add address=172.16.0.1/30 comment="linebond: own address" interface=bridge network=172.16.0.0
add address=192.0.2.1 comment="linebond: common address" interface=bridge network=192.0.2.1
/ip route
add comment="linebond: block" disabled=no distance=1 dst-address=192.0.2.0/29 gateway=172.16.0.2 \\
    routing-table=main
/ip firewall nat
add action=accept chain=srcnat comment="linebond: block stays as it is" src-address=192.0.2.0/29
add action=masquerade chain=srcnat comment="defconf: masquerade" out-interface-list=WAN
/ip firewall filter
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=accept chain=forward comment="linebond: block out" src-address=192.0.2.0/29
add action=accept chain=forward comment="linebond: block in" dst-address=192.0.2.0/29
add action=drop chain=forward comment="defconf: drop invalid" connection-state=invalid
/ip dhcp-server
add address-pool=default-dhcp disabled=yes interface=bridge name=defconf
"""


def test_routeros_that_has_it_all_gets_nothing() -> None:
    assert commands("routeros", ADDED) == []


def test_a_rule_that_others_come_before_is_laid_anew() -> None:
    lines = ADDED.splitlines()
    at = next(number for number, line in enumerate(lines) if "stays as it is" in line)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    terms = "chain=srcnat action=accept src-address=192.0.2.0/29"
    moved = commands("routeros", "\n".join(lines))
    assert moved[0] == f"/ip firewall nat remove [find {terms}]" and moved[1].startswith(
        f"/ip firewall nat add {terms} "
    )
    assert len(moved) == 2


def test_routeros_gives_up_only_what_was_added() -> None:
    assert commands("routeros", ROUTEROS, state="absent") == []
    assert commands("routeros", ADDED, state="absent") == [
        f'{table} remove [find comment~"^linebond"]' for table in routeros.TABLES[:4]
    ]


def test_a_disabled_entry_does_not_count() -> None:
    disabled = ADDED.replace('comment="linebond: own address"', 'comment="linebond: own address" disabled=yes')
    assert len(commands("routeros", disabled)) == 1


def test_vyos() -> None:
    wanted = [
        "set interfaces ethernet eth1 address 172.16.0.1/30",
        "set interfaces ethernet eth1 address 192.0.2.1/32",
        "set protocols static route 192.0.2.0/29 next-hop 172.16.0.2",
    ]
    assert commands("vyos", VYOS) == wanted
    shown = VYOS + "\n".join(
        line.replace("address ", "address '") + ("'" if "address" in line else "") for line in wanted
    )
    assert commands("vyos", shown) == []
    assert commands("vyos", shown, state="absent") == [line.replace("set", "delete", 1) for line in reversed(wanted)]
    assert commands("vyos", VYOS, state="absent") == []
    assert commands("vyos", "", lan_interface="br0.10")[0] == "set interfaces bridge br0 vif 10 address 172.16.0.1/30"
    assert "lan0 is no port that VyOS names so" in error_of(commands, "vyos", "", lan_interface="lan0")


MASQUERADE = "set nat source rule 100 translation address 'masquerade'\n"


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        (MASQUERADE, True),
        (MASQUERADE + "set nat source rule 100 source address '192.168.1.0/24'\n", False),
        (MASQUERADE + "set nat source rule 100 source address '192.0.2.4/30'\n", True),
        (MASQUERADE + "set nat source rule 100 source address '!10.0.0.0/8'\n", True),
        (MASQUERADE + "set nat source rule 100 disable\n", False),
        (MASQUERADE + "set nat source rule 10 exclude\nset nat source rule 10 source address '192.0.2.0/29'\n", False),
        (MASQUERADE + "set nat source rule 10 exclude\nset nat source rule 10 source address '192.0.2.0/30'\n", True),
        (MASQUERADE + "set nat source rule 110 exclude\nset nat source rule 110 source address '192.0.2.0/29'\n", True),
    ],
)
def test_vyos_that_would_translate_the_block_is_refused(rules: str, refused: bool) -> None:
    if refused:
        assert "by nat source rule 100: limit that rule" in error_of(commands, "vyos", VYOS + rules)
    assert len(commands("vyos", VYOS + rules, allow_nat=refused)) == 3


def test_ios_keeps_its_primary_address_and_routes_the_block_in_halves() -> None:
    wanted = [
        "interface Vlan1",
        "ip address 172.16.0.1 255.255.255.252 secondary",
        "ip address 192.0.2.1 255.255.255.248 secondary",
        "no ip nat inside",
        "ip route 192.0.2.0 255.255.255.252 172.16.0.2",
        "ip route 192.0.2.4 255.255.255.252 172.16.0.2",
        "no service dhcp",
    ]
    assert commands("ios", IOS) == wanted
    inside = "".join(f" {line}\n" for line in wanted[1:3])
    shown = IOS.replace(" ip nat inside\n", inside) + "".join(f"{line}\n" for line in wanted[4:])
    assert commands("ios", shown) == []
    assert commands("ios", shown, state="absent") == [
        *(f"no {line}" for line in wanted[4:6]),
        "interface Vlan1",
        "no ip address 192.0.2.1 255.255.255.248 secondary",
        "no ip address 172.16.0.1 255.255.255.252 secondary",
    ]


def test_ios_without_an_address_gets_its_own_as_the_primary_one() -> None:
    new = "interface Vlan1\n no ip address\n shutdown\n"
    assert commands("ios", new)[:4] == [
        "interface Vlan1",
        "ip address 172.16.0.1 255.255.255.252",
        "ip address 192.0.2.1 255.255.255.248 secondary",
        "no shutdown",
    ]
    message = "this router has no interface Vlan2; it has Vlan1"
    assert message in error_of(commands, "ios", new, lan_interface="Vlan2")


def made(platform: str, plan: Any) -> str:
    """What a router shows that was set up by the commands for this plan, from nothing."""
    lines = commands(platform, "interface Vlan1\n" if platform == "ios" else "", plan)
    return "\n".join(f" {line}" if line.startswith("ip address") else line for line in lines)


TO_STATIC = {
    "routeros": ['/ip address remove [find comment="linebond: common address"]'],
    "vyos": ["delete interfaces ethernet eth1 address 192.0.2.1/32"],
    "ios": [
        "interface Vlan1",
        "no ip address 192.0.2.1 255.255.255.248 secondary",
        "ip route 192.0.2.0 255.255.255.248 172.16.0.2",
        "no ip route 192.0.2.0 255.255.255.252 172.16.0.2",
        "no ip route 192.0.2.4 255.255.255.252 172.16.0.2",
    ],
}


@pytest.mark.parametrize("platform", TO_STATIC)
def test_a_router_that_is_known_by_its_mac_has_one_address_and_one_route(platform: str) -> None:
    alone = commands(platform, "", STATIC) if platform != "ios" else commands(platform, "interface Vlan1\n", STATIC)
    assert not [line for line in alone if "192.0.2.1" in line]
    assert len([line for line in alone if "route" in line and "192.0.2.0" in line]) == 1
    assert commands(platform, made(platform, STATIC), STATIC) == []
    if platform != "routeros":  # which removes all that is its own
        typed = commands(platform, None, STATIC, state="absent")
        assert not [line for line in typed if "192.0.2.1" in line]


@pytest.mark.parametrize("platform", TO_STATIC)
def test_the_common_address_that_was_set_before_is_taken_off_and_comes_back(platform: str) -> None:
    assert commands(platform, made(platform, PLAN), STATIC) == TO_STATIC[platform]
    message = "Ansible comes in by 192.0.2.1, which would be taken off"
    assert message in error_of(commands, platform, made(platform, PLAN), STATIC, way_in="192.0.2.1")
    back = commands(platform, made(platform, STATIC))
    assert [line for line in back if "192.0.2.1" in line] and commands(platform, made(platform, PLAN)) == []
    if platform == "ios":
        assert "no ip route 192.0.2.0 255.255.255.248 172.16.0.2" in back


@pytest.mark.parametrize("platform", ["routeros", "vyos", "ios"])
def test_the_way_in_is_not_taken_off(platform: str) -> None:
    message = "Ansible comes in by 172.16.0.1, which would be taken off"
    assert message in error_of(commands, platform, state="absent", way_in="172.16.0.1")
    assert commands(platform, way_in="172.16.0.1")


@settings(deadline=None)
@given(st.permutations(ADDED.splitlines()[1:3]), st.booleans())
def test_the_order_of_what_is_no_rule_does_not_matter(lines: list[str], windows: bool) -> None:
    text = ADDED.replace("\n".join(ADDED.splitlines()[1:3]), "\n".join(lines))
    assert commands("routeros", text.replace("\n", "\r\n") if windows else text) == []


def test_other_platforms_have_no_such_commands() -> None:
    assert "'linux' is no platform that is set up command by command" in error_of(commands, "linux")
    assert "'linux' is no platform" in error_of(router_look.router_look, "linux")


@pytest.mark.parametrize("model", ["openwrt", "zynos", "routeros", "vyos", "ios"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_sheet_ends_with_what_to_type(model: str, state: str) -> None:
    plain = router_sheet.router_sheet(PLAN, "eth2", "dsl1", state)
    sheet = router_sheet.router_sheet(PLAN, "eth2", "dsl1", state, model)
    assert sheet[: len(plain)] == plain
    assert sheet[len(plain)] == f"With {model} as it is delivered, type:"
    typed = [line.strip() for line in sheet[len(plain) + 1 :]]
    if model not in ("openwrt", "zynos"):  # planned by their own tasks' plans
        assert [line for line in commands(model, state=state) if line not in typed] == []


def test_what_to_type_on_openwrt_is_planned_like_everything_else() -> None:
    typed = router_sheet.router_sheet(PLAN, "eth3", "dsl2", model="openwrt")
    for line in (
        "    uci add_list network.lan.ipaddr='172.16.0.5/30'",
        "    uci set firewall.@zone[1].masq='0'",
        "    uci set network.linebond_block.gateway='172.16.0.6'",
        "    uci commit network",
    ):
        assert line in typed
    assert not [line for line in typed if "linebond.before" in line or "/etc/config" in line]
    assert "routers_model: zynos9 is none of" in error_of(
        router_sheet.router_sheet, PLAN, "eth2", "dsl1", model="zynos9"
    )


def test_what_to_type_on_zynos_is_planned_like_everything_else() -> None:
    def typed(plan: dict[str, Any], state: str = "present") -> list[str]:
        sheet = router_sheet.router_sheet(plan, "eth3", "dsl2", state, "zynos")
        return [line.strip() for line in sheet[sheet.index("With zynos as it is delivered, type:") + 1 :]]

    alias = ["lan index 2", "lan ipaddr 192.0.2.1 255.255.255.248", "lan active yes", "lan save"]
    bridged = ["wan node index 1", "wan node nat none", "wan node save"]
    main = ["lan index 1", "lan dhcp mode none", "lan ipaddr 172.16.0.5 255.255.255.252", "lan save"]
    assert typed(PLAN) == [*alias, *bridged, *main, "exit"]
    learned = typed({**PLAN, "neighbours": "static"})
    assert learned[:7] == [*bridged, *main]
    assert "ip route addrom set 192.0.2.0/29 172.16.0.6 1" in learned and "lan index 2" not in learned
    assert "lan dhcp mode server" in typed(PLAN, "absent") and "lan active no" in typed(PLAN, "absent")


def test_what_is_not_installed_is_found() -> None:
    assert uninstalled.uninstalled(["linebond.teql", "nobody.has_this", "linebond.nor_this"]) == [
        "nobody.has_this",
        "linebond.nor_this",
    ]


@pytest.mark.parametrize("module", [router_commands, router_look, uninstalled])
def test_documentation_names_the_arguments(module: ModuleType) -> None:
    documented = yaml.safe_load(module.DOCUMENTATION)
    ((name, function),) = module.FilterModule().filters().items()
    assert documented["name"] == name
    assert list(inspect.signature(function).parameters)[1:] == [key for key in documented["options"] if key != "_input"]
