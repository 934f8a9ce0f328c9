# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks in the order in which they are shown. Each is a pure function: facts -> findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from teql_monitor.cli.doctor import bond_checks, kernel_checks, line_checks, monitor_checks, way_checks
from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding

CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    monitor_checks.config,
    monitor_checks.monitor,
    bond_checks.bond,
    bond_checks.mtu,
    bond_checks.addresses,
    bond_checks.default_route,
    bond_checks.membership,
    line_checks.port,
    line_checks.address,
    line_checks.qdisc,
    line_checks.rp_filter,
    line_checks.arp_ignore,
    line_checks.stacking,
    way_checks.rules,
    way_checks.tables,
    way_checks.probes,
    way_checks.neighbours,
    kernel_checks.traps,
    kernel_checks.user_namespaces,
)
WITHOUT_TOOLS = (monitor_checks.config, monitor_checks.monitor, monitor_checks.tools)


def examine(facts: Facts) -> list[Finding]:
    return [finding for check in (WITHOUT_TOOLS if facts.missing_tools else CHECKS) for finding in check(facts)]
