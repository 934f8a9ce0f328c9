# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a router, makes it as planned, and proves each step by a session that knows nothing of the one before."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Callable, Iterable

from .commands import Commands, filled
from .errors import Dropped, Refused, ZynosError
from .lan import MAIN, Route, parse_live, parse_nat, parse_route, parse_slot
from .plan import Phase, State, differences, part_of, plan
from .router import Router
from .session import Session

MOVED = 30.0  # seconds that a router may take until it answers at its new address
CUT = 4.0  # seconds to wait for a reply that may not come, for the command cuts the connection


@dataclass
class Done:
    """What came of it, also when it failed half way."""

    router: Router | None = None
    before: State | None = None
    wanted: State | None = None
    after: State | None = None
    phases: list[Phase] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    saved: bool = False
    live: tuple[str, ...] = ()


def read(session: Session, commands: Commands, wanted: State) -> State:
    """All that is wanted in some way."""
    found, nat, routes = {}, {}, {}
    for slot in sorted(wanted.slots):
        session.first_taken(filled(commands, "lan_select", slot=slot))
        found[slot] = parse_slot(session.first_taken(commands["lan_show"])[1], slot)
    for node in sorted(wanted.nat):
        session.first_taken(filled(commands, "wan_select", node=node))
        nat[node] = parse_nat(session.first_taken(commands["wan_show"])[1], node)
    for index, route in sorted(wanted.routes.items()):
        shown = session.first_taken(commands["route_show"])[1]
        routes[index] = Route(route.network, parse_route(shown, route.network))
    return State(found, nat, routes)


def ask(router: Router, commands: Commands, names: Iterable[str]) -> dict[str, str]:
    """Replies by the commands' names, in one session; without those that the router does not take."""
    replies = {}
    with router.session() as session:
        for name in names:
            with contextlib.suppress(Refused):
                if commands[name]:
                    replies[name] = session.first_taken(commands[name])[1]
    return replies


def settle(
    router: Router,
    commands: Commands,
    wanted: State,
    rehearse: bool,
    before_change: Callable[[State], None],
    done: Done,
) -> None:
    """Make the router as wanted; `done` tells all, also when this raises ZynosError."""
    done.router, done.wanted = router, wanted
    with router.session() as session:
        done.before = done.after = read(session, commands, wanted)
        done.live = _live(session, commands)
        done.phases = plan(done.before, wanted, commands)
        if rehearse or not done.phases:
            return
        before_change(done.before)
        _perform(session, done.phases[0], done)
    for index, phase in enumerate(done.phases):
        if phase.part == ("slot", MAIN):
            router.met = ""
        with router.session(MOVED) as session:
            done.after = read(session, commands, wanted)
            _prove(part_of(done.after, phase.part), part_of(wanted, phase.part))
            if index + 1 < len(done.phases):
                _perform(session, done.phases[index + 1], done)
            else:
                _prove(done.after, wanted)
                done.live = _live(session, commands)


def _perform(session: Session, phase: Phase, done: Done) -> None:
    for step in phase.steps:
        done.commands.append(session.first_taken(step)[0])
    if not phase.save:
        done.saved = True  # such a router saves by itself
        return
    try:
        done.commands.append(session.first_taken(phase.save, CUT if phase.moves else None)[0])
    except Dropped:
        if not phase.moves:
            done.saved = True  # nobody knows
            raise
        done.commands.append(phase.save[0])
    done.saved = True


def _prove(now: State, wanted: State) -> None:
    wrong = differences(now, wanted)
    if wrong:
        raise ZynosError(
            f"a new session shows that the router did not keep what it was told: {'; '.join(wrong)}. "
            "Nothing further was changed. Its firmware may want other commands (see the option commands)."
        )


def _live(session: Session, commands: Commands) -> tuple[str, ...]:
    """None where the router has no such command: it is told, and nothing depends on it."""
    try:
        return parse_live(session.first_taken(commands["live"])[1]) if commands["live"] else ()
    except Refused:
        return ()
