# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shell text for a router that has busybox and no Python. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .plan import FILE

FOLDER = "/tmp/linebond-teql"  # in the router's memory, while a change is under way
RUNNING = "running"


def reverting(configs: Sequence[str]) -> str:
    """Gives up what is staged, and the record's file when nothing came into it."""
    reverts = " ".join(f"uci -q revert {config};" for config in configs)
    return f"{reverts} [ -s {FILE} ] || rm -f {FILE}"


def staging(stage: Sequence[str], configs: Sequence[str]) -> str:
    """All of the commands, or none: one that fails reverts the rest."""
    steps = " &&\n".join(f"{command} >/dev/null" for command in stage)
    return f"{{ {steps}; }} || {{ {reverting(configs)}; exit 1; }}"


def taking_effect(commit: Sequence[str], reload: Sequence[str], configs: Sequence[str]) -> str:
    """Commits, then reloads. It goes on when the connection is lost, which a new address may well cause."""
    committed = " && ".join(commit) or ":"
    reloads = "".join(f" {command} || r=1;" for command in reload)
    given_up = reverting(configs)
    return "\n".join(
        [
            f"rm -rf {FOLDER}; mkdir -m 700 {FOLDER} || exit 1",
            f"( trap '' HUP; r=0; if {committed}; then :;{reloads} else r=1; {given_up}; fi",
            f"echo $r >{FOLDER}/done ) >{FOLDER}/log 2>&1 </dev/null &",
            ":",  # Ansible adds words to a command's end
        ]
    )


ASK = f"if [ -e {FOLDER}/done ]; then cat {FOLDER}/done {FOLDER}/log; else echo {RUNNING}; fi"
TIDY = f"rm -rf {FOLDER}"
