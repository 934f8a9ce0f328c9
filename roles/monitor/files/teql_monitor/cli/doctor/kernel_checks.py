# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel itself does to a bond: bugs by version, and who else may join."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, ok, warning
from teql_monitor.cli.doctor.kernel_traps import COLLAPSE, TRAPS, Trap, how_to_ask, upstream

ADVISED = "6.12.117"  # the first release without any of them but the dead-member one


def traps(facts: Facts) -> Iterator[Finding]:
    version = upstream(facts.release, facts.version)
    if version is None:
        message = "its version does not tell which bugs of teql are mended"
        yield warning("kernel", f"kernel {facts.release}", message, how_to_ask(facts.distributions))
        return
    number = ".".join(map(str, version))
    kinds = {"ppp" if link.point_to_point else link.kind for _line, link in facts.present()}
    caught = [trap for trap in TRAPS if trap.concerns(kinds) and trap.catches(version)]
    for trap in caught:
        yield warning("kernel", f"kernel {number}", f"{trap.name}: {trap.what}", _upgrade(trap, version[:2]))
    if not caught:
        yield ok("kernel", f"kernel {number}", "has no known bug of teql that matters here")
    if COLLAPSE.catches(version):
        yield _collapse(facts, number)


def _upgrade(trap: Trap, branch: tuple[int, int]) -> str:
    mended = trap.fixed.in_branch(branch)
    if mended:
        return f"upgrade the kernel to {mended} or newer, then reboot"
    return f"upgrade the kernel; {ADVISED} mends it, no release of {branch[0]}.{branch[1]} is known to"


def _collapse(facts: Facts, number: str) -> Finding:
    if not facts.unwatched:
        return ok("dead_member", f"kernel {number}", f"{COLLAPSE.what}; the monitor does that")
    fix = "sudo systemctl start teql-monitor  # in mode enforce"
    return warning("dead_member", f"kernel {number}", f"{COLLAPSE.what}, and nobody does that", fix)


def user_namespaces(facts: Facts) -> Iterator[Finding]:
    clone = facts.files.get("/proc/sys/kernel/unprivileged_userns_clone")
    most = facts.files.get("/proc/sys/user/max_user_namespaces")
    confined = facts.files.get("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if clone == "0" or most == "0" or confined == "1":
        yield ok("user_namespaces", "kernel", "ordinary users cannot make the namespaces from which to join the bond")
        return
    message = (
        f"every local user can join {facts.bond} from a user namespace: a share of the packets goes there, unseen by tc"
    )
    switch = "kernel.unprivileged_userns_clone" if clone is not None else "user.max_user_namespaces"
    fix = f"sudo sysctl -w {switch}=0  # rootless containers and browsers' sandboxes need them"
    yield warning("user_namespaces", "kernel", message, fix)
