# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Are the settings right, does the monitor run, and with these settings?"""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning
from teql_monitor.config import Config

RELOAD = "sudo systemctl reload teql-monitor"


def config(facts: Facts) -> Iterator[Finding]:
    check = f"teqlctl check {facts.config_path}"
    for problem in facts.config_problems:
        yield error("config", "settings", problem, f"mend it, or run the role monitor again; then {check}")
    for text in facts.config_warnings:
        yield warning("config", "settings", text, f"change the role's variables; see them all: {check}")
    if facts.config is not None and not facts.config_warnings:
        yield ok("config", "settings", f"{facts.config_path} is valid")


def monitor(facts: Facts) -> Iterator[Finding]:
    if facts.status is None:
        judge = warning if facts.monitor_closed else error
        yield judge("monitor", "teql-monitor", facts.monitor_trouble, facts.monitor_fix)
        return
    if facts.status.get("config_error"):
        message = f"It refused the new settings and works with the old ones: {facts.status['config_error']}"
        yield error("monitor", "teql-monitor", message, f"teqlctl check, mend it, then {RELOAD}")
        return
    differing = differences(facts.status, facts.config) if facts.config is not None else []
    if differing:
        message = f"It works with other settings than {facts.config_path} has: {', '.join(differing)}."
        yield warning("monitor", "teql-monitor", message, RELOAD)
    elif facts.observes:
        message = "It only observes: a dead line stays in the bond."
        yield warning("monitor", "teql-monitor", message, f"set monitor_mode: enforce, run the role; then {RELOAD}")
    else:
        yield ok("monitor", "teql-monitor", "runs with these settings" if facts.config is not None else "runs")


def tools(facts: Facts) -> Iterator[Finding]:
    for tool in facts.missing_tools:
        fix = (
            f"sudo apt install iproute2  # Fedora, RHEL: sudo dnf install {'iproute-tc' if tool == 'tc' else 'iproute'}"
        )
        yield error("tools", tool, "the command is missing: this machine cannot be looked at", fix)


def differences(status: object, settings: Config) -> list[str]:
    """What the running monitor tells that the file tells otherwise."""
    assert isinstance(status, dict)
    pairs = {
        "bond": (status["bond"], settings.bond),
        "mode": (status.get("mode", settings.mode), settings.mode),
        "targets": (
            sorted(target["address"] for target in status.get("targets", [])),
            sorted(settings.targets),
        ),
        "lines": (
            [(line["name"], line["interface"], line.get("enabled", True)) for line in status["lines"]],
            [(line.name, line.interface, line.enabled) for line in settings.lines],
        ),
    }
    return [name for name, (runs, written) in pairs.items() if runs != written]
