# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl watch`: the status each second until Ctrl-C, over restarts of the monitor too."""

from __future__ import annotations

import sys
import time

from teql_monitor.cli import FINE, Failure
from teql_monitor.cli.client import NotAllowed, ask_status
from teql_monitor.cli.status import render
from teql_monitor.cli.terminal import Terminal, look

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

PERIOD = 1.0
ENTER, LEAVE = "\033[?1049h\033[?25l", "\033[?25h\033[?1049l"  # a screen of its own, without a cursor
HOME, END_OF_LINE, BELOW = "\033[H", "\033[K", "\033[J"


def run(options: argparse.Namespace) -> int:
    screen = sys.stdout.isatty()
    ask_status(options.socket)  # what will not work at all is told at once
    if screen:
        sys.stdout.write(ENTER)
    try:
        while True:
            began = time.monotonic()
            _paint(frame(options.socket, look()), screen)
            time.sleep(max(0.1, PERIOD - (time.monotonic() - began)))
    except KeyboardInterrupt:
        return FINE
    finally:
        if screen:
            sys.stdout.write(LEAVE)
            sys.stdout.flush()


def frame(path: str, terminal: Terminal) -> list[str]:
    try:
        lines = render(ask_status(path), terminal)
    except NotAllowed:
        raise
    except Failure as failure:
        lines = [terminal.paint(line, "alarm") for line in str(failure).splitlines()]
    head = terminal.paint(time.strftime("%H:%M:%S") + "  Ctrl-C ends", "dim")
    return clipped([head, *lines], terminal)


def clipped(lines: list[str], terminal: Terminal) -> list[str]:
    room = terminal.height
    if room is None or len(lines) <= room:
        return lines
    return [*lines[: room - 1], f"... {len(lines) - room + 1} more: make the window higher"]


def _paint(lines: list[str], screen: bool) -> None:
    if screen:
        sys.stdout.write(HOME + (END_OF_LINE + "\n").join(lines) + END_OF_LINE + BELOW)
    else:
        print("\n".join(lines), end="\n\n")
    sys.stdout.flush()
