# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor's words, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from teql_monitor.cli import FINE, WRONG, doctor, run
from teql_monitor.cli.doctor import output
from teql_monitor.cli.doctor.checks import examine
from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.terminal import Terminal


def broken(facts: Facts) -> Facts:
    """An error and a warning."""
    links = {**facts.links, "eth2": replace(facts.links["eth2"], addresses=())}
    return replace(facts, links=links, files={**facts.files, "/proc/sys/user/max_user_namespaces": "9"})


def test_the_list_has_the_worst_first(facts: Facts) -> None:
    text = "\n".join(output.render(facts, examine(broken(facts)), Terminal()))
    assert "1 error and 1 warning" in text.splitlines()[0]
    assert (
        text.index("ERROR    a:") < text.index("do: sudo ip address add 172.16.0.2/30") < text.index("WARNING  kernel:")
    )
    assert text.index("WARNING") < text.index("ok       config") and "ok       port: a and b" in text


def test_the_list_fits_the_terminal_and_needs_no_colours(facts: Facts) -> None:
    findings = examine(replace(broken(facts), config_path="monitor.json"))
    assert max(len(line) for line in output.render(facts, findings, Terminal(72))) <= 72
    painted = "\n".join(output.render(facts, findings, Terminal(72, colour=True)))
    assert "\033[1;31mERROR\033[0m" in painted


def test_a_list_of_a_healthy_gateway(facts: Facts) -> None:
    first = next(output.render(facts, examine(facts), Terminal()))
    assert "all is well" in first


@pytest.mark.parametrize(("missing", "code"), [((), FINE), (("ip",), WRONG)])
def test_for_programs(
    settings: str,
    gateway: Any,
    healthy: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
    missing: tuple[str, ...],
    code: int,
) -> None:
    monkeypatch.setattr(doctor, "Host", lambda: healthy(missing))
    assert run(["--socket", gateway.path, "doctor", "--config", settings, "--json"]) == code
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["bond"], found["errors"], found["warnings"]) == (1, "teql0", len(missing), 0)
    assert set(found["checks"][0]) == {"name", "subject", "verdict", "message", "fix"}
