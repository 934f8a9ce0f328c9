# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl doctor`: reads everything the bond needs once, judges it without touching it, says what to type."""

from __future__ import annotations

import argparse

from teql_monitor.cli import FINE, WRONG
from teql_monitor.cli.doctor import output
from teql_monitor.cli.doctor.checks import examine
from teql_monitor.cli.doctor.finding import ERROR
from teql_monitor.cli.doctor.host import Host
from teql_monitor.cli.doctor.reading import read
from teql_monitor.cli.terminal import look


def run(options: argparse.Namespace) -> int:
    facts = read(Host(), options.config, options.socket)
    findings = examine(facts)
    if options.json:
        print(output.as_json(facts, findings))
    else:
        print("\n".join(output.render(facts, findings, look())))
    return WRONG if any(finding.verdict == ERROR for finding in findings) else FINE
