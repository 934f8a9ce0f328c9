# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.runner import Action, Remove, Runner, Write


@dataclass(frozen=True)
class Step:
    do: Action
    undo: tuple[Action, ...]
    after: Any  # the state it should lead to
    undo_half: Callable[[Runner], Sequence[Action]] = lambda runner: ()  # when `do` fails; most are done whole or not


def file_action(path: str, text: str | None) -> Action:
    return Remove(path) if text is None else Write(path, text)
