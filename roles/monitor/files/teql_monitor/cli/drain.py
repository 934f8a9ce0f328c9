# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl drain` and `undrain`: a line taken out by hand, and let back in."""

from __future__ import annotations

import os
import time

from teql_monitor.cli import FINE, NO_MONITOR, Failure
from teql_monitor.cli.client import Refused, ask
from teql_monitor.cli.wording import clock, duration, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    fields = {"line": options.line}
    if options.command == "drain":
        fields["seconds"] = options.seconds
    try:
        line = ask(options.socket, options.command, **fields)
    except Refused as refused:
        if os.geteuid() == 0:
            raise
        hint = "" if "sudo" in str(refused) else f"\n  Only root may do that; type: sudo teqlctl {_typed(options)}"
        raise Failure(f"{refused}{hint}", NO_MONITOR) from None
    print(_done(options))
    if options.command == "drain" and line.get("member"):
        print(f"It stays in the bond for now: {plain(line.get('reason') or 'see teqlctl status')}")
    return FINE


def _typed(options: argparse.Namespace) -> str:
    return f"{options.command} {options.line}" + (f" --for {options.seconds}s" if options.seconds else "")


def _done(options: argparse.Namespace) -> str:
    if options.command == "undrain":
        return f"Line {options.line} is no longer drained; it joins as soon as it is well. See: teqlctl status"
    back = f"sudo teqlctl undrain {options.line}"
    if options.seconds is None:
        return f"Line {options.line} is drained until you type: {back}"
    now = time.time()
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + options.seconds))
    return f"Line {options.line} is drained for {duration(options.seconds)}, until {clock(until, now)}. Earlier: {back}"
