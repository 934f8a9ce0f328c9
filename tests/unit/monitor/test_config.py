# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configurations: read, refused with every problem at once, and warned about."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teql_monitor.config import Config, ConfigError, Damping, Latency, LineConfig, Loss, load, parse, warnings
from teql_monitor.config.fields import GROUPS, LINE, TOP

A = {"interface": "eth2", "name": "a", "address": "172.16.0.2/30", "router": "172.16.0.1"}
B = {"interface": "eth3", "name": "b", "address": "172.16.0.6/30", "router": "172.16.0.5"}
BASE: dict[str, Any] = {
    "version": 1,
    "bond": "teql0",
    "address": "192.0.2.2",
    "common_address": "192.0.2.1",
    "targets": ["198.51.100.1", "203.0.113.1"],
    "lines": [A, B],
}


def written(**changes: Any) -> str:
    return json.dumps({**BASE, **changes})


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


def test_defaults() -> None:
    config = parse(json.dumps({key: BASE[key] for key in BASE if key != "address"} | {"source": "management"}))
    assert config == Config(
        bond="teql0",
        common_address="192.0.2.1",
        targets=("198.51.100.1", "203.0.113.1"),
        lines=(
            LineConfig(interface="eth2", name="a", address="172.16.0.2/30", router="172.16.0.1"),
            LineConfig(interface="eth3", name="b", address="172.16.0.6/30", router="172.16.0.5"),
        ),
        source="management",
    )
    assert (config.mode, config.address, config.address6, config.common_address6) == ("enforce", None, None, None)
    assert (config.quorum, config.interval, config.timeout, config.fall, config.rise) == (1, 0.2, 0.4, 3, 3)
    assert (config.hold_down, config.min_lines, config.mtu, config.table, config.load_limit) == (
        5.0,
        1,
        None,
        20400,
        0.8,
    )
    assert config.latency == Latency(excess_ms=10.0, excess_ratio=0.5, window=8.0, sustain=4.0, return_after=30.0)
    assert config.loss == Loss(tolerated=0.01, return_after=60.0)
    assert config.damping == Damping(half_life=120.0, suppress=2500, reuse=750, longest=600.0)


def test_everything_given() -> None:
    line = {**A, "kind": "router", "enabled": False, "router_mac": "02-00-5E-00-53-01", "rate_kbit": 10_000}
    config = parse(
        written(
            mode="observe",
            address6="2001:DB8:0::2",
            common_address6="fe80::1",
            targets=["2001:db8:ffff::1", "198.51.100.1"],
            source="management",
            quorum=2,
            interval=1,
            timeout=1,
            fall=5,
            rise=10,
            hold_down=0,
            min_lines=2,
            mtu=1400,
            table=300,
            latency={"excess_ms": 5, "excess_ratio": 1, "window": 9, "for": 2, "return_after": 3},
            loss={"tolerated": 0.02, "return_after": 4},
            load_limit=0.5,
            damping={"half_life": 60, "suppress": 2000, "reuse": 500, "longest": 300},
            lines=[line, {"interface": "ppp0", "kind": "pppoe"}],
        )
    )
    assert config == Config(
        bond="teql0",
        mode="observe",
        address="192.0.2.2",
        address6="2001:db8::2",
        common_address="192.0.2.1",
        common_address6="fe80::1",
        targets=("2001:db8:ffff::1", "198.51.100.1"),
        source="management",
        quorum=2,
        interval=1.0,
        timeout=1.0,
        fall=5,
        rise=10,
        hold_down=0.0,
        min_lines=2,
        mtu=1400,
        table=300,
        latency=Latency(5.0, 1.0, 9.0, 2.0, 3.0),
        loss=Loss(0.02, 4.0),
        load_limit=0.5,
        damping=Damping(60.0, 2000.0, 500.0, 300.0),
        lines=(
            LineConfig("eth2", "a", "router", False, "172.16.0.2/30", "172.16.0.1", "02:00:5e:00:53:01", 10_000.0),
            LineConfig("ppp0", "ppp0", "pppoe"),
        ),
    )


def test_what_follows() -> None:
    config = parse(written())
    assert config.detection == pytest.approx(1.0)
    assert parse(written(interval=0.1, timeout=0.2)).detection == pytest.approx(0.5)
    assert [config.table_of(line) for line in config.lines] == [20400, 20401]
    assert [line.host for line in config.lines] == ["172.16.0.2", "172.16.0.6"]
    assert LineConfig("eth2", "eth2").host is None


def test_null_means_left_out() -> None:
    nulls = {key: None for key, field in TOP.items() if not field.needed and key != "address"}
    assert parse(written(**nulls, lines=[{**dict.fromkeys(LINE), **A}, B])) == parse(written())
    assert parse(written(latency=dict.fromkeys(GROUPS["latency"]))) == parse(written())


FIELDS = [
    ("version", None, "version: is missing; write 1"),
    ("version", 2, "version: is the number 2, but this monitor reads version 1; run the role monitor again"),
    ("version", True, "version: is the truth value true, but this monitor reads version 1; run the role monitor again"),
    ("bond", None, "bond: is missing; name the equalizer, such as teql0"),
    ("bond", "bond0", "bond: 'bond0' is no equalizer; the kernel calls them teql0, teql1 and so on"),
    ("mode", "watch", "mode: is the text 'watch'; take enforce or observe"),
    ("mode", [], "mode: is a list; take enforce or observe"),
    ("address", "192.0.2.2/29", "address: '192.0.2.2/29' is no address; leave the prefix out"),
    ("address", "192.0.2", "address: '192.0.2' is no address; write it like 192.0.2.2 or 2001:db8::2"),
    ("address", "192.0.02.2", "address: '192.0.02.2' is no address; write it like 192.0.2.2 or 2001:db8::2"),
    ("address", "2001:db8::2", "address: 2001:db8::2 is an IPv6 address; write an IPv4 one, like 192.0.2.2"),
    ("address", "127.0.0.1", "address: 127.0.0.1 is no address that a host can have; take one of the network's own"),
    ("address", "192.0.2.1", "address: 192.0.2.1 is already common_address; give the gateway an address of its own"),
    (
        "address",
        None,
        "address: is missing, and probes with source public carry it; give it, or take source management",
    ),
    ("address6", "192.0.2.2", "address6: 192.0.2.2 is an IPv4 address; write an IPv6 one, like 2001:db8::2"),
    ("address6", "fe80::2%eth2", "address6: 'fe80::2%eth2' names an interface; leave the part from % on out"),
    ("address6", "fe80::2", "address6: fe80::2 gets no answers from beyond the lines; give the public one"),
    ("common_address", None, "common_address: is missing; give the address that all routers share, such as 192.0.2.1"),
    ("source", "router", "source: is the text 'router'; take public or management"),
    ("targets", None, "targets: is missing; give addresses beyond the lines"),
    ("targets", [], "targets: is empty; give addresses beyond the lines"),
    ("targets", "198.51.100.1", "targets: is the text '198.51.100.1', not a list; give addresses beyond the lines"),
    ("targets", [1], "targets[0]: is the number 1, not text; put it in quotes"),
    (
        "targets",
        ["dns.example"],
        "targets[0]: 'dns.example' is no address; write the address itself, names cannot be asked for on a dead line",
    ),
    ("targets", ["198.51.100"], "targets[0]: '198.51.100' is no address; write it like 192.0.2.2 or 2001:db8::2"),
    ("targets", ["fe80::1"], "targets[0]: fe80::1 ends at the next router; take an address beyond the lines"),
    (
        "targets",
        ["198.51.100.1", "198.51.100.1"],
        "targets[1]: 198.51.100.1 is already targets[0]; leave one of them out",
    ),
    ("targets", ["172.16.0.5"], "targets[0]: 172.16.0.5 is lines[1].router; take an address beyond the lines"),
    ("targets", ["192.0.2.1"], "targets[0]: 192.0.2.1 is common_address; take an address beyond the lines"),
    ("targets", [f"198.51.100.{host}" for host in range(17)], "targets: are 17; take at most 16"),
    ("quorum", 3, "quorum: is 3, but there are 2 targets; take at most 2"),
    ("quorum", 0, "quorum: is 0; take 1 to 100"),
    ("quorum", 1.0, "quorum: is the number 1.0; write a whole number, without quotes"),
    ("interval", "0.2", "interval: is the text '0.2'; write a number of seconds, without quotes"),
    ("interval", True, "interval: is the truth value true; write a number of seconds, without quotes"),
    ("interval", 0, "interval: is 0 seconds; take 0.02 to 60 seconds"),
    ("interval", 5, "latency.window: is 8 s, too short for 3 probes, one every 5 s; take at least 15"),
    ("timeout", 4.1, "timeout: is 4.1 s, more than 20 intervals of 0.2 s; take at most 4, or a longer interval"),
    ("fall", 0, "fall: is 0; take 1 to 100"),
    ("rise", True, "rise: is the truth value true; write a whole number, without quotes"),
    ("hold_down", -1, "hold_down: is -1 seconds; take 0 to 86400 seconds"),
    ("min_lines", 3, "min_lines: is 3, but there are 2 lines; take at most 2"),
    ("mtu", 100, "mtu: is 100; take 576 to 65535"),
    ("table", 1, "table: is 1; take 2 to 32765"),
    ("table", 254, "table: is 254: the lines would take the kernel's own tables 253 to 255; take one from 256 on"),
    ("table", 252, "table: is 252: the lines would take the kernel's own tables 253 to 255; take one from 256 on"),
    ("table", 32765, "table: is 32765: the lines' rules would come after the main table's; take at most 32764"),
    ("load_limit", 1.5, "load_limit: is 1.5; take 0.05 to 1"),
    ("latency", 10, "latency: is the number 10, not an object; leave it out to have its defaults"),
    (
        "latency",
        {"sustain": 4},
        "latency.sustain: is no key here; known are excess_ms, excess_ratio, window, for, return_after",
    ),
    ("latency", {"for": "4"}, "latency.for: is the text '4'; write a number of seconds, without quotes"),
    ("latency", {"excess_ms": 0}, "latency.excess_ms: is 0 ms; take 0.1 to 10000 ms"),
    ("loss", {"tolerated": 1}, "loss.tolerated: is 1; take 0 to 0.5"),
    (
        "damping",
        {"reuse": 2500},
        "damping.reuse: is 2500, not below suppress 2500; a line would be free again as soon as it is damped: take a smaller one",
    ),
    ("damping", {"halflife": 1}, "damping.halflife: is no key here; did you mean half_life?"),
    ("lines", None, "lines: is missing; list at least one line"),
    ("lines", {}, "lines: is an object, not a list; list at least one line"),
    ("lines", [A, "eth3"], "lines[1]: is the text 'eth3', not an object; write at least its interface"),
    ("adress", "192.0.2.2", "adress: is no key here; did you mean address?"),
]


@pytest.mark.parametrize(("key", "value", "message"), FIELDS)
def test_refused_fields(key: str, value: Any, message: str) -> None:
    assert problems(written(**{key: value})) == [message]


LINES = [
    ("interface", None, "interface: is missing; name the gateway's port, such as eth2"),
    (
        "interface",
        "x" * 16,
        f"interface: '{'x' * 16}' is no interface name: the kernel takes at most 15 bytes; write the name that `ip link` shows",
    ),
    (
        "interface",
        "a/b",
        "interface: 'a/b' is no interface name: the kernel takes none of / : %; write the name that `ip link` shows",
    ),
    (
        "interface",
        "eth2\n",
        "interface: 'eth2\\n' is no interface name: it has white space or a character beyond ASCII; write the name that `ip link` shows",
    ),
    ("interface", "eth2", "interface: eth2 is already lines[0].interface; give each line a port of its own"),
    ("interface", "teql0", "interface: teql0 is the bond itself; name the port of the line's router"),
    ("name", "a", "name: a is already lines[0].name; give each line a name of its own"),
    ("name", "", "name: '' is no name for a line: it is empty; take letters and digits"),
    ("name", "a\tb", "name: 'a\\tb' is no name for a line: it has a control character; take letters and digits"),
    ("name", "-b", "name: '-b' is no name for a line: commands would take it for an option; take letters and digits"),
    ("kind", "ppp", "kind: is the text 'ppp'; take router or pppoe"),
    ("enabled", 1, "enabled: is the number 1; write true or false, without quotes"),
    ("address", "172.16.0.6", "address: '172.16.0.6' has no prefix; write it like 192.0.2.2/30"),
    ("address", "172.16.0.6/33", "address: '172.16.0.6/33' has no usable prefix; it is a number from 1 to 32"),
    ("address", "172.16.0.6/+3", "address: '172.16.0.6/+3' has no usable prefix; it is a number from 1 to 32"),
    (
        "address",
        "172.16.0.4/30",
        "address: 172.16.0.4 is the network address of 172.16.0.4/30; take an address between its first and last",
    ),
    (
        "address",
        "172.16.0.7/30",
        "address: 172.16.0.7 is the broadcast address of 172.16.0.4/30; take an address between its first and last",
    ),
    (
        "address",
        "172.16.0.2/29",
        "address: 172.16.0.2 is already lines[0].address; give every line addresses of its own",
    ),
    ("address", None, "address: is missing while router is 172.16.0.5; give both or neither"),
    (
        "router",
        "172.16.0.9",
        "router: 172.16.0.9 is not in the network of 172.16.0.6/30; give the router's address there",
    ),
    ("router", "172.16.0.6", "router: 172.16.0.6 is already lines[1].address; give every line addresses of its own"),
    ("router_mac", "02:00", "router_mac: '02:00' is no MAC address; write it like 02:00:5e:00:53:01"),
    (
        "router_mac",
        "01:00:5e:00:00:01",
        "router_mac: '01:00:5e:00:00:01' is no host's MAC address; write the one of the router's own LAN port",
    ),
    ("rate_kbit", 0, "rate_kbit: is 0 kbit/s; take 1 to 1000000000 kbit/s"),
    (
        "wieght",
        1,
        "wieght: is no key here; known are name, interface, kind, enabled, address, router, router_mac, rate_kbit",
    ),
]


@pytest.mark.parametrize(("key", "value", "message"), LINES)
def test_refused_fields_of_a_line(key: str, value: Any, message: str) -> None:
    assert problems(written(lines=[A, {**B, key: value}])) == [f"lines[1].{message}"]


def test_one_mistake_is_named_once() -> None:
    eth2 = {"interface": "eth2"}
    assert problems(written(lines=[eth2, eth2])) == [
        "lines[1].interface: eth2 is already lines[0].interface; give each line a port of its own"
    ]


def test_every_problem_at_once() -> None:
    found = problems(
        written(bond="x", quorum=9, interval=-1, targets=["x", "198.51.100.1"], lines=[A, {**A, "kind": "x"}])
    )
    assert [problem.split(":")[0] for problem in found] == [
        "bond",
        "interval",
        "targets[0]",
        "lines[1].kind",
        "lines[1].interface",
        "lines[1].name",
        "lines[1].address",
        "lines[1].router",
        "quorum",
    ]


def test_sources_need_their_addresses() -> None:
    bare = [{"interface": "eth2"}, {"interface": "eth3"}, {"interface": "ppp0", "kind": "pppoe"}]
    assert problems(written(source="management", lines=bare)) == [
        f"lines[{index}].address: is missing, and probes with source management carry it; give it" for index in (0, 1)
    ]
    six = ["2001:db8:ffff::1"]
    assert problems(written(targets=six)) == [
        f"{key}: is missing, and targets[0] {six[0]} needs it; give it, or take IPv4 targets only"
        for key in ("common_address6", "address6")
    ]
    assert parse(written(targets=six, address=None, address6="2001:db8::2", common_address6="fe80::1", lines=bare))


def test_pppoe_has_no_addresses_of_its_own() -> None:
    assert problems(written(lines=[{**A, "kind": "pppoe", "router_mac": "02:00:5e:00:53:01"}])) == [
        f"lines[0].{key}: is not for a line of kind pppoe; leave it out, the provider gives the addresses"
        for key in ("address", "router", "router_mac")
    ]


def test_small_mtu_and_ipv6() -> None:
    assert parse(written(mtu=1000)).mtu == 1000
    assert problems(written(mtu=1000, address6="2001:db8::2")) == [
        "mtu: is 1000, too small for IPv6; take at least 1280, or leave address6 out"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: is no JSON: Expecting value; mend it, or run the role monitor again"),
        ('{"bond":}', "line 1, column 9: is no JSON: Expecting value; mend it, or run the role monitor again"),
        ("[]", "configuration: is a list; write an object, {...}"),
        ('{"fall": 1, "fall": 2}', "configuration: the key 'fall' stands twice in one object; keep one of them"),
        ('{"interval": NaN}', "configuration: NaN is no number to work with; write digits"),
    ],
)
def test_no_configuration_at_all(text: str, message: str) -> None:
    assert problems(text) == [message]


def test_depth_and_length_are_no_traceback() -> None:
    assert len(problems("[" * 100_000)) == 1
    assert problems(written().replace('"version": 1', '"version": 1, "interval": 1e999'))[0].startswith(
        "interval: is inf"
    )


def test_loading(tmp_path: Path) -> None:
    path = tmp_path / "monitor.json"
    with pytest.raises(ConfigError, match=r"monitor.json: is missing; the role monitor writes it"):
        load(str(path))
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(str(tmp_path))
    path.write_bytes(b"{\xff")
    with pytest.raises(ConfigError, match="is no UTF-8 text at byte 1"):
        load(str(path))
    path.write_text(written())
    assert load(str(path)) == parse(written())


texts = st.text("a1./:é\n\ud800", max_size=5)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(list(TOP)), anything), st.dictionaries(st.sampled_from(list(LINE)), anything))
def test_nothing_but_a_config_or_its_problems(top: dict[str, Any], line: dict[str, Any]) -> None:
    try:
        config = parse(json.dumps({**BASE, "lines": [A, {**B, **line}], **top}))
    except ConfigError as error:
        assert error.problems
        assert all(": " in problem for problem in error.problems)
    else:
        assert isinstance(warnings(config), list)


def test_a_good_configuration_has_no_warnings() -> None:
    assert warnings(parse(written())) == []


def rated(*rates: int | None, enabled: bool = True) -> str:
    lines = [{"interface": f"eth{index}", "rate_kbit": rate} for index, rate in enumerate(rates)]
    lines[0]["enabled"] = enabled
    return written(lines=lines)


@pytest.mark.parametrize(
    ("rates", "slow"),
    [
        ((10_000, 10_000, 10_000), []),
        ((10_000, 10_000, 7_000), []),
        ((10_000, 10_000, 6_667), []),
        ((10_000, 10_000, 5_000), [2]),  # measured: 12.1 Mbit/s with it, 19.1 without
        ((1_000, 10_000, 10_000), [0]),
        ((1_000, 10_000, 1_000, 10_000), [0, 2]),
        ((10_000, 5_000), []),
        ((10_000, None, 1_000), []),
    ],
)
def test_slow_lines(rates: tuple[int | None, ...], slow: list[int]) -> None:
    found = [warning.split(":")[0] for warning in warnings(parse(rated(*rates)))]
    assert found == [f"lines[{index}].rate_kbit" for index in slow]


def test_the_slow_line_warning() -> None:
    assert warnings(parse(rated(10_000, 10_000, 1_000))) == [
        (
            "lines[2].rate_kbit: at 1000 kbit/s this line slows the bond: all 3 lines give 3000 kbit/s, "
            "the fastest 2 alone 20000; set `enabled: false`, or get it the others' speed"
        )
    ]
    assert warnings(parse(rated(1_000, 10_000, 10_000, enabled=False))) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"targets": ["198.51.100.1"]},
            "targets: 198.51.100.1 is the only one; when it fails, dead lines stay in: name a second one",
        ),
        (
            {"interval": 2, "timeout": 2},
            "interval: a dead line loses its share of the packets for up to 8 s (fall x interval + timeout); take a shorter interval or timeout",
        ),
        (
            {"timeout": 1},
            "timeout: at 1 s most of the time to notice a dead line is spent on waiting; fall x interval is 0.6 s",
        ),
        ({"timeout": 0.05}, "timeout: at 0.05 s the answers of a busy line count as lost; take at least 0.1"),
        ({"fall": 1, "timeout": 0.2}, "fall: a single lost probe takes a line out; take 2 or more"),
        (
            {"min_lines": 2, "lines": [A, {**B, "enabled": False}]},
            "min_lines: is 2, but 1 of the lines are enabled; enable more or lower it",
        ),
        (
            {"lines": [A, {**B, "enabled": False}]},
            "lines: only one is enabled: there is nothing to compare its latency with, and nothing to take over",
        ),
        (
            {"lines": [A, {**B, "name": "eth2"}]},
            "lines[1].name: eth2 is the interface of lines[0]; take a name that misleads nobody",
        ),
    ],
)
def test_warnings(changes: dict[str, Any], message: str) -> None:
    assert warnings(parse(written(**changes))) == [message]
