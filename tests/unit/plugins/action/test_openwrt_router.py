# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module openwrt_router against a box with a stand-in uci: what it runs, what it refuses, what it leaves."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ansible_collections.linebond.teql.plugins.action import openwrt_router
from ansible_collections.linebond.teql.plugins.doc_fragments import router as shared
from ansible_collections.linebond.teql.plugins.modules import openwrt_router as documented
from ansible_collections.linebond.teql.plugins.plugin_utils.openwrt import router as steps
from ansible_collections.linebond.teql.tests.unit.plugins.action.simulated_openwrt import SOURCE, Router

SIDE: dict[str, Any] = {
    "address": "172.16.0.1/30",
    "gateway": "172.16.0.2",
    "common_address": "192.0.2.1",
    "public_network": "192.0.2.0/29",
}
SIX = {"common_address6": "fe80::1", "public_network6": "2001:db8:1::/64", "gateway6": "2001:db8:1::2"}
EXPECTED = """\
uci set dhcp.lan.ignore='1'
uci set dhcp.lan.dhcpv4='disabled'
uci set dhcp.lan.dhcpv6='disabled'
uci set dhcp.lan.ra='disabled'
uci set firewall.@zone[1].masq='0'
""".splitlines()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Router:
    monkeypatch.setattr(steps, "PAUSE", 0.05)
    monkeypatch.setattr(steps, "SETTLING", 0.3)
    return Router(tmp_path)


def played(box: Router, check: bool = False, diff: bool = True, **options: Any) -> dict[str, Any]:
    """The module's result for these options."""
    task = SimpleNamespace(
        args=options, async_val=0, check_mode=check, diff=diff, action="linebond.teql.openwrt_router"
    )
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), become=None, reset=lambda: None)

    class Played(openwrt_router.ActionModule):
        def _low_level_execute_command(self, cmd: str, sudoable: bool = True, **_more: Any) -> dict[str, Any]:
            assert sudoable is False
            status, said, complaint = box.shell(cmd)
            return {"rc": status, "stdout": said, "stderr": complaint}

    action = Played(task, connection, None, None, None, None)
    result: dict[str, Any] = action.run(task_vars={})
    return result


def present(box: Router, **options: Any) -> dict[str, Any]:
    return played(box, **{**SIDE, **options})


def test_a_box_as_delivered_becomes_a_router_and_a_second_run_changes_nothing(box: Router) -> None:
    first = present(box)
    assert first.get("msg") is None and first["changed"]
    assert box.uci("get network.lan.ipaddr") == "172.16.0.1/30 192.0.2.1/32\n"
    assert box.run("uci -q get network.lan.netmask")[0] == 1
    assert box.uci("show network.linebond_block").splitlines()[1:] == [
        "network.linebond_block.interface='lan'",
        "network.linebond_block.target='192.0.2.0/29'",
        "network.linebond_block.gateway='172.16.0.2'",
    ]
    assert "firewall.linebond_in.dest_ip='192.0.2.0/29'" in box.uci("show firewall")
    assert box.live() == (["172.16.0.1/30", "192.0.2.1/32"], ["192.0.2.0/29 via 172.16.0.2"])
    assert [command for command in EXPECTED if command not in first["commands"]] == []
    assert first["commands"][-3:] == [
        "/etc/init.d/dnsmasq reload",
        "/etc/init.d/odhcpd reload",
        "/etc/init.d/network reload",
    ]
    assert box.uci("changes network") == ""
    box.asked.clear()
    second = present(box)
    assert (second["changed"], second["commands"], second["diff"]) == (False, [], [])
    assert len(box.asked) == 1


def test_what_is_returned_is_what_was_run(box: Router) -> None:
    result = present(box, **SIX)
    sent = "\n".join(box.asked)
    assert [command for command in result["commands"] if command not in sent] == []
    assert box.uci("get network.linebond_block6.onlink") == "1\n"
    assert "fe80::1/64" in box.live()[0]


def test_a_common_address_that_is_not_wanted_any_more_is_taken_off(box: Router) -> None:
    present(box, **SIX)
    alone = {name: value for name, value in {**SIDE, **SIX}.items() if not name.startswith("common")}
    result = played(box, **alone)
    assert result.get("msg") is None and result["changed"]
    assert box.uci("get network.lan.ipaddr") == "172.16.0.1/30\n"
    assert box.live()[0] == ["172.16.0.1/30"] and "192.0.2.0/29 via 172.16.0.2" in box.live()[1]
    assert box.uci("get network.linebond_block6.onlink") == "1\n"
    assert not played(box, **alone)["changed"]


def test_check_mode_predicts_and_touches_nothing(box: Router) -> None:
    before = box.configuration()
    predicted = present(box, check=True)
    assert box.configuration() == before and len(box.asked) == 1
    made = present(box)
    assert (predicted["commands"], predicted["diff"]) == (made["commands"], made["diff"])


def test_the_difference_shows_the_settings(box: Router) -> None:
    difference, missing = present(box, check=True)["diff"]
    assert difference["before"].startswith("network.lan.ipaddr='192.168.1.1'\nnetwork.lan.netmask='255.255.255.0'\n")
    assert "network.lan.ipaddr='172.16.0.1/30' '192.0.2.1/32'\n" in difference["after"]
    assert "linebond." not in difference["after"]
    assert missing["after"].startswith("the address 172.16.0.1/30\n")


def test_removal_puts_back_what_was_there(box: Router) -> None:
    before, live = box.configuration(), box.live()
    present(box, **SIX)
    present(box, address="172.16.0.5/30", gateway="172.16.0.6")  # a change does not overwrite what is kept
    gone = played(box, state="absent")
    assert gone.get("msg") is None and gone["changed"]
    assert gone["commands"][-5] == "rm /etc/config/linebond"
    assert (box.configuration(), box.live()) == (before, live)
    assert played(box, state="absent")["changed"] is False


def test_the_order_in_which_it_takes_effect(box: Router) -> None:
    commands = present(box)["commands"]
    assert [command for command in commands if "commit" in command] == [
        f"uci commit {config}" for config in ("linebond", "network", "dhcp", "firewall")
    ]
    assert commands.index("/etc/init.d/firewall reload") < commands.index("/etc/init.d/network reload")


def test_only_what_has_changed_is_reloaded(box: Router) -> None:
    present(box)
    (box.state / "services").write_text("")
    box.run("uci set firewall.@zone[1].masq=1; uci commit firewall")
    assert present(box)["commands"] == [
        "uci set firewall.@zone[1].masq='0'",
        "uci commit firewall",
        "/etc/init.d/firewall reload",
    ]
    assert len((box.state / "services").read_text().splitlines()) == 1


def test_an_address_that_somebody_took_off_the_running_system_comes_back(box: Router) -> None:
    present(box)
    box.run("ip address del 192.0.2.1/32 dev lan")
    mended = present(box)
    assert mended["commands"] == ["/sbin/ifup lan"]
    assert "192.0.2.1/32" in box.live()[0]


def test_other_spellings_of_the_same_are_left_alone(box: Router) -> None:
    present(box)
    box.run("uci set firewall.@zone[1].masq=off; uci set dhcp.lan.ignore=yes; uci delete dhcp.lan.ra; uci commit")
    assert present(box)["changed"] is False


def refused(box: Router, **options: Any) -> str:
    before = box.configuration()
    result = present(box, **options)
    assert result["failed"] and result["commands"] == [] and not result["changed"]
    assert box.configuration() == before
    return str(result["msg"])


def test_changes_that_somebody_staged_are_not_committed_for_him(box: Router) -> None:
    box.run("uci set network.wan.proto=pppoe")
    message = refused(box)
    assert "did not commit it (network: network.wan.proto='pppoe')" in message and "uci revert network" in message


def test_the_way_in_is_kept(box: Router) -> None:
    box.way = "192.168.1.7 50000 192.168.1.1 22"
    assert refused(box).startswith(
        "Ansible came in by 192.168.1.1, which the new configuration would drop: put 192.168.1.1/24 into"
    )
    assert present(box, extra_addresses=["192.168.1.1/24"])["changed"]
    box.way = "172.16.0.2 50000 172.16.0.1 22"
    assert "came in by 172.16.0.1" in refused(box, state="absent")


@pytest.mark.parametrize(
    ("spoiled", "options", "message"),
    [
        ("", {"lan_interface": "office"}, "/etc/config/network has no interface office; it has lan, wan, wan6."),
        ("", {"wan_zone": "dsl"}, "routers_wan_zone: this router's firewall has no zone dsl; it has lan, wan."),
        ("", {"wan_zone": "lan"}, "lan holds the LAN lan as well"),
        ("uci set network.lan.gateway=192.168.1.254", {}, "the default route leads over the LAN to 192.168.1.254"),
        ("uci delete firewall.@zone[0].network", {}, "no zone of this router's firewall holds the interface lan"),
        ("", {"gateway": "10.0.0.1"}, "gateway: 10.0.0.1 is outside the network of address 172.16.0.1/30."),
    ],
)
def test_a_router_that_does_not_fit_is_refused(
    box: Router, spoiled: str, options: dict[str, Any], message: str
) -> None:
    box.run(f"{spoiled}; uci commit")
    assert message in refused(box, **options)


def test_what_is_no_openwrt_is_refused(box: Router) -> None:
    (box.root / "bin/uci").unlink()
    result = present(box)
    assert "so it does not run OpenWrt" in result["msg"]


def test_without_a_firewall_there_is_nothing_to_open(box: Router) -> None:
    (box.root / "etc/config/firewall").unlink()
    result = present(box)
    assert result["changed"] and "firewall" not in "\n".join(result["commands"])


def test_a_setting_that_is_refused_reverts_the_others(box: Router) -> None:
    refusal = '#!/bin/sh\n[ "$2" != dhcp.lan.ra=disabled ] || { echo no >&2; exit 1; }'
    box.program("bin/uci", (SOURCE / "sbin/uci").read_text().replace("#!/bin/sh", refusal))
    assert "The router refuses a setting, and nothing was changed: no" in refused(box)
    assert box.uci("changes") == ""


def test_a_change_that_cannot_be_committed_is_given_up(box: Router) -> None:
    box.broken["mkdir -m 700"] = 1
    assert "could not be committed, and nothing was changed" in refused(box)
    assert box.uci("changes") == ""


def test_a_service_that_does_not_reload_is_told(box: Router) -> None:
    box.program("etc/init.d/firewall", "#!/bin/sh\necho 'Section @zone[1] is bad'; exit 1\n")
    result = present(box)
    assert result["failed"] and result["changed"] and "Section @zone[1] is bad" in result["msg"]


def test_a_router_that_never_comes_to_it_is_told(box: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PATIENCE", 0.2)
    box.broken["/done ]"] = 255
    result = present(box)
    assert "is still at it, or does not answer any more" in result["msg"] and result["changed"]


def test_addresses_that_do_not_follow_are_told(box: Router) -> None:
    box.program("etc/init.d/network", "#!/bin/sh\n")
    result = present(box)
    assert "the router lacks the address 172.16.0.1/30; the address 192.0.2.1/32; the route" in result["msg"]
    assert "the removal of 192.168.1.1/24" in result["msg"]


def test_a_connection_that_is_lost_while_it_takes_effect_is_made_anew(box: Router) -> None:
    lost = []

    def lose(command: str) -> None:
        if "/done ]" in command and not lost:
            lost.append(command)
            raise AnsibleConnectionFailure("gone")

    box.meanwhile = lose
    assert present(box)["changed"] and lost


def test_options_that_are_missing_are_named(box: Router) -> None:
    with pytest.raises(AnsibleActionFail, match="gateway"):
        played(box, address="172.16.0.1/30")


def test_the_documentation_names_the_options() -> None:
    texts = (shared.ModuleDocFragment.DOCUMENTATION, documented.DOCUMENTATION)
    options = {name: option for text in texts for name, option in yaml.safe_load(text)["options"].items()}
    for name, option in openwrt_router.OPTIONS.items():
        described = {key: value for key, value in options[name].items() if key != "description"}
        assert described == option, name
    assert set(options) == set(openwrt_router.OPTIONS)
