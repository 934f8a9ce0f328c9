# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands by which a network manager takes up its files; nothing of that can be taken back."""

from __future__ import annotations

from typing import Iterable, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.apply import ApplyFailed
from ansible_collections.linebond.teql.plugins.module_utils.runner import CommandFailed, LinebondError, Runner, typed


def act(runner: Runner, commands: Iterable[Sequence[str]], hint: str = "") -> list[str]:
    """The commands as typed; ApplyFailed with those that were tried. `hint`: where the reason is told, a command."""
    tried: list[str] = []
    for argv in commands:
        tried.append(typed(argv))
        try:
            runner.run(*argv)
        except LinebondError as error:
            told = f" `{hint}` may say why." if hint and isinstance(error, CommandFailed) else ""
            done = "; ".join(tried[:-1]) or "nothing"
            message = f"{str(error).rstrip('.')}.{told} Done before it: {done}. Run this again once it is mended."
            raise ApplyFailed(message, tried, len(tried) > 1) from error
    return tried
