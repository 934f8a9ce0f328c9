# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps a plan is made of: each a command, its undoing, and the state it leads to. Pure."""

from __future__ import annotations

from typing import Mapping

from ansible_collections.linebond.teql.plugins.module_utils import bond_model as model
from ansible_collections.linebond.teql.plugins.module_utils import sysctl, tc
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State
from ansible_collections.linebond.teql.plugins.module_utils.kernel import MODULE
from ansible_collections.linebond.teql.plugins.module_utils.link import Link
from ansible_collections.linebond.teql.plugins.module_utils.record import Record, dump_record, record_path
from ansible_collections.linebond.teql.plugins.module_utils.route import Route
from ansible_collections.linebond.teql.plugins.module_utils.runner import Action, Run
from ansible_collections.linebond.teql.plugins.module_utils.step import Step, file_action


def command(*words: str) -> Run:
    return Run(words)


class Plan:
    """Collects steps; `state` is always the one the steps so far lead to."""

    def __init__(self, state: State, bond: str) -> None:
        self.state, self.bond = state, bond
        self.steps: list[Step] = []

    def add(self, after: State, do: Action, *undo: Action) -> None:
        self.steps.append(Step(do, undo, after))
        self.state = after

    @property
    def mtu(self) -> int:
        return self.state.links[self.bond].mtu

    def mtu_back(self, before: State, now: int) -> tuple[Action, ...]:
        """Gives the bond the MTU it had, where the kernel takes it (a port may have been lowered under it)."""
        old = before.links[self.bond].mtu
        if old == now or not model.mtu_allowed(before, self.bond, old):
            return ()
        return (self.mtu_command(old),)

    def mtu_command(self, mtu: int) -> Run:
        return command("ip", "link", "set", "dev", self.bond, "mtu", str(mtu))

    def set_mtu(self, mtu: int) -> None:
        before = self.state
        after = model.change_link(before, self.bond, mtu=mtu)
        self.add(after, self.mtu_command(mtu), *self.mtu_back(before, mtu))

    def write_record(self, record: Record) -> None:
        path, old = record_path(self.bond), self.state.record
        text = None if record.empty else dump_record(record)
        self.add(
            model.set_record(self.state, record),
            file_action(path, text),
            file_action(path, None if old.empty else dump_record(old)),
        )

    def write_drop_in(self, path: str, text: str | None) -> None:
        if self.state.drop_in != text:
            undo = file_action(path, self.state.drop_in)
            self.add(model.set_drop_in(self.state, text), file_action(path, text), undo)

    def write_sysctls(self, values: Mapping[str, str]) -> None:
        if values:
            old = {key: self.state.sysctls[key] or "" for key in values}
            after = model.set_sysctls(self.state, values)
            step = Step(sysctl.write_live(values), (sysctl.write_live(old),), after, sysctl.take_back_half(old))
            self.steps.append(step)
            self.state = after

    def load_module(self, equalizers: int) -> None:
        loaded = self.state.kernel.loaded
        if loaded and len(self.state.equalizers) >= equalizers and self.bond in self.state.links:
            return
        if loaded:
            self.unload_module()
        load = command("modprobe", MODULE, f"max_equalizers={equalizers}")
        self.add(model.load_module(self.state, equalizers), load, command("modprobe", "-r", MODULE))

    def unload_module(self) -> None:
        names = self.state.equalizers
        load = command("modprobe", MODULE, f"max_equalizers={max(1, len(names))}")
        mtus = [(name, self.state.links[name].mtu) for name in names if self.state.links[name].mtu != Link.mtu]
        undo = [command("ip", "link", "set", "dev", name, "mtu", str(mtu)) for name, mtu in mtus]
        self.add(model.unload_module(self.state), command("modprobe", "-r", MODULE), load, *undo)

    def port_up(self, port: str) -> None:
        after = model.change_link(self.state, port, up=True)
        set_link = ("ip", "link", "set", "dev", port)
        self.add(after, Run((*set_link, "up")), Run((*set_link, "down")))

    def port_down(self, port: str) -> None:
        after = model.change_link(self.state, port, up=False)
        set_link = ("ip", "link", "set", "dev", port)
        self.add(after, Run((*set_link, "down")), Run((*set_link, "up")))

    def join(self, port: str) -> None:
        before = self.state
        after = model.join(before, self.bond, port)
        old = before.qdiscs.get(port)
        undo: tuple[Action, ...] = (command("tc", "qdisc", "del", "dev", port, "root"),)
        undo += self.mtu_back(before, after.links[self.bond].mtu)
        if old is not None and tc.foreign(old, self.bond):  # attached last: should tc not take it, the port is out
            undo += (command("tc", "qdisc", "add", "dev", port, "root", "handle", old.handle, old.kind, *old.spec),)
        self.add(after, command("tc", "qdisc", "replace", "dev", port, "root", self.bond), *undo)

    def part(self, port: str) -> None:
        before = self.state
        after = model.part(before, port)
        undo: tuple[Action, ...] = ()
        again = after
        if before.links[self.bond].up and before.links[port].mtu < self.mtu:  # or the kernel refuses it
            undo += (self.mtu_command(before.links[port].mtu),)
            again = model.change_link(again, self.bond, mtu=before.links[port].mtu)
        again = model.join(again, self.bond, port)
        undo += (command("tc", "qdisc", "replace", "dev", port, "root", self.bond),)
        if before.links[self.bond].up and not after.members(self.bond):  # a later step may have taken it down
            undo += (command("ip", "link", "set", "dev", self.bond, "up"),)
        undo += self.mtu_back(before, again.links[self.bond].mtu)
        self.add(after, command("tc", "qdisc", "del", "dev", port, "root"), *undo)

    def bond_up(self) -> None:
        before = self.state
        after = model.bond_up(before, self.bond)
        undo: tuple[Action, ...] = (command("ip", "link", "set", "dev", self.bond, "down"),)
        undo += self.mtu_back(before, after.links[self.bond].mtu)
        for address in before.addresses.get(self.bond, ()):
            if ":" in address:  # going down loses the IPv6 ones
                undo += (command("ip", "addr", "replace", address, "dev", self.bond),)
        self.add(after, command("ip", "link", "set", "dev", self.bond, "up"), *undo)

    def bond_down(self) -> None:
        """Of a bond without members the undoing of part() brings it up again."""
        before = self.state
        undo: tuple[Action, ...] = ()
        smallest = model.smallest_member_mtu(before, self.bond)
        if smallest is not None:
            undo = (command("ip", "link", "set", "dev", self.bond, "up"), *self.mtu_back(before, smallest))
        self.add(model.bond_down(before, self.bond), command("ip", "link", "set", "dev", self.bond, "down"), *undo)

    def set_group(self, port: str, group: int) -> None:
        set_group = ("ip", "link", "set", "dev", port, "group")
        old = max(0, self.state.links[port].group)
        after = model.change_link(self.state, port, group=group)
        self.add(after, Run((*set_group, str(group))), Run((*set_group, str(old))))

    def add_address(self, address: str) -> None:
        words = (address, "dev", self.bond)
        after = model.add_address(self.state, self.bond, address)
        self.add(after, Run(("ip", "addr", "replace", *words)), Run(("ip", "addr", "del", *words)))

    def remove_address(self, address: str) -> None:
        words = (address, "dev", self.bond)
        after = model.remove_address(self.state, self.bond, address)
        self.add(after, Run(("ip", "addr", "del", *words)), Run(("ip", "addr", "replace", *words)))

    def set_default(self, route: Route) -> None:
        old = model.replaced_route(self.state, route)
        undo = Run(route.argv("del") if old is None else old.argv("replace"))
        self.add(model.set_default(self.state, route), Run(route.argv("replace")), undo)

    def put_before(self, route: Route) -> None:
        self.add(model.put_before(self.state, route), Run(route.argv("prepend")), Run(route.argv("del")))

    def remove_default(self, route: Route) -> None:
        equals = [each for each in self.state.routes if (each.family, each.metric) == (route.family, route.metric)]
        back = "replace" if len(equals) == 1 else "prepend" if equals[0] == route else "append"
        self.add(model.remove_default(self.state, route), Run(route.argv("del")), Run(route.argv(back)))
