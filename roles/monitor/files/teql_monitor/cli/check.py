# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl check`: the settings, without the monitor; also Ansible's `validate`."""

from __future__ import annotations

from teql_monitor.cli import FINE, WRONG
from teql_monitor.cli.terminal import look
from teql_monitor.cli.wording import counted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    from teql_monitor import config

    terminal = look()
    try:
        settings = config.load(options.file)
    except config.ConfigError as error:
        print(terminal.paint(f"{options.file}: {counted(len(error.problems), 'problem')}", "red"))
        for problem in error.problems:
            print("\n".join(terminal.wrap(plain(problem), 2, 4)))
        return WRONG
    found = config.warnings(settings)
    more = f", with {counted(len(found), 'warning')}" if found else ""
    print(terminal.paint("ok", "green") + f": {options.file} has {counted(len(settings.lines), 'line')}{more}")
    for warning in found:
        print("\n".join(terminal.wrap(f"warning: {plain(warning)}", 2, 4)))
    return FINE
