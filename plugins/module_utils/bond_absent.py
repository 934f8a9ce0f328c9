# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back: ordered steps that take a bond off and restore what the record says was there before. Pure."""

from __future__ import annotations

from ansible_collections.linebond.teql.plugins.module_utils import bond_model as model
from ansible_collections.linebond.teql.plugins.module_utils import sysctl
from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import normal_address, normal_gateway
from ansible_collections.linebond.teql.plugins.module_utils.bond_plan import has_our_group
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State, Wanted
from ansible_collections.linebond.teql.plugins.module_utils.bond_steps import Plan
from ansible_collections.linebond.teql.plugins.module_utils.record import Record
from ansible_collections.linebond.teql.plugins.module_utils.route import IPV6_METRIC, Route
from ansible_collections.linebond.teql.plugins.module_utils.step import Step


def plan_absent(state: State, wanted: Wanted) -> list[Step]:
    plan, record = Plan(state, wanted.name), state.record
    if wanted.name in state.links:
        _routes(plan, wanted)
        _addresses(plan, wanted)
        _membership(plan)
    _restore_ports(plan)
    _restore_settings(plan, wanted)
    if wanted.name in state.links:
        _restore_module(plan)
        _restore_mtu(plan)
    if not record.empty:
        plan.write_record(Record())
    return plan.steps


def _routes(plan: Plan, wanted: Wanted) -> None:
    asked = {normal_gateway(gateway) for gateway in wanted.gateways} | set(plan.state.record.gateways)
    for words in plan.state.record.routes:  # before ours goes: no moment without a default route
        route = _recorded_route(words)
        known = any(each.words == route.words for each in plan.state.routes)
        link = plan.state.links.get(route.device)
        if known or link is None or not link.up:
            continue
        first = model.replaced_route(plan.state, route)
        if first is not None and first.device == wanted.name and first.gateway not in asked:
            plan.put_before(route)
        else:
            plan.set_default(route)
    for route in model.routes_of(plan.state, wanted.name):
        if route.gateway in asked:
            plan.remove_default(route)


def _recorded_route(words: tuple[str, ...]) -> Route:
    def after(word: str) -> str:
        return words[words.index(word) + 1] if word in words else ""

    family = 6 if ":" in after("via") or after("via") == "inet6" else 4
    metric = int(after("metric") or (IPV6_METRIC if family == 6 else 0))
    return Route(family, after("dev"), after("via"), metric, tuple(words))


def _addresses(plan: Plan, wanted: Wanted) -> None:
    asked = {normal_address(address) for address in wanted.addresses} | set(plan.state.record.addresses)
    for address in plan.state.addresses.get(wanted.name, ()):
        if address in asked:
            plan.remove_address(address)


def _membership(plan: Plan) -> None:
    """The members of before us stay or come back. Without a record we came never, and nobody is ours to part."""
    state = plan.state
    for port in state.members(plan.bond):
        if not state.record.empty and port not in state.record.members:
            plan.part(port)
    for port in state.record.members:
        qdisc, link = plan.state.qdiscs.get(port), plan.state.links.get(port)
        if link is None or (qdisc is not None and not qdisc.kernels_own):  # a member still, or somebody else's
            continue
        if plan.state.members(plan.bond) and plan.mtu > link.mtu:  # or the kernel refuses it while the bond is up
            plan.set_mtu(link.mtu)
        plan.join(port)


def _restore_ports(plan: Plan) -> None:
    record = plan.state.record
    for port in record.ports:
        if has_our_group(plan.state, port):
            plan.set_group(port, record.groups.get(port, 0))
    for port in sorted(record.raised, key=lambda name: -len(plan.state.below(name))):  # a VLAN before its port
        if port in plan.state.links and plan.state.links[port].up:
            plan.port_down(port)


def _restore_settings(plan: Plan, wanted: Wanted) -> None:
    if sysctl.written_by_us(plan.state.drop_in):
        plan.write_drop_in(wanted.sysctl_file, None)
    live = plan.state.sysctls
    before = {**plan.state.record.taken_over, **plan.state.record.sysctls}
    there = {key: value for key, value in before.items() if live.get(key) is not None}
    plan.write_sysctls(sysctl.differing(live, there))


def _restore_module(plan: Plan) -> None:
    """Unloads what we loaded, unless another bond lives on it; a bond that we brought up goes down again."""
    state, record = plan.state, plan.state.record
    others = [name for name in state.equalizers if name != plan.bond and state.in_use(name)]
    if state.addresses.get(plan.bond):  # somebody else's: they use it
        return
    if record.module_loaded and not others:
        plan.unload_module()
    elif (record.bond_up or record.module_loaded) and state.links[plan.bond].up:
        plan.bond_down()


def _restore_mtu(plan: Plan) -> None:
    mtu = plan.state.record.mtu
    if mtu is None or plan.bond not in plan.state.links or plan.mtu == mtu:
        return
    if model.mtu_allowed(plan.state, plan.bond, mtu):
        plan.set_mtu(mtu)
