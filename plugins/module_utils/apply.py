# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a plan; when a step fails, takes back what was done."""

from __future__ import annotations

import contextlib
from typing import Any, Callable, Iterator, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.runner import Action, LinebondError, Run, Runner, typed
from ansible_collections.linebond.teql.plugins.module_utils.step import Step


class ApplyFailed(LinebondError):
    """The plan failed; `changed` says whether anything of it is still in place."""

    def __init__(self, message: str, commands: list[str], changed: bool) -> None:
        super().__init__(message)
        self.commands, self.changed = commands, changed


def finish(module: Any, work: Callable[[], dict[str, Any]]) -> None:
    """Ends a module with the result of its work, or with what went wrong and which commands had been run by then."""
    try:
        result = work()
    except ApplyFailed as error:
        module.fail_json(msg=str(error), commands=error.commands, changed=error.changed)
    except LinebondError as error:
        module.fail_json(msg=str(error), commands=[], changed=False)
    else:
        module.exit_json(**result)


def quoted(action: Run) -> str:
    return typed(action.argv)


def told(action: Action) -> str:
    """An action as a person would say it."""
    if isinstance(action, Run):
        return quoted(action)
    return f"{type(action).__name__.lower()} {action.path}"


def commands_of(actions: Sequence[Action]) -> list[str]:
    return [quoted(action) for action in actions if isinstance(action, Run)]


def carry_out(runner: Runner, steps: Sequence[Step]) -> list[str]:
    """Returns the commands that were run."""
    tried: list[Action] = []
    for index, step in enumerate(steps):
        tried.append(step.do)
        try:
            runner.perform(step.do)
        except LinebondError as error:
            raise _take_back(runner, steps[:index], step, tried, error) from error
    return commands_of(tried)


@contextlib.contextmanager
def after_acting(commands: list[str], *more: type[Exception]) -> Iterator[None]:
    """For what follows carry_out(): its failures do not hide that there were changes. `more` are errors with a text."""
    errors: tuple[type[Exception], ...] = (LinebondError, *more)
    try:
        yield
    except ApplyFailed:
        raise
    except errors as error:
        message = f"All was done, but what it led to cannot be checked. {error}"
        raise ApplyFailed(message, commands, True) from error


def _take_back(
    runner: Runner, done: Sequence[Step], failed: Step, tried: list[Action], error: LinebondError
) -> ApplyFailed:
    undone: list[str] = []
    stuck: list[str] = []
    halves: Sequence[Action] = ()
    try:
        halves = failed.undo_half(runner)
    except LinebondError as problem:
        stuck.append(str(problem))
    for action in [*halves, *(action for step in reversed(done) for action in step.undo)]:
        tried.append(action)
        try:
            runner.perform(action)
            undone.append(told(action))
        except LinebondError as problem:
            stuck.append(str(problem))
    message = str(error).rstrip(".") + ". "
    if not done and not undone and not stuck:
        message += "Nothing had been changed before it."
    else:
        message += f"Everything done before it was taken back: {'; '.join(undone) or 'nothing to do'}."
    if stuck:
        message = message.replace("Everything done before it was", "What was done before it could not be wholly")
        message += f" What did not go back: {'; '.join(stuck)}."
    return ApplyFailed(message, commands_of(tried), bool(stuck))
