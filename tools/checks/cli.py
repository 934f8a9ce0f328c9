# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/check: choose stages, prepare what they need, run them, sum up."""

from __future__ import annotations

import argparse
import re
import signal
import time
from dataclasses import dataclass
from types import FrameType

from . import place, prepare
from .run import Failed, run
from .stages import GROUPS, STAGES, Stage

CLOSING = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@dataclass
class Outcome:
    stage: Stage
    result: str
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def main() -> int:
    arguments = _arguments()
    if arguments.list:
        for stage in STAGES:
            print(f"{stage.name:18} {stage.what}")
        for group, names in GROUPS.items():
            print(f"{group:18} = {' '.join(names)}")
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    wanted = {name for choice in arguments.stages or ["all"] for name in GROUPS.get(choice, [choice])}
    stages = [stage for stage in STAGES if stage.name in wanted]
    print(f"{len(stages)} stages; all they install goes below {place.shown(place.CACHE)} (make clean removes it),")
    print("save Debian packages, which are named before they are installed.", flush=True)
    outcomes: list[Outcome] = []
    try:
        for stage in stages:
            outcomes.append(_stage(stage, arguments.verbose))
    except KeyboardInterrupt:
        print("\ninterrupted", flush=True)
        _summary(outcomes)
        return 130
    return _summary(outcomes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/check", description="Run the checks of this collection.")
    names = [stage.name for stage in STAGES] + list(GROUPS)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="what to run (default: all); see --list")
    parser.add_argument("--list", action="store_true", help="list the stages and the groups of stages")
    parser.add_argument("--verbose", action="store_true", help="show the output of every command as it comes")
    arguments = parser.parse_args()
    for name in arguments.stages:
        if name not in names:
            parser.error(f"no stage {name!r}; there are: {', '.join(names)}")
    return arguments


def _stage(stage: Stage, verbose: bool) -> Outcome:
    print(f"\n=== {stage.name}: {stage.what}", flush=True)
    started = time.monotonic()
    log = place.LOGS / f"{stage.name}.log"
    log.unlink(missing_ok=True)
    try:
        prepare.packages({"git": "git", **stage.programs})
        prepare.home()
        prepare.tree()
        name, requirements = ("venv-compat", "requirements-compat") if stage.compat else ("venv", "requirements")
        environment = place.environment(prepare.virtualenv(name, f"tools/{requirements}.txt"), stage.environment)
        stream = verbose or stage.counts
        # Every command runs, also after one that failed: all complaints at once.
        codes = [run(command, log, cwd=stage.where, env=environment, stream=stream) for command in stage.commands()]
        if stage.idle and stage.idle in log.read_text(encoding="utf-8", errors="replace"):
            raise Failed(f"nothing was checked: {stage.idle!r} stands in {place.shown(log)}")
    except Failed as error:
        print(f"  {error}", flush=True)
        codes = [1]
    outcome = Outcome(stage, "FAILED" if any(codes) else "passed", time.monotonic() - started)
    if stage.counts and log.is_file():
        _count(outcome, log.read_text(encoding="utf-8", errors="replace"))
    # A stage that has no tests to count, or broke down without naming one, counts as one test itself.
    if any(codes):
        outcome.failed = max(outcome.failed, 1)
    elif not outcome.passed:
        outcome.passed = 1
    print(f"  {outcome.result} after {outcome.seconds:.1f} s", flush=True)
    return outcome


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


def _summary(outcomes: list[Outcome]) -> int:
    print("\nstage               result      seconds")
    for outcome in outcomes:
        print(f"{outcome.stage.name:18}  {outcome.result:8}  {outcome.seconds:9.1f}")
    print(f"{'together':18}  {'':8}  {sum(outcome.seconds for outcome in outcomes):9.1f}")
    failed = [outcome.stage.name for outcome in outcomes if outcome.result == "FAILED"]
    if failed:
        print(f"failed: {' '.join(failed)}; again with: tools/check {' '.join(failed)}")
    print()
    passed, broken, skipped = (
        sum(getattr(outcome, kind) for outcome in outcomes) for kind in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {broken} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
