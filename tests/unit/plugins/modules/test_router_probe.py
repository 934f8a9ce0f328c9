# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's options and result; and, as root, real answers in network namespaces."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import arp_probe
from ansible_collections.linebond.teql.plugins.module_utils.arp import Heard, Line
from ansible_collections.linebond.teql.plugins.modules import router_probe

A, B = "52:54:00:00:00:0a", "52:54:00:00:00:0b"
ONE = {"name": "a", "interface": "eth2", "source": "172.16.0.2/30", "router": "172.16.0.1"}
TWO = {"name": "b", "interface": "eth3", "source": "172.16.0.6", "router": "172.16.0.5", "common_address": "192.0.2.1"}


@pytest.fixture
def call(run_module: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with one router that answers and one that has no common address."""

    def heard(lines: list[Line], _attempts: int, _timeout: float) -> dict[str, Heard]:
        return {line.name: Heard((A,) if line.name == "a" else (B,)) for line in lines}

    monkeypatch.setattr(router_probe, "probe", heard)
    return partial(run_module, router_probe)


def test_returns_each_line(call: Any) -> None:
    result = call(lines=[ONE], check=True)
    assert result["changed"] is False
    assert result["lines"] == [{"name": "a", "interface": "eth2", "router_mac": A, "common_mac": None, "problems": []}]


def test_fails_with_all_problems_unless_told_not_to(call: Any) -> None:
    result = call(lines=[ONE, TWO])
    assert result["failed"] and result["msg"].startswith("line b (eth3): the common address 192.0.2.1 does not answer")
    assert result["lines"][1]["problems"] == [result["msg"]]
    assert "failed" not in call(lines=[ONE, TWO], fail=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"router": "172.16.0.300"}, "line b: router '172.16.0.300' is no IPv4 address"),
        ({"source": ""}, "line b: source '' is no IPv4 address"),
        ({"router_mac": "5254001234"}, "line b: router_mac '5254001234' is not six pairs"),
        ({"interface": "eth2"}, "line b: interface eth2 is used by line a too"),
        ({"name": "a"}, "line a: name a is used by line a too"),
    ],
)
def test_a_wrong_option_is_named(call: Any, change: dict[str, str], message: str) -> None:
    result = call(lines=[ONE, {**TWO, **change}])
    assert result["failed"] and result["msg"].startswith(message)


def test_a_gateway_that_is_yet_to_be_bonded_asks_nothing(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    warned: list[str] = []
    monkeypatch.setattr(router_probe.AnsibleModule, "warn", lambda self, text, **_more: warned.append(text))
    result = call(lines=[ONE, TWO], bond="teql9")
    assert result["lines"] == [] and not {"failed", "skipped"} & set(result)
    assert result["msg"].startswith("teql9 is not up: the gateway is yet to be bonded")
    assert warned == [result["msg"]]
    assert call(lines=[ONE, TWO], bond="lo")["failed"]  # up: asked as ever


def test_a_mac_may_be_spelled_in_capitals_and_dashes(call: Any) -> None:
    assert "failed" not in call(lines=[{**ONE, "router_mac": A.upper().replace(":", "-")}])


def test_without_root_it_says_so(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_arguments: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(router_probe, "probe", forbidden)
    assert "become: true" in call(lines=[ONE])["msg"]
    assert "greater than zero" in call(lines=[ONE], attempts=0)["msg"]


def test_an_interface_that_is_no_line_is_refused_without_waiting() -> None:
    heard = arp_probe.probe([Line("a", "no-such-port", "172.16.0.2", "172.16.0.1")], 3, 60.0)
    assert "no such interface" in heard["a"].obstacle
    assert "is no ethernet port" in arp_probe.obstacle("lo")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def can_make_namespaces() -> bool:
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Site:
    """Network namespaces: a gateway, routers, and cables between them."""

    def __init__(self) -> None:
        self.namespaces: list[str] = []

    def add(self, name: str, *addresses: str) -> None:
        ip("netns", "add", self.real(name))
        self.namespaces.append(self.real(name))
        for address in addresses:
            ip("-n", self.real(name), "address", "add", address, "dev", "lo")
        ip("-n", self.real(name), "link", "set", "lo", "up")

    def cable(self, left: str, left_port: str, right: str, right_port: str, address: str = "") -> None:
        one, other = self.real(left), self.real(right)
        ip("link", "add", left_port, "netns", one, "type", "veth", "peer", "name", right_port, "netns", other)
        for namespace, port in ((one, left_port), (other, right_port)):
            ip("-n", namespace, "link", "set", port, "up")
        if address:
            ip("-n", other, "address", "add", address, "dev", right_port)

    def ask(self, *lines: Line) -> dict[str, Any]:
        """Judged in the gateway's namespace by a process of its own: sysfs shows that one's interfaces."""
        script = (
            "import json, sys\n"
            "from ansible_collections.linebond.teql.plugins.module_utils.arp import Line, judge\n"
            "from ansible_collections.linebond.teql.plugins.module_utils.arp_probe import probe\n"
            "lines = [Line(*fields) for fields in json.loads(sys.argv[1])]\n"
            "heard = probe(lines, 2, 0.5)\n"
            "print(json.dumps({'heard': heard, 'problems': judge(lines, heard)}))\n"
        )
        command = ["ip", "netns", "exec", self.real("gw"), sys.executable, "-c", script, json.dumps(lines)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @staticmethod
    def real(name: str) -> str:
        return f"probe{os.getpid()}-{name}"


@pytest.fixture
def site() -> Iterator[Site]:
    if not can_make_namespaces():
        pytest.skip("needs root and iproute2 to make network namespaces")
    made = Site()
    try:
        yield made
    finally:
        for namespace in made.namespaces:
            ip("netns", "del", namespace)


LINE_A = Line("a", "eth2", "172.16.0.2", "172.16.0.1", "192.0.2.1")
LINE_B = Line("b", "eth3", "172.16.0.6", "172.16.0.5", "192.0.2.1")


def test_real_routers_answer(site: Site) -> None:
    site.add("gw")
    site.add("r1", "192.0.2.1/32")
    site.add("r2")
    site.cable("gw", "eth2", "r1", "lan", "172.16.0.1/30")
    site.cable("gw", "eth3", "r2", "lan", "172.16.0.5/30")
    site.cable("gw", "eth4", "r2", "unused")
    ip("-n", site.real("r2"), "link", "set", "unused", "down")
    site.cable("gw", "eth5", "r2", "dark")
    ip("-n", site.real("gw"), "link", "set", "eth5", "down")
    told = site.ask(
        LINE_A,
        LINE_B,
        LINE_A._replace(name="c", interface="eth4"),
        LINE_A._replace(name="d", interface="eth5"),
        LINE_A._replace(name="e", interface="eth6"),
    )
    assert told["problems"]["a"] == []
    router_macs, common_macs, _obstacle = told["heard"]["a"]
    assert router_macs == common_macs and len(router_macs) == 1
    assert ["the common address 192.0.2.1 does not answer" in problem for problem in told["problems"]["b"]] == [True]
    for name, words in (("c", "no carrier"), ("d", "ip link set eth5 up"), ("e", "no such interface")):
        (problem,) = told["problems"][name]
        assert words in problem


def test_two_lines_in_one_switch_are_found(site: Site) -> None:
    site.add("gw")
    site.add("switch")
    ip("-n", site.real("switch"), "link", "add", "br0", "up", "type", "bridge")
    for number in (1, 2):
        site.add(f"r{number}", "192.0.2.1/32")
        site.cable("switch", f"router{number}", f"r{number}", "lan", f"172.16.0.{number * 4 - 3}/30")
        site.cable("gw", f"eth{number + 1}", "switch", f"gw{number}")
        for port in (f"router{number}", f"gw{number}"):
            ip("-n", site.real("switch"), "link", "set", port, "master", "br0")
    told = site.ask(LINE_A, LINE_B)["problems"]
    for name, other in (("a", "b (eth3)"), ("b", "a (eth2)")):
        assert any("more than one device answers for 192.0.2.1" in problem for problem in told[name])
        assert any(f"answers on line {other} too" in problem for problem in told[name])
