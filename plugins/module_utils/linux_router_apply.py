# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the router what the plan says, and waits until it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.linebond.teql.plugins.module_utils import file_set, sysctl_set
from ansible_collections.linebond.teql.plugins.module_utils import linux_router_plan as planning
from ansible_collections.linebond.teql.plugins.module_utils.apply import (
    ApplyFailed,
    carry_out,
    commands_of,
    quoted,
)
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import (
    NAME,
    RECORD,
    Record,
    Wanted,
    dump_record,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_state import Seen, look_at_network
from ansible_collections.linebond.teql.plugins.module_utils.networkd import file_in_use
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Run, Runner
from ansible_collections.linebond.teql.plugins.module_utils.step import Step, file_action

PATIENCE = 10.0  # seconds that networkd is given
PAUSE = 0.2


@dataclass(frozen=True)
class Whole:
    """Everything that has to be done, from forwarding to files."""

    wanted: Wanted | None
    seen: Seen
    settings: sysctl_set.SetState
    settings_steps: list[Step]
    files_seen: file_set.Seen
    files: file_set.Plan
    network: planning.NetworkPlan

    @property
    def changed(self) -> bool:
        records = self.network.final_record != self.seen.record
        return bool(self.settings_steps or self.files.steps or self.network.load or self.network.tidy or records)

    @property
    def commands(self) -> list[str]:
        runs = [*self.network.load, *self.network.tidy]
        return commands_of([step.do for step in self.settings_steps]) + commands_of(runs)


def plan_all(runner: Runner, store: Store, seen: Seen, wanted: Wanted | None) -> Whole:
    wanted_set, wanted_files = planning.forwarding(wanted), planning.files(wanted)
    settings = sysctl_set.read(runner, wanted_set)
    store.refuse_other_owners(wanted_files)
    files_seen = store.look(wanted_files)
    files = file_set.plan(wanted_files, files_seen)
    changed = bool(files.written or files.removed or files.restored)
    there = [files_seen.entries[path].content.decode(errors="replace") for path in wanted_files]
    network = planning.plan_network(seen, wanted, changed, planning.addresses_in("".join(there)))
    return Whole(wanted, seen, settings, sysctl_set.plan(settings, wanted_set), files_seen, files, network)


def apply(runner: Runner, store: Store, whole: Whole) -> list[str]:
    """Returns the commands that were run; ApplyFailed says how far it came."""
    wanted, network = whole.wanted, whole.network
    _keep(runner, whole.seen.record, network.record)
    ran = carry_out(runner, whole.settings_steps)
    try:
        for step in whole.files.steps:
            store.do(step)
        ran += _run(runner, network.load)
        if wanted:
            _await(runner, lambda seen: planning.missing(seen, wanted), _not_taken(runner, wanted))
        retired = {name: network.record[name] for name in network.retired}
        if network.load and retired:
            _await(runner, lambda seen: planning.left_over(seen, retired), _not_given_up)
        ran += _run(runner, network.tidy)
        _keep(runner, network.record, network.final_record)
    except (LinebondError, file_set.FileSetError, OSError) as error:
        raise ApplyFailed(
            f"{str(error).rstrip('.')}. What was done before is in place; run again when this is mended.", ran, True
        ) from error
    return ran


def _keep(runner: Runner, old: Record, new: Record) -> None:
    if new != old:
        runner.perform(file_action(RECORD, dump_record(new)))


def _run(runner: Runner, runs: tuple[Run, ...]) -> list[str]:
    for run in runs:
        runner.perform(run)
    return [quoted(run) for run in runs]


def _await(
    runner: Runner,
    lacking: Callable[[Seen], list[str]],
    complain: Callable[[list[str]], str],
) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        left = lacking(look_at_network(runner))
        if not left:
            return
        if time.monotonic() > deadline:
            raise LinebondError(complain(left))
        time.sleep(PAUSE)


def _not_taken(runner: Runner, wanted: Wanted) -> Callable[[list[str]], str]:
    def complain(left: list[str]) -> str:
        message = f"{PATIENCE:.0f} s after networkd was told, {wanted.lan} still lacks {', '.join(left)}. "
        used = file_in_use(runner, wanted.lan)
        own = next(iter(planning.files(wanted)))
        if used and used != own:
            return message + f"networkd takes {used} instead, whose name comes before {own}: rename or remove it."
        return message + "`journalctl -u systemd-networkd` says why."

    return complain


def _not_given_up(left: list[str]) -> str:
    return f"{PATIENCE:.0f} s after networkd was told, it still keeps {', '.join(left)}: `networkctl list` says why."


def difference(whole: Whole) -> list[dict[str, Any]]:
    """Ansible's diff: files, settings, and each interface as it is and will be."""
    items: list[dict[str, Any]] = []
    after = whole.settings_steps[-1].after if whole.settings_steps else whole.settings
    wanted_set = planning.forwarding(whole.wanted)
    pairs = [
        (wanted_set.file, whole.settings.drop_in or "", after.drop_in or ""),
        ("kernel settings (live)", sysctl_set.show_live(whole.settings), sysctl_set.show_live(after)),
    ]
    if whole.wanted and (whole.network.load or planning.missing(whole.seen, whole.wanted)):
        name = whole.wanted.lan
        pairs.append((f"{name} (live)", planning.shown(whole.seen, name), planning.shown_wanted(whole.wanted)))
    for name in whole.network.retired:
        then = planning.shown_given_up(whole.network.record[name])
        pairs.append((f"{name} (live)", planning.shown(whole.seen, name), then))
    items += file_set.differences(whole.files, planning.files(whole.wanted), whole.files_seen)
    for header, old, new in pairs:
        if old != new:
            items.append({"before_header": header, "after_header": header, "before": old, "after": new})
    return items


def store() -> Store:
    return Store(NAME)
