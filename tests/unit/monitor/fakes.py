# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A kernel, a clock and a wire that only exist in memory; the kernel refuses what sch_teql.c refuses."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.clock import Clock
from teql_monitor.config import Config, LineConfig
from teql_monitor.netlink.address import family_of
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.counters import Counters
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.qdisc import OUR_HANDLE, Qdisc
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule
from teql_monitor.probe.sockets import Answer

BOND = "teql0"
TARGETS = ("198.51.100.1",)


def site(lines: int = 4, targets: tuple[str, ...] = TARGETS, **settings: object) -> Config:
    """Lines a, b, c ... on eth2, eth3, eth4 ..., each with its router."""
    named = tuple(line(i, name) for i, name in enumerate("abcdefgh"[:lines]))
    return Config(BOND, "192.0.2.1", targets, named, address="192.0.2.2", **settings)  # type: ignore[arg-type]


def line(place: int, name: str, **settings: object) -> LineConfig:
    own, router = f"172.16.0.{4 * place + 2}/30", f"172.16.0.{4 * place + 1}"
    return LineConfig(f"eth{place + 2}", name, address=own, router=router, **settings)  # type: ignore[arg-type]


class FakeClock(Clock):
    def __init__(self) -> None:
        self.time, self.offset = 1000.0, 1_750_000_000.0
        super().__init__(lambda: self.time, lambda: self.time + self.offset)


class FakeKernel:
    """The bond and the ports eth2 ... ; `refused` maps the beginning of an operation to the error it ends with."""

    def __init__(self, ports: int = 4, members: int | None = None) -> None:
        self.table = {BOND: Link(1, BOND, True, True, 1500)}
        self.root: dict[int, Qdisc] = {}
        self.asked: list[str] = []  # everything that changes something
        self.refused: dict[str, str] = {}
        self.obstacle = ""
        self.made: list[Route | Rule | Neighbour] = []
        self.counted: dict[int, Counters] = {}
        self.near: list[Neighbour] = []
        for place in range(ports):
            self.plug(f"eth{place + 2}", place + 3)
        for place in range(ports if members is None else members):
            self.root[place + 3] = Qdisc(place + 3, BOND, OUR_HANDLE)

    def plug(self, name: str, index: int, mtu: int = 1500, carrier: bool = True) -> None:
        self.table[name] = Link(index, name, True, carrier, mtu)
        self.root[index] = Qdisc(index, "mq")

    def put(self, name: str, **words: object) -> None:
        self.table[name] = self.table[name]._replace(**words)  # type: ignore[arg-type]

    def count(self, name: str, **words: int) -> None:
        index = self.table[name].device
        self.counted[index] = Counters(index, **words)

    def unplug(self, name: str) -> None:
        self.root.pop(self.table.pop(name).device, None)

    def members(self) -> set[str]:
        kinds = {index: qdisc.kind for index, qdisc in self.root.items()}
        return {name for name, link in self.table.items() if kinds.get(link.device) == BOND}

    def links(self) -> dict[str, Link]:
        self._check("list links")
        return dict(self.table)

    def counters(self) -> dict[int, Counters]:
        self._check("read the counters")
        return {link.device: self.counted.get(link.device, Counters(link.device)) for link in self.table.values()}

    def qdiscs(self) -> dict[int, Qdisc]:
        self._check("list qdiscs")
        return dict(self.root)

    def join(self, index: int, bond: str) -> None:
        name = self._name(index)
        self._change(f"join {name}")
        if self.root[index].handle:
            raise KernelError(f"join {name}", "EEXIST")
        mtu, master = self.table[name].mtu, self.table[bond]
        if self.members() and master.up and mtu < master.mtu:
            raise KernelError(f"join {name}", "EINVAL")
        self.put(bond, mtu=min(mtu, master.mtu) if self.members() else mtu)
        self.root[index] = Qdisc(index, bond, OUR_HANDLE)

    def part(self, index: int, bond: str, handle: int) -> None:
        name = self._name(index)
        self._change(f"part {name}")
        if (self.root[index].kind, self.root[index].handle) != (bond, handle):
            raise KernelError(f"part {name}", "ENOENT")
        self.root[index] = Qdisc(index, "mq")

    def set_up(self, index: int) -> None:
        name = self._name(index)
        self._change(f"up {name}")
        if not self.members():
            raise KernelError(f"up {name}", "EUNATCH")
        self.put(name, up=True, carrier=True, mtu=self._smallest())

    def set_mtu(self, index: int, mtu: int) -> None:
        name = self._name(index)
        self._change(f"mtu {name} {mtu}")
        if not 68 <= mtu <= (self._smallest() if self.members() else 65535):
            raise KernelError(f"mtu {name} {mtu}", "EINVAL")
        self.put(name, mtu=mtu)

    def routes(self, table: int = 0, family: int = 4, protocol: int = 0) -> list[Route]:
        self._check("list routes")
        return [
            each
            for each in self.made
            if isinstance(each, Route) and (table in (0, each.table)) and each.family == family
        ]

    def rules(self, family: int = 4) -> list[Rule]:
        return [each for each in self.made if isinstance(each, Rule) and each.family == family]

    def neighbours(self, index: int = 0, family: int = 4) -> list[Neighbour]:
        return [each for each in self.near if family_of(each.address) == family]

    def set_neighbour(self, index: int, address: str, mac: str, protocol: int = 0) -> None:
        self.near = [each for each in self.near if (each.device, each.address) != (index, address)]
        self.near.append(Neighbour(index, address, mac, True, protocol))

    def delete_neighbour(self, index: int, address: str) -> None:
        self._change(f"forget {address}")
        self.near = [each for each in self.near if (each.device, each.address) != (index, address)]

    def add_route(self, wanted: Route) -> None:
        self._check("add route")
        self.made.append(wanted)

    def add_rule(self, wanted: Rule) -> None:
        self.made.append(wanted)

    def delete_route(self, unwanted: Route) -> None:
        self.made.remove(unwanted)

    def delete_rule(self, unwanted: Rule) -> None:
        self.made.remove(unwanted)

    def has_true_route(self, target: str, index: int, source: str = "") -> str:
        return self.obstacle

    def _smallest(self) -> int:
        return min(self.table[name].mtu for name in self.members())

    def _name(self, index: int) -> str:
        return next(name for name, link in self.table.items() if link.device == index)

    def _change(self, operation: str) -> None:
        self.asked.append(operation)
        self._check(operation)

    def _check(self, operation: str) -> None:
        for begin, errno in self.refused.items():
            if operation.startswith(begin):
                raise KernelError(operation, errno)


class FakeLink:
    """Answers after `trip` seconds, unless the interface is among the `dead` or the target among the `silent`."""

    def __init__(self, clock: FakeClock, trip: float = 0.010) -> None:
        self.clock, self.trip = clock, trip
        self.dead: set[int] = set()
        self.silent: set[str] = set()
        self.sent: list[tuple[int, str, int, str | None]] = []
        self.waiting: list[Answer] = []
        self.error: OSError | None = None

    def send(self, sequence: int, target: str, index: int, source: str | None) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append((sequence, target, index, source))
        if index not in self.dead and target not in self.silent:
            self.waiting.append(Answer(sequence, target, self.clock.wall() + self.trip))

    def answers(self) -> Iterator[Answer]:
        now = self.clock.wall()
        for answer in [each for each in self.waiting if each.received <= now]:
            self.waiting.remove(answer)
            yield answer
