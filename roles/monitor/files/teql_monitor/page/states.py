# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of a line as the page shows them: one letter each, which is also the name of its colour."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """meaning explains the state to a reader of the legend."""

    letter: str
    name: str
    meaning: str


STATES = (
    State("u", "up", "answers, and arrives together with the others"),
    State("d", "down", "no carrier, or nothing comes back over it"),
    State("g", "degraded", "too late or too lossy for the bond"),
    State("r", "drained", "taken out by hand"),
    State("s", "starting", "is being tried before it may join"),
    State("m", "misconfigured", "its probes have no true route: the setup is wrong, not the line"),
)
UNKNOWN = State("x", "unknown", "a state this page does not know")

_BY_LETTER = {state.letter: state for state in STATES}
_BY_NAME = {state.name: state for state in STATES}


def by_letter(letter: str) -> State:
    return _BY_LETTER.get(letter, UNKNOWN)


def by_name(name: str) -> State:
    """A name we do not know keeps its own word."""
    return _BY_NAME.get(name) or UNKNOWN._replace(name=name or UNKNOWN.name)
