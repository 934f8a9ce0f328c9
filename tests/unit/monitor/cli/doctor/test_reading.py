# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor reads, whatever is missing."""

from __future__ import annotations

from typing import Any

import pytest

from teql_monitor.cli import client
from teql_monitor.cli.doctor.checks import examine
from teql_monitor.cli.doctor.facts import Facts, Link
from teql_monitor.cli.doctor.finding import OK, Finding
from teql_monitor.cli.doctor.host import Host
from teql_monitor.cli.doctor.reading import parse_distributions, parse_links, parse_qdiscs, read

UP = ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"]


def link(name: str, *addresses: str, **more: Any) -> dict[str, Any]:
    addr_info = [{"local": address, "prefixlen": 30} for address in addresses]
    return {"ifname": name, "flags": UP, "mtu": 1500, "addr_info": addr_info, **more}


def troubles(facts: Facts) -> list[Finding]:
    return [finding for finding in examine(facts) if finding.verdict != OK]


def test_without_settings_the_monitor_tells_what_there_is(gateway: Any, healthy: Any) -> None:
    found = read(healthy(), "/nowhere/at/all", gateway.path)
    assert {(each.name, each.verdict) for each in troubles(found)} == {("config", "error")}


def test_without_settings_and_monitor_the_kernel_tells(settings: str, healthy: Any) -> None:
    found = read(healthy(), "/nowhere/at/all", "/nowhere/at/all")
    assert {line.interface for line in found.lines} == {"eth2", "eth3"}
    assert {each.name for each in troubles(found)} == {"config", "monitor", "dead_member"}


def test_why_there_is_no_monitor(settings: str, gateway: Any, monkeypatch: pytest.MonkeyPatch, healthy: Any) -> None:
    away = read(healthy(), settings, "/nowhere/at/all")
    assert "start teql-monitor" in away.monitor_fix and not away.monitor_closed
    gateway.answers["status"] = {"version": 7}
    assert read(healthy(), settings, gateway.path).monitor_fix == "sudo systemctl restart teql-monitor"

    def refuse(_path: str) -> None:
        raise client.NotAllowed("You may not open it.\n  sudo")

    monkeypatch.setattr(client, "ask_status", refuse)
    closed = read(healthy(), settings, gateway.path)
    assert (closed.monitor_trouble, closed.monitor_closed) == ("You may not open it.", True)


def test_without_its_tools_it_says_so_and_nothing_else(settings: str, gateway: Any, healthy: Any) -> None:
    found = troubles(read(healthy(missing=("tc",)), settings, gateway.path))
    assert [(each.name, each.subject) for each in found] == [("tools", "tc")] and "iproute-tc" in found[0].fix


def test_parsers() -> None:
    found = parse_links((link("eth2.7", link="eth2", linkinfo={"info_kind": "vlan"}), link("v0", link="v1"), {}))
    assert found["eth2.7"] == Link("eth2.7", True, True, 1500, "vlan", "eth2", False, ())
    assert found["v0"].lower is None
    assert list(parse_qdiscs(({"kind": "mq", "root": True, "dev": "eth2"}, {"kind": "x", "dev": "eth3"}))) == ["eth2"]
    assert parse_distributions('NAME="Rocky"\nID="rocky"\nID_LIKE="rhel fedora"\n') == ("rocky", "rhel", "fedora")


def test_the_real_host_is_only_read() -> None:
    host = Host()
    assert host.run("/nowhere/at/all") == (127, "")
    assert host.run("sh", "-c", "echo a; exit 3") == (3, "a\n")
    assert host.read("/proc/self/comm") and host.read("/nowhere/at/all") is None
    assert host.kernel()[0]
