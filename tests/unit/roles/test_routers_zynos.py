# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role routers asks the gateway to set up a ZyNOS router; the router itself is never connected to."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from .conftest import Stage

WORDS = {"routers_platform": "zynos", "routers_line": "eth3", "routers_zynos_password": "s3cret-of-dsl2"}


def played(
    stage: Stage,
    *words: str,
    line: dict[str, Any] | None = None,
    site: dict[str, Any] | None = None,
    **changes: Any,
) -> Any:
    router = {name: value for name, value in {**WORDS, **changes}.items() if value is not None}
    gateway = {"teql_lines": [{"interface": "eth2"}, {"interface": "eth3", **(line or {})}]}
    play = {"hosts": "teql_routers", "gather_facts": False, "vars": router, "roles": ["linebond.teql.routers"]}
    (stage.folder / "play.yml").write_text(yaml.safe_dump([play]))
    return stage.play("play.yml", *words, gateway=gateway, **(site or {}))


def test_the_gateway_is_asked_with_the_lines_addresses(stage: Stage) -> None:
    done = played(stage, "-vvv")
    (given,) = done.arguments("zynos_lan")
    assert given == {
        "state": "present",
        "interface": "eth3",
        "address": "172.16.0.5/30",
        "gateway": "172.16.0.6",
        "common_address": "192.0.2.1/29",
        "factory_addresses": ["192.168.1.1/24"],
        "port": 23,
        "password": WORDS["routers_zynos_password"],
        "timeout": 10.0,
        "wan_nodes": [1],
        "commands": {},
    }
    assert done.code == 0
    assert "[dsl1 -> gw]" in done.said
    assert WORDS["routers_zynos_password"] not in done.said


def test_options_are_handed_on(stage: Stage) -> None:
    changes: dict[str, Any] = {"routers_zynos_commands": {"lan_on": "lan alias on"}, "routers_zynos_wan_nodes": []}
    changes["routers_state"] = "absent"
    (given,) = played(stage, routers_zynos_username="admin", **changes).arguments("zynos_lan")
    assert (given["commands"], given["wan_nodes"], given["state"]) == ({"lan_on": "lan alias on"}, [], "absent")
    assert given["username"] == "admin"


def test_a_router_known_by_its_mac_needs_no_common_address(stage: Stage) -> None:
    (given,) = played(stage, line={"router_mac": "02:00:5e:00:53:01"}).arguments("zynos_lan")
    assert "common_address" not in given
    assert (given["public_network"], int(given["route_index"])) == ("192.0.2.0/29", 8)


def test_nor_does_one_whose_mac_the_monitor_learns(stage: Stage) -> None:
    site = {"teql_neighbours": "static"}
    (given,) = played(stage, site=site, routers_zynos_route_index=3).arguments("zynos_lan")
    assert "common_address" not in given
    assert (given["public_network"], int(given["route_index"])) == ("192.0.2.0/29", 3)


@pytest.mark.parametrize("words", [(), ("--check",)])
def test_without_a_password_nothing_is_asked(stage: Stage, words: tuple[str, ...]) -> None:
    done = played(stage, *words, routers_zynos_password=None)
    assert done.code != 0 and done.calls == []
    assert "routers_zynos_password: dsl1 has none" in done.said
