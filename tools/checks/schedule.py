# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs stages, some at a time. What one says is shown as a whole when it ends; which run is told meanwhile."""

from __future__ import annotations

import re
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from . import place, prepare
from .run import PROCESSES, Failed, run
from .stages import Stage

QUIET_SECONDS = 20  # how often a line says what is running, where there is no terminal
BEGUN: set[str] = set()  # the stages that have been begun, over or not
LONGEST = 300  # lines shown of what a stage said
CLOSING = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@dataclass
class Outcome:
    stage: Stage
    result: str
    seconds: float
    said: str = ""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""  # why it was not even tried


def left_out(stage: Stage, reason: str) -> Outcome:
    return Outcome(stage, "FAILED", 0.0, failed=1, reason=reason)


def run_all(stages: list[Stage], jobs: int, verbose: bool = False) -> list[Outcome]:
    """The outcomes in the order of the stages. KeyboardInterrupt ends what is running."""
    with ThreadPoolExecutor(jobs) as pool:
        begun: dict[str, float] = {}
        futures = [pool.submit(_stage, stage, begun, verbose) for stage in stages]
        waiting: set[Future[Outcome]] = set(futures)
        try:
            with _Ticker() as ticker:
                while waiting:
                    done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                    for future in done:
                        ticker.clear()
                        _show(future.result(), verbose)
                    ticker.tell(begun)
        except BaseException:
            PROCESSES.stop()
            for future in futures:
                future.cancel()
            raise
        return [future.result() for future in futures]


def _stage(stage: Stage, begun: dict[str, float], verbose: bool) -> Outcome:
    begun[stage.name] = started = time.monotonic()
    BEGUN.add(stage.name)
    log = place.LOGS / f"{stage.name}.log"
    log.unlink(missing_ok=True)
    if verbose:
        print(f"\n=== {stage.name}: {stage.what}", flush=True)
    complaint = ""
    try:
        prepare.packages({"git": "git", **stage.programs})
        name, requirements = ("venv-compat", "requirements-compat") if stage.compat else ("venv", "requirements")
        environment = place.environment(prepare.virtualenv(name, f"tools/{requirements}.txt"), stage.environment)
        environment["PATH"] = ":".join([*prepare.unpacked(stage.unpacked), environment["PATH"]])
        # Every command runs, also after one that failed: all complaints at once.
        codes = [run(command, log, cwd=stage.where, env=environment, stream=verbose) for command in stage.commands()]
        said = log.read_text(encoding="utf-8", errors="replace")
        if stage.idle and stage.idle in said:
            raise Failed(f"nothing was checked: {stage.idle!r} stands in {place.shown(log)}")
    except Failed as error:
        complaint, codes = f"  {error}\n", [1]
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    finally:
        begun.pop(stage.name)
    outcome = Outcome(stage, "FAILED" if any(codes) else "passed", time.monotonic() - started)
    if stage.counts:
        _count(outcome, said)
    # A stage that has no tests to count, or broke down without naming one, counts as one test itself.
    if any(codes):
        outcome.failed = max(outcome.failed, 1)
    elif not outcome.passed:
        outcome.passed = 1
    outcome.said = ("" if verbose else _end(said, log) if any(codes) or stage.counts else "") + complaint
    return outcome


def _end(said: str, log: Path) -> str:
    """As much as a person reads; the rest is in the log."""
    lines = said.splitlines(keepends=True)
    left_out = len(lines) - LONGEST
    return (
        said
        if left_out <= 0
        else f"  ({left_out} lines before these are in {place.shown(log)})\n" + "".join(lines[-LONGEST:])
    )


def _show(outcome: Outcome, verbose: bool) -> None:
    if not verbose:
        print(f"\n=== {outcome.stage.name}: {outcome.stage.what}")
    print(f"{outcome.said}  {outcome.result} after {outcome.seconds:.1f} s", flush=True)


def _count(outcome: Outcome, output: str) -> None:
    """Read the last closing line of pytest's kind: '3 failed, 41 passed, 2 skipped in 1.5s'."""
    closing = [line for line in output.splitlines() if CLOSING.search(line)]
    for number, kind in CLOSING.findall(closing[-1]) if closing else []:
        if kind == "passed":
            outcome.passed += int(number)
        elif kind == "skipped":
            outcome.skipped += int(number)
        else:
            outcome.failed += int(number)


class _Ticker:
    """Says now and then what is running and for how long: in place on a terminal, on a line of its own elsewhere."""

    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty()
        self.told = time.monotonic()

    def __enter__(self) -> _Ticker:
        return self

    def __exit__(self, *_details: object) -> None:
        self.clear()

    def clear(self) -> None:
        if self.terminal:
            print("\r\033[K", end="", flush=True)

    def tell(self, begun: dict[str, float]) -> None:
        now = time.monotonic()
        if not begun or (not self.terminal and now - self.told < QUIET_SECONDS):
            return
        self.told = now
        running = ", ".join(f"{name} {now - since:.0f} s" for name, since in sorted(begun.items()))
        print(
            f"\r\033[K  ... {running}" if self.terminal else f"  ... {running}",
            flush=True,
            end="" if self.terminal else "\n",
        )
