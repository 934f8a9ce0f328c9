# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pre-flight: is this gateway fit for a bond? One verdict an item, in a fixed order.

ITEMS and judge() are pure; read() is all that touches the gateway, beyond what the caller has read of its network.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import replace
from functools import partial
from typing import Callable, Mapping, Sequence

from ansible_collections.linebond.teql.plugins.module_utils import preflight_kernel, preflight_ports, user_namespaces
from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import Expected
from ansible_collections.linebond.teql.plugins.module_utils.bond_problems import Problem, find_problems
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State
from ansible_collections.linebond.teql.plugins.module_utils.kernel import read_os_release
from ansible_collections.linebond.teql.plugins.module_utils.kernel_traps import TRAPS
from ansible_collections.linebond.teql.plugins.module_utils.qdisc_owners import read_owners
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.verdict import (
    OK,
    REFUSED,
    UNKNOWN,
    WARNING,
    Readings,
    Verdict,
)

Judge = Callable[[Readings, Sequence[Problem]], Verdict]


def _problem(item: str) -> Judge:
    return partial(preflight_ports.from_problems, item)


def _plain(judge: Callable[[Readings], Verdict]) -> Judge:
    return lambda readings, _problems: judge(readings)


ITEMS: Mapping[str, Judge] = {
    "module": _problem("module"),
    "kernel": _plain(preflight_kernel.kernel),
    **{trap.name: _plain(partial(preflight_kernel.trap, found=trap)) for trap in TRAPS},
    "dead_member": _plain(preflight_kernel.dead_member),
    "user_namespaces": _plain(preflight_kernel.user_namespaces),
    "ports": _problem("ports"),
    "kinds": preflight_ports.kinds,
    "mtu": preflight_ports.mtu,
    "stacked": _problem("stacked"),
    "foreign_qdisc": _problem("foreign_qdisc"),
    "qdisc_owner": _plain(preflight_ports.qdisc_owner),
    "arp_ignore": _problem("arp_ignore"),
    "rp_filter": _problem("rp_filter"),
}


def judge(readings: Readings, ignored: Sequence[str] = ()) -> list[Verdict]:
    """One verdict for each of ITEMS, in their order."""
    problems = find_problems(readings.state, readings.bond, readings.ports, Expected())
    verdicts = [item(readings, problems) for item in ITEMS.values()]
    return [replace(each, ignored=each.item in ignored and each.verdict != OK) for each in verdicts]


def check_ignored(names: Sequence[str]) -> None:
    """LinebondError for names that are no items, with the nearest that are."""
    wrong = []
    for index, name in enumerate(names):
        if name not in ITEMS:
            near = difflib.get_close_matches(name.lower(), [item.lower() for item in ITEMS], 1, 0.5)
            meant = [item for item in ITEMS if item.lower() in near]
            hint = f"; did you mean {meant[0]}?" if meant else f"; the items are {', '.join(ITEMS)}."
            wrong.append(f"preflight_ignore[{index}]: {name!r} is no item of the pre-flight{hint}")
    if wrong:
        raise LinebondError("\n".join(wrong))


def refusals(verdicts: Sequence[Verdict]) -> str:
    """The message with which a gateway is refused; empty when it is not."""
    refused = [each for each in verdicts if each.verdict == REFUSED and not each.ignored]
    if not refused:
        return ""
    items = ", ".join(each.item for each in refused)
    lines = [f"{each.message} Try: {each.fix}" for each in refused]
    return "\n".join([*lines, f"To accept it as it is: bonding_preflight_ignore: [{items}]"])


def remarks(verdicts: Sequence[Verdict]) -> list[str]:
    """What does not stop a run, but somebody should know: each warning, and all that is unknown in one."""
    told = [
        f"Pre-flight, {each.item}: {each.message} Do: {each.fix}"
        for each in verdicts
        if each.verdict == WARNING and not each.ignored
    ]
    unknown = [each for each in verdicts if each.verdict == UNKNOWN and not each.ignored]
    if unknown:
        items = ", ".join(each.item for each in unknown)
        told.append(f"Pre-flight, unknown: {items}. Do: {unknown[0].fix} (playbook linebond.teql.preflight shows all)")
    return told


def read(runner: Runner, state: State, bond: str, ports: Sequence[str], monitored: bool) -> Readings:
    """`state` is the network with the settings that bond_problems looks at."""
    name, system = os.uname(), read_os_release(runner)
    return Readings(
        state=state,
        bond=bond,
        ports=tuple(ports),
        release=name.release,
        version=name.version,
        distributions=tuple(f"{system.get('ID', '')} {system.get('ID_LIKE', '')}".split()),
        namespaces={path: runner.read(path) for path in user_namespaces.FILES},
        owners=read_owners(runner, tuple(ports)),
        monitored=monitored,
    )
