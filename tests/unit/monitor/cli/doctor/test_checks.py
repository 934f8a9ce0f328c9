# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks: nothing to say about a healthy gateway; for each thing that breaks, the right words and command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from teql_monitor import config
from teql_monitor.cli.doctor.checks import CHECKS, examine
from teql_monitor.cli.doctor.facts import Facts, Qdisc
from teql_monitor.cli.doctor.finding import OK, Finding

GATEWAY = json.loads((Path(__file__).parents[1] / "recorded" / "gateway.json").read_text())
CONFIG, STATUS = GATEWAY["config"], GATEWAY["status"]


def troubles(facts: Facts) -> list[Finding]:
    return [finding for finding in examine(facts) if finding.verdict != OK]


def with_link(facts: Facts, name: str, **changes: Any) -> Facts:
    return replace(facts, links={**facts.links, name: replace(facts.links[name], **changes)})


def with_setting(facts: Facts, path: str, value: str) -> Facts:
    return replace(facts, files={**facts.files, path: value})


def with_config(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, config=config.parse(json.dumps({**CONFIG, **changes})))


def with_status(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, status={**STATUS, **changes})


def without_rules(facts: Facts, **words: Any) -> Facts:
    kept = [rule for rule in facts.rules if not words.items() <= rule.items()]
    assert len(kept) < len(facts.rules)
    return replace(facts, rules=tuple(kept))


def without_monitor(facts: Facts) -> Facts:
    return replace(
        facts, status=None, monitor_trouble="It does not run.", monitor_fix="sudo systemctl start teql-monitor"
    )


def neighbours(facts: Facts, port: str, *found: dict[str, Any]) -> Facts:
    kept = [each for each in facts.neighbours if each["dev"] != port]
    return replace(facts, neighbours=(*kept, *({"dst": "192.0.2.1", "dev": port, **each} for each in found)))


def static(facts: Facts) -> Facts:
    """The monitor has learned the router of the first line."""
    first, second = CONFIG["lines"]
    lines = [{**first, "router": "172.16.0.1"}, second]
    known = {"state": ["PERMANENT"], "lladdr": "02:00:00:00:00:99"}
    return neighbours(with_config(facts, neighbours="static", lines=lines), "eth2", known, {**known, "dst": "fe80::1"})


def routes(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, ways={**facts.ways, ("198.51.100.1", "eth2"): changes or None})


def test_a_healthy_gateway(facts: Facts) -> None:
    assert troubles(facts) == []
    assert {finding.name for finding in examine(facts)} >= {
        *(
            "config",
            "monitor",
            "bond",
            "mtu",
            "address",
            "default_route",
            "membership",
            "port",
            "line_address",
            "qdisc",
        ),
        *("rp_filter", "arp_ignore", "rules", "table", "probes", "neighbour", "kernel", "user_namespaces"),
    }


CASES: list[tuple[Any, str, str, str, str]] = [
    # what broke, check, subject, verdict, what the fix says
    (lambda f: replace(f, config_problems=("x: is wrong",)), "config", "settings", "error", "teqlctl check"),
    (lambda f: replace(f, config_warnings=("x: odd",)), "config", "settings", "warning", "teqlctl check"),
    (without_monitor, "monitor", "teql-monitor", "error", "sudo systemctl start teql-monitor"),
    (lambda f: with_status(f, config_error="bad"), "monitor", "teql-monitor", "error", "teqlctl check"),
    (lambda f: with_status(f, targets=[]), "monitor", "teql-monitor", "warning", "systemctl reload"),
    (
        lambda f: with_config(with_status(f, mode="observe"), mode="observe"),
        *("monitor", "teql-monitor", "warning", "enforce"),
    ),
    (
        lambda f: replace(f, links={k: v for k, v in f.links.items() if k != "teql0"}),
        "bond",
        "teql0",
        "error",
        "modprobe",
    ),
    (lambda f: with_link(f, "teql0", up=False), "bond", "teql0", "error", "ip link set dev teql0 up"),
    (lambda f: replace(f, qdiscs={}), "bond", "teql0", "error", "teqlctl status"),
    (lambda f: with_link(f, "teql0", mtu=1501), "mtu", "teql0", "error", "ip link set dev teql0 mtu 1500"),
    (lambda f: with_link(f, "teql0", mtu=1400), "mtu", "teql0", "warning", "ip link set dev teql0 mtu 1500"),
    (lambda f: with_link(f, "teql0", addresses=()), "address", "teql0", "error", "ip address add 192.0.2.2/"),
    (lambda f: replace(f, defaults=()), "default_route", "teql0", "warning", "via 192.0.2.1 dev teql0 onlink"),
    (lambda f: with_link(f, "eth2", carrier=False), "membership", "a", "error", "tc qdisc del dev eth2 root"),
    (lambda f: replace(f, qdiscs={"eth3": Qdisc("teql0", "8002:")}), "membership", "a", "error", "journalctl"),
    (
        lambda f: replace(without_monitor(f), qdiscs={"eth3": Qdisc("teql0", "8002:")}),
        *("membership", "a", "warning", "tc qdisc replace dev eth2 root teql0"),
    ),
    (
        lambda f: replace(f, qdiscs={**f.qdiscs, "eth9": Qdisc("teql0", "8009:")}),
        *("membership", "eth9", "warning", "tc qdisc del dev eth9 root"),
    ),
    (
        lambda f: replace(f, links={k: v for k, v in f.links.items() if k != "eth2"}),
        *("port", "a", "error", "ip -br link"),
    ),
    (lambda f: with_link(f, "eth2", up=False), "port", "a", "error", "ip link set dev eth2 up"),
    (lambda f: with_link(f, "eth2", carrier=False), "port", "a", "error", "cable"),
    (lambda f: with_link(f, "eth2", addresses=()), "line_address", "a", "error", "add 172.16.0.2/30 dev eth2"),
    (
        lambda f: replace(f, qdiscs={**f.qdiscs, "eth2": Qdisc("cake", "8010:")}),
        *("qdisc", "a", "error", "tc qdisc del dev eth2 root"),
    ),
    (
        lambda f: with_setting(
            with_setting(f, "/proc/sys/net/ipv4/conf/eth2/rp_filter", "1"), "/proc/sys/net/ipv4/conf/all/rp_filter", "0"
        ),
        *("rp_filter", "a", "error", "sysctl -w net/ipv4/conf/eth2/rp_filter=2"),
    ),
    (
        lambda f: with_setting(f, "/proc/sys/net/ipv4/conf/all/arp_ignore", "1"),
        *("arp_ignore", "b", "error", "sysctl -w net/ipv4/conf/all/arp_ignore=0"),
    ),
    (lambda f: with_link(f, "eth3", kind="macvlan", lower="eth2"), "stacking", "b", "error", "disable the line a"),
    (lambda f: with_link(f, "eth3", point_to_point=True), "stacking", "teql0", "warning", "disable"),
    (lambda f: without_rules(f, oif="eth2"), "rules", "a", "error", "systemctl restart"),
    (
        lambda f: without_monitor(without_rules(f, oif="eth2")),
        *("rules", "a", "error", "ip -4 rule add oif eth2 lookup 20400 priority 20400"),
    ),
    (
        lambda f: without_monitor(without_rules(f, priority=20399, src="172.16.0.6")),
        *("rules", "b", "error", "from 172.16.0.6 lookup main suppress_prefixlength 0 priority 20399"),
    ),
    (
        lambda f: without_monitor(replace(f, tables={})),
        *("table", "a", "error", "ip -4 route replace default via 192.0.2.1 dev eth2 table 20400 onlink"),
    ),
    (routes, "probes", "a", "error", "ip route get fibmatch 198.51.100.1 oif eth2"),
    (lambda f: routes(f, dst="default", dev="eth9"), "probes", "a", "error", "fibmatch"),
    (lambda f: neighbours(f, "eth2", {"state": ["FAILED"]}), "neighbour", "a", "error", "give the router the address"),
    (
        lambda f: neighbours(f, "eth2", {"state": ["PERMANENT"], "lladdr": "02:00:00:00:00:99"}),
        *("neighbour", "a", "warning", "ip neighbour del 192.0.2.1 dev eth2"),
    ),
    (
        lambda f: neighbours(f, "eth3"),
        *("neighbour", "b", "error", "replace 192.0.2.1 lladdr 02:00:00:00:00:03 dev eth3 nud permanent"),
    ),
    (
        lambda f: neighbours(static(f), "eth2"),
        *("neighbour", "a", "error", "ping -c 3 172.16.0.1"),
    ),
    (lambda f: replace(f, release="5.14.0-427.el9", version=""), "kernel", "kernel 5.14.0-427.el9", "warning", "zgrep"),
    (lambda f: replace(f, version="Debian 6.12.90-1"), "kernel", "kernel 6.12.90", "warning", "6.12.97 or newer"),
    (lambda f: replace(f, release="2.6.32", version=""), "kernel", "kernel 2.6.32", "error", "2.6.35"),
    (without_monitor, "dead_member", "kernel 6.12.117", "warning", "start teql-monitor"),
    (
        lambda f: with_setting(f, "/proc/sys/user/max_user_namespaces", "31000"),
        *("user_namespaces", "kernel", "warning", "sysctl -w user.max_user_namespaces=0"),
    ),
]


@pytest.mark.parametrize(("broken", "name", "subject", "verdict", "fix"), CASES)
def test_what_broke_is_told_with_what_to_type(
    facts: Facts, broken: Any, name: str, subject: str, verdict: str, fix: str
) -> None:
    found = [each for each in troubles(broken(facts)) if (each.name, each.subject) == (name, subject)]
    assert found and found[0].verdict == verdict
    assert any(fix in each.fix for each in found), found
    assert all(each.message and each.fix for each in troubles(broken(facts)))


def test_every_check_has_a_case() -> None:
    told = {name for _broken, name, *_result in CASES}
    own_names = {"addresses": "address", "address": "line_address", "tables": "table", "traps": "kernel"}
    own_names |= {"neighbours": "neighbour"}
    assert {own_names.get(check.__name__, check.__name__) for check in CHECKS} <= told


def test_what_is_well_is_not_told_off(facts: Facts) -> None:
    quiet = [
        with_link(facts, "eth2", point_to_point=True, addresses=("172.16.0.2",)),
        with_setting(facts, "/proc/sys/net/ipv4/conf/eth2/rp_filter", "1"),  # all is 2: the greater counts
        replace(facts, qdiscs={**facts.qdiscs, "eth2": Qdisc("teql0", "1:")}),
        with_setting(with_setting(facts, "/proc/sys/user/max_user_namespaces", "9"), *CONFINED),
        neighbours(facts, "eth2"),
        static(facts),
    ]
    for each in quiet:
        assert [f for f in troubles(each) if f.name != "stacking"] == []


CONFINED = ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")


def test_debians_switch_is_named_where_it_is(facts: Facts) -> None:
    debian = with_setting(facts, "/proc/sys/kernel/unprivileged_userns_clone", "1")
    debian = with_setting(debian, "/proc/sys/user/max_user_namespaces", "9")
    assert "kernel.unprivileged_userns_clone=0" in troubles(debian)[0].fix


def test_a_line_that_is_out_for_a_reason(facts: Facts) -> None:
    lines = [{**STATUS["lines"][0], "member": False, "state": "degraded", "reason": "late"}, STATUS["lines"][1]]
    out = replace(with_status(facts, lines=lines), qdiscs={"eth3": facts.qdiscs["eth3"]})
    assert troubles(out) == []
    assert any("degraded, late" in finding.message for finding in examine(out))


def test_an_ipv4_bond_is_not_asked_for_ipv6(facts: Facts) -> None:
    plain = with_config(facts, address6=None, common_address6=None, targets=CONFIG["targets"][:1])
    plain = with_status(plain, targets=STATUS["targets"][:1])
    plain = replace(plain, tables={key: value for key, value in plain.tables.items() if key[0] == 4})
    assert troubles(plain) == []


def test_who_may_not_ask_the_monitor_is_not_told_that_it_is_away(facts: Facts) -> None:
    closed = replace(without_monitor(facts), monitor_closed=True, qdiscs={"eth3": Qdisc("teql0", "8002:")})
    assert [(each.name, each.verdict) for each in troubles(closed)] == [("monitor", "warning")]
