# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes interfaces as the network scripts' files say, as far as they differ. Pure.

The scripts add and never take away, so that what we had set and is not wanted any more goes by `ip`. The bond is never
taken down, and a port only where it had other addresses or a DHCP client when we came.
"""

from __future__ import annotations

from typing import Mapping

from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import IFDOWN, IFUP, hook_file, pending_file
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_state import (
    NOTHING,
    Interface,
    State,
    dump_record,
    record_path,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import Action, Remove, Run
from ansible_collections.linebond.teql.plugins.module_utils.step import file_action


def plan(state: State, wanted: Mapping[str, Interface], bond: str) -> list[Action]:
    """The actions in order; none when all is as it should be. Nothing wanted: all that we had set goes."""
    # Before they are in the record: a run that is cut off in between sees no other address any more.
    first: list[Action] = [Run((IFDOWN, name)) for name in wanted if name != bond and _is_anothers(name, wanted, state)]
    done: list[Action] = []
    for name in sorted(state.record, key=lambda each: each != bond):
        done += _give_up(name, state.record[name], wanted.get(name, NOTHING), state.interfaces.get(name, NOTHING))
    for name in sorted(wanted, key=lambda each: each == bond):
        now = NOTHING if Run((IFDOWN, name)) in first else state.interfaces.get(name, NOTHING)
        done += _take_up(name, wanted[name], now, bond)
    for name in sorted(state.sites):
        if name not in wanted and name in state.interfaces:
            done.append(Run((IFUP, name, "boot")))  # as its file says: `boot` minds ONBOOT=no
    if state.pending and not wanted:
        done.append(Remove(pending_file(bond)))
    # Named before it is set and until it is gone, so that what a cut off run had set is known to the next one.
    both = {
        name: _both(state.record.get(name, NOTHING), wanted.get(name, NOTHING)) for name in {**state.record, **wanted}
    }
    if both != state.record:
        first.append(_write(bond, both))
    return [*first, *done, *([_write(bond, wanted)] if both != wanted else [])]


def _both(one: Interface, other: Interface) -> Interface:
    def each(first: tuple, second: tuple) -> tuple:
        return (*second, *(value for value in first if value not in second))

    return Interface(
        each(one.addresses, other.addresses),
        each(one.gateways, other.gateways),
        each(one.neighbours, other.neighbours),
        each(one.proxies, other.proxies),
    )


def _is_anothers(port: str, wanted: Mapping[str, Interface], state: State) -> bool:
    """A DHCP client runs there, or we come for the first time and it has other addresses."""
    has = state.interfaces.get(port, NOTHING).addresses
    return port in state.dhcp or (port not in state.record and any(each not in wanted[port].addresses for each in has))


def _write(bond: str, record: Mapping[str, Interface]) -> Action:
    return file_action(record_path(bond), dump_record(record) if record else None)


def _give_up(name: str, had: Interface, will: Interface, now: Interface) -> list[Action]:
    done: list[Action] = []
    for hop, metric in had.gateways:
        replaced = ":" not in hop and any(":" not in other and metric == theirs for other, theirs in will.gateways)
        if (hop, metric) in now.gateways and (hop, metric) not in will.gateways and not replaced:
            family = "-6" if ":" in hop else "-4"
            words = ("metric", str(metric)) if metric else ()
            done.append(_ip(family, "route", "del", "default", "via", hop, "dev", name, *words))
    for address, _mac in had.neighbours:
        if address in dict(now.neighbours) and address not in dict(will.neighbours):
            done.append(_ip("neigh", "del", address, "dev", name))
    for address in had.proxies:
        if address in now.proxies and address not in will.proxies:
            done.append(_ip("-6", "neigh", "del", "proxy", address, "dev", name))
    for address in had.addresses:  # the last IPv4 one takes the neighbours with it
        if address in now.addresses and address not in will.addresses:
            done.append(_ip("addr", "del", address, "dev", name))
    return done


def _take_up(name: str, will: Interface, now: Interface, bond: str) -> list[Action]:
    if _missing(will.addresses, now.addresses) or _missing(will.gateways, now.gateways):
        return [Run((IFUP, name))]
    if _missing(will.neighbours, now.neighbours) or _missing(will.proxies, now.proxies):
        return [Run(("sh", hook_file(bond), "up", name))]
    return []


def _missing(wanted: tuple, there: tuple) -> bool:
    return any(each not in there for each in wanted)


def _ip(*words: str) -> Run:
    return Run(("ip", *words))
