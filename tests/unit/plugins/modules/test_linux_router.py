# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module from arguments to result, on a simulated router with a real folder for networkd's files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import linux_router_apply, linux_router_plan
from ansible_collections.linebond.teql.plugins.module_utils.file_model import FileSetError
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.plugins.modules import linux_router
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_router import Broken, SimulatedRouter

LINE = {
    "address": "172.16.0.1/30",
    "gateway": "172.16.0.2",
    "common_address": "192.0.2.1",
    "public_network": "192.0.2.0/29",
}
SIX = {"common_address6": "fe80::1", "public_network6": "2001:db8:1::/64", "gateway6": "2001:db8:1::2"}
MASQUERADE = "*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o wan -j MASQUERADE\nCOMMIT\n"
Call = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "network"
    found.mkdir()
    monkeypatch.setattr(linux_router_plan, "FOLDER", str(found))
    return found


@pytest.fixture
def box(folder: Path) -> SimulatedRouter:
    return SimulatedRouter(folder)


@pytest.fixture
def call(box: SimulatedRouter, run_module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    return caller(box, run_module, tmp_path, monkeypatch)


def caller(box: SimulatedRouter, run_module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    base = str(tmp_path / "lib" / "files")
    monkeypatch.setattr(linux_router, "Runner", lambda module: box)
    monkeypatch.setattr(linux_router, "store", lambda: Store("linux_router", base))
    monkeypatch.setattr(linux_router.os, "geteuid", lambda: 0)
    monkeypatch.setattr(linux_router.os, "environ", {"SSH_CONNECTION": "10.0.0.1 4711 10.0.0.9 22"})
    monkeypatch.setattr(linux_router_apply, "PATIENCE", 0.02)
    monkeypatch.setattr(linux_router_apply, "PAUSE", 0.01)

    def call(**options: Any) -> dict[str, Any]:
        given = {} if options.get("state") == "absent" else LINE
        return run_module(linux_router, **{"diff": True, **given, **options})

    return call


def test_check_mode_predicts_exactly_and_touches_nothing(call: Call, box: SimulatedRouter, folder: Path) -> None:
    before = box.picture()
    told = call(check=True)
    assert box.picture() == before and not list(folder.iterdir()) and not box.history
    done = call()
    assert told == done and done["changed"] and box.history == done["commands"]
    assert done["commands"] == ["sysctl -w net/ipv4/ip_forward=1", "networkctl reload"]
    assert done["lan_interface"] == "lan"
    assert box.addresses["lan"] == ["172.16.0.1/30", "192.0.2.1/32"]
    assert box.routes["lan"] == [("192.0.2.0/29", "172.16.0.2")]
    again = call()
    assert (again["changed"], again["commands"], again["diff"]) == (False, [], [])


def test_the_diff_shows_file_settings_and_interface(call: Call, folder: Path) -> None:
    file, drop_in, live, lan = call(check=True)["diff"]
    assert file["after_header"].startswith(f"{folder}/10-linebond-router-lan.network (file, mode 0644")
    assert "ConfigureWithoutCarrier=yes\n" in file["after"]
    assert drop_in["after"].endswith("net/ipv4/ip_forward = 1\n")
    assert (live["before"], live["after"]) == ("net/ipv4/ip_forward = 0\n", "net/ipv4/ip_forward = 1\n")
    assert lan["before"] == "down\n"
    assert lan["after"] == "up\naddress 172.16.0.1/30\naddress 192.0.2.1/32\nroute 192.0.2.0/29 via 172.16.0.2\n"


def test_absent_leaves_what_was_there(call: Call, box: SimulatedRouter, folder: Path, tmp_path: Path) -> None:
    before = box.picture()
    call()
    told = call(check=True, state="absent")
    assert call(state="absent") == told
    assert (
        told["changed"]
        and told["lan_interface"] == "lan"
        and told["commands"]
        == [
            "sysctl -w net/ipv4/ip_forward=0",
            "networkctl reload",
            "sysctl -w net/ipv4/conf/lan/promote_secondaries=0 net/ipv6/conf/lan/accept_ra=1",
            "ip link set dev lan down",
        ]
    )
    assert box.picture() == before and not list(folder.iterdir()) and not (tmp_path / "lib").exists()
    last = call(state="absent")
    assert (last["changed"], last["lan_interface"]) == (False, None)


def test_absent_on_a_virgin_box_changes_nothing(call: Call, box: SimulatedRouter) -> None:
    before = box.picture()
    assert not call(state="absent")["changed"] and box.picture() == before


def test_forwarding_that_was_on_stays_on(call: Call, box: SimulatedRouter) -> None:
    box.files["/proc/sys/net/ipv4/ip_forward"] = "1"
    assert call()["commands"] == ["networkctl reload"]
    call(state="absent")
    assert box.files["/proc/sys/net/ipv4/ip_forward"] == "1"


def test_a_file_that_networkd_had_before_takes_over_again(call: Call, box: SimulatedRouter, folder: Path) -> None:
    (folder / "50-lan.network").write_text("[Match]\nName=lan\n\n[Network]\nAddress=192.168.1.1/24\n")
    box._load("")
    before = box.picture()
    call(extra_addresses=["192.168.1.1/24"])
    assert box.addresses["lan"] == ["172.16.0.1/30", "192.0.2.1/32", "192.168.1.1/24"]
    call(state="absent")
    assert box.picture() == before


def test_what_is_lost_live_is_set_again(call: Call, box: SimulatedRouter) -> None:
    call()
    box.routes["lan"] = []
    told = call(check=True)
    assert told["commands"] == ["networkctl reconfigure lan"] and call() == told
    assert box.routes["lan"] == [("192.0.2.0/29", "172.16.0.2")] and not call()["changed"]


def test_another_lan_interface_moves_all(call: Call, box: SimulatedRouter, folder: Path) -> None:
    call()
    box.plug("lan2")
    assert call()["lan_interface"] == "lan"  # two could be it now; the one that is known stays
    told = call(check=True, lan_interface="lan2")
    assert call(lan_interface="lan2") == told
    assert box.addresses["lan"] == [] and not box.up["lan"] and box.up["lan2"]
    assert [path.name for path in folder.iterdir()] == ["10-linebond-router-lan2.network"]
    assert not call()["changed"]


def test_ipv6(call: Call, box: SimulatedRouter, folder: Path) -> None:
    call(check=True, **SIX)
    text = call(check=True, **SIX)["diff"][0]["after"]
    assert "Address=fe80::1/64\n" in text and "LinkLocalAddressing=ipv6\n" in text
    assert text.endswith("[Route]\nDestination=2001:db8:1::/64\nGateway=2001:db8:1::2\nGatewayOnLink=yes\n")
    assert call(check=True, **SIX)["commands"][0] == "sysctl -w net/ipv4/ip_forward=1 net/ipv6/conf/all/forwarding=1"
    assert call(check=True, **{**SIX, "common_address6": "2001:db8:1::1"})["diff"][0]["after"].count("::1/128\n") == 1
    alone = {name: value for name, value in SIX.items() if name != "common_address6"}
    assert "fe80::1" not in call(check=True, **alone)["diff"][0]["after"]
    assert "required together" in call(public_network6="2001:db8:1::/64")["msg"]
    assert "required by 'common_address6': public_network6" in call(common_address6="fe80::1")["msg"]


def test_a_common_address_that_is_not_wanted_any_more_is_taken_off(call: Call, box: SimulatedRouter) -> None:
    call()
    result = call(common_address=None)
    assert (result["changed"], result["commands"]) == (True, ["networkctl reload"])
    [file] = [each for each in result["diff"] if "10-linebond-router" in each["before_header"]]
    assert "Address=192.0.2.1/32\n" in file["before"] and "192.0.2.1" not in file["after"]
    assert "Destination=192.0.2.0/29\nGateway=172.16.0.2\n" in file["after"]
    assert not call(common_address=None)["changed"]


def test_a_link_local_common_address_goes_by_hand_for_networkd_would_leave_it(call: Call, box: SimulatedRouter) -> None:
    call(**SIX)
    alone = {**SIX, "common_address6": None}
    predicted = call(check=True, **alone)["commands"]
    assert predicted == ["networkctl reload", "ip -6 address flush dev lan to fe80::1/128"]
    assert call(**alone)["commands"] == predicted
    assert box.addresses["lan"] == ["172.16.0.1/30", "192.0.2.1/32"] and not call(**alone)["changed"]


def test_nat_is_refused_unless_allowed(call: Call, box: SimulatedRouter) -> None:
    box.outputs["iptables-save"] = (0, MASQUERADE, "")
    before = box.picture()
    assert call()["msg"] == (
        "Packets from the public block 192.0.2.0/29 would leave this router with another source address, by iptables: "
        "-A POSTROUTING -o wan -j MASQUERADE. Remove the rule or limit it to the private networks (saddr, -s), or set "
        "routers_allow_nat: true if it never meets them."
    )
    assert box.picture() == before
    assert call(allow_nat=True)["changed"]


def test_a_rule_of_nft_is_quoted_with_the_command_that_deletes_it(call: Call, box: SimulatedRouter) -> None:
    recorded = Path(__file__).parents[1] / "module_utils" / "recorded"
    box.outputs["nft"] = (0, (recorded / "nft-router.json").read_text(), "")
    box.outputs["nft -a list chain inet fw out"] = (0, (recorded / "nft-chain.txt.golden").read_text(), "")
    box.outputs["nft -a list chain ip nat postrouting"] = (1, "", "gone")
    message = call()["msg"]
    assert (
        'by nft: meta nfproto ipv4 oifname "wan" ct state new masquerade fully-random (nft delete rule inet fw'
        in message
    )
    assert "by nft: ip nat postrouting handle 14;" in message


def test_rules_that_cannot_be_read(call: Call, box: SimulatedRouter) -> None:
    box.outputs["iptables-save"] = (1, "", "iptables-save: Could not fetch rule set generation id: Invalid argument")
    assert call(check=True)["changed"]
    box.outputs["nft"] = (1, "", "Operation not permitted\n")
    assert call()["msg"] == (
        "Whether this router translates addresses cannot be seen, nft -j list ruleset fails: Operation not permitted. "
        "Mend that, or set routers_allow_nat: true to go on without looking."
    )


def test_refusals_touch_nothing(call: Call, box: SimulatedRouter, monkeypatch: pytest.MonkeyPatch) -> None:
    before = box.picture()
    assert "which the new configuration would drop: put 10.0.0.9/24 into" in call(lan_interface="mgmt")["msg"]
    assert call(gateway="172.16.0.9")["msg"] == "gateway: 172.16.0.9 is outside the network of address 172.16.0.1/30."
    box.services = "inactive\nactive\n"
    assert call()["msg"].startswith(
        "systemd-networkd does not run on this router, but NetworkManager does: set routers_"
    )
    monkeypatch.setattr(linux_router.os, "geteuid", lambda: 1000)
    assert call()["msg"] == "Only root can see and set all that makes a router: run this task with become: true."
    assert box.picture() == before


def test_a_file_that_comes_before_ours_is_named(call: Call, box: SimulatedRouter, folder: Path) -> None:
    (folder / "05-lan.network").write_text("[Match]\nName=lan\n\n[Network]\nAddress=192.168.1.1/24\n")
    box._load("")
    result = call()
    assert result["changed"] and result["msg"] == (
        "0 s after networkd was told, lan still lacks the address 172.16.0.1/30, the address 192.0.2.1/32, the "
        f"route to 192.0.2.0/29 via 172.16.0.2. networkd takes {folder}/05-lan.network instead, whose name "
        "comes before "
        f"{folder}/10-linebond-router-lan.network: rename or remove it. What was done before is in place; run again "
        "when this is mended."
    )


def test_a_networkd_that_does_nothing(call: Call, box: SimulatedRouter) -> None:
    box.deaf = True
    assert "lan still lacks being up, the address" in call()["msg"]
    box.deaf = False
    assert call()["commands"] == ["networkctl reconfigure lan"] and not call()["changed"]
    box.deaf = True
    assert (
        "it still keeps 172.16.0.1/30 on lan, 192.0.2.1/32 on lan: `networkctl list` says why."
        in (call(state="absent")["msg"])
    )


def test_a_failing_networkctl(folder: Path, run_module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Broken(folder)
    result = caller(box, run_module, tmp_path, monkeypatch)()
    assert result["failed"] and result["changed"] and result["commands"] == ["sysctl -w net/ipv4/ip_forward=1"]
    assert result["msg"].startswith("networkctl reload failed with status 1: Connection refused. What was done before")


def test_a_damaged_record(call: Call, box: SimulatedRouter) -> None:
    box.files["/var/lib/linebond.teql/linux_router.json"] = "[]x"
    assert "linux_router.json, which keeps what was there before, cannot be read" in call()["msg"]


def test_a_failure_after_the_change_says_that_there_was_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [linux_router.plan_all]

    def plan_once(*arguments: Any) -> Any:
        if not answers:
            raise FileSetError("/etc/x: is in the set bonding already")
        return answers.pop()(*arguments)

    monkeypatch.setattr(linux_router, "plan_all", plan_once)
    result = call()
    assert result["failed"] and result["changed"] and result["commands"][-1] == "networkctl reload"
    assert result["msg"] == "All was done, but what it led to cannot be checked. /etc/x: is in the set bonding already"
