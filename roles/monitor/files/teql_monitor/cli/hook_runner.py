# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One hook: run with a time limit, and everything it started ended with it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping

LIMIT = 30.0  # seconds
GRACE = 2.0  # seconds between the polite and the other signal


def run_hook(path: str, environment: Mapping[str, str], limit: float = LIMIT) -> str:
    """What went wrong, or nothing."""
    try:
        process = subprocess.Popen([path], env=dict(environment), stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        return f"cannot be run: {error.strerror}"
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"took longer than {limit:g} s and was ended"
    except BaseException:
        _end(process)
        raise
    if code < 0:
        return f"was ended by signal {-code}"
    return f"failed with status {code}" if code else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
