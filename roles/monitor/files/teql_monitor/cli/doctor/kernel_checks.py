# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel itself does to a bond: bugs by version, and who else may join."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.cli.doctor import user_namespaces as namespaces
from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning
from teql_monitor.cli.doctor.kernel_traps import COLLAPSE, HEADERLESS, TRAPS, how_to_ask, port_kinds, upstream


def traps(facts: Facts) -> Iterator[Finding]:
    version = upstream(facts.release, facts.version)
    if version is None:
        message = "its version does not tell which bugs of teql are mended"
        yield warning("kernel", f"kernel {facts.release}", message, how_to_ask(facts.distributions, facts.release))
        return
    number = ".".join(map(str, version))
    ports = [port_kinds(link.kind, link.point_to_point) for _line, link in facts.present()]
    caught = [trap for trap in TRAPS if trap.concerns(set().union(*ports)) and trap.catches(version)]
    if HEADERLESS.catches(version):
        yield error("kernel", f"kernel {number}", f"{HEADERLESS.what}: no bond works", HEADERLESS.advice(version[:2]))
    for trap in caught:
        yield warning("kernel", f"kernel {number}", f"{trap.name}: {trap.what}", trap.advice(version[:2]))
    if not caught:
        yield ok("kernel", f"kernel {number}", "has no known bug of teql that matters here")
    if COLLAPSE.catches(version):
        yield _collapse(facts, number)


def _collapse(facts: Facts, number: str) -> Finding:
    if not facts.unwatched:
        return ok("dead_member", f"kernel {number}", f"{COLLAPSE.what}; the monitor does that")
    fix = "sudo systemctl start teql-monitor  # in mode enforce"
    return warning("dead_member", f"kernel {number}", f"{COLLAPSE.what}, and nobody does that", fix)


def user_namespaces(facts: Facts) -> Iterator[Finding]:
    if namespaces.closed(facts.files):
        yield ok("user_namespaces", "kernel", namespaces.CLOSED_MESSAGE)
    else:
        fix = f"sudo {namespaces.fix(facts.files)}"
        yield warning("user_namespaces", "kernel", namespaces.open_message(facts.bond), fix)
