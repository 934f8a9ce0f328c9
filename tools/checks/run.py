# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command: quietly into a log with the time it takes shown, or with its output streamed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

QUIET_SECONDS = 20  # how often a line says that a command is still running, where there is no terminal


class Failed(Exception):
    """A check cannot go on; the message says why and what to do."""


def run(
    command: Sequence[str],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stream: bool = False,
) -> int:
    """Return the exit code; what the command said is in the log, and on the screen when it failed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a+", encoding="utf-8", errors="replace") as output:
        output.seek(0, os.SEEK_END)
        start = output.tell()
        try:
            code = _run(command, output.fileno(), cwd, env, stream)
        except FileNotFoundError as error:
            print(f"  {command[0]}: {error.strerror}", flush=True)
            return 127
        if code and not stream:
            output.seek(start)
            print(output.read(), end="", flush=True)
    return code


def _run(command: Sequence[str], output: int, cwd: Path | None, env: Mapping[str, str] | None, stream: bool) -> int:
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if stream else output,
        stderr=subprocess.STDOUT,
    )
    try:
        if process.stdout is None:
            return _wait(process)
        for line in iter(process.stdout.readline, b""):
            os.write(output, line)
            sys.stdout.write(line.decode("utf-8", "replace"))
            sys.stdout.flush()
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait, and say now and then for how long already."""
    started, told = time.monotonic(), 0.0
    terminal = sys.stdout.isatty()
    try:
        while True:
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                elapsed = time.monotonic() - started
            if terminal:
                print(f"\r  ... {elapsed:.0f} s", end="", flush=True)
            elif elapsed - told >= QUIET_SECONDS:
                told = elapsed
                print(f"  ... {elapsed:.0f} s", flush=True)
    finally:
        if terminal:
            print("\r\033[K", end="", flush=True)
