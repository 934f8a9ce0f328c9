# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads an OpenWrt router, has the change planned, makes it and looks again. The shell is given from outside."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable
from dataclasses import dataclass, replace

from ...module_utils.linux_router_model import Wanted
from . import shell
from .model import Desired, RouterError, desired
from .plan import CONFIGS, Plan, plan
from .reading import LOOK, Seen, left_over, missing, parse_look
from .refusals import refuse_cutting_off, refuse_staged

PATIENCE = 60.0  # seconds that a router is given to commit and reload: flash is slow
SETTLING = 15.0  # seconds for addresses and routes to follow
PAUSE = 1.0
LOST = 255  # what ssh exits with when it has no connection

Shell = Callable[[str], tuple[int, str, str]]  # a command -> status, output, complaints


class RouterFailed(RouterError):
    """It failed half-way: `commands` is what was run."""

    def __init__(self, message: str, commands: list[str]) -> None:
        super().__init__(message)
        self.commands = commands


@dataclass(frozen=True)
class Whole:
    """A router as it is, and all that has to be done to it."""

    seen: Seen
    wanted: Wanted | None
    lan: str
    plan: Plan
    lacking: tuple[str, ...]  # what the running system misses although it may be configured

    @property
    def changed(self) -> bool:
        return bool(self.plan.commands)


def look(shell_of: Shell) -> Seen:
    status, said, complaint = shell_of(LOOK)
    if status != 0:
        raise RouterError(f"The router cannot be read (status {status}): {(complaint or said).strip()[-500:]}")
    return parse_look(said)


def plan_all(seen: Seen, lan: str, wanted: Wanted | None, wan_zone: str) -> Whole:
    """What has to be done; RouterError says why it must not be. `wanted` None takes everything off."""
    refuse_staged(seen)
    settings: Desired | None = desired(seen.configs, wanted, wan_zone) if wanted else None
    steps = plan(seen.configs, seen.services, settings)
    refuse_cutting_off(seen, steps.dropped)
    lacking = tuple(missing(seen, wanted)) if wanted else ()
    if lacking and "/etc/init.d/network reload" not in steps.reload:
        # netifd takes up by a reload only what has changed in the file
        steps = replace(steps, reload=(*steps.reload, f"ifup {lan}"))
    return Whole(seen, wanted, lan, steps, lacking)


def carry_out(shell_of: Shell, whole: Whole, wan_zone: str, sleep: Callable[[float], t.Any] = time.sleep) -> None:
    """RouterFailed says how far it came."""
    steps = whole.plan
    if steps.stage:
        status, said, complaint = shell_of(shell.staging(steps.stage, CONFIGS))
        if status != 0:
            raise RouterFailed(
                f"The router refuses a setting, and nothing was changed: {(complaint or said).strip()[-500:]}", []
            )
    status, said, complaint = shell_of(shell.taking_effect(steps.commit, steps.reload, CONFIGS))
    if status not in (0, LOST):
        shell_of(shell.reverting(CONFIGS))
        raise RouterFailed(
            f"The change could not be committed, and nothing was changed: {(complaint or said).strip()[-500:]}", []
        )
    _await_done(shell_of, steps, sleep)
    _await_effect(shell_of, whole, wan_zone, sleep)


def _await_done(shell_of: Shell, steps: Plan, sleep: Callable[[float], t.Any]) -> None:
    for _turn in range(int(PATIENCE / PAUSE)):
        status, said, _complaint = shell_of(shell.ASK)
        first, _end, log = said.partition("\n")
        if status == 0 and first.strip() != shell.RUNNING:
            if first.strip() != "0":
                raise RouterFailed(
                    f"Committing or reloading failed on the router: {log.strip()[-500:]}", steps.commands
                )
            shell_of(shell.TIDY)
            return
        sleep(PAUSE)
    raise RouterFailed(
        f"{PATIENCE:.0f} s after the change the router is still at it, or does not answer any more: see "
        f"{shell.FOLDER}/log there.",
        steps.commands,
    )


def _await_effect(shell_of: Shell, whole: Whole, wan_zone: str, sleep: Callable[[float], t.Any]) -> None:
    """Until configuration and running system are what they should be, read anew."""
    for _turn in range(int(SETTLING / PAUSE)):
        seen = look(shell_of)
        left = plan_all(seen, whole.lan, whole.wanted, wan_zone)
        lacking = [*left.lacking, *left_over(seen, whole.plan.dropped)]
        if not left.changed and not lacking:
            return
        sleep(PAUSE)
    complaints = lacking or left.plan.commands
    raise RouterFailed(
        f"{SETTLING:.0f} s after the change the router lacks {'; '.join(complaints)}. `logread` there may say why.",
        whole.plan.commands,
    )


def difference(whole: Whole) -> list[dict[str, str]]:
    """Ansible's diff: the settings, and what the running system misses."""
    items = []
    pairs = [
        ("uci", "".join(f"{line}\n" for line in whole.plan.before), "".join(f"{line}\n" for line in whole.plan.after))
    ]
    if whole.lacking:
        pairs.append(("running system", "", "".join(f"{each}\n" for each in whole.lacking)))
    for header, before, after in pairs:
        if before != after:
            items.append({"before_header": header, "after_header": header, "before": before, "after": after})
    return items
