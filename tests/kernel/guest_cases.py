# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to hold on a real kernel; each case starts on a fresh host."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from guest_host import call, picture, sh, shown

WHOLE: dict[str, Any] = {
    "members": ["eth2", "eth3"],
    "standby": ["eth4"],
    "group": 20,
    "addresses": ["192.0.2.2/29", "2001:db8:1::2/64"],
    "gateways": ["192.0.2.1", "fe80::1"],
}


def members() -> set[str]:
    return {qdisc["dev"] for qdisc in shown("tc -j qdisc show") if qdisc["kind"] == "teql0"}


def mtu() -> int:
    return shown("ip -j link show teql0")[0]["mtu"]


def done(**arguments: Any) -> dict[str, Any]:
    result = call("bond", **arguments)
    assert not result.get("failed"), result["msg"]
    return result


def refused(module_name: str = "bond", **arguments: Any) -> str:
    result = call(module_name, **arguments)
    assert result.get("failed"), result
    return result["msg"]


def check_mode_on_a_virgin_host_predicts_the_run_and_a_second_run_does_nothing() -> None:
    first = picture()
    planned = done(check=True, **WHOLE)
    assert picture() == first
    real = done(**WHOLE)
    assert planned["commands"] == real["commands"]
    assert planned["after"] == real["after"]
    assert planned["diff"] == real["diff"]
    assert members() == {"eth2", "eth3"} and mtu() == 1500
    again = done(**WHOLE)
    assert not again["changed"] and again["commands"] == []


def absent_restores_everything() -> None:
    sh("ip link set r2 up; ip link set eth2.5 up; ip addr add 10.0.0.2/24 dev eth2.5; ip link set eth2 up")
    sh("ip link set eth2.5 up; ip route add default via 10.0.0.1 dev eth2.5 proto static")
    sh("for port in eth2 eth3 eth4; do ip link set $port up; done; sysctl -qw net.ipv4.conf.eth3.rp_filter=1")
    first = picture()
    done(**WHOLE)
    done(**{**WHOLE, "neighbour_probing": {"ucast_solicit": 5}})
    planned = done(check=True, state="absent")
    real = done(state="absent")
    assert planned["commands"] == real["commands"]
    last = picture()
    assert last == first, [(key, first[key], last[key]) for key in first if first[key] != last[key]]
    assert not Path("/sys/module/sch_teql").exists() and not Path("/var/lib/linebond.teql").exists()
    assert not done(state="absent")["changed"]


def a_member_is_exchanged_without_an_empty_bond() -> None:
    done(members=["eth2"], standby=["eth3"])
    result = done(members=["eth3"], standby=["eth2"])
    assert result["commands"] == [
        "ip link set dev eth3 up",
        "tc qdisc replace dev eth3 root teql0",
        "tc qdisc del dev eth2 root",
    ], result["commands"]


def a_smaller_port_joins_a_bond_that_is_up() -> None:
    done(members=["eth2", "eth3"])
    assert mtu() == 1500
    done(members=["eth2", "eth4"])
    assert mtu() == 1400
    done(members=["eth2", "eth3"])
    assert mtu() == 1500
    done(members=[], standby=["eth2"])
    done(members=["eth2"], mtu=1300)
    assert mtu() == 1300


def a_mtu_above_a_port_is_refused() -> None:
    assert "eth4 has an MTU of 1400, smaller than the 1500" in refused(members=["eth4"], mtu=1500)


def a_foreign_qdisc_is_kept() -> None:
    sh("tc qdisc replace dev eth3 root cake bandwidth 5mbit")
    first = picture()
    assert "eth3 has a root qdisc of its own, cake" in refused(members=["eth2", "eth3"])
    done(members=["eth2"], standby=["eth3"])
    done(state="absent")
    assert picture()["qdiscs"] == first["qdiscs"]


def a_foreign_qdisc_is_replaced_when_told_and_comes_back_when_that_fails() -> None:
    for words in (
        "cake bandwidth 5mbit",
        "fq_codel limit 500",
        "tbf rate 1mbit burst 10kb latency 50ms",
        "pfifo limit 7",
    ):
        sh("tc qdisc replace dev eth3 root pfifo; tc qdisc del dev eth3 root")
        sh(f"tc qdisc add dev eth3 root handle 7: {words}")
        first = picture()
        steps = len(done(check=True, members=["eth2", "eth3"], replace_foreign=True)["commands"]) + 2
        message = refused(members=["eth2", "eth3"], replace_foreign=True, fail_at=steps)
        assert "on purpose" in message, message
        assert picture() == first, (words, message, picture()["qdiscs"], first["qdiscs"])
    done(members=["eth2", "eth3"], replace_foreign=True)
    assert members() == {"eth2", "eth3"}


def the_failure_of_any_step_leaves_everything_as_found() -> None:
    first = picture()
    for number in range(2, 40, 5):  # all positions are tried without a kernel in tests/unit
        result = call("bond", fail_at=number, **WHOLE)
        if not result.get("failed"):
            break
        assert "on purpose" in result["msg"] and not result["changed"], result
        assert picture() == first, result["msg"]
    assert number > 10


def the_failure_of_any_step_of_absent_leaves_the_bond_as_found() -> None:
    done(**WHOLE)
    first = picture()
    for number in range(3, 40, 5):
        result = call("bond", fail_at=number, state="absent")
        if not result.get("failed"):
            break
        last = picture()
        assert last == first, (
            result["msg"],
            [(key, first[key], last[key]) for key in first if first[key] != last[key]],
        )
    assert number > 8


def more_equalizers_are_loaded_while_none_is_in_use() -> None:
    sh("modprobe sch_teql max_equalizers=1")
    assert done(name="teql1", members=["eth2"])["commands"][:2] == [
        "modprobe -r sch_teql",
        "modprobe sch_teql max_equalizers=2",
    ]
    assert "teql1 is in use" in refused(name="teql2", members=["eth3"])
    assert "eth2 is a member of teql1 already" in refused(name="teql0", members=["eth2"])
    done(name="teql0", members=["eth3"])
    done(name="teql0", state="absent")
    assert done(name="teql1", state="absent")["changed"]
    assert Path("/sys/module/sch_teql").exists(), "it was loaded before"


def a_module_that_cannot_be_loaded_is_named_with_its_package() -> None:
    Path("/etc/modprobe.d/test.conf").write_text("install sch_teql /bin/false\n")
    assert "disabled by an 'install sch_teql' line" in refused(members=["eth2"])


def an_interface_that_is_not_there_is_named_with_the_nearest() -> None:
    message = refused(members=["eth22"])
    assert "There is no interface eth22: did you mean eth2?" in message, message


def a_vlan_with_a_dot_in_its_name_gets_its_settings() -> None:
    done(members=["eth2.5"])
    assert Path("/proc/sys/net/ipv4/conf/eth2.5/rp_filter").read_text() == "2\n"
    text = Path("/etc/sysctl.d/60-linebond-teql0.conf").read_text()
    assert "\nnet/ipv4/conf/eth2.5/rp_filter = 2\n" in text
    sh("sysctl -qw net/ipv4/conf/eth2.5/rp_filter=0; sysctl -q --system")
    assert Path("/proc/sys/net/ipv4/conf/eth2.5/rp_filter").read_text() == "2\n", "the file works at boot, too"
    assert "eth2.5 is stacked on eth2" in refused(members=["eth2", "eth2.5"])


def point_to_point_and_ethernet_are_not_mixed() -> None:
    assert "eth2 is ethernet, gre1 is ppp" in refused(members=["eth2", "gre1"])
    assert done(members=["gre1"])["after"]["bond"]["members"] == ["gre1"]


def packets_leave_in_turn() -> None:
    ports = ["eth2", "eth3", "eth4"]
    done(members=ports, addresses=["192.0.2.2/29"], gateways=["192.0.2.1"])
    for port in ports:
        sh(f"ip neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev {port} nud permanent")

    def sent() -> list[int]:
        return [int(Path(f"/sys/class/net/{port}/statistics/tx_packets").read_text()) for port in ports]

    before = sent()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for _each in range(90):
            out.sendto(b"x", ("198.51.100.9", 9))
    shares = [now - then for now, then in zip(sent(), before, strict=True)]
    assert all(28 <= share <= 36 for share in shares), shares


def bond_info_names_the_problems_and_its_fixes_mend_them() -> None:
    assert [each["code"] for each in call("bond_info")["problems"]] == ["bond_missing"]
    done(members=["eth2", "eth3"], addresses=["192.0.2.2/29"], gateways=["192.0.2.1"])
    assert call("bond_info")["problems"] == []
    sh("tc qdisc replace dev eth3 root cake; sysctl -qw net.ipv4.conf.eth2.rp_filter=1; ip link set eth2 mtu 1400")
    found = call("bond_info", ports=["eth2", "eth3"])["problems"]
    assert [each["code"] for each in found] == ["mtu", "rp_filter", "foreign_qdisc"], found
    for problem in found:
        sh(problem["fix"])
    assert [each["code"] for each in call("bond_info", ports=["eth2", "eth3"])["problems"]] == ["not_member"]


def sysctl_sets_and_restores() -> None:
    first = picture()
    values = {"net.ipv4.conf.eth3.rp_filter": 2, "net/ipv4/conf/eth2.5/rp_filter": 1}
    planned = call("sysctl", check=True, name="60-test", values=values)
    result = call("sysctl", name="60-test", values=values)
    assert result["changed"] and (planned["commands"], planned["after"]) == (result["commands"], result["after"])
    assert not call("sysctl", name="60-test", values=values)["changed"]
    assert "no such settings: net/nope" in refused("sysctl", name="60-test", values={**values, "net.nope": 1})
    call("sysctl", name="60-test", state="absent")
    assert picture() == first


CASES = [
    check_mode_on_a_virgin_host_predicts_the_run_and_a_second_run_does_nothing,
    absent_restores_everything,
    a_member_is_exchanged_without_an_empty_bond,
    a_smaller_port_joins_a_bond_that_is_up,
    a_mtu_above_a_port_is_refused,
    a_foreign_qdisc_is_kept,
    a_foreign_qdisc_is_replaced_when_told_and_comes_back_when_that_fails,
    the_failure_of_any_step_leaves_everything_as_found,
    the_failure_of_any_step_of_absent_leaves_the_bond_as_found,
    more_equalizers_are_loaded_while_none_is_in_use,
    a_module_that_cannot_be_loaded_is_named_with_its_package,
    an_interface_that_is_not_there_is_named_with_the_nearest,
    a_vlan_with_a_dot_in_its_name_gets_its_settings,
    point_to_point_and_ethernet_are_not_mixed,
    packets_leave_in_turn,
    bond_info_names_the_problems_and_its_fixes_mend_them,
    sysctl_sets_and_restores,
]
