# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lines are in the bond. The rules, the weightiest first:

1. The bond is never emptied: the last member stays, whatever is wrong with it.
2. Lines that work are in. A line that starts or cannot be judged stays as it is.
3. Dead and drained lines are out - but when nothing answers over any line, it is not the lines (fail open).
4. Lines that are late or lossy are out, the worst first, never more than (n-1)/2 of n, and at least `min_lines` stay.
5. Where nothing works, the first line that answers joins at once, whatever it had to wait for.
"""

from __future__ import annotations

from collections.abc import Sequence

from teql_monitor.judge.line import DEGRADED, DOWN, DRAINED, MISCONFIGURED, STARTING, UP, Line


def choose(lines: Sequence[Line], min_lines: int, now: float) -> set[str]:
    """The names of the lines that shall be members. Reads each line's state, writes nothing."""
    works = {line.name for line in lines if line.state == UP or stays(line)}
    works |= tolerated(lines, works, min_lines)
    chosen = works | {line.name for line in lines if kept_open(line, lines, now)}
    if works:
        return chosen
    helpers = {line.name for line in lines if line.state == STARTING and line.usable() and line.alive is not False}
    return chosen or helpers or last_one(lines)


def stays(line: Line) -> bool:
    return line.wanted and line.state in (STARTING, MISCONFIGURED)


def tolerated(lines: Sequence[Line], works: set[str], min_lines: int) -> set[str]:
    """Of the degraded lines those that stay in; one that is out already goes before one that is in."""
    degraded = sorted(
        (line for line in lines if line.state == DEGRADED), key=lambda line: (line.wanted, -line.badness())
    )
    most_out = (sum(line.config.enabled for line in lines) - 1) // 2
    stay: list[Line] = degraded[most_out:]
    out = degraded[:most_out]
    while out and len(works) + len(stay) < min_lines:
        stay.append(out.pop())
    return {line.name for line in stay}


def dark(line: Line) -> bool:
    """A member that is silent, though nothing on this side of its router is wrong."""
    return line.wanted and line.state == DOWN and line.usable() and line.router is not False


def kept_open(line: Line, lines: Sequence[Line], now: float) -> bool:
    """A dark one of which no other line tells that it is its own fault, or not for long enough."""
    return dark(line) and (now < line.grace or not any(witness(other, line) for other in lines))


def witness(other: Line, line: Line) -> bool:
    """Whether another line was answered a probe that it had sent a little after this one fell silent."""
    return other is not line and other.heard() >= line.began + line.site.timeout / 2


def last_one(lines: Sequence[Line]) -> set[str]:
    """Rather a dead member than none: nothing is won without it, and the kernel has faults there."""
    members = [line for line in lines if line.member]
    order = {DEGRADED: 0, DRAINED: 1, DOWN: 2}
    best = sorted(members, key=lambda line: (not line.usable(), order.get(line.state, 3), line.router is False))
    return {best[0].name} if best else set()
