# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script behind the hooks, run by sh as the network scripts do, with tools that only record how they are called."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import bonding_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

LINES = ({"interface": "eth2"}, {"interface": "zz0"}, {"interface": "zz1", "enabled": False})
TC = """[ "$1 $2" = 'qdisc show' ] && { cat "$0.$4" 2>/dev/null; exit 0; }
echo "tc $*" >>"$0.log"
case "$*" in *' replace dev '*) echo "qdisc $6 8001: root refcnt 2 " >"$0.$4" ;; *' del dev '*) rm "$0.$4" ;; esac
"""
TOOL = 'echo "${0##*/} $*" >>"${0%/*}/tc.log"\n'
MODPROBE = TOOL + 'mkdir "$(cat "$0.net")/teql0"; cd "$(cat "$0.net")/teql0" && echo 1500 >mtu && echo 0x1002 >flags\n'


class Gateway:
    def __init__(self, folder: Path, *lines: dict[str, Any], mtu: int | None = None, **site: Any) -> None:
        self.sbin, self.net, self.proc, self.folder = folder / "sbin", folder / "net", folder / "proc", folder
        for path in (self.sbin, self.net, self.proc):
            path.mkdir()
        for name, text in {"tc": TC, "ip": TOOL, "sysctl": TOOL, "ifup": TOOL, "modprobe": MODPROBE}.items():
            (self.sbin / name).write_text(f"#!/bin/sh\n{text}")
            (self.sbin / name).chmod(0o755)
        (self.sbin / "modprobe.net").write_text(str(self.net))
        self.log, self.pending = self.sbin / "tc.log", folder / "pending"
        files = bonding_files(plan_lines(list(lines or LINES), {**SITE, **site}), "ifcfg", mtu=mtu)
        text = next(file["content"] for file in files if file["path"].endswith("/linebond-teql0"))
        for there, here in {
            "/sbin/": f"{self.sbin}/",
            "/etc/sysconfig/network-scripts/ifup": f"{self.sbin}/ifup",
            "/etc/sysconfig/network-scripts/ifcfg-": f"{folder}/ifcfg-",
            "/sys/class/net": str(self.net),
            "/proc/sys": str(self.proc),
            "/var/run/linebond-teql0": str(self.pending),
            "/etc/sysctl.d/": f"{folder}/",
            "/var/lock/subsys": str(folder),
        }.items():
            assert there in text
            text = text.replace(there, here)
        (folder / "hook").write_text(text)

    def device(self, name: str, up: bool = True, mtu: int = 1500, qdisc: str = "") -> None:
        (self.net / name).mkdir(exist_ok=True)
        (self.net / name / "mtu").write_text(f"{mtu}\n")
        (self.net / name / "flags").write_text("0x1003\n" if up else "0x1002\n")
        if qdisc:
            (self.sbin / f"tc.{name}").write_text(f"qdisc {qdisc} root refcnt 2 \n")

    def call(self, *words: str) -> list[str]:
        self.log.write_text("")
        done = subprocess.run(["sh", str(self.folder / "hook"), *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return self.log.read_text().splitlines()


def joins(*ports: str) -> list[str]:
    return [f"tc qdisc replace dev {port} root teql0" for port in ports]


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


def test_the_module_is_loaded_before_a_port_comes_up(gateway: Gateway) -> None:
    gateway.device("zz0", up=False)
    assert gateway.call("pre-up", "ifcfg-zz0") == ["modprobe sch_teql"]
    assert gateway.call("pre-up", "ifcfg-zz0") == []


def test_whoever_is_none_of_ours_is_left_alone(gateway: Gateway) -> None:
    gateway.device("eth0")
    for words in (("pre-up", "ifcfg-eth0"), ("up", "eth0"), ("down", "eth0"), ("up", "zz0:1"), ("pre-up", "ifcfg-lo")):
        assert gateway.call(*words) == []


def test_at_boot_all_join_before_the_bond_comes_up(gateway: Gateway) -> None:
    for port in ("eth2", "zz0", "zz1"):
        gateway.device(port, up=False)
    assert gateway.call("pre-up", "ifcfg-teql0") == ["modprobe sch_teql", *joins("eth2", "zz0")]
    assert gateway.pending.exists()
    assert gateway.call("up", "teql0") == [] and not gateway.pending.exists()


def test_later_only_those_that_are_up_do(gateway: Gateway) -> None:
    gateway.device("teql0", up=False)
    gateway.device("eth2", up=True)
    gateway.device("zz0", up=False)
    assert gateway.call("pre-up", "ifcfg-teql0") == joins("eth2")


def test_a_port_joins_after_its_ifup_and_parts_after_its_ifdown(gateway: Gateway) -> None:
    gateway.device("teql0")
    gateway.device("zz0", qdisc="noqueue 0:")
    assert gateway.call("up", "zz0") == joins("zz0")
    assert gateway.call("down", "zz0") == ["tc qdisc del dev zz0 root"]
    assert gateway.call("down", "zz0") == []


@pytest.mark.parametrize("qdisc", ["cake 8003:", "htb 1:", "teql1 8002:"])
def test_a_foreign_queueing_discipline_is_never_touched(gateway: Gateway, qdisc: str) -> None:
    gateway.device("teql0")
    gateway.device("zz0", qdisc=qdisc)
    for words in (("up", "zz0"), ("down", "zz0"), ("pre-up", "ifcfg-teql0")):
        assert gateway.call(*words) == []


def test_a_line_that_is_kept_out_gets_its_settings_only(gateway: Gateway) -> None:
    gateway.device("teql0")
    gateway.device("zz1")
    (gateway.folder / "60-linebond-teql0.conf").write_text("")
    assert gateway.call("up", "zz1") == [f"sysctl -e -q -p {gateway.folder}/60-linebond-teql0.conf"]


def test_a_bond_that_found_no_member_is_brought_up_by_the_first_one(gateway: Gateway) -> None:
    assert gateway.call("pre-up", "ifcfg-teql0") == ["modprobe sch_teql"]
    gateway.device("zz0")
    assert gateway.call("up", "zz0") == [*joins("zz0"), "ifup ifcfg-teql0"]
    assert gateway.call("down", "teql0") == []  # somebody does not want it any more
    assert gateway.call("up", "zz0") == joins("zz0")


@pytest.mark.parametrize("says", ["VLAN=yes", ' VLAN="yes" # tagged', "VLAN='yes'"])
def test_of_vlans_that_the_scripts_make_one_comes_up_before_a_bond_without_members(gateway: Gateway, says: str) -> None:
    (gateway.folder / "ifcfg-eth2").write_text("DEVICE=eth2\n#VLAN=yes\n")
    (gateway.folder / "ifcfg-zz0").write_text(f"DEVICE=zz0\n{says}\n")
    assert gateway.call("pre-up", "ifcfg-zz0") == ["modprobe sch_teql"]
    assert gateway.call("pre-up", "ifcfg-teql0") == ["ifup ifcfg-zz0"]
    assert gateway.pending.exists()
    gateway.device("eth2", up=False)
    assert gateway.call("pre-up", "ifcfg-teql0") == joins("eth2")
    gateway.device("zz0")
    assert gateway.call("pre-up", "ifcfg-teql0") == joins("zz0")


@pytest.mark.parametrize(("made", "tried"), [("eth2", ["eth2"]), ("zz0", ["eth2", "zz0"]), ("", ["eth2", "zz0"])])
def test_a_vlan_that_cannot_be_made_leaves_it_to_the_next_one(gateway: Gateway, made: str, tried: list[str]) -> None:
    for port in ("eth2", "zz0", "zz1"):
        (gateway.folder / f"ifcfg-{port}").write_text("VLAN=yes\n")
    with (gateway.sbin / "ifup").open("a") as tool:
        tool.write(f'[ "$1" != ifcfg-{made} ] || echo "qdisc teql0 8001: root refcnt 2 " >"${{0%/*}}/tc.{made}"\n')
    assert gateway.call("pre-up", "ifcfg-teql0") == ["modprobe sch_teql", *(f"ifup ifcfg-{port}" for port in tried)]
    assert gateway.pending.exists()


def test_a_smaller_port_is_let_in_and_our_mtu_is_kept(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, mtu=1400)
    gateway.device("teql0")
    gateway.device("zz0", mtu=1492)
    ours = "ip link set dev teql0 mtu 1400"
    assert gateway.call("up", "zz0") == ["ip link set dev teql0 mtu 1492", *joins("zz0"), ours]
    assert gateway.call("up", "teql0") == [ours]


def test_neighbours_and_ipv6_come_back_with_the_port(tmp_path: Path) -> None:
    mac = "02:00:5e:00:53:01"
    lines = ({"interface": "eth2", "router_mac": mac}, {"interface": "zz0"})
    gateway = Gateway(tmp_path, *lines, address6="2001:db8:1::2/64", common_address6="fe80::1")
    gateway.device("teql0")
    for port in ("eth2", "zz0"):
        gateway.device(port)
        (gateway.proc / f"net/ipv6/conf/{port}").mkdir(parents=True)
        for setting in ("accept_ra", "proxy_ndp"):
            (gateway.proc / f"net/ipv6/conf/{port}/{setting}").write_text("?")
    proxy = "ip -6 neigh replace proxy 2001:db8:1::2 dev {}"
    assert gateway.call("up", "eth2") == [
        proxy.format("eth2"),
        f"ip neigh replace 192.0.2.1 lladdr {mac} dev eth2 nud permanent",
        f"ip neigh replace fe80::1 lladdr {mac} dev eth2 nud permanent",
        *joins("eth2"),
    ]
    assert gateway.call("up", "zz0") == [proxy.format("zz0"), *joins("zz0")]
    assert (gateway.proc / "net/ipv6/conf/zz0/accept_ra").read_text() == "0\n"
    assert (gateway.proc / "net/ipv6/conf/zz0/proxy_ndp").read_text() == "1\n"


def test_a_word_that_it_does_not_know(gateway: Gateway) -> None:
    done = subprocess.run(["sh", str(gateway.folder / "hook"), "x"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "pre-up|up|down|plugged INTERFACE" in done.stderr


def test_what_is_plugged_in_while_the_service_runs_is_brought_up(gateway: Gateway) -> None:
    gateway.device("zz0", up=False)
    assert gateway.call("plugged", "zz0") == []
    (gateway.folder / "network").write_text("")
    assert gateway.call("plugged", "zz0") == ["ifup ifcfg-zz0"]
    assert gateway.call("plugged", "vlan7") == [] and gateway.call("plugged", "eth2") == ["ifup ifcfg-eth2"]
    gateway.device("zz0", up=True)
    assert gateway.call("plugged", "zz0") == []
