# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module from arguments to result, by real telnet against a simulated router on the loopback network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import zynos_record
from ansible_collections.linebond.teql.plugins.modules import zynos_lan
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_zynos import (
    COMMON,
    FACTORY,
    OWN,
    PASSWORD,
    SimulatedZynos,
)

Call = Callable[..., dict[str, Any]]
ALIAS_COMMANDS = ["lan index 2", "lan ipaddr 127.0.30.1 255.255.255.248", "lan active yes", "lan save"]
MAIN_COMMANDS = ["lan index 1", "lan dhcp mode none", "lan ipaddr 127.0.20.1 255.255.255.252", "lan save"]
NAT_COMMANDS = ["wan node index 1", "wan node nat none", "wan node save"]


@pytest.fixture
def call(box: SimulatedZynos, run_module: Any) -> Call:
    def run(**options: Any) -> dict[str, Any]:
        return run_module(zynos_lan, **{**box.options, "diff": True, **options})

    return run


def shown(box: SimulatedZynos) -> list[str]:
    return box.device.addresses()


def test_a_router_as_delivered_gets_its_addresses_once(box: SimulatedZynos, call: Call) -> None:
    result = call()
    assert result.get("msg") is None and result["changed"]
    assert result["commands"] == [*ALIAS_COMMANDS, *MAIN_COMMANDS]
    assert shown(box) == [OWN, COMMON]
    assert result["met_at"] == "127.0.20.1"
    assert result["diff"]["before"] == "lan index 1: 127.0.10.1/24, dhcp server\nlan index 2: off\n"
    assert result["diff"]["after"] == "lan index 1: 127.0.20.1/30, dhcp none\nlan index 2: 127.0.30.1/29\n"
    saves = box.device.saves
    again = call()
    assert (again["changed"], again["commands"], box.device.saves) == (False, [], saves)


def test_check_mode_predicts_exactly_and_says_nothing_to_the_router(box: SimulatedZynos, call: Call) -> None:
    predicted = call(check=True, wan_nodes=[1])
    assert (box.device.saves, shown(box)) == (0, [FACTORY])
    assert not (Path(zynos_record.FOLDER)).exists()
    done = call(wan_nodes=[1])
    assert done["commands"] == [*ALIAS_COMMANDS, *NAT_COMMANDS, *MAIN_COMMANDS]
    for key in ("changed", "commands", "diff", "before", "after"):
        assert predicted[key] == done[key], key


@pytest.mark.parametrize("login", ["password", "user", "menu"])
@pytest.mark.parametrize("dialect", ["classic", "terse"])
def test_every_login_in_every_dialect(box: SimulatedZynos, call: Call, login: str, dialect: str) -> None:
    box.device.dialect = dialect
    box.behave(login=login, negotiates=login == "user")
    result = call(username="admin", wan_nodes=[1])
    assert result.get("msg") is None
    assert shown(box) == [OWN, COMMON]
    assert box.device.flash["wan"]["1"]["nat"] == "none"
    assert not call(username="admin", wan_nodes=[1])["changed"]


@pytest.mark.parametrize(
    "manners",
    [{}, {"echoes": False}, {"page": 1}, {"page": 2, "pager": ""}, {"host_name": "a>b> c"}, {"negotiates": True}],
    ids=["plain", "no echo", "paged", "silent pages", "prompt in the prompt", "negotiating"],
)
def test_output_that_comes_byte_by_byte(box: SimulatedZynos, call: Call, manners: dict[str, Any]) -> None:
    box.pace(1, 0.0001)
    box.behave(**manners)
    result = call()
    assert result.get("msg") is None
    assert shown(box) == [OWN, COMMON]
    assert not call()["changed"]


def test_a_wrong_password_is_told_and_tried_once(box: SimulatedZynos, call: Call) -> None:
    result = call(password="tr0ub4dor")
    assert result["failed"] and not result["changed"]
    assert "it is not this one" in result["msg"] and "tr0ub4dor" not in json.dumps(result)
    assert box.server.sessions == 1
    box.behave(negotiates=True)
    assert "refuses the password" in call(password="tr0ub4dor")["msg"]


def test_a_router_that_wants_a_user_name(box: SimulatedZynos, call: Call) -> None:
    box.behave(login="user")
    assert "asks for a user name" in call()["msg"]
    assert "refuses the password or the user name" in call(username="root")["msg"]


def test_no_secret_is_ever_shown(box: SimulatedZynos, call: Call) -> None:
    outcomes = [call(wan_nodes=[1], check=True)]
    box.device.faults.add("save-refused")
    outcomes.append(call(wan_nodes=[1]))
    outcomes.append(call(commands={"wan_show": "wan node display", "lan_show": "wan node display"}, wan_nodes=[1]))
    outcomes.append(call(commands={"lan_show": ["wan node index 1", "wan node display"]}))
    told = json.dumps(outcomes)
    assert PASSWORD not in told and "pppsecret" not in told


def test_a_refused_save_changes_nothing(box: SimulatedZynos, call: Call) -> None:
    box.device.faults.add("save-refused")
    result = call()
    assert result["failed"] and not result["changed"]
    assert "does not take 'lan save': Error: cannot save" in result["msg"]
    assert shown(box) == [FACTORY]


@pytest.mark.parametrize("fault", ["save-lost", "alias-ignored"])
def test_what_was_not_kept_is_found_by_a_new_session(box: SimulatedZynos, call: Call, fault: str) -> None:
    box.device.faults.add(fault)
    result = call()
    assert result["failed"] and result["changed"]
    assert "lan index 2 is off instead of 127.0.30.1/29" in result["msg"]
    assert result["commands"] == ALIAS_COMMANDS  # the main address was left alone
    assert shown(box) == [FACTORY]


def test_what_a_reboot_lost_is_set_again(box: SimulatedZynos, call: Call) -> None:
    box.device.faults.add("flash-lost")
    assert call().get("msg") is None and shown(box) == [OWN, COMMON]
    box.device.reboot()
    assert shown(box) == [FACTORY]
    box.device.faults.clear()
    assert call()["changed"]
    box.device.reboot()
    assert shown(box) == [OWN, COMMON] and not call()["changed"]


@pytest.mark.parametrize("fault", ["drop-after-address", "hang-after-address"])
def test_a_dropped_session_is_told_with_what_was_done(box: SimulatedZynos, call: Call, fault: str) -> None:
    box.device.faults.add(fault)
    result = call(timeout=1)
    assert result["failed"] and result["changed"]
    assert "did not answer 'lan ipaddr 127.0.20.1 255.255.255.252'" in result["msg"]
    assert result["commands"] == [*ALIAS_COMMANDS, *MAIN_COMMANDS[:2]]
    box.device.faults.clear()
    assert call()["commands"] == MAIN_COMMANDS


def test_absent_puts_back_what_was_there(box: SimulatedZynos, call: Call) -> None:
    before = json.dumps(box.device.flash["wan"]), shown(box), box.device.flash["lan"]["1"]
    call(wan_nodes=[1])
    predicted = call(state="absent", check=True)
    assert shown(box) == [OWN, COMMON]
    result = call(state="absent")
    assert result.get("msg") is None and result["changed"]
    assert result["commands"] == predicted["commands"]
    assert (json.dumps(box.device.flash["wan"]), shown(box), box.device.flash["lan"]["1"]) == before
    assert call(state="absent") == {**call(state="absent"), "changed": False, "commands": []}


def test_without_a_common_address_the_alias_is_left_alone(box: SimulatedZynos, call: Call) -> None:
    assert call(common_address=None)["commands"] == MAIN_COMMANDS
    assert shown(box) == [OWN]


ROUTE_COMMANDS = [
    "ip route addrom index 8",
    "ip route addrom name linebond",
    "ip route addrom set 127.0.30.0/29 127.0.20.2 1",
    "ip route addrom active on",
    "ip route addrom save",
]
ALONE = {"common_address": None, "public_network": "127.0.30.0/29", "gateway": "127.0.20.2"}
# The classic dialect takes yes and no.
CLASSIC = [command.replace("active on", "active yes") for command in ROUTE_COMMANDS]


@pytest.mark.parametrize("dialect", ["classic", "terse"])
def test_a_router_that_is_known_by_its_mac_has_a_route_in_place_of_the_common_address(
    box: SimulatedZynos, call: Call, dialect: str
) -> None:
    box.device.dialect = dialect
    result = call(**ALONE)
    assert result.get("msg") is None
    assert result["commands"][-5:] == (ROUTE_COMMANDS if dialect == "terse" else CLASSIC)  # when its next hop is there
    assert (shown(box), box.device.routes()) == ([OWN], [("127.0.30.0/29", "127.0.20.2")])
    assert result["diff"]["after"].endswith("route 127.0.30.0/29: 127.0.20.2\n")
    assert not call(**ALONE)["changed"]
    box.device.reboot()
    assert not call(**ALONE)["changed"]


def test_from_one_way_to_the_other_and_back(box: SimulatedZynos, call: Call) -> None:
    call()
    there = call(**ALONE)
    assert there.get("msg") is None
    # At each moment the router knows a way to the block.
    assert there["commands"] == [*CLASSIC, "lan index 2", "lan active no", "lan save"]
    assert (shown(box), box.device.routes()) == ([OWN], [("127.0.30.0/29", "127.0.20.2")])
    assert not call(**ALONE)["changed"]
    back = call()
    assert back["commands"] == [
        *("lan index 2", "lan active yes", "lan save"),
        *("ip route addrom index 8", "ip route addrom active no", "ip route addrom save"),
    ]
    assert (shown(box), box.device.routes()) == ([OWN, COMMON], []) and not call()["changed"]
    call(**ALONE)
    gone = call(**ALONE, state="absent")
    assert gone.get("msg") is None and (shown(box), box.device.routes()) == ([FACTORY], [])


def test_routes_that_cannot_be_read_are_not_taken_for_none(box: SimulatedZynos, call: Call) -> None:
    result = call(**ALONE, commands={"route_show": "ip ifconfig"})
    assert result["failed"] and "does not show the routes in a way that is known here" in result["msg"]
    assert shown(box) == [FACTORY]


def test_a_site_may_word_commands_otherwise(box: SimulatedZynos, call: Call) -> None:
    box.device.dialect = "terse"
    result = call(commands={"lan_on": "lan active on"}, check=True)
    assert "lan active on" in result["commands"]
    assert "did you mean lan_show" in call(commands={"lan_sow": "x"})["msg"]
    assert "more than one line" in call(commands={"lan_show": "lan display\nsys reboot"})["msg"]
    assert "{address}, {mask}" in call(commands={"lan_address": "lan ip {adress}"})["msg"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"address": "127.0.20.1"}, "address: '127.0.20.1' is no IPv4 address with prefix"),
        ({"common_address": "127.0.30.300/29"}, "common_address: '127.0.30.300/29' is no"),
        ({"factory_addresses": ["127.0.10.1/32"]}, r"factory_addresses[0]: 127.0.10.1/32 leaves no room"),
        ({"address": "8.8.8.8/30"}, "8.8.8.8 is a public address"),
        ({"timeout": 0}, "timeout: 0"),
        ({**ALONE, "public_network": "127.0.30.1/29"}, "public_network: '127.0.30.1/29' is no IPv4 network"),
    ],
)
def test_options_that_cannot_be(box: SimulatedZynos, call: Call, options: dict[str, Any], told: str) -> None:
    result = call(**options)
    assert result["failed"] and told in result["msg"]
    assert box.server.sessions == 0


def test_nobody_there(box: SimulatedZynos, call: Call) -> None:
    box.server.close()
    result = call()
    assert "no router answers by telnet" in result["msg"] and "127.0.20.1: Connection refused" in result["msg"]


def test_the_password_it_was_delivered_with_is_warned_of(box: SimulatedZynos, call: Call) -> None:
    box.behave(password="1234")
    result = call(password="1234", check=True)
    assert any("left the factory with" in str(warning) for warning in result["warnings"])
