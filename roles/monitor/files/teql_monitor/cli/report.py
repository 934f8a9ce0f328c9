# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl report`: 25 hours of every line in one page."""

from __future__ import annotations

import os
import sys

from teql_monitor.cli import FINE, USAGE, Failure
from teql_monitor.cli.client import ask, check_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

TIMEOUT = 30.0  # 256 lines are 10 MiB


def page(path: str) -> str:
    report = ask(path, "report", TIMEOUT)
    check_version(report)
    from teql_monitor.page import render

    text: str = render(report)
    return text


def run(options: argparse.Namespace) -> int:
    to_stdout = options.file in (None, "-")
    if to_stdout and sys.stdout.isatty():
        raise Failure("The page is for a browser, not for a terminal. Type: teqlctl report -o page.html", USAGE)
    text = page(options.socket)
    if to_stdout:
        sys.stdout.buffer.write(text.encode())
        return FINE
    _write(options.file, text)
    print(f"Wrote {options.file} ({len(text.encode()) // 1024} KiB). Open it in a browser.")
    return FINE


def _write(path: str, text: str) -> None:
    """At once or not at all: a browser may be reading. A device or a pipe is written to, not replaced."""
    replace = not os.path.exists(path) or os.path.isfile(path)
    draft = f"{path}.{os.getpid()}.new" if replace else path
    try:
        with open(draft, "w", encoding="utf-8") as target:
            target.write(text)
        if replace:
            os.replace(draft, path)
    except OSError as error:
        if replace and os.path.exists(draft):
            os.unlink(draft)
        raise Failure(f"Cannot write {path}: {error.strerror}.", USAGE) from None
