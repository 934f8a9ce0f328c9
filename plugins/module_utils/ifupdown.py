# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ifupdown's stanzas of a bond: where they are, which of them were brought up, and how to bring them up to date.

ifupdown takes an interface down by the stanzas as they are then, so what was brought up is kept beside, in a file that
is handed to it (`ifdown --interfaces`) when the stanzas have changed or are gone.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping, NamedTuple, Sequence, Tuple

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT

FOLDER = "/etc/network/interfaces.d"
WORDS = ("auto", "allow-", "iface", "mapping", "source", "no-auto-down", "no-scripts")

Argv = Tuple[str, ...]
Stanzas = Mapping[str, str]


class Seen(NamedTuple):
    """What was found on the system before planning."""

    kept: Stanzas  # as they were brought up
    up: Sequence[str]  # what ifupdown has brought up
    missing: Mapping[str, Sequence[str]]  # what of the wanted addresses and next hops is not there
    before: Sequence[str] = ()  # ports that were up before the bond


def stanza_file(bond: str) -> str:
    """Its name fits `source-directory` as well, which takes no dots."""
    return f"{FOLDER}/linebond-{bond}"


def kept_file(bond: str) -> str:
    return f"{KEPT}ifupdown-{bond}"


def parse_stanzas(text: str) -> dict[str, str]:
    """A file of the role -> the lines by interface, in order; `auto` and its like belong to the interface they name."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if line[0] not in " \t" and len(words) > 1 and words[0].startswith(WORDS):
            current = words[1]
        if current:
            found.setdefault(current, []).append(line)
    return {interface: "\n".join(lines) + "\n" for interface, lines in found.items()}


def parse_state(out: str) -> list[str]:
    """`ifquery --state` -> the interfaces that were brought up."""
    return [line.partition("=")[0] for line in out.split() if "=" in line]


def plan(bond: str, wanted: Stanzas, seen: Seen) -> list[Argv]:
    """The bond goes first and comes last; a port goes and comes before the next one, so that the others carry on."""
    gone = [name for name in seen.kept if name not in wanted and name in seen.up]
    stale = [name for name in wanted if name in seen.up and _is_stale(name, wanted, seen)]
    absent = [name for name in wanted if name not in seen.up]
    commands: list[Argv] = [_down(bond, name, seen) for name in (bond,) if name in gone + stale]
    for name in _ports(bond, [*seen.kept, *wanted]):
        if name in gone + stale:
            commands.append(_down(bond, name, seen))
        if name in gone and name in seen.before:
            commands.append(("ip", "link", "set", "dev", name, "up"))
        if name in stale + absent:
            commands.append(("ifup", name))
    if bond in stale + absent:
        commands.append(("ifup", bond))
    return commands


def _is_stale(name: str, wanted: Stanzas, seen: Seen) -> bool:
    changed = name in seen.kept and seen.kept[name] != wanted[name]
    return changed or bool(seen.missing.get(name))


def _ports(bond: str, names: Iterable[Any]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name != bond]


def _down(bond: str, name: str, seen: Seen) -> Argv:
    return ("ifdown", "--interfaces", kept_file(bond), name) if name in seen.kept else ("ifdown", name)
