# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the control socket: what they answer, what they refuse, and to whom."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from fakes import site
from gateway import Gateway

from teql_monitor.commands import answer
from teql_monitor.control import Client, Refused

NOBODY = 65534


class Service:
    def __init__(self, path: Path) -> None:
        self.gateway = Gateway(path, site()).run(5)
        self.monitor, self.clock, self.config_error = self.gateway.monitor, self.gateway.clock, ""
        self.client = Client(socket.socket(socket.AF_UNIX), os.geteuid())

    def asked(self, command: str, **words: object) -> Any:
        """The result, as a client reads it."""
        (content,) = answer(self, {"command": command, **words}, self.client)
        found = json.loads(content)
        assert found["ok"] is True
        return found["result"]


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_status_and_counters_and_history(service: Service) -> None:
    service.config_error = "lines: is missing"
    assert service.asked("status")["config_error"] == "lines: is missing"
    assert service.asked("counters")["reload_success"] is False
    assert [event["new"] for event in service.asked("history", count=2)["events"]] == ["up", "up"]
    assert len(service.asked("history")["events"]) == 4
    assert service.asked("history", count=0)["events"] == []


def test_a_report_comes_in_pieces(service: Service) -> None:
    pieces = list(answer(service, {"command": "report"}, service.client))
    assert json.loads(b"".join(pieces))["result"]["bond"] == "teql0"


def test_who_asks_for_events_gets_those_since_then_and_follows(service: Service) -> None:
    known = [
        json.loads(each)["event"]["seq"] for each in answer(service, {"command": "events", "after": 2}, service.client)
    ]
    assert known == [3, 4] and service.client.follows


def test_a_drained_line_leaves_at_once_and_is_remembered(service: Service) -> None:
    line = service.asked("drain", line="b")
    assert (line["name"], line["state"], line["member"], line["drained_until"]) == ("b", "drained", False, None)
    assert service.gateway.kernel.members() == {"eth2", "eth4", "eth5"}
    assert json.loads((service.gateway.path / "state.json").read_text())["drains"] == {"b": None}


def test_a_line_may_be_called_by_its_port(service: Service) -> None:
    port = service.monitor.judge.lines["b"].config.interface
    assert service.asked("drain", line=port)["name"] == "b"
    assert service.asked("undrain", line=port)["name"] == "b"


def test_a_drain_for_some_time_ends_by_itself(service: Service) -> None:
    assert service.asked("drain", line="b", seconds=10)["drained_until"] > service.asked("status")["time"]
    service.gateway.run(12)
    assert service.gateway.states() == "up up up up" and len(service.gateway.kernel.members()) == 4
    assert json.loads((service.gateway.path / "state.json").read_text())["drains"] == {}


def test_undrain_takes_it_back_at_once(service: Service) -> None:
    service.asked("drain", line="b")
    line = service.asked("undrain", line="b")
    assert (line["state"], line["member"]) == ("up", True)
    assert len(service.gateway.kernel.members()) == 4


@pytest.mark.parametrize("command", ["drain", "undrain"])
def test_only_root_may_drain(service: Service, command: str) -> None:
    service.client.user = NOBODY
    with pytest.raises(Refused, match=f"only root may {command} a line; try: sudo teqlctl {command} b"):
        service.asked(command, line="b")
    assert service.gateway.kernel.asked == []
    assert service.asked("status")["lines"]


@pytest.mark.parametrize("name", ["x", None, 5, ["a"], {"a": 1}, ""])
def test_a_line_that_is_not_there_is_refused_with_those_that_are(service: Service, name: object) -> None:
    with pytest.raises(Refused, match=r"the lines are a \(\w+\), b \(\w+\), c \(\w+\), d \(\w+\)$"):
        service.asked("drain", line=name)


@pytest.mark.parametrize("seconds", [0, -1, True, "5", [], float("nan"), float("inf"), -float("inf"), 1e300, 10**400])
def test_what_is_no_time_is_refused_and_drains_nothing(service: Service, seconds: object) -> None:
    with pytest.raises(Refused, match="is no number of seconds"):
        service.asked("drain", line="b", seconds=seconds)
    assert service.monitor.judge.lines["b"].drain is None
    service.asked("status")


@pytest.mark.parametrize("count", [-1, 1.5, True, "5", None, [], 10**30])
def test_what_is_no_number_is_refused(service: Service, count: object) -> None:
    for command, word in (("history", "count"), ("events", "after")):
        with pytest.raises(Refused, match=f"{word}: .* is no number"):
            service.asked(command, **{word: count})


@pytest.mark.parametrize("command", ["reboot", "", None, 5, ["status"], {}])
def test_an_unknown_command_is_refused_with_the_version(service: Service, command: Any) -> None:
    with pytest.raises(Refused, match="this is teql-monitor "):
        service.asked(command)
