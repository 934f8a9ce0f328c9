# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When which line is asked, and what became of each probe.

Lines take turns within one interval, and answers are read when the next turn comes: no wake-up is for one answer. The
router is asked now and then, and at once when the answer from beyond it is overdue at the line's next turn: by the time
the line is judged it is known on which side of the router it is dead.
"""

from __future__ import annotations

import errno
import heapq
import ipaddress
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Callable, NamedTuple, Protocol

from teql_monitor.config import Config, LineConfig
from teql_monitor.probe.sockets import Answer
from teql_monitor.probe.tally import Tally

ROUTER_EVERY = 5.0  # seconds: while the line answers, so does its router
APART = 0.1  # seconds between the turns of two lines at least, within the interval: a wake-up costs more than a probe
LISTEN = 0.1  # seconds: answers wait so long at most; the kernel has stamped them
LEEWAY = 0.1  # seconds between the two clocks: what differs more means that somebody set the real-time clock


class Link(Protocol):
    """What sends: sockets.EchoSocket."""

    def send(self, sequence: int, target: str, index: int, source: str | None) -> None: ...

    def answers(self) -> Iterator[Answer]: ...


class Planner(Protocol):
    """Who says what is to be asked: judge.Judge."""

    def interval(self, name: str, overdue: bool) -> float: ...

    def target(self, turn: int) -> str: ...


class Finished(NamedTuple):
    """A probe that was answered, or was not; `trip` in seconds."""

    line: str
    target: str
    router: bool  # the target is the line's router
    sent: float  # seconds of the monotonic clock
    trip: float | None


class Probe(NamedTuple):
    line: Line
    target: str
    router: bool
    sent: float
    stamp: float  # seconds of the real-time clock


class Line:
    def __init__(self, config: LineConfig, source: str | None) -> None:
        self.config = config
        self.source = source  # IPv4
        self.index: int | None = None  # of the interface; none: there is nothing to send by
        self.turn = 0
        self.waiting = 0  # probes to targets that are under way
        self.router_due = 0.0
        self.tallies: dict[str, Tally] = {}


class Prober:
    def __init__(
        self, config: Config, planner: Planner, links: Mapping[int, Link], now: float, clock: Callable[[], float]
    ) -> None:
        """`links` by address family; `clock` is the real-time clock, which the kernel's time stamps are of."""
        self.config, self.planner, self.links, self.clock = config, planner, links, clock
        self.lines = {line.name: Line(line, self._source(line)) for line in config.lines}
        self.families = {target: _family(target) for target in config.targets}
        count = max(len(self.lines), 1)
        turns = max(1, min(count, int(config.interval / APART + 1e-6)))
        self.at_once = -(-count // turns)  # lines that share a turn
        self.schedule = [
            (now + config.interval * (place * turns // count) / turns, 0, place, line)
            for place, line in enumerate(self.lines.values())
        ]
        heapq.heapify(self.schedule)
        self.under_way: dict[int, Probe] = {}
        self.deadlines: deque[tuple[float, int, Probe]] = deque()
        self.router_deadlines: deque[tuple[float, int, Probe]] = deque()
        self.router_timeout = min(config.timeout, config.interval)
        self.listened = now
        self.sequence = 0

    def due(self) -> float:
        """When run() has to be called next, seconds of the monotonic clock."""
        times = [self.schedule[0][0]] if self.schedule else []
        for queue in (self.deadlines, self.router_deadlines):
            while queue and self._over(queue[0]):
                queue.popleft()
            times += [queue[0][0]] if queue else []
        times += [self.listened + LISTEN] if self.under_way else []
        return min(times)

    def run(self, now: float) -> list[Finished]:
        """Take the answers that have come in and send what is due; what is overdue has ended."""
        finished = self._listen(now)
        finished += [*self._overdue(self.deadlines, now), *self._overdue(self.router_deadlines, now)]
        while self.schedule and self.schedule[0][0] <= now:
            when, _order, place, line = self.schedule[0]
            pause = self.planner.interval(line.config.name, line.waiting > 0)
            # After a stall the missed turns are dropped, the rhythm is kept.
            due = when + pause if when + pause > now else now + pause
            # The one that is asked last gets the bond's next packet: not the same each time.
            heapq.heapreplace(self.schedule, (due, (place + line.turn) % self.at_once, place, line))
            if line.index is not None:
                finished += self._ask(line, now)
        return finished

    def _listen(self, now: float) -> list[Finished]:
        self.listened = now
        finished = []
        for link in self.links.values() if self.under_way else ():
            for answer in link.answers():
                probe = self.under_way.get(answer.sequence)
                if probe is None or not _same(probe.target, answer.source):
                    continue
                del self.under_way[answer.sequence]
                trip, longest = answer.received - probe.stamp, now - probe.sent
                if not 0 <= trip <= longest + LEEWAY:
                    trip = longest
                finished.append(self._end(probe, trip))
                if not self.under_way:
                    return finished
        return finished

    def inherit(self, old: Prober) -> None:
        """After a reload: what was counted goes on, and late answers to old probes are not taken for new ones."""
        self.sequence = old.sequence
        for name in self.lines.keys() & old.lines.keys():
            before = old.lines[name].tallies
            self.lines[name].tallies = {target: before[target] for target in self.config.targets if target in before}

    def tally(self, line: Line, target: str) -> Tally:
        return line.tallies.setdefault(target, Tally())

    def _ask(self, line: Line, now: float) -> Iterator[Finished]:
        if line.config.router and (now >= line.router_due or line.waiting):
            line.router_due = now + max(ROUTER_EVERY, self.config.interval)
            yield from self._send(line, line.config.router, True, now)
        line.turn += 1
        yield from self._send(line, self.planner.target(line.turn), False, now)

    def _send(self, line: Line, target: str, router: bool, now: float) -> Iterator[Finished]:
        self.sequence = (self.sequence + 1) & 0xFFFF
        family = socket.AF_INET if router else self.families[target]
        source = line.config.host if router else line.source if family == socket.AF_INET else self.config.address6
        probe = Probe(line, target, router, now, self.clock())
        if not router:
            self.tally(line, target).sent += 1
            line.waiting += 1
        try:
            self.links[family].send(self.sequence, target, line.index or 0, source)
        except OSError as error:
            if not router:
                self.tally(line, target).error(errno.errorcode.get(error.errno or 0, str(error)))
            yield self._end(probe, None)
            return
        self.under_way[self.sequence] = probe
        queue, patience = (
            (self.router_deadlines, self.router_timeout) if router else (self.deadlines, self.config.timeout)
        )
        queue.append((now + patience, self.sequence, probe))

    def _overdue(self, queue: deque[tuple[float, int, Probe]], now: float) -> Iterator[Finished]:
        while queue and queue[0][0] <= now:
            overdue = queue.popleft()
            if not self._over(overdue):
                _deadline, sequence, probe = overdue
                del self.under_way[sequence]
                yield self._end(probe, None)

    def _over(self, waited_for: tuple[float, int, Probe]) -> bool:
        """Whether it was answered."""
        _deadline, sequence, probe = waited_for
        return self.under_way.get(sequence) is not probe

    def _end(self, probe: Probe, trip: float | None) -> Finished:
        if not probe.router:
            probe.line.waiting -= 1
            self.tally(probe.line, probe.target).ended(trip)
        return Finished(probe.line.config.name, probe.target, probe.router, probe.sent, trip)

    def _source(self, line: LineConfig) -> str | None:
        return line.host if self.config.source == "management" else self.config.address


def _family(address: str) -> int:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _same(one: str, other: str) -> bool:
    return one == other or ipaddress.ip_address(one) == ipaddress.ip_address(other)
