# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role routers asks of each platform, and what a person reads when it cannot go on."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.tests.unit.roles.conftest import Played, Stage

SIX = {"teql_address6": "2001:db8:1::2/64", "teql_common_address6": "fe80::1"}


def played(stage: Stage, router: dict[str, Any], **site: Any) -> Played:
    (stage.folder / "routers.yml").write_text(
        "[{hosts: teql_routers, gather_facts: false, tasks: [{import_role: {name: linebond.teql.routers}}]}]"
    )
    return stage.play("routers.yml", router=router, **site)


def test_openwrt_gets_the_routers_side_of_its_line(stage: Stage) -> None:
    run = played(stage, {"routers_platform": "openwrt", "routers_extra_addresses": ["192.168.1.1/24"]}, **SIX)
    assert run.code == 0, run
    assert run.arguments("openwrt_router") == [
        {
            "wan_zone": "wan",
            "address": "172.16.0.1/30",
            "gateway": "172.16.0.2",
            "common_address": "192.0.2.1",
            "public_network": "192.0.2.0/29",
            "common_address6": "fe80::1",
            "public_network6": "2001:db8:1::/64",
            "gateway6": "2001:db8:1::2",
            "extra_addresses": ["192.168.1.1/24"],
        }
    ]
    gone = played(stage, {"routers_platform": "openwrt", "routers_state": "absent", "routers_lan_interface": "office"})
    assert gone.arguments("openwrt_router") == [{"state": "absent", "lan_interface": "office"}]


@pytest.mark.parametrize(
    ("platform", "collection"), [("routeros", "community.routeros"), ("vyos", "vyos.vyos"), ("ios", "cisco.ios")]
)
def test_what_has_to_be_installed_is_named_before_anything_is_touched(
    stage: Stage, platform: str, collection: str
) -> None:
    reached = {"routers_platform": platform, "ansible_connection": "ansible.netcommon.network_cli"}
    for playbook in ("site", "remove"):
        run = stage.play(f"linebond.teql.{playbook}", router=reached)
        said = " ".join(run.said.split())
        assert run.code != 0 and run.calls == []
        assert f"ansible-galaxy collection install ansible.netcommon {collection}." in said
        assert f"routers_model: {platform}" in said


def test_by_hand_the_commands_of_the_model_are_printed(stage: Stage) -> None:
    run = played(stage, {"routers_platform": "manual", "routers_model": "ios"})
    assert run.code == 0, run
    assert "Set on dsl1, the router of line eth2, by hand:" in run.said
    assert "ip address 192.0.2.1 255.255.255.248 secondary" in run.said
    plain = played(stage, {"routers_platform": "manual"})
    assert plain.code == 0 and "secondary" not in plain.said


@pytest.mark.parametrize("platform", ["linux", "openwrt"])
def test_a_router_that_is_known_by_its_mac_gets_no_common_address(stage: Stage, platform: str) -> None:
    run = played(stage, {"routers_platform": platform}, teql_neighbours="static", **SIX)
    assert run.code == 0, run
    [asked] = run.arguments(f"{platform}_router")
    assert not [name for name in asked if name.startswith("common_address")]
    assert (asked["public_network"], asked["gateway"]) == ("192.0.2.0/29", "172.16.0.2")
    assert (asked["public_network6"], asked["gateway6"]) == ("2001:db8:1::/64", "2001:db8:1::2")
