# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hooks of the network scripts run, on a real kernel; the network scripts are not in the guest."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from guest_cases import members, mtu
from guest_host import PORTS, sh, shown

from ansible_collections.linebond.teql.plugins.plugin_utils.render.ifcfg_hook import hook_script

HOOK = Path("/run/hook")
LINE = {"kind": "router", "enabled": True, "router_mac": None}


def hook(*ports: str, mtu: int | None = None, **site: Any) -> None:
    lines = [{**LINE, "interface": port} for port in ports or PORTS]
    plan = {"bond": "teql0", "lines": lines, "common_address": "192.0.2.1", "common_address6": None, "address6": None}
    HOOK.write_text("\n".join(hook_script({**plan, **site}, mtu)) + "\n")
    Path("/var/run/linebond-teql0").unlink(missing_ok=True)


def call(*words: str) -> None:
    for shell in ("dash", "bash"):  # the second time nothing is to be done
        done = subprocess.run([shell, str(HOOK), *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), (shell, words, done)


def the_bond_comes_up_before_its_ports() -> None:
    hook()
    call("pre-up", "ifcfg-teql0")
    sh("ip link set teql0 up")
    assert members() == set(PORTS) and mtu() == min(PORTS.values())
    call("up", "teql0")


def the_bond_comes_up_with_those_that_are_up() -> None:
    hook()
    sh("ip link set eth3 up")
    call("pre-up", "ifcfg-teql0")
    assert members() == {"eth3"}
    sh("ip link set teql0 up")
    call("up", "teql0")
    sh("ip link set eth4 up")
    call("up", "eth4")
    assert members() == {"eth3", "eth4"} and mtu() == 1400
    call("down", "eth4")
    assert members() == {"eth3"}


def of_ports_that_are_made_by_their_ifup_the_first_one_is_there_before_the_bond() -> None:
    hook("eth2.7", "eth3.7")
    (scripts := Path("/etc/sysconfig/network-scripts")).mkdir(parents=True, exist_ok=True)
    for port in ("eth2.7", "eth3.7"):
        (scripts / f"ifcfg-{port}").write_text(f"DEVICE={port}\nVLAN=yes\n")
    (scripts / "ifup").write_text(
        "#!/bin/sh\nname=${1#ifcfg-}\necho $name >>/run/ups\nip link set ${name%.7} up\n"
        f"ip link add link ${{name%.7}} name $name type vlan id 7 && ip link set $name up && sh {HOOK} up $name\n"
    )
    (scripts / "ifup").chmod(0o755)
    call("pre-up", "ifcfg-teql0")
    sh("ip link set teql0 up")
    assert members() == {"eth2.7"} and Path("/run/ups").read_text() == "eth2.7\n"
    call("up", "teql0")
    sh(f"rm -r {scripts} /run/ups")


def our_mtu_is_kept_whoever_comes_up() -> None:
    hook("eth2", "eth3", mtu=1300)
    call("pre-up", "ifcfg-eth2")
    for port in ("eth2", "eth3"):
        sh(f"ip link set {port} up")
        call("up", port)
    call("pre-up", "ifcfg-teql0")
    sh("ip link set teql0 up")
    assert mtu() == 1500
    call("up", "teql0")
    assert mtu() == 1300
    call("down", "eth2")
    call("down", "eth3")
    call("up", "eth3")
    assert members() == {"eth3"} and mtu() == 1300


def a_foreign_queueing_discipline_stays() -> None:
    hook()
    sh("ip link set eth2 up; tc qdisc add dev eth2 root handle 7: tbf rate 1mbit burst 10kb latency 50ms")
    call("pre-up", "ifcfg-eth2")
    call("up", "eth2")
    call("down", "eth2")
    assert members() == set() and "qdisc tbf 7:" in sh("tc qdisc show dev eth2")
    sh("tc qdisc del dev eth2 root")


def what_the_kernel_forgets_with_a_port_that_goes_down_comes_back() -> None:
    lines = [{**LINE, "interface": "eth2", "router_mac": "02:00:5e:00:53:01"}]
    hook("eth2", lines=lines, address6="2001:db8:1::2/64", common_address6="fe80::1")
    call("pre-up", "ifcfg-eth2")
    for _time in range(2):
        sh("ip link set eth2 up")
        call("up", "eth2")
        known = {row["dst"] for row in shown("ip -j neigh show dev eth2 nud permanent")}
        assert known == {"192.0.2.1", "fe80::1"}
        assert [row["dst"] for row in shown("ip -j -6 neigh show proxy dev eth2")] == ["2001:db8:1::2"]
        assert Path("/proc/sys/net/ipv6/conf/eth2/proxy_ndp").read_text() == "1\n"
        sh("ip link set eth2 down")
        assert not shown("ip -j neigh show dev eth2 nud permanent")


def the_scripts_find_the_module_by_its_alias() -> None:
    """They ask modprobe for the name of the device."""
    Path("/etc/modprobe.d/test.conf").write_text("alias teql0 sch_teql\n")
    assert not Path("/sys/class/net/teql0").exists()
    sh("modprobe teql0")
    assert Path("/sys/class/net/teql0").exists()


CASES = [
    the_bond_comes_up_before_its_ports,
    the_bond_comes_up_with_those_that_are_up,
    of_ports_that_are_made_by_their_ifup_the_first_one_is_there_before_the_bond,
    our_mtu_is_kept_whoever_comes_up,
    a_foreign_queueing_discipline_stays,
    what_the_kernel_forgets_with_a_port_that_goes_down_comes_back,
    the_scripts_find_the_module_by_its_alias,
]
