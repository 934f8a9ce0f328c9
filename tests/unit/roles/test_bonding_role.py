# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role bonding and the playbooks do in which order, and what a person reads when they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import BACKENDS
from ansible_collections.linebond.teql.tests.unit.roles.conftest import FOUND, ROOT, Stage

BONDING = "[{import_role: {name: linebond.teql.bonding}}]"
MONITOR = "[{import_role: {name: linebond.teql.monitor}}]"
REHEARSAL = ["bond_info", "bond?", "files?", "safe_apply"]
ORDER = [*REHEARSAL, "files", "bond", "networkd_reload", "bond_info"]
NETWORKMANAGER = {"name": "networkmanager", "active": True, "interfaces": ["eth2", "eth3"], "netplan": False}
IFUPDOWN = {"name": "ifupdown", "active": True, "interfaces": ["eth0"], "netplan": False}
GIVEN = {"eth2": ["172.16.0.2/30"], "eth3": ["172.16.0.6/30"], "teql0": ["192.0.2.2/29", "192.0.2.1"]}
SESSION = {"interface": "teql0", "address": "192.0.2.2", "network": "192.0.2.0/29", "client": "203.0.113.9"}
BY_BOND = {**SESSION, "back_by": "teql0", "back_via": "192.0.2.1", "back_metric": 0}


def found(**changes: Any) -> dict[str, Any]:
    return {"bond_info": {**FOUND, **changes}}


def test_the_bond_is_rehearsed_before_a_file_is_written(stage: Stage) -> None:
    played = stage.role(BONDING)
    assert played.code == 0, played
    assert played.names() == ORDER
    first, last = played.arguments("bond")
    assert first == last and first["members"] == ["eth2", "eth3"]
    early, late = played.arguments("bond_info")
    assert early["ports"] == ["eth2", "eth3"] and early["preflight"] == "enforce"
    assert early["preflight_ignore"] == ["foreign_qdisc"]  # the rehearsal knows better
    assert late["port_addresses"] == {"eth2": "172.16.0.2/30", "eth3": "172.16.0.6/30"}
    assert {"no_port_address", "rival_route"} <= set(late["fail_on"])


def test_the_network_scripts_set_what_their_files_say(stage: Stage) -> None:
    managers = [{"name": "ifcfg", "active": True, "interfaces": ["eth2", "eth3"], "netplan": False, "by_file": {}}]
    lines = [{"interface": "eth2", "router_mac": "02:00:5e:00:53:01"}, {"interface": "ppp0", "kind": "pppoe"}]
    played = stage.role(BONDING, answers=found(managers=managers), gateway={"teql_lines": lines[:1]})
    assert played.code == 0, played
    assert played.names() == [*ORDER[:-2], "ifcfg_reload", "bond_info"]
    assert played.arguments("ifcfg_reload") == [
        {
            "name": "teql0",
            "addresses": ["192.0.2.2/29"],
            "gateways": ["192.0.2.1"],
            "port_addresses": {"eth2": "172.16.0.2/30"},
            "router_macs": {"eth2": "02:00:5e:00:53:01"},
        }
    ]
    _rehearsed, written = [call["files"] for call in played.arguments("files")]
    assert {"/sbin/ifup-local", "/etc/sysconfig/network"} <= {file["path"] for file in written}
    played = stage.role(BONDING, answers=found(managers=managers), gateway={"teql_lines": lines[1:]})
    assert played.arguments("ifcfg_reload")[0]["port_addresses"] == {}


def test_a_bond_that_the_module_refuses_leaves_no_file(stage: Stage) -> None:
    played = stage.role(BONDING, answers={"bond": {"failed": True, "msg": "There is no interface eth3."}})
    assert played.code != 0 and played.names() == ORDER[:2]


def test_a_rehearsal_is_no_change(stage: Stage) -> None:
    check = "[{import_role: {name: linebond.teql.bonding, tasks_from: check}}]"
    played = stage.role(check, answers={"bond": {"changed": True}})
    assert played.code == 0 and played.names() == ORDER[:2]
    assert "changed=0" in played.said


def test_which_lines_the_monitor_keeps_out_is_for_the_module_to_see(stage: Stage) -> None:
    """At the moment of the change: what was read when the plans were judged may be minutes old."""
    lines = [{"interface": "eth3"}, {"interface": "eth2"}, {"interface": "eth4", "enabled": False}]
    bond = {**found()["bond_info"]["bond"], "members": ["eth2", "eth3"]}
    kept = found(monitor={"running": True, "out": ["eth2"]}, bond=bond)
    played = stage.role(BONDING, gateway={"teql_lines": lines}, answers=kept)
    for asked in played.arguments("bond"):
        assert asked["members"] == ["eth3", "eth2"] and asked["standby"] == ["eth4"]
    assert "drain" not in played.names()


def test_the_network_manager_is_judged_first_and_in_a_task_of_its_own(stage: Stage) -> None:
    unread = found(managers=[{**IFUPDOWN, "reads_folder": False}])
    played = stage.role(BONDING, gateway={"teql_lines": "eth2"}, answers=unread)
    assert played.names() == ["bond_info"]
    assert "TASK [linebond.teql.bonding : Plan the lines]" not in played.said
    assert "linebond.teql.files" not in played.said
    played = stage.role(BONDING, answers=unread)
    [said] = played.said.split("TASK [linebond.teql.bonding : Choose the network manager to write files for]")[1:]
    assert "ifupdown does not read /etc/network/interfaces.d" in said.splitlines()[1]


def test_networkmanager_is_given_its_profiles_and_told(stage: Stage) -> None:
    played = stage.role(BONDING, answers=found(managers=[NETWORKMANAGER, IFUPDOWN]))
    assert played.code == 0, played
    assert played.names() == [*ORDER[:-2], "networkmanager_reload", "bond_info"]
    assert played.arguments("networkmanager_reload") == [{"name": "teql0", "wanted": GIVEN}]
    profiles = [file for file in played.arguments("files")[0]["files"] if file["path"].endswith(".nmconnection")]
    assert len(profiles) == 3 and all(file["mode"] == "0600" for file in profiles)


def test_ifupdown_is_given_its_stanzas_and_told(stage: Stage) -> None:
    played = stage.role(BONDING, answers=found(managers=[IFUPDOWN]))
    assert played.code == 0, played
    assert played.names() == [*ORDER[:-2], "ifupdown_reload", "bond_info"]
    [asked] = played.arguments("ifupdown_reload")
    [file] = [file for file in played.arguments("files")[0]["files"] if "interfaces.d" in file["path"]]
    assert (asked["name"], asked["wanted"], asked["stanzas"]) == ("teql0", GIVEN, file["content"])


def test_every_backend_has_its_step_to_take_up_and_to_give_up() -> None:
    tasks = ROOT / "roles/bonding/tasks"
    for step in ("apply", "release"):
        assert {path.stem for path in (tasks / step).iterdir()} == set(BACKENDS)


def test_what_is_missing_is_named_by_the_filter_all_at_once(stage: Stage) -> None:
    played = stage.role(BONDING, gateway={}, teql_address=None, teql_common_address=None)
    for words in (
        "teql_address: is missing; give the gateway's own public address",
        "teql_common_address: is missing; give the address that all routers share",
        "teql_lines: is missing; list the gateway's lines",
    ):
        assert words in played.said
    assert played.names() == ["bond_info"]


def test_the_monitor_names_what_is_missing_as_well(stage: Stage) -> None:
    played = stage.role(MONITOR, gateway={}, teql_address=None, monitor_targets=["198.51.100.1"])
    assert "teql_address: is missing; give" in played.said and "teql_lines: is missing; list" in played.said
    assert played.names() == []


def test_lines_that_are_none_reach_the_filter_too(stage: Stage) -> None:
    played = stage.role(BONDING, gateway={"teql_lines": {"interface": "eth2"}})
    assert "teql_lines: is a mapping, not a list; begin each line with a dash" in played.said


@pytest.mark.parametrize(
    ("managers", "told"),
    [
        ([], ["ifcfg_reload", "networkd_reload"]),
        (
            [NETWORKMANAGER, IFUPDOWN],
            ["networkmanager_reload", "ifupdown_reload", "ifcfg_reload", "networkd_reload"],
        ),
    ],
)
def test_taking_off_waits_until_each_manager_has_let_go(
    stage: Stage, managers: list[dict[str, Any]], told: list[str]
) -> None:
    played = stage.role(BONDING, bonding_state="absent", answers=found(managers=managers))
    assert played.code == 0, played
    assert played.names() == ["bond_info", "files?", "bond?", "safe_apply", "files", *told, "bond"]
    assert played.arguments("networkd_reload") == [{"gone": GIVEN}]
    assert played.arguments("networkmanager_reload") in ([], [{"name": "teql0", "gone": GIVEN}])
    assert played.arguments("ifupdown_reload") in ([], [{"name": "teql0"}])
    [look] = played.arguments("bond_info")
    assert (look["preflight"], look["preflight_ignore"]) == ("report", [])


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_way_ansible_came_in_by_may_be_given_up_on_purpose(stage: Stage, state: str) -> None:
    site = {"teql_address": "192.0.2.3/29"} if state == "present" else {}
    answers = found(session=BY_BOND)
    played = stage.role(BONDING, bonding_state=state, answers=answers, bonding_keep_session="false", **site)
    assert played.code == 0, played


@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_way_ansible_came_in_by_is_kept(stage: Stage, state: str) -> None:
    site = {"teql_address": "192.0.2.3/29"} if state == "present" else {}
    played = stage.role(BONDING, bonding_state=state, answers=found(session=BY_BOND), **site)
    assert "teql_address: Ansible came in by 192.0.2.2 on teql0, which" in played.said
    assert played.names() == ["bond_info"]


def test_a_default_route_that_takes_the_answers_away_is_refused(stage: Stage) -> None:
    session = {**BY_BOND, "interface": "eth0", "address": "10.0.0.2", "network": "10.0.0.0/24"}
    session.update(back_by="eth0", back_via="10.0.0.1", back_metric=1024)
    played = stage.role(BONDING, answers=found(session=session))
    assert "the answers to Ansible at 203.0.113.9 take the default route of eth0 (metric 1024)" in played.said
    assert played.names() == ["bond_info"]
    rival = [{"family": 4, "interface": "eth0", "gateway": "10.0.0.1", "metric": 1024}]
    played = stage.role(BONDING, answers=found(session=session, default_routes=rival), bonding_route_metric=2000)
    assert "would come before the one over teql0 (metric 2000)" in played.said


def test_the_site_begins_with_a_look_at_the_gateway(stage: Stage) -> None:
    played = stage.play("linebond.teql.site")
    assert played.code == 0, played
    assert played.names() == [*ORDER[:2], "linux_router", *ORDER[2:], "router_probe"]
    played = stage.play("linebond.teql.site", "--tags", "routers")
    assert played.names() == [*ORDER[:2], "linux_router", "router_probe"]
    assert played.arguments("router_probe")[0]["bond"] == "teql0"


def test_a_plan_that_is_refused_leaves_the_routers_alone(stage: Stage) -> None:
    played = stage.play("linebond.teql.site", answers={"bond": {"failed": True, "msg": "no"}})
    assert played.code != 0 and played.names() == ORDER[:2]


def test_a_removal_that_would_cut_off_ansible_removes_nothing(stage: Stage) -> None:
    played = stage.play("linebond.teql.remove", answers=found(session=BY_BOND))
    assert "which is to be taken off; come in by an address that stays" in played.said
    assert played.names() == ["bond_info"]


def test_a_gateway_may_be_described_by_the_roles_own_variables(stage: Stage) -> None:
    lines = [{"interface": "eth7"}]
    own = {"bonding_lines": lines, "bonding_address": "198.51.100.2/29", "bonding_common_address": "198.51.100.1"}
    verify = "[{import_role: {name: linebond.teql.routers, tasks_from: verify}}]"
    played = stage.role(verify, gateway={**own, "bonding_bond": "teql1"}, teql_address=None, teql_common_address=None)
    assert played.code == 0, played
    [asked] = played.arguments("router_probe")
    assert asked["bond"] == "teql1"
    assert asked["lines"] == [
        {
            "name": "eth7",
            "interface": "eth7",
            "source": "172.16.0.2/30",
            "router": "172.16.0.1",
            "common_address": "198.51.100.1",
        }
    ]


WRITTEN = {"written": ["/etc/systemd/network/10-linebond-eth2.network"], "removed": ["/etc/x"], "restored": []}
PARTED = {"commands": ["tc qdisc del dev eth2 root"], "changed": True}


@pytest.mark.parametrize("answer", [{"files": WRITTEN}, {"bond": PARTED}], ids=["files", "commands"])
def test_a_run_with_something_to_change_is_armed(stage: Stage, answer: dict[str, Any]) -> None:
    played = stage.role(BONDING, answers=answer)
    [armed] = played.arguments("safe_apply")
    files = ["/etc/systemd/network/10-linebond-eth2.network", "/etc/x"] if "files" in answer else []
    assert armed == {
        "state": "armed",
        "timeout": 60,
        "bond": "teql0",
        "ports": ["eth2", "eth3"],
        "files": files,
        "file_set": "bonding-teql0",
        "reload": [["networkctl", "reload"]],
    }


def test_a_run_with_nothing_to_change_only_looks_whether_another_is_at_work(stage: Stage) -> None:
    assert stage.role(BONDING).arguments("safe_apply")[0]["state"] == "idle"
    busy = {"safe_apply": {"failed": True, "msg": "Another run is at work."}}
    assert stage.role(BONDING, answers=busy).names() == REHEARSAL


def test_without_a_timeout_nothing_is_armed(stage: Stage) -> None:
    played = stage.role(BONDING, answers={"files": WRITTEN}, bonding_confirm_timeout="0")
    assert played.code == 0 and "safe_apply" not in played.names()


def test_what_fails_unguarded_fails_with_its_own_words(stage: Stage) -> None:
    broken = {"networkd_reload": {"failed": True, "msg": "networkctl is missing."}}
    played = stage.role(BONDING, answers=broken)
    assert played.code != 0 and played.names() == ORDER[:-1]
    assert played.said.count("networkctl is missing.") >= 2


def test_the_monitor_lets_go_of_a_line_before_it_leaves(stage: Stage) -> None:
    watched = found(bond={"members": ["eth2", "eth3", "eth9"]}, monitor={"running": True, "out": []})
    played = stage.role(BONDING, answers={**watched, "bond": PARTED})
    assert played.names() == [*REHEARSAL, "files", "drain", "bond", "networkd_reload", "bond_info"]
    assert played.arguments("drain") == [{"line": "eth9", "for": "10m"}]
    assert played.arguments("safe_apply")[0]["reload"] == [["networkctl", "reload"], ["teqlctl", "undrain", "eth9"]]
    unknown = {"drain": {"failed": True, "msg": "line: the monitor knows no line 'eth9'; its lines are eth2."}}
    assert stage.role(BONDING, answers={**watched, **unknown}).code == 0
    broken = {"drain": {"failed": True, "msg": "The monitor cannot be asked."}}
    assert stage.role(BONDING, answers={**watched, **broken}).code != 0


STATIC = {"teql_neighbours": "static"}
HIDES = "teql_neighbours: static hides a dead router from the kernel, and"


@pytest.mark.parametrize(
    ("site", "message"),
    [
        ({}, f"{HIDES} no monitor is set up that would see it"),
        ({"monitor_targets": ["198.51.100.1"], "monitor_state": "absent"}, f"{HIDES} no monitor is set up"),
        ({"monitor_targets": ["198.51.100.1"], "monitor_mode": "observe"}, f"{HIDES} the monitor only observes"),
        ({"bonding_allow_unwatched": True}, "teql_lines[0].router_mac: is missing, and without the monitor"),
        ({"monitor_targets": ["198.51.100.1"]}, ""),
        ({"monitor_targets": ["198.51.100.1"], "monitor_mode": "observe", "bonding_allow_unwatched": "true"}, ""),
    ],
)
def test_static_neighbours_need_somebody_who_sees_a_dead_router(
    stage: Stage, site: dict[str, Any], message: str
) -> None:
    played = stage.role(BONDING, **STATIC, **site)
    said = " ".join(played.said.split())
    assert message in said
    assert (played.code, played.names()) == (0, ORDER) if not message else played.names() == ["bond_info"]


def test_a_bond_with_static_neighbours_is_taken_off_without_a_monitor(stage: Stage) -> None:
    assert stage.role(BONDING, bonding_state="absent", **STATIC).code == 0
