# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/check: choose stages, prepare what they need, run them, sum up."""

from __future__ import annotations

import argparse
import itertools
import signal
import time
from types import FrameType

from . import labs, place, prepare, schedule
from .schedule import Outcome
from .stages import GROUPS, STAGES


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
    wanting, obstacles = [stage for stage in stages if stage.lab], []
    if wanting and (obstacles := labs.obstacles()):
        print(labs.sorry(wanting, obstacles), flush=True)
        stages = [stage for stage in stages if stage not in wanting]
    jobs = 1 if arguments.verbose else max(1, min(arguments.jobs, len(stages)))
    print(f"{len(stages)} stages, {jobs} at a time; all they install goes below {place.shown(place.CACHE)}")
    print("(make clean removes it), save Debian packages, which are named before they are installed.", flush=True)
    began = time.monotonic()
    prepare.home()
    prepare.tree()
    outcomes: list[Outcome] = []
    booting = [stage for stage in stages if stage.lab]
    try:
        for group, together in itertools.groupby(stages, lambda stage: stage.alone):
            outcomes += schedule.run_all(list(together), 1 if group else jobs, arguments.verbose)
    except KeyboardInterrupt:
        print("\ninterrupted", flush=True)
        labs.end({stage.lab for stage in booting if stage.name in schedule.BEGUN})
        return 130
    outcomes += [schedule.left_out(stage, "; ".join(obstacles)) for stage in wanting if stage not in stages]
    return _summary(outcomes, time.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/check", description="Run the checks of this collection.")
    names = [stage.name for stage in STAGES] + list(GROUPS)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="what to run (default: all); see --list")
    parser.add_argument("--list", action="store_true", help="list the stages and the groups of stages")
    parser.add_argument("--verbose", action="store_true", help="show the output of every command as it comes")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many stages run at a time (default 2)")
    arguments = parser.parse_args()
    for name in arguments.stages:
        if name not in names:
            parser.error(f"no stage {name!r}; there are: {', '.join(names)}")
    return arguments


def _summary(outcomes: list[Outcome], seconds: float) -> int:
    print("\nstage               result      seconds")
    for outcome in outcomes:
        print(f"{outcome.stage.name:18}  {outcome.result:8}  {outcome.seconds:9.1f}")
    print(f"{'from start to end':18}  {'':8}  {seconds:9.1f}")
    failed = [outcome.stage.name for outcome in outcomes if outcome.result == "FAILED"]
    if failed:
        print(f"failed: {' '.join(failed)}; again with: tools/check {' '.join(failed)}")
    for reason in dict.fromkeys(outcome.reason for outcome in outcomes if outcome.reason):
        names = " ".join(outcome.stage.name for outcome in outcomes if outcome.reason == reason)
        print(f"NOT RUN, for the lab cannot run here: {names} ({reason})")
    print()
    passed, broken, skipped = (
        sum(getattr(outcome, kind) for outcome in outcomes) for kind in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {broken} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed else 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
