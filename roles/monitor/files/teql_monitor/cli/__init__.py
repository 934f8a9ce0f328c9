# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program `teqlctl`. What a command needs is imported when it runs: status is to be there at once."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing itself takes as long to import as all of this
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

FINE, WRONG, USAGE, NO_MONITOR = 0, 1, 2, 3


class Failure(Exception):
    """What a command could not do: the text is the whole message, the code is the program's."""

    def __init__(self, message: str, code: int = NO_MONITOR) -> None:
        super().__init__(message)
        self.code = code


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    from importlib import import_module

    from teql_monitor.cli.arguments import parse

    options = parse(arguments)
    try:
        code: int = import_module(f"teql_monitor.cli.{options.module}").run(options)
        sys.stdout.flush()
    except Failure as failure:
        print(f"teqlctl: {failure}", file=sys.stderr)
        return failure.code
    except BrokenPipeError:  # `teqlctl history | head`
        _close_quietly()
        return FINE
    except KeyboardInterrupt:
        return 130
    return code


def _close_quietly() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
