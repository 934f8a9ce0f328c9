# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule by which a line's port joins the bond when it appears, at boot or later.

A port is known by the name it ends up with: on `add` the one that udev is about to give it, on `move` the kernel's.
Programs of PROGRAM run before udev renames the port, so they need the kernel's name; those of RUN run after.
"""

from __future__ import annotations

import re
import typing as t

from .text import File, text_file

# Nothing yet (a port that is down has no qdisc to show), or one that the kernel attached by itself: its handle is 0.
FREE_PORT = 'PROGRAM="/sbin/tc qdisc show dev %k root", RESULT=="|qdisc * 0: *"'


def udev_files(plan: dict[str, t.Any], header: str, mtu: int | None = None, group: int | None = None) -> list[File]:
    bond, lines = plan["bond"], plan["lines"]
    rules = []
    if group is not None:
        rules += ['# One group for the ports of all lines: a firewall can say "from any line".']
        rules += [rule(literal(line["interface"]), [], [to_group(line["interface"], group)]) for line in lines]
        rules += [""]
    rules += ["# A port joins only while no other queueing discipline has been put there."]
    rules += [
        rule(
            literal(line["interface"]),
            [FREE_PORT, 'RUN{builtin}+="kmod load sch_teql"'],
            joining(line["interface"], bond, mtu),
        )
        for line in lines
        if line["enabled"]
    ]
    return [text_file(f"/etc/udev/rules.d/90-linebond-{bond}.rules", header, by_port(bond, rules))]


def by_port(label: str, rules: t.Iterable[str]) -> list[str]:
    """Such rules of rule() in their frame; the label has to be the file's own."""
    return [
        f'SUBSYSTEM!="net", GOTO="linebond_{label}_end"',
        f'ACTION!="add|move", GOTO="linebond_{label}_end"',
        'ACTION=="add", ENV{.LINEBOND_PORT}="$name"',
        'ACTION=="move", ENV{.LINEBOND_PORT}="$kernel"',
        "",
        *rules,
        "",
        f'LABEL="linebond_{label}_end"',
    ]


# A bond that is up takes no port with a smaller MTU, so it is lowered first; three times, for another port may join as
# the first at the same moment and set it anew. Without quotes and with -f, for udev's syntax and any port's name.
JOIN = """\
for try in 1 2 3; do
read port </sys/class/net/$1/mtu; read bond </sys/class/net/$2/mtu;
[ $port -ge $bond ] || /sbin/ip link set dev $2 mtu $port;
/sbin/tc qdisc replace dev $1 root $2 && break;
done"""


def joining(interface: str, bond: str, mtu: int | None) -> list[str]:
    script = argument(JOIN).replace("\n", " \\\n    ")
    commands = [f"/bin/sh -fc '{script}' join {argument(interface)} {bond}", f"/sbin/ip link set dev {bond} up"]
    # Going up sets the MTU to the members' smallest, so ours comes after.
    return commands if mtu is None else [*commands, f"/sbin/ip link set dev {bond} mtu {mtu}"]


def to_group(interface: str, group: int) -> str:
    return f"/sbin/ip link set dev {argument(interface)} group {group}"


def rule(pattern: str, conditions: list[str], commands: list[str]) -> str:
    parts = [f'ENV{{.LINEBOND_PORT}}=="{pattern}"', *conditions]
    return ", \\\n  ".join(parts + [f'RUN+="{command}"' for command in commands])


def literal(name: str) -> str:
    """A pattern that matches the name alone."""
    return re.sub(r"([*?[])", r"[\1]", name)


def argument(name: str) -> str:
    """The name in a command: udev would take % and $ for its own substitutions."""
    return name.replace("%", "%%").replace("$", "$$")
