# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the network scripts, word by word, and as the shell reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.file_block import put_in
from ansible_collections.linebond.teql.plugins.modules import files as files_module
from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import bonding_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.test_render import HEADER

SCRIPTS = "/etc/sysconfig/network-scripts"
IPV6 = {"address6": "2001:db8:1::2/64", "common_address6": "fe80::1"}
GIVEN_UP = [
    *("IPADDR0", "IPADDR1", "IPADDR2", "NETMASK", "NETWORK", "BROADCAST", "GATEWAY", "METRIC", "BRIDGE", "MASTER"),
    *("TEAM_MASTER", "DHCPV6C", "IPV6ADDR", "IPV6ADDR_SECONDARIES", "IPV6_DEFAULTGW", "IPV6_DEFAULTDEV"),
]


def rendered(*lines: dict[str, Any], options: dict[str, Any] | None = None, **site: Any) -> dict[str, dict[str, Any]]:
    plan = plan_lines(list(lines) or [{"interface": "eth2"}], {**SITE, **site})
    return {file["path"]: file for file in bonding_files(plan, "ifcfg", **(options or {}))}


def block(file: dict[str, Any]) -> str:
    head = HEADER.rstrip("\n") + "\n"
    assert file["block"].startswith(head) and file["mode"] == "0644" and "content" not in file
    return file["block"].removeprefix(head)


def as_the_shell_reads_it(text: str, name: str) -> str:
    done = subprocess.run(["sh", "-c", f'{text}\nprintf %s "${name}"'], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_file_is_there_and_fits_the_module() -> None:
    files = rendered({"interface": "eth2"}, {"interface": "zz0"})
    assert list(files) == [
        "/etc/modules-load.d/linebond-teql0.conf",
        "/etc/modprobe.d/linebond-teql0.conf",
        "/etc/udev/rules.d/90-linebond-teql0.rules",
        "/etc/udev/rules.d/91-linebond-teql0-ifcfg.rules",
        "/etc/modprobe.d/linebond-teql0-ifcfg.conf",
        f"{SCRIPTS}/ifcfg-eth2",
        f"{SCRIPTS}/ifcfg-zz0",
        f"{SCRIPTS}/ifcfg-teql0",
        "/etc/sysconfig/network",
        f"{SCRIPTS}/linebond-teql0",
        "/sbin/ifup-pre-local",
        "/sbin/ifup-local",
        "/sbin/ifdown-local",
    ]
    known = set(files_module.OPTIONS["files"]["options"])  # type: ignore[index]
    assert all(set(file) <= known for file in files.values())


def test_the_alias_by_which_the_scripts_find_the_module() -> None:
    file = rendered(bond="teql2")["/etc/modprobe.d/linebond-teql2-ifcfg.conf"]
    assert file["content"] == HEADER + "alias teql2 sch_teql\n"


def test_what_is_plugged_in_is_brought_up() -> None:
    files = rendered({"interface": "eth2"}, {"interface": "en5.x.7"})
    rules = files["/etc/udev/rules.d/91-linebond-teql0-ifcfg.rules"]["content"]
    hook = f"/bin/sh {SCRIPTS}/linebond-teql0 plugged"
    when = f'ENV{{.LINEBOND_PORT}}=="%s", \\\n  ENV{{DEVTYPE}}!="vlan", \\\n  RUN+="{hook} %s"'
    assert when % ("eth2", "eth2") in rules
    assert when % ("en5.x.7|en5.x", "en5.x.7") in rules
    lines = rendered({"interface": "ppp0", "kind": "pppoe"})
    assert "ppp0" not in lines["/etc/udev/rules.d/91-linebond-teql0-ifcfg.rules"]["content"]


def test_a_port() -> None:
    assert (
        block(rendered({"interface": "eth2"})[f"{SCRIPTS}/ifcfg-eth2"])
        == "".join(f"{name}=\n" for name in GIVEN_UP)
        + """\
DEVICE=eth2
TYPE=Ethernet
SLAVE=no
BOOTPROTO=none
ONBOOT=yes
NM_CONTROLLED=no
USERCTL=no
NOZEROCONF=yes
IPADDR=172.16.0.2
PREFIX=30
ARPCHECK=no
HOTPLUG=yes
DEFROUTE=no
IPV6INIT=no
IPV6_AUTOCONF=no
IPV6_SET_SYSCTLS=no
"""
    )


def test_what_the_site_says_of_the_hardware_stays_and_what_it_says_of_addresses_goes() -> None:
    site = b"DEVICE=eth2\nHWADDR=02:00:5e:00:53:01\nBOOTPROTO=dhcp\nGATEWAY=10.0.0.1\nBRIDGE=br0\nMTU=1492"
    ours = rendered()[f"{SCRIPTS}/ifcfg-eth2"]["block"].encode()
    text = put_in(site, "bonding-teql0", ours).decode()
    wanted = {"HWADDR": "02:00:5e:00:53:01", "BOOTPROTO": "none", "GATEWAY": "", "BRIDGE": "", "MTU": "1492"}
    assert {name: as_the_shell_reads_it(text, name) for name in wanted} == wanted


def test_a_port_that_answers_for_ipv6_has_a_link_local_address() -> None:
    assert "\nIPV6INIT=yes\n" in block(rendered(**IPV6)[f"{SCRIPTS}/ifcfg-eth2"])


def test_the_bond() -> None:
    file = rendered(options={"route_metric": 50}, **IPV6)[f"{SCRIPTS}/ifcfg-teql0"]
    assert (
        file["content"]
        == HEADER
        + """\
DEVICE=teql0
TYPE=Ethernet
BOOTPROTO=none
ONBOOT=yes
NM_CONTROLLED=no
USERCTL=no
NOZEROCONF=yes
IPADDR=192.0.2.2
PREFIX=29
ARPCHECK=no
ARPUPDATE=no
HOTPLUG=no
DEFROUTE=yes
METRIC=50
IPV6INIT=yes
IPV6ADDR=2001:db8:1::2/64
IPV6_AUTOCONF=no
IPV6_SET_SYSCTLS=no
"""
    )
    plain = rendered()[f"{SCRIPTS}/ifcfg-teql0"]["content"]
    assert "METRIC" not in plain and "IPV6ADDR" not in plain and "IPV6INIT=no" in plain


def test_the_default_route_leaves_the_rest_of_the_sites_file_alone() -> None:
    assert block(rendered()["/etc/sysconfig/network"]) == "GATEWAYDEV=teql0\nGATEWAY=192.0.2.1\n"
    six = block(rendered(**IPV6)["/etc/sysconfig/network"])
    assert six.endswith("IPV6_DEFAULTDEV=teql0\nIPV6_DEFAULTGW=fe80::1\n")
    text = put_in(b"NETWORKING=yes\nGATEWAY=10.0.0.1", "bonding-teql0", six.encode()).decode()
    assert as_the_shell_reads_it(text, "GATEWAY") == "192.0.2.1"
    assert as_the_shell_reads_it(text, "NETWORKING") == "yes"


@pytest.mark.parametrize(
    ("hook", "does"), [("ifup-pre-local", "pre-up"), ("ifup-local", "up"), ("ifdown-local", "down")]
)
def test_a_hook_of_the_sites_is_called_with_and_without_us(hook: str, does: str, tmp_path: Path) -> None:
    files = rendered()
    file = files[f"/sbin/{hook}"]
    assert (file["script"], file["mode"]) == (True, "0755")
    script, log = tmp_path / "ours", tmp_path / "log"
    for site in (b"", f'#!/bin/sh -e\nfalse || echo "site $*" >>{log}\nexit 3\n'.encode()):
        text = put_in(site, "bonding-teql0", file["block"].encode(), True).decode()
        path = tmp_path / hook
        path.write_text(text.replace(f"{SCRIPTS}/linebond-teql0", str(script)))
        for ours in (None, f'echo "ours $*" >>{log}; exit 1'):
            script.unlink(missing_ok=True)
            if ours is not None:
                script.write_text(ours)
            log.write_text("")
            done = subprocess.run(["sh", "-e", str(path), "eth2"], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (3 if site else 0, "")
            assert log.read_text() == (f"ours {does} eth2\n" if ours else "") + ("site eth2\n" if site else "")


def test_ppp_interfaces_keep_their_own_file_and_join() -> None:
    files = rendered({"interface": "ppp0", "kind": "pppoe"})
    assert f"{SCRIPTS}/ifcfg-ppp0" not in files
    assert "\nmembers='ppp0'\n" in files[f"{SCRIPTS}/linebond-teql0"]["content"]


@pytest.mark.parametrize("name", ["v*", "a;b", "lan.bak", "up-range", "x.rpmsave", "a(b)"])
def test_a_port_that_the_scripts_cannot_have(name: str) -> None:
    with pytest.raises(ValueError, match="the network scripts cannot have a port named") as caught:
        rendered({"interface": "eth2"}, {"interface": name})
    assert str(caught.value).startswith("teql_lines[1].interface: ")
