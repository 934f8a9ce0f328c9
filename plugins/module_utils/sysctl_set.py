# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A named set of kernel settings: read, planned (pure), and shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Iterable, Mapping

from ansible_collections.linebond.teql.plugins.module_utils import sysctl
from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.step import Step, file_action


@dataclass(frozen=True)
class WantedSet:
    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    absent: bool = False

    @property
    def file(self) -> str:
        return f"{sysctl.FOLDER}{self.name}.conf"

    @property
    def record(self) -> str:
        return f"{KEPT}sysctl/{self.name}.json"


@dataclass(frozen=True)
class SetState:
    live: Mapping[str, str | None] = field(default_factory=dict)
    drop_in: str | None = None
    originals: Mapping[str, str] = field(default_factory=dict)  # the live values before us; the first ever seen


def wanted_from(name: str, given: Mapping[str, object] | None, absent: bool) -> WantedSet:
    if not re.match(r"\w[\w.-]*\Z", name) or name.endswith(".conf"):
        raise LinebondError(f"name: {name!r} cannot be a file's name: write it without .conf, like 60-gateway.")
    values, problems = sysctl.parse_values(given or {})
    if not given and not absent:
        problems.append("values: give at least one setting, or say state: absent.")
    if problems:
        raise LinebondError(" ".join(problems))
    return WantedSet(name, values, absent)


def read(runner: Runner, wanted: WantedSet, keys: Iterable[str] = ()) -> SetState:
    text = runner.read(wanted.record)
    try:
        originals = json.loads(text) if text is not None else {}
    except ValueError as error:
        raise LinebondError(
            f"{wanted.record}, which keeps the values of before, cannot be read ({error}): mend it, or remove it."
        ) from error
    live = sysctl.read_live(runner, sorted({*wanted.values, *originals, *keys}))
    return SetState(live, runner.read(wanted.file), originals)


def plan(state: SetState, wanted: WantedSet) -> list[Step]:
    """Raises with all complaints at once when there is no way."""
    problems = [] if wanted.absent else sysctl.occupied(wanted.file, state.drop_in)
    missing = sysctl.unknown(state.live, wanted.values)
    if missing:
        problems.append(sysctl.no_such(missing))
    if problems:
        raise LinebondError(" ".join(problems))
    back = {key: value for key, value in state.originals.items() if state.live.get(key) is not None}
    text: str | None = sysctl.render(f"sysctl for {wanted.name}", wanted.values)
    if wanted.absent:
        text = None if sysctl.written_by_us(state.drop_in) else state.drop_in
    return _steps(state, wanted, text, sysctl.differing(state.live, {**back, **wanted.values}))


def _steps(state: SetState, wanted: WantedSet, text: str | None, changes: Mapping[str, str]) -> list[Step]:
    kept = {key: value for key, value in state.originals.items() if key in wanted.values}
    first_seen = {key: state.live[key] or "" for key in changes if key in wanted.values}
    originals = {**first_seen, **kept}
    steps: list[Step] = []
    if originals != state.originals:
        old = json.dumps(state.originals, indent=2) + "\n" if state.originals else None
        new = json.dumps(originals, indent=2) + "\n" if originals else None
        state = replace(state, originals=originals)
        steps.append(Step(file_action(wanted.record, new), (file_action(wanted.record, old),), state))
    if text != state.drop_in:
        undo = file_action(wanted.file, state.drop_in)
        state = replace(state, drop_in=text)
        steps.append(Step(file_action(wanted.file, text), (undo,), state))
    if changes:
        before = {key: state.live[key] or "" for key in changes}
        state = replace(state, live={**state.live, **changes})
        undo_half = sysctl.take_back_half(before)
        steps.append(Step(sysctl.write_live(changes), (sysctl.write_live(before),), state, undo_half))
    return steps


def known(state: SetState) -> dict[str, str]:
    return {key: value for key, value in sorted(state.live.items()) if value is not None}


def show_live(state: SetState) -> str:
    return "".join(f"{key} = {value}\n" for key, value in known(state).items())
