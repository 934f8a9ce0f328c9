# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be said to a router so that it is as wanted. Pure: states in, phases out.

The alias comes before anything else and the interface's own address last: that one cuts the connection, and by then all
else is proved. Only a new route waits for it, for its next hop may be reached by that address alone. Each phase is
saved on its own, and is proved by a new session before the next one begins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from .commands import Commands, filled
from .lan import MAIN, Route, Slot, mask_of


@dataclass(frozen=True)
class State:
    """Of what is looked after, and of nothing else."""

    slots: Mapping[int, Slot] = field(default_factory=dict)
    nat: Mapping[int, str] = field(default_factory=dict)  # by WAN node
    routes: Mapping[int, Route] = field(default_factory=dict)

    def told(self) -> str:
        """For a diff: a line each."""
        rows = []
        for slot, value in sorted(self.slots.items()):
            rows.append(f"lan index {slot}: {value.shown}" + (f", dhcp {value.dhcp}" if value.dhcp else ""))
        rows += [f"wan node index {node}: nat {mode}" for node, mode in sorted(self.nat.items())]
        rows += [f"route {route.network}: {route.gateway or 'none'}" for _index, route in sorted(self.routes.items())]
        return "".join(f"{row}\n" for row in rows)


@dataclass(frozen=True)
class Phase:
    """What is saved together. Each step is a command with what may stand in for it."""

    part: tuple[str, int]  # ("slot", 2), ("node", 1) or ("route", 8)
    steps: tuple[tuple[str, ...], ...]
    save: tuple[str, ...]
    moves: bool = False  # the connection may be cut by it

    @property
    def commands(self) -> list[str]:
        return [step[0] for step in (*self.steps, self.save) if step]


def plan(current: State, wanted: State, commands: Commands) -> list[Phase]:
    """Nothing when all is as wanted."""
    phases = {slot: _slot_phase(slot, current, wanted, commands) for slot in wanted.slots}
    nodes = [node for node in sorted(wanted.nat) if _nat_differs(current, wanted, node)]
    ordered = [phases[slot] for slot in sorted(phases) if slot != MAIN]
    ordered += [_nat_phase(node, wanted.nat[node], commands) for node in nodes]
    routes = {index: _route_phase(index, wanted.routes[index], commands) for index in _other_routes(current, wanted)}
    added = [phase for index, phase in routes.items() if wanted.routes[index].gateway]
    ordered += [phase for phase in routes.values() if phase not in added]
    main = phases.get(MAIN)
    # A router that stays where it is has at each moment one way to the block or the other.
    ordered = [*ordered, main, *added] if main else [*added, *ordered]
    return [phase for phase in ordered if phase is not None]


def differences(current: State, wanted: State) -> list[str]:
    """What is not as wanted, in sentences."""
    found = []
    for slot, want in sorted(wanted.slots.items()):
        now = current.slots[slot]
        if now.active != want.active or (want.active and now.address != want.address):
            found.append(f"lan index {slot} is {now.shown} instead of {want.shown}")
        if _dhcp_differs(now, want):
            found.append(f"lan index {slot} has dhcp {now.dhcp} instead of {want.dhcp}")
    for node, mode in sorted(wanted.nat.items()):
        if _nat_differs(current, wanted, node):
            found.append(f"wan node index {node} has nat {current.nat[node]} instead of {mode}")
    for index in _other_routes(current, wanted):
        route, hop = wanted.routes[index], current.routes[index].gateway
        hops = f"{hop or 'none'} instead of {route.gateway or 'none'}"
        found.append(f"the route to {route.network} has the next hop {hops}")
    return found


def part_of(state: State, part: tuple[str, int]) -> State:
    """The state of one phase's part alone."""
    kind, number = part
    if kind == "slot":
        return State({number: state.slots[number]})
    if kind == "route":
        return State(routes={number: state.routes[number]})
    return State(nat={number: state.nat[number]})


def predicted(current: State, wanted: State) -> State:
    """What it should be like afterwards: what the router does not show stays unknown."""
    slots = {}
    for slot, want in wanted.slots.items():
        now = current.slots[slot]
        dhcp = now.dhcp if want.dhcp is None or now.dhcp is None else want.dhcp
        slots[slot] = Slot(want.active, want.address if want.active else now.address, dhcp)
    return State(slots, dict(wanted.nat), dict(wanted.routes))


def _slot_phase(slot: int, current: State, wanted: State, commands: Commands) -> Phase | None:
    now, want = current.slots[slot], wanted.slots[slot]
    steps = []
    moves = want.active and now.address != want.address
    # where the router does not show it, DHCP goes along with a new address, which its pool would not fit
    if want.dhcp is not None and (_dhcp_differs(now, want) or (now.dhcp is None and moves)):
        steps.append(filled(commands, "lan_dhcp", mode=want.dhcp))
    if moves and want.address is not None:
        address, mask = mask_of(want.address)
        steps.append(filled(commands, "lan_address", address=address, mask=mask))
    if now.active != want.active:
        steps.append(filled(commands, "lan_on" if want.active else "lan_off"))
    if not steps:
        return None
    select = filled(commands, "lan_select", slot=slot)
    return Phase(
        ("slot", slot),
        tuple(step for step in (select, *steps) if step),
        filled(commands, "lan_save"),
        moves=moves or not want.active,
    )


def _nat_phase(node: int, mode: str, commands: Commands) -> Phase:
    steps = (filled(commands, "wan_select", node=node), filled(commands, "wan_nat", mode=mode))
    return Phase(("node", node), steps, filled(commands, "wan_save"))


def _route_phase(index: int, route: Route, commands: Commands) -> Phase:
    steps = [filled(commands, "route_select", index=index)]
    if route.gateway:
        steps.append(filled(commands, "route_name", label="linebond"))
        steps.append(filled(commands, "route_set", network=route.network, gateway=route.gateway))
    steps.append(filled(commands, "route_on" if route.gateway else "route_off"))
    return Phase(("route", index), tuple(step for step in steps if step), filled(commands, "route_save"))


def _other_routes(current: State, wanted: State) -> list[int]:
    return [index for index in sorted(wanted.routes) if current.routes[index] != wanted.routes[index]]


def _dhcp_differs(now: Slot, want: Slot) -> bool:
    return want.dhcp is not None and now.dhcp is not None and now.dhcp != want.dhcp


def _nat_differs(current: State, wanted: State, node: int) -> bool:
    return current.nat[node] != wanted.nat[node]
