# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command does to the state: the rules of the kernel's teql, for planning ahead. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping

from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State
from ansible_collections.linebond.teql.plugins.module_utils.link import Link
from ansible_collections.linebond.teql.plugins.module_utils.record import Record
from ansible_collections.linebond.teql.plugins.module_utils.route import Route
from ansible_collections.linebond.teql.plugins.module_utils.tc import TEQL, Qdisc


def change_link(state: State, name: str, **changes: Any) -> State:
    return replace(state, links={**state.links, name: replace(state.links[name], **changes)})


def load_module(state: State, equalizers: int) -> State:
    created = {name: Link(name, kind="other") for name in (f"teql{number}" for number in range(equalizers))}
    return replace(state, kernel=replace(state.kernel, loaded=True), links={**state.links, **created})


def unload_module(state: State) -> State:
    return replace(
        state,
        kernel=replace(state.kernel, loaded=False),
        links={name: link for name, link in state.links.items() if not TEQL.match(name)},
        addresses={name: found for name, found in state.addresses.items() if not TEQL.match(name)},
        routes=tuple(route for route in state.routes if not TEQL.match(route.device)),
    )


def smallest_member_mtu(state: State, bond: str) -> int | None:
    return min((state.links[port].mtu for port in state.members(bond) if port in state.links), default=None)


def mtu_allowed(state: State, bond: str, mtu: int) -> bool:
    smallest = smallest_member_mtu(state, bond)
    return smallest is None or mtu <= smallest


def join(state: State, bond: str, port: str) -> State:
    """The first member sets the MTU; while the bond is down a further one may lower it."""
    device, link = state.links[bond], state.links[port]
    others = [name for name in state.members(bond) if name != port]
    mtu = device.mtu
    if not others:
        mtu = link.mtu
    elif not device.up:
        mtu = min(mtu, link.mtu)
    joined = replace(state, qdiscs={**state.qdiscs, port: Qdisc(bond, "8000:")})
    return change_link(joined, bond, mtu=mtu)


def part(state: State, port: str) -> State:
    return replace(state, qdiscs={name: qdisc for name, qdisc in state.qdiscs.items() if name != port})


def bond_up(state: State, bond: str) -> State:
    """Going up sets the MTU to the members' smallest."""
    smallest = smallest_member_mtu(state, bond)
    mtu = state.links[bond].mtu if smallest is None else smallest
    return change_link(state, bond, up=True, carrier=True, mtu=mtu)


def bond_down(state: State, bond: str) -> State:
    left = replace(state, routes=tuple(route for route in state.routes if route.device != bond))
    return change_link(left, bond, up=False, carrier=False)


def add_address(state: State, bond: str, address: str) -> State:
    return replace(state, addresses={**state.addresses, bond: (*state.addresses.get(bond, ()), address)})


def remove_address(state: State, bond: str, address: str) -> State:
    kept = tuple(each for each in state.addresses.get(bond, ()) if each != address)
    return replace(state, addresses={**state.addresses, bond: kept})


def replaced_route(state: State, route: Route) -> Route | None:
    """The default route that this one takes the place of: the first of those with its family and metric."""
    for other in state.routes:
        if (other.family, other.metric) == (route.family, route.metric):
            return other
    return None


def set_default(state: State, route: Route) -> State:
    old = replaced_route(state, route)
    if old is None:
        return replace(state, routes=(*state.routes, route))
    return replace(state, routes=tuple(route if each is old else each for each in state.routes))


def put_before(state: State, route: Route) -> State:
    """Ahead of all with its family and metric."""
    return replace(state, routes=(route, *state.routes))


def remove_default(state: State, route: Route) -> State:
    return replace(state, routes=tuple(each for each in state.routes if each != route))


def set_sysctls(state: State, values: Mapping[str, str]) -> State:
    changed: dict[str, str | None] = {**state.sysctls, **values}
    return replace(state, sysctls=changed)


def set_drop_in(state: State, text: str | None) -> State:
    return replace(state, drop_in=text)


def set_record(state: State, record: Record) -> State:
    return replace(state, record=record)


def routes_of(state: State, bond: str) -> tuple[Route, ...]:
    return tuple(route for route in state.routes if route.device == bond)
