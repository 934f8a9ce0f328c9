# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl metrics`: Prometheus' text, as the monitor's file for the textfile collector has it."""

from __future__ import annotations

import sys

from teql_monitor.cli import FINE
from teql_monitor.cli.client import ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def text(path: str) -> str:
    from teql_monitor.metrics import render

    return render(ask(path, "counters"))


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(text(options.socket))
    return FINE
