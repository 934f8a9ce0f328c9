# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the role routers, and the choice of the backend: results and every error."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.linebond.teql.plugins.filter import (
    backend,
    plan,
    router_line,
    router_questions,
    router_sheet,
)
from ansible_collections.linebond.teql.plugins.modules import linux_router, router_probe

ROLE = Path(__file__).parents[4] / "roles" / "routers"
MAC = "02:00:5e:00:53:01"
LINES = [
    {"interface": "eth2", "name": "attic"},
    {"interface": "eth3", "enabled": False},
    {"interface": "eth4", "router_mac": MAC},
]


def planned(lines: list[dict[str, Any]] | None = None, **options: Any) -> dict[str, Any]:
    return plan.plan(
        LINES if lines is None else lines, **{"address": "192.0.2.2/29", "common_address": "192.0.2.1", **options}
    )


def error_of(call: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(AnsibleFilterError) as caught:
        call(*arguments, **options)
    return str(caught.value)


SAME = "router_line: routers_line: line attic (eth2) is also that of dsl2; give each router a line of its own, or set "


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (["dsl2", "attic", "gw", "present"], True),
        (["dsl2", "eth2", "gw", "present"], True),
        (["dsl2", "attic", "gw", "absent"], False),
        (["dsl2", "attic", "another gateway", "present"], False),
        (["dsl2", "eth3", "gw", "present"], False),
        (["dsl2", "", "gw", "present"], False),
    ],
)
def test_a_line_has_one_router(row: list[str], refused: bool) -> None:
    def call() -> Any:
        return router_line.router_line(planned(), "attic", others=[row], gateway="gw")

    if refused:
        assert error_of(call) == SAME + "routers_state: absent for the one that goes"
    else:
        assert call()["name"] == "attic"


@pytest.mark.parametrize("wanted", ["attic", "eth2"])
def test_a_line_by_name_or_interface(wanted: str) -> None:
    line = router_line.router_line(planned(), wanted)
    assert line["index"] == 0
    assert line["router_side"] == {
        "address": "172.16.0.1/30",
        "gateway": "172.16.0.2",
        "common_address": "192.0.2.1",
        "public_network": "192.0.2.0/29",
        "common_address6": None,
        "public_network6": None,
        "gateway6": None,
    }
    assert set(line["router_side"]) < set(linux_router.OPTIONS)


def test_a_line_with_ipv6() -> None:
    side = router_line.router_line(planned(address6="2001:db8:1::2/64", common_address6="fe80::1"), "eth3")[
        "router_side"
    ]
    assert (side["common_address6"], side["public_network6"], side["gateway6"]) == (
        "fe80::1",
        "2001:db8:1::/64",
        "2001:db8:1::2",
    )


@pytest.mark.parametrize(
    ("given", "wanted", "message"),
    [
        (
            planned(),
            "eth9",
            "routers_line: no line has the name or interface 'eth9'; the gateway's lines are attic (eth2), eth3, eth4",
        ),
        (
            planned([{"interface": "ppp0", "kind": "pppoe"}]),
            "ppp0",
            (
                "routers_line: line ppp0 is of kind pppoe, without a router to set up; name another line, or take this "
                "host out of teql_routers"
            ),
        ),
        ([], "eth2", "this is not what linebond.teql.plan returns; give its result unchanged"),
    ],
)
def test_no_line(given: Any, wanted: str, message: str) -> None:
    assert error_of(router_line.router_line, given, wanted) == f"router_line: {message}"
    assert error_of(router_sheet.router_sheet, given, wanted, "dsl1") == f"router_sheet: {message}"


def test_the_sheet() -> None:
    assert router_sheet.router_sheet(planned(), "attic", "dsl1")[:6] == [
        "Set on dsl1, the router of line attic (eth2), by hand:",
        "    LAN address           172.16.0.1  mask 255.255.255.252  (/30)",
        "    second LAN address    192.0.2.1  mask 255.255.255.255  (/32)",
        "    static route          192.0.2.0  mask 255.255.255.248  via 172.16.0.2",
        "    NAT                   off, at least for 192.0.2.0/29",
        "    DHCP server on LAN    off",
    ]
    assert "knows this router by its MAC" in router_sheet.router_sheet(planned(), "eth4", "dsl3")[2]
    assert router_sheet.router_sheet(planned(), "eth2", "dsl1", "absent")[:2] == [
        "Take off dsl1, the router of line attic (eth2), by hand:",
        "    LAN addresses         172.16.0.1 and 192.0.2.1",
    ]
    six = planned(address6="2001:db8:1::2/64", common_address6="fe80::1")
    assert router_sheet.router_sheet(six, "eth2", "dsl1")[-1].startswith(
        "IPv6: LAN address fe80::1, 2001:db8:1::/64 on"
    )


def test_routers_that_are_known_by_their_macs_have_no_common_address() -> None:
    six = {"address6": "2001:db8:1::2/64", "common_address6": "fe80::1"}
    plan = planned(neighbours="static", **six)
    assert router_line.router_line(plan, "eth3")["router_side"] == {
        "address": "172.16.0.5/30",
        "gateway": "172.16.0.6",
        "common_address": None,
        "public_network": "192.0.2.0/29",
        "common_address6": None,
        "public_network6": "2001:db8:1::/64",
        "gateway6": "2001:db8:1::2",
    }
    sheet = router_sheet.router_sheet(plan, "eth3", "dsl2")
    assert sheet[2] == "    second LAN address    none: the gateway knows this router by its MAC address"
    assert sheet[3] == "    static route          192.0.2.0  mask 255.255.255.248  via 172.16.0.6"
    assert sheet[-1] == "IPv6: 2001:db8:1::/64 on the LAN (next hop 2001:db8:1::2)."
    assert "192.0.2.1" not in " ".join(sheet)
    gone = router_sheet.router_sheet(plan, "eth3", "dsl2", "absent")
    assert gone[1] == "    LAN addresses         172.16.0.5"
    assert all("common_address" not in question for question in router_questions.router_questions(plan))
    assert [question["router"] for question in router_questions.router_questions(plan)] == ["172.16.0.1", "172.16.0.9"]


def test_questions() -> None:
    asked = router_questions.router_questions(planned())
    assert asked == [
        {
            "name": "attic",
            "interface": "eth2",
            "source": "172.16.0.2/30",
            "router": "172.16.0.1",
            "common_address": "192.0.2.1",
        },
        {"name": "eth4", "interface": "eth4", "source": "172.16.0.10/30", "router": "172.16.0.9", "router_mac": MAC},
    ]
    assert all(set(question) <= set(router_probe.OPTIONS["lines"]["options"]) for question in asked)  # type: ignore[arg-type]
    assert router_questions.router_questions(planned([{"interface": "ppp0", "kind": "pppoe"}])) == []
    assert error_of(router_questions.router_questions, None).startswith("router_questions: this is not what")


IFUPDOWN = "ifupdown (/etc/network/interfaces)"
IFCFG = "/etc/sysconfig/network-scripts/ifcfg"


def manager(name: str, active: bool, *interfaces: str) -> dict[str, Any]:
    return {"name": name, "active": active, "interfaces": list(interfaces), "netplan": False}


@pytest.mark.parametrize(
    "managers",
    [
        [manager("networkd", True)],
        [manager("networkd", True, "eth2")],
        [manager("networkd", True, "eth2"), manager("networkmanager", True, "wlan0")],
        [manager("networkd", True, "eth3"), manager("ifupdown", False, "eth3")],
        [manager("networkd", True), manager("ifupdown", False, "eth0")],
    ],
)
def test_networkd_is_chosen(managers: list[dict[str, Any]]) -> None:
    assert backend.backend(managers, interfaces=["eth2", "eth3"], wanted="auto") == "networkd"


def test_the_network_scripts_are_chosen() -> None:
    scripts = {**manager("ifcfg", True, "eth0", "eth2"), "by_file": {f"{IFCFG}-eth2": "eth2", f"{IFCFG}-x": "eth0"}}
    for wanted in ("auto", "ifcfg"):
        assert backend.backend([scripts, manager("networkmanager", True)], ["eth2", "eth3"], wanted) == "ifcfg"


@pytest.mark.parametrize(
    ("managers", "chosen"),
    [
        ([manager("networkd", True), manager("networkmanager", True, "eth2", "eth3")], "networkmanager"),
        ([manager("networkmanager", True, "eth2"), manager("ifupdown", True, "eth0")], "networkmanager"),
        ([{**manager("networkmanager", True, "eth2"), "kinds": {"eth2": "ethernet", "x": "vlan"}}], "networkmanager"),
        ([manager("ifupdown", True, "eth0")], "ifupdown"),
        ([{**manager("ifupdown", True, "eth2"), "files": {"eth0": "/x"}, "reads_folder": True}], "ifupdown"),
    ],
)
def test_of_several_the_one_that_has_the_ports_is_chosen(managers: list[dict[str, Any]], chosen: str) -> None:
    assert backend.backend(managers, interfaces=["eth2", "eth3"], wanted="auto") == chosen


@pytest.mark.parametrize(
    "other",
    [
        manager("networkmanager", True, "eth0"),
        manager("networkmanager", False, "eth2"),
        manager("ifupdown", False, "eth2"),
    ],
)
def test_the_one_that_is_asked_for_is_taken_where_no_other_is_at_work(other: dict[str, Any]) -> None:
    assert backend.backend([other, manager("networkd", True)], ["eth2"], "networkd") == "networkd"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "networkmanager",
            (
                "bonding_backend is networkd, but eth2 is managed by NetworkManager and each would undo the other's "
                "work; name it in unmanaged-devices= below /etc/NetworkManager/conf.d and reload that"
            ),
        ),
        (
            "ifupdown",
            (
                "bonding_backend is networkd, but eth2 is managed by ifupdown (/etc/network/interfaces) and each would "
                "undo the other's work; run ifdown for it and remove it from /etc/network/interfaces"
            ),
        ),
    ],
)
def test_a_port_at_which_another_one_is_at_work_is_not_taken(name: str, message: str) -> None:
    both = [manager(name, True, "eth2", "eth0"), manager("networkd", True, "eth2", "eth3")]
    assert error_of(backend.backend, both, ["eth2", "eth3"], "networkd") == f"backend: {message}"


@pytest.mark.parametrize(
    ("managers", "wanted", "message"),
    [
        (
            [],
            "netplan",
            "bonding_backend: 'netplan' is none of auto, networkd, networkmanager, ifupdown, ifcfg; take auto",
        ),
        (
            [manager("networkd", False, "eth2")],
            "networkd",
            "bonding_backend: systemd-networkd does not run here; start it, and have it start at boot",
        ),
        (
            [{**manager("ifcfg", True, "eth2"), "by_file": {f"{IFCFG}-eth2": "eth2", f"{IFCFG}-lan": "eth2"}}],
            "auto",
            (
                f"{IFCFG}-lan is for eth2 too, and the network service would bring it up by both files; rename it to "
                f"{IFCFG}-eth2, or remove it"
            ),
        ),
        (
            [manager("ifcfg", False, "eth2"), manager("networkd", True)],
            "auto",
            "bonding_backend: network-scripts (ifcfg files) does not run here; start it, and have it start at boot",
        ),
        (
            [manager("ifupdown", False, "eth2"), manager("networkd", True)],
            "auto",
            (
                "bonding_backend: ifupdown (/etc/network/interfaces) does not run here; start it, and have it start "
                "at boot"
            ),
        ),
        (
            [{**manager("ifupdown", True), "reads_folder": False}],
            "auto",
            (
                "ifupdown does not read /etc/network/interfaces.d, where the bond's stanzas go; add the line "
                "'source /etc/network/interfaces.d/*' to /etc/network/interfaces"
            ),
        ),
        (
            [{**manager("ifupdown", True, "eth2"), "files": {"eth0": "/x", "eth2": "/etc/network/interfaces"}}],
            "auto",
            (
                "ifupdown has stanzas for lines' ports already (eth2 in /etc/network/interfaces), and would set up "
                "both those and the bond's; run ifdown for each and take them out of there, the role writes its own"
            ),
        ),
        (
            [{**manager("networkmanager", True, "eth2", "eth3"), "kinds": {"eth2": "veth", "eth3": "vlan"}}],
            "networkmanager",
            (
                "eth3 is a device of type vlan to NetworkManager, and this version writes profiles for ethernet ports "
                "only; let another manager have the lines' ports"
            ),
        ),
        (
            [manager("networkd", True, "eth2"), manager("networkmanager", True, "eth3")],
            "auto",
            (
                "the lines' ports are managed by more than one: eth2 by systemd-networkd; eth3 by NetworkManager; "
                "give all of them to one"
            ),
        ),
        (
            [manager("networkd", True), manager("networkmanager", True)],
            "auto",
            (
                "systemd-networkd and NetworkManager run here and none has a line's port (eth2, eth3) yet; "
                "name the one to write for in bonding_backend"
            ),
        ),
        (
            [],
            "auto",
            (
                "no network manager runs here; start the one that shall keep addresses and routes, "
                "such as systemctl enable --now systemd-networkd"
            ),
        ),
        (None, "auto", "managers: this is not what linebond.teql.bond_info returns as managers; give that unchanged"),
    ],
)
def test_no_backend(managers: Any, wanted: str, message: str) -> None:
    assert error_of(backend.backend, managers, ["eth2", "eth3"], wanted) == f"backend: {message}"


@pytest.mark.parametrize("module", [backend, router_line, router_questions, router_sheet])
def test_documentation_names_the_arguments(module: ModuleType) -> None:
    documented = yaml.safe_load(module.DOCUMENTATION)
    ((name, function),) = module.FilterModule().filters().items()
    assert documented["name"] == name
    assert list(inspect.signature(function).parameters)[1:] == [key for key in documented["options"] if key != "_input"]


def test_defaults_of_the_role_agree_with_its_specification() -> None:
    specified = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((ROLE / "defaults/main.yml").read_text())
    stated = {name: option["default"] for name, option in specified.items() if "default" in option}
    computed = {"routers_gateway"}
    assert {name: value for name, value in defaults.items() if name not in computed} == stated
    assert set(defaults) <= set(specified)
    platforms = yaml.safe_load((ROLE / "vars/main.yml").read_text())["_routers_platforms"]
    assert {path.stem for path in (ROLE / "tasks/platform").iterdir()} == set(platforms)
    assert set(platforms) <= set(specified["routers_platform"]["choices"])
