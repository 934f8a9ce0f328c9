# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines in simulated time: what would be answered and when, fed to a judge; no socket, no clock."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from teql_monitor.config import Config, LineConfig
from teql_monitor.judge import Change, Decision, Judge, Port

TARGETS = ("198.51.100.1",)


def site(lines: int = 4, targets: tuple[str, ...] = TARGETS, **settings: object) -> Config:
    named = tuple(LineConfig(f"eth{i + 2}", name) for i, name in enumerate("abcdefghijklmnop"[:lines]))
    return Config("teql0", "192.0.2.1", targets, named, **settings)  # type: ignore[arg-type]


@dataclass
class Wire:
    """One line as it is now."""

    carrier: bool = True
    router: bool = True
    beyond: bool = True  # False: a black hole behind the router
    trip: float = 0.010  # seconds
    loss: float = 0.0  # 0 to 1
    load: float = 0.0
    dead_targets: set[str] = field(default_factory=set)


class World:
    """Runs the judge as the daemon does: probes in turn, carrier at once, a tick a second."""

    def __init__(self, config: Config, seed: int = 1, empty: bool = False) -> None:
        self.config, self.now = config, 1000.0
        self.random = random.Random(seed)
        self.judge = Judge(config, self.now)
        self.wires = {line.name: Wire() for line in config.lines}
        self.members: set[str] = set() if empty else set(self.wires)
        self.changes: list[tuple[float, Change]] = []
        self.moves: list[tuple[float, set[str]]] = []  # every change of membership
        self.fail_open = False
        self.plugged: dict[str, bool] = {}
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.count = 0
        self.turn = dict.fromkeys(self.wires, 0)
        self.waiting = dict.fromkeys(self.wires, 0)
        for index, name in enumerate(self.wires):
            self.later(self.now + config.interval * index / len(self.wires), self._sender(name))
        self.later(self.now + 1, self._tick)
        self.see()

    def later(self, when: float, what: Callable[[], None]) -> None:
        self.count += 1
        heapq.heappush(self.events, (when, self.count, what))

    def run(self, seconds: float) -> World:
        end = self.now + seconds
        while self.events and self.events[0][0] <= end:
            self.now, _number, what = heapq.heappop(self.events)
            what()
        self.now = end
        return self

    def see(self) -> None:
        """What netlink would tell."""
        ports = {n: Port(True, wire.carrier, n in self.members) for n, wire in self.wires.items()}
        self.judge.ports(self.now, ports)
        self.act(self.judge.decide(self.now))

    def act(self, decision: Decision) -> None:
        self.changes += [(self.now, change) for change in decision.changes]
        self.fail_open = decision.fail_open
        if decision.wanted != self.members:
            self.members = set(decision.wanted)
            self.moves.append((self.now, self.members))
            self.see()

    def state(self, name: str) -> str:
        return self.judge.lines[name].state

    def _tick(self) -> None:
        for name, wire in self.wires.items():
            self.judge.load(name, wire.load)
        self.judge.tick(self.now)
        self.act(self.judge.decide(self.now))
        self.later(self.now + 1, self._tick)

    def _sender(self, name: str) -> Callable[[], None]:
        wire, judge = self.wires[name], self.judge

        def send() -> None:
            self.later(self.now + judge.interval(name, self.waiting[name] > 0), send)
            if not wire.carrier:
                return
            self.turn[name] += 1
            target = judge.target(self.turn[name])
            sent = self.now
            self.waiting[name] += 1
            answered = wire.router and wire.beyond and target not in wire.dead_targets
            if answered and (not wire.loss or self.random.random() >= wire.loss):
                self.later(sent + wire.trip, lambda: self._ended(name, target, sent, wire.trip))
            else:
                self.later(sent + self.config.timeout, lambda: self._ended(name, target, sent, None))

        return send

    def _ended(self, name: str, target: str, sent: float, trip: float | None) -> None:
        wire = self.wires[name]
        self.waiting[name] -= 1
        if trip is None:
            self.judge.router(name, wire.router)
        if not wire.carrier:
            return
        if self.judge.probe(self.now, name, target, sent, trip):
            self.act(self.judge.decide(self.now))
