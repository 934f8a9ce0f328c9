# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else writes down about a line: read, believed as long as nothing speaks against it, and used."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from fakes import site
from gateway import Gateway
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.outside import LARGEST, NOTHING, Report, Reports, parse
from teql_monitor.status import status

ALL = {"eth2", "eth3", "eth4", "eth5"}
OUT = {"version": 1, "sync": False, "rate_kbit": 0, "reason": "modem status: down"}


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    found = Gateway(tmp_path, site()).run(3)
    found.monitor.reports = Reports(str(tmp_path / "lines"))
    (tmp_path / "lines").mkdir()
    return found


def write(gateway: Gateway, interface: str, told: dict[str, Any], age: float = 0.0) -> None:
    path = gateway.path / "lines" / f"{interface}.json"
    path.write_text(json.dumps(told))
    moment = gateway.clock.wall() - age
    os.utime(path, (moment, moment))


def line(gateway: Gateway, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in status(gateway.monitor)["lines"] if each["name"] == name)
    return found


def test_a_line_out_of_sync_leaves_within_a_second_and_returns_with_it(gateway: Gateway) -> None:
    gateway.link.dead = {4}
    write(gateway, "eth3", OUT)
    gateway.run(1.01)
    assert gateway.kernel.members() == ALL - {"eth3"}
    assert (line(gateway, "b")["state"], line(gateway, "b")["reason"]) == ("down", "modem status: down")
    assert line(gateway, "b")["sync"] is False and line(gateway, "a")["sync"] is None
    gateway.link.dead = set()
    write(gateway, "eth3", {"version": 1, "sync": True})
    gateway.run(12)
    assert gateway.kernel.members() == ALL


def test_before_the_probes_know_it(gateway: Gateway) -> None:
    """At the next tick: the probes alone need three lost ones."""
    gateway.link.dead = {4}
    write(gateway, "eth3", OUT)
    gateway.monitor.tick()
    assert gateway.kernel.members() == ALL - {"eth3"}


def test_a_line_that_answers_is_not_out_of_sync_whatever_its_router_says(gateway: Gateway) -> None:
    write(gateway, "eth3", OUT)
    gateway.run(30)
    for _again in range(5):
        write(gateway, "eth3", OUT)  # it goes on saying so
        gateway.run(10)
        assert gateway.kernel.members() == ALL
    assert len([event for event in gateway.events("member") if event == ("b", "out")]) <= 1


def test_an_old_report_says_nothing(gateway: Gateway) -> None:
    gateway.link.dead = {4}
    write(gateway, "eth3", OUT, age=61)
    gateway.run(2)
    assert line(gateway, "b")["reason"] == "the router does not answer"
    assert line(gateway, "b")["sync"] is None


def test_the_last_line_stays_whatever_is_said(gateway: Gateway) -> None:
    gateway.link.dead = {3, 4, 5, 6}
    for interface in ALL:
        write(gateway, interface, OUT)
    gateway.run(5)
    assert len(gateway.kernel.members()) == 1


def test_the_rate_takes_the_place_of_the_configured_one(gateway: Gateway) -> None:
    write(gateway, "eth3", {"version": 1, "sync": True, "rate_kbit": 832})
    gateway.run(1.01)
    assert (line(gateway, "b")["rate_kbit"], gateway.monitor.throughput["b"].rate) == (832, 832)
    (gateway.path / "lines/eth3.json").unlink()
    gateway.run(1.01)
    assert line(gateway, "b")["rate_kbit"] is None


def test_a_damaged_report_is_told_once_and_changes_nothing(gateway: Gateway) -> None:
    (gateway.path / "lines/eth3.json").write_text("{")
    gateway.run(5)
    assert gateway.kernel.members() == ALL
    assert [text for text in gateway.journal.of("trouble") if "eth3.json is ignored: it is no JSON" in text] != []
    assert len(gateway.journal.of("trouble")) == 1


def test_what_is_no_file_hangs_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "eth2.json")
    reports = Reports(str(tmp_path))
    assert reports.read("eth2", 0.0) == NOTHING and "is ignored" in reports.error
    assert reports.read("eth9", 0.0) == NOTHING and reports.error == ""


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ([], "version"),
        ({"version": 2}, "version"),
        ({"version": 1, "sync": 0}, "sync: 0"),
        ({"version": 1, "rate_kbit": True}, "rate_kbit: True"),
        ({"version": 1, "rate_kbit": -1}, "rate_kbit: -1"),
        ({"version": 1, "valid_s": 0}, "valid_s: 0"),
        ({"version": 1, "valid_s": 1e9}, "valid_s"),
        ({"version": 1, "reason": 7}, "reason: 7"),
        ({"version": 1, "reason": "x" * LARGEST}, "more than"),
    ],
)
def test_refusals_name_the_field(told: object, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        parse(json.dumps(told).encode(), 1000.0, 1000.0)


def test_a_reason_is_cut_to_what_a_table_holds() -> None:
    told = {"version": 1, "sync": False, "reason": "a\nb" + "c" * 200}
    assert parse(json.dumps(told).encode(), 1.0, 1.0) == Report(False, None, ("ab" + "c" * 200)[:80], 1.0)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_refused(content: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        assert isinstance(parse(content, 1.0, 1.0), Report)
