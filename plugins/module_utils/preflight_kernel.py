# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pre-flight's verdicts on the kernel: which bugs of teql it has, and who else may join a bond. Pure."""

from __future__ import annotations

from ansible_collections.linebond.teql.plugins.module_utils import user_namespaces as namespaces
from ansible_collections.linebond.teql.plugins.module_utils.kernel_traps import (
    COLLAPSE,
    HEADERLESS,
    Trap,
    base,
    how_to_ask,
    port_kinds,
    upstream,
)
from ansible_collections.linebond.teql.plugins.module_utils.verdict import (
    OK,
    REFUSED,
    UNKNOWN,
    WARNING,
    Readings,
    Verdict,
)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _ask(readings: Readings, trap: Trap) -> str:
    return how_to_ask(readings.distributions, readings.release, trap.name)


def kernel(readings: Readings) -> Verdict:
    """Refused is only what no bond survives. A distribution's own kernel is at least as new as its number says."""
    known, number = upstream(readings.release, readings.version), base(readings.release)
    if known is not None and HEADERLESS.catches(known):
        message = f"Kernel {readings.release}: {HEADERLESS.what}, so that nothing arrives."
        return Verdict("kernel", REFUSED, message, HEADERLESS.advice(known[:2]))
    if known is None and (number is None or HEADERLESS.catches(number)):
        message = f"Whether in kernel {readings.release} {HEADERLESS.what} its version does not tell."
        return Verdict("kernel", UNKNOWN, message, _ask(readings, HEADERLESS))
    told = "" if known in (None, number) else f", {'.'.join(map(str, known or ()))} of kernel.org"
    return Verdict("kernel", OK, f"{readings.release}{told}.")


def trap(readings: Readings, found: Trap) -> Verdict:
    """One bug. It warns and does not refuse: bonds run for years on kernels that have them."""
    kinds = {kind for link in readings.links for kind in port_kinds(link.made, link.kind == "ppp")}
    if kinds and not found.concerns(kinds):
        return Verdict(found.name, OK, "It needs a PPP session, a stacked port or a tunnel as a line: there is none.")
    version = upstream(readings.release, readings.version)
    if version is None:
        message = f"{_sentence(found.what)} Whether {readings.release} has that bug, its version does not tell."
        return Verdict(found.name, UNKNOWN, message, _ask(readings, found))
    if found.catches(version):
        return Verdict(found.name, WARNING, _sentence(found.what), found.advice(version[:2]))
    return Verdict(found.name, OK, f"{'.'.join(map(str, version))} does not have it.")


def dead_member(readings: Readings) -> Verdict:
    """The monitor is the cure on every kernel, so with it the version need not be known."""
    if readings.monitored:
        return Verdict("dead_member", OK, "The monitor runs: it takes a dead member out.")
    version = upstream(readings.release, readings.version)
    fix = "set monitor_targets, so that the role monitor sets the monitor up: it takes a dead member out"
    if version is None:
        message = "On newer kernels a dead member makes everything go over one line; the version does not tell, and no"
        return Verdict("dead_member", UNKNOWN, f"{message} monitor runs here.", fix)
    if COLLAPSE.catches(version):
        return Verdict("dead_member", WARNING, f"{_sentence(COLLAPSE.what)} No monitor runs here.", fix)
    return Verdict("dead_member", OK, "This kernel passes over a dead member by itself.")


def user_namespaces(readings: Readings) -> Verdict:
    if namespaces.closed(readings.namespaces):
        return Verdict("user_namespaces", OK, _sentence(namespaces.CLOSED_MESSAGE))
    message = _sentence(namespaces.open_message(readings.bond))
    return Verdict("user_namespaces", WARNING, message, namespaces.fix(readings.namespaces))
