# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that nobody reads: a misspelt one would be passed over without a word.

Others may have variables that begin like ours. Only one that is nearly one of ours is refused, and only while that one
is not set itself.
"""

from __future__ import annotations

import difflib
import functools
import pathlib
import typing as t

import yaml

from .plan_fields import SITE

ROLES = pathlib.Path(__file__).resolve().parents[2] / "roles"
OF_THE_SITE = "teql"
ALIKE = 0.85  # of 1: one letter wrong in six


@functools.cache
def known() -> dict[str, frozenset[str]]:
    """The variables by what they begin with, without that."""
    found = {OF_THE_SITE: frozenset({"lines", *SITE})}
    for path in sorted(ROLES.glob("*/meta/argument_specs.yml")):
        role = path.parents[1].name
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values()
        names = [name for entry in entries for name in entry.get("options", {})]
        found[role] = frozenset(name.partition("_")[2] for name in names)
    return found


def meant(name: str) -> str:
    """The variable of this collection that this one nearly is; empty for one of ours, or of somebody else's."""
    start, _line, rest = name.partition("_")
    ours = known()
    if rest in ours.get(start, (rest,)):
        return ""
    nearest = difflib.get_close_matches(rest.lower(), sorted(ours[start]), n=1, cutoff=ALIKE)
    if nearest:
        return f"{start}_{nearest[0]}"
    roles = [role for role, names in ours.items() if rest in names] if start == OF_THE_SITE else []
    return f"{roles[0]}_{rest}" if roles else ""


def misspelt(names: object) -> t.Iterator[tuple[str, str]]:
    """(variable, what is wrong and what to do) of those that the inventory sets."""
    given = {name for name in names if isinstance(name, str)} if isinstance(names, (list, tuple)) else set()
    for name in sorted(given):
        other = meant(name)
        if other and other not in given:
            yield name, f"is no variable of this collection; did you mean {other}? If it is your own, set {other} too"
