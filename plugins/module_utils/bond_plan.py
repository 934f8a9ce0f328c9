# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the state there is to the state that is wanted: ordered steps, each with its undoing. Pure.

The order keeps packets flowing: newcomers join before surplus members leave, the MTU is lowered before a smaller port
joins and raised after the last small one has left, and the bond goes up as soon as it has a member, never down.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.linebond.teql.plugins.module_utils import bond_model as model
from ansible_collections.linebond.teql.plugins.module_utils import sysctl, tc
from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import normal_address, normal_gateway
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State, Wanted, settings, wanted_mtu
from ansible_collections.linebond.teql.plugins.module_utils.bond_steps import Plan
from ansible_collections.linebond.teql.plugins.module_utils.record import Record
from ansible_collections.linebond.teql.plugins.module_utils.route import Route, default_via, rivals
from ansible_collections.linebond.teql.plugins.module_utils.step import Step


def plan_present(state: State, wanted: Wanted) -> list[Step]:
    """Only for a request that check() has nothing against."""
    plan = Plan(state, wanted.name)
    values = settings(wanted, state)
    plan.load_module(wanted.equalizers)
    plan.write_drop_in(wanted.sysctl_file, sysctl.render(f"bond for {wanted.name}", values) if values else None)
    given_up = {
        key: value
        for key, value in state.record.sysctls.items()
        if key not in values and state.sysctls.get(key) is not None
    }
    plan.write_sysctls(sysctl.differing(state.sysctls, {**given_up, **values}))
    _membership(plan, wanted)
    _groups(plan, wanted)
    _addresses(plan, wanted)
    final = _record(state, plan.state, wanted)
    pending = _pending(state.record, final)
    # What was there already when we came is nobody's to record; what a killed run has given up is.
    if not plan.steps and (state.record.empty or pending != state.record):
        return []
    first = Plan(state, wanted.name)  # written first: a run cut off in the middle can still be taken back
    if pending != state.record:
        first.write_record(pending)
    steps = first.steps + [replace(step, after=model.set_record(step.after, pending)) for step in plan.steps]
    last = Plan(model.set_record(plan.state, pending), wanted.name)
    if final != pending:
        last.write_record(final)
    return steps + last.steps


def _pending(old: Record, final: Record) -> Record:
    """The record while the steps are taken: what they give up is in it until they have."""
    return replace(
        final,
        sysctls={**final.sysctls, **old.sysctls},
        groups={**final.groups, **old.groups},
        addresses=tuple(dict.fromkeys(old.addresses + final.addresses)),
    )


def _membership(plan: Plan, wanted: Wanted) -> None:
    bond, members = wanted.name, plan.state.members(wanted.name)
    joining = [port for port in wanted.members if port not in members and _joins(plan.state, wanted, port)]
    mtu = wanted_mtu(wanted, plan.state)
    if joining and members and mtu is not None and plan.mtu > mtu:
        plan.set_mtu(mtu)
    for port in wanted.members:
        for name in (*reversed(plan.state.below(port)), port):  # a VLAN does not go up before what it lies on
            if name in plan.state.links and not plan.state.links[name].up:
                plan.port_up(name)
    for port in joining:
        plan.join(port)
        if mtu is not None and plan.mtu > mtu:
            plan.set_mtu(mtu)
    if plan.state.members(bond) and not plan.state.links[bond].up:
        plan.bond_up()
    for port in members:
        if port not in wanted.members:
            plan.part(port)
    if wanted.members and mtu is not None and plan.mtu != mtu:
        plan.set_mtu(mtu)


def _joins(state: State, wanted: Wanted, port: str) -> bool:
    """One that the monitor keeps out only for what is in the way there, which the monitor would never replace."""
    return port not in wanted.kept_out or (port in state.qdiscs and tc.foreign(state.qdiscs[port], wanted.name))


def _groups(plan: Plan, wanted: Wanted) -> None:
    state = plan.state
    if wanted.group is not None:
        for port in wanted.ports:
            if state.links[port].group != wanted.group:
                plan.set_group(port, wanted.group)
    for port in state.record.ports:
        if port not in wanted.ports and has_our_group(state, port):
            plan.set_group(port, state.record.groups.get(port, 0))


def has_our_group(state: State, port: str) -> bool:
    """And had another one before."""
    record = state.record
    ours = record.group is not None and port in state.links and state.links[port].group == record.group
    return ours and record.groups.get(port, 0) != record.group


def _addresses(plan: Plan, wanted: Wanted) -> None:
    bond, asked = wanted.name, [normal_address(address) for address in wanted.addresses]
    for address in asked:
        if address not in plan.state.addresses.get(bond, ()):
            plan.add_address(address)
    for address in plan.state.record.addresses:
        if asked and address not in asked and address in plan.state.addresses.get(bond, ()):
            plan.remove_address(address)
    for gateway in wanted.gateways:
        _default(plan, default_via(normal_gateway(gateway), bond))


def _default(plan: Plan, route: Route) -> None:
    there = [each for each in plan.state.routes if (route.gateway, plan.bond) in each.hops]
    ahead = rivals(plan.state.routes, route.gateway, plan.bond)
    if route.family == 6:  # one that a router advertises cannot be replaced by one that is set
        ahead = tuple(each for each in ahead if each in there)
    if there and not ahead:
        return
    for each in there:
        if each.metric == route.metric and each not in ahead:  # or the kernel would not put it ahead: it exists
            plan.remove_default(each)
    plan.set_default(route)


def _record(first: State, last: State, wanted: Wanted) -> Record:
    """What `absent` will have to take back: the first value seen of everything we change."""
    old, bond = first.record, wanted.name
    values = settings(wanted, first)
    originals = {key: first.sysctls[key] or "" for key in sysctl.differing(first.sysctls, values)}
    kept = {key: value for key, value in old.sysctls.items() if key in values}
    theirs = [each for each in first.addresses.get(bond, ()) if each not in old.addresses]
    has = last.addresses.get(bond, ())
    ours = tuple(route for route in last.routes if route.device == bond and route not in first.routes)
    device = first.links.get(bond)
    group = old.group if wanted.group is None else wanted.group
    lost = tuple(route.words for route in first.routes if route not in last.routes and route.device != bond)
    return replace(
        old,
        sysctls={**originals, **kept},
        taken_over=_taken_over(first, wanted),
        ports=tuple(dict.fromkeys(old.ports + wanted.ports)),
        raised=tuple(dict.fromkeys(old.raised + _raised(first, last))),
        group=group,
        groups=_groups_before(first, last, group),
        module_loaded=old.module_loaded or not first.kernel.loaded,
        # After a run that was killed once it had loaded the module it is down by our own doing.
        bond_up=old.bond_up or (not old.module_loaded and device is not None and not device.up and last.links[bond].up),
        members=first.members(bond) if old.empty else old.members,
        mtu=device.mtu if old.empty and device is not None else old.mtu,
        addresses=tuple(dict.fromkeys(each for each in (*old.addresses, *has) if each in has and each not in theirs)),
        gateways=old.gateways + tuple(each.gateway for each in ours if each.gateway not in old.gateways),
        routes=old.routes + tuple(words for words in lost if words not in old.routes),
    )


def _raised(first: State, last: State) -> tuple[str, ...]:
    ports = [name for name in first.links if name not in first.equalizers and name in last.links]
    return tuple(name for name in ports if last.links[name].up and not first.links[name].up)


def _groups_before(first: State, last: State, group: int | None) -> dict[str, int]:
    """Of the ports that have ours now, the first seen. A port of a record without them had none."""
    old = first.record
    kept = {port: number for port, number in old.groups.items() if port not in last.links}
    for port, link in first.links.items():
        changed = last.links.get(port, link).group
        if port in old.groups and changed == group:
            kept[port] = old.groups[port]
        elif changed != link.group and not (port in old.ports and link.group == old.group):
            kept[port] = max(0, link.group)
    return kept


def _taken_over(first: State, wanted: Wanted) -> dict[str, str]:
    """By setting, for the ports we meet for the first time as they are now."""
    found = dict(first.record.taken_over)
    for port in wanted.ports:
        if port not in first.record.ports:
            seen = {key: first.sysctls.get(key) for key in sysctl.taken_over(port)}
            found.update((key, value) for key, value in seen.items() if value is not None)
    return found
