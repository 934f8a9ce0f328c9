# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands show: the keys of the contract, in a form that JSON can carry."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fakes import BOND, TARGETS, site
from gateway import Gateway

from teql_monitor import metrics, status
from teql_monitor.ring import COLUMNS

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
STATES = {"up", "down", "degraded", "drained", "starting", "misconfigured"}
TOP = {
    "version": int,
    "bond": str,
    "mode": str,
    "fail_open": bool,
    "time": str,
    "started": str,
    "monitor": str,
    "bond_exists": bool,
    "bond_up": bool,
    "mtu": int,
    "config_error": str,
    "targets": list,
    "lines": list,
}
LINE: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "interface": (str,),
    "state": (str,),
    "member": (bool,),
    "reason": (str,),
    "since": (str,),
    "rtt_ms": (float, type(None)),
    "rtt_peers_ms": (float, type(None)),
    "rtt_excess_ms": (float, type(None)),
    "loss": (float,),
    "enabled": (bool,),
    "carrier": (bool,),
    "router": (bool, type(None)),
    "share": (float,),
    "tx_kbit": (float,),
    "rx_kbit": (float,),
    "rate_kbit": (float, int, type(None)),
    "load": (float,),
    "penalty": (int,),
    "damped_until": (str, type(None)),
    "drained_until": (str, type(None)),
    "transitions": (int,),
}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path, site()).run(10)


def shown(gateway: Gateway) -> dict[str, Any]:
    """What a client reads."""
    return json.loads(json.dumps(status.status(gateway.monitor), allow_nan=False))


def test_the_keys_of_the_contract_are_there_from_the_first_moment_on(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, site())
    for _moment in range(2):
        found = shown(gateway)
        assert {key: type(found[key]) for key in TOP} == TOP
        for line in found["lines"]:
            assert all(isinstance(line[key], kinds) for key, kinds in LINE.items()), line
            assert line["state"] in STATES and TIME.fullmatch(line["since"])
        gateway.run(10)
    assert found["targets"] == [{"address": TARGETS[0], "well": True}]
    assert TIME.fullmatch(found["time"]) and TIME.fullmatch(found["started"])


def test_a_whole_line(gateway: Gateway) -> None:
    line = shown(gateway)["lines"][0]
    assert (line["state"], line["member"], line["reason"], line["router"]) == ("up", True, "", True)
    assert (line["rtt_ms"], line["rtt_excess_ms"], line["loss"]) == (pytest.approx(10, abs=1), pytest.approx(0), 0.0)


def test_a_bond_that_is_not_there_is_told(gateway: Gateway) -> None:
    gateway.kernel.unplug(BOND)
    gateway.notice()
    found = shown(gateway)
    assert (found["bond_exists"], found["bond_up"], found["mtu"]) == (False, False, None)


def test_shares_are_of_the_bonds_packets_and_add_up(gateway: Gateway) -> None:
    for place, packets in enumerate((100, 200, 300, 400)):
        gateway.kernel.count(f"eth{place + 2}", tx_packets=packets)
    gateway.run(1)
    assert [line["share"] for line in shown(gateway)["lines"]] == [0.1, 0.2, 0.3, 0.4]


def test_until_when_a_line_is_drained_or_damped(gateway: Gateway) -> None:
    now = gateway.clock.now()
    gateway.monitor.judge.drain("a", now + 3600)
    gateway.monitor.judge.drain("b", None)
    for _failure in range(4):
        gateway.monitor.judge.lines["c"].penalty.failed(now)
    gateway.run(1)
    a, b, c, d = shown(gateway)["lines"]
    assert a["state"] == b["state"] == "drained" and TIME.fullmatch(a["drained_until"]) and b["drained_until"] is None
    assert c["penalty"] > 2500 and c["damped_until"] > shown(gateway)["time"]
    assert d["damped_until"] is None


def test_a_clock_that_is_set_moves_all_times_with_it(gateway: Gateway) -> None:
    gateway.clock.offset += 3600
    found = shown(gateway)
    assert found["lines"][0]["since"] > shown_time(gateway, -60)
    assert found["started"] > shown_time(gateway, -60)


def shown_time(gateway: Gateway, seconds: float) -> str:
    return gateway.clock.text(gateway.clock.now() + seconds) or ""


def test_the_headline_names_what_is_not_up(gateway: Gateway) -> None:
    assert status.headline(gateway.monitor) == "4 of 4 lines up"
    gateway.kernel.put("eth3", carrier=False)
    gateway.notice()
    assert status.headline(gateway.monitor) == "3 of 4 lines up: b down (no carrier)"


def test_counters_only_grow_and_the_metrics_can_be_written(gateway: Gateway) -> None:
    before = status.counters(gateway.monitor)
    gateway.link.dead = {4}
    gateway.run(5)
    after = json.loads(json.dumps(status.counters(gateway.monitor, "line 3: no"), allow_nan=False))
    assert after["reconcile"]["part"] == 1 and after["reload_success"] is False
    assert after["lines"][1]["transitions"] == {"up:": 1, "down:the router does not answer": 1}
    for old, new in zip(before["lines"], after["lines"], strict=True):
        for one, two in zip(old["probes"], new["probes"], strict=True):
            assert two["sent"] > one["sent"] and two["lost"] >= one["lost"]
            assert two["rtt_count"] >= one["rtt_count"] and len(two["buckets"]) == len(one["buckets"])
    assert "teql" in metrics.render(after)


def report(gateway: Gateway) -> dict[str, Any]:
    pieces = list(status.report(gateway.monitor))
    assert len(pieces) == 2 + len(gateway.monitor.config.lines)
    answer = json.loads(b"".join(pieces))
    assert answer["ok"] is True
    return answer["result"]


def test_the_report_has_25_hours_of_every_line(gateway: Gateway) -> None:
    gateway.run(200)
    found = report(gateway)
    assert (found["version"], found["bond"], found["column_seconds"], found["columns"]) == (1, BOND, 100, 900)
    assert found["end"] % 100 == 0 and 0 < found["end"] - gateway.clock.wall() <= 100
    assert [line["name"] for line in found["lines"]] == ["a", "b", "c", "d"]
    samples = found["lines"][0]["samples"]
    assert len(samples) == COLUMNS and samples[0] is None
    sent, lost, low, mean, high, member, state, _tx, _rx = samples[-2]
    assert 490 <= sent <= 510 and lost == 0 and 9_000 <= low <= mean <= high <= 11_000
    assert (member, state) == (100, "u")
    assert found["status"]["lines"][0]["state"] == "up" and {"seq", "time", "kind"} <= found["events"][0].keys()


def test_a_reload_in_the_middle_of_a_report_does_no_harm(gateway: Gateway) -> None:
    pieces = status.report(gateway.monitor)
    first = next(pieces)
    gateway.monitor.reload(site(2))
    assert len(json.loads(first + b"".join(pieces))["result"]["lines"]) == 4
