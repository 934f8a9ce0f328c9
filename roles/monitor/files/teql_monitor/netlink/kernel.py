# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the monitor asks the kernel and lets it do: links, qdiscs, routes, rules, neighbours; and what is new."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from typing import TypeVar

from teql_monitor.netlink import counters, event, link, neighbour, qdisc, route, rule, wire
from teql_monitor.netlink.address import family_of
from teql_monitor.netlink.channel import Channel, KernelError, open_socket, receive
from teql_monitor.netlink.counters import Counters
from teql_monitor.netlink.event import Event
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.qdisc import Qdisc
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule
from teql_monitor.netlink.words import NO_ROUTE, interface_name, no_route_words, route_words, rule_words

ADD = wire.CREATE | wire.EXCLUSIVE  # never in another's place
DATAGRAMS_AT_ONCE = 500  # a storm of news must not keep the probes waiting

NOT_THERE = ("ENOENT", "ESRCH")
NO_SUCH_FAMILY = ("EAFNOSUPPORT", "EOPNOTSUPP")  # a kernel without IPv6

T = TypeVar("T")


def _decoded(operation: str, decoder: Callable[[bytes], T | None], bodies: list[bytes]) -> list[T]:
    try:
        return [each for each in map(decoder, bodies) if each is not None]
    except wire.MalformedMessage as problem:
        raise KernelError(operation, "EBADMSG", str(problem)) from problem


@contextlib.contextmanager
def _already_gone(names: tuple[str, ...] = NOT_THERE) -> Iterator[None]:
    """To delete what is not there is no error."""
    try:
        yield
    except KernelError as problem:
        if problem.errno not in names:
            raise


class Kernel:
    """With subscribe, events() has something to tell; fileno() is for a selector that waits for it."""

    def __init__(
        self, channel: Channel | None = None, news: socket.socket | None = None, subscribe: bool = True
    ) -> None:
        self._channel = channel or Channel()
        self._news = news or (open_socket(event.GROUPS_MASK) if subscribe else None)
        if self._news:
            self._news.setblocking(False)

    def fileno(self) -> int:
        return self._news.fileno() if self._news else -1

    def close(self) -> None:
        self._channel.close()
        if self._news:
            self._news.close()

    # --- links

    def links(self) -> dict[str, Link]:
        found = self._list("list links", link.GET, link.dump_request(), link.decode)
        return {each.name: each for each in found}

    def counters(self) -> dict[int, Counters]:
        """By interface index."""
        found = self._list("read the counters", counters.GET, counters.dump_request(), counters.decode)
        return {each.device: each for each in found}

    def set_mtu(self, index: int, mtu: int) -> None:
        operation = f"set the MTU of {interface_name(index)} to {mtu}"
        self._channel.ask(operation, link.NEW, link.mtu_request(index, mtu))

    def set_up(self, index: int) -> None:
        self._channel.ask(f"set {interface_name(index)} up", link.NEW, link.up_request(index))

    # --- qdiscs

    def qdiscs(self) -> dict[int, Qdisc]:
        """The root qdisc of every interface that has one."""
        found = self._list("list qdiscs", qdisc.GET, qdisc.dump_request(), qdisc.decode)
        return {each.device: each for each in found if each.root}

    def join(self, index: int, bond: str) -> None:
        """A port that is a member already is left alone, one with a foreign qdisc is refused by the kernel itself."""
        operation = f"let {interface_name(index)} join {bond}"
        try:
            self._channel.ask(operation, qdisc.NEW, qdisc.root_request(index, bond, qdisc.OUR_HANDLE), ADD)
        except KernelError as problem:
            there = self.qdiscs().get(index) if problem.errno == "EEXIST" else None
            if there is None:
                raise
            if there.kind != bond:
                raise KernelError(operation, "EEXIST", f"it has the root qdisc {there.kind}") from problem

    def part(self, index: int, bond: str, handle: int) -> None:
        """Kind and handle are named: the kernel deletes this very qdisc or none."""
        operation = f"let {interface_name(index)} part from {bond}"
        self._channel.ask(operation, qdisc.DELETED, qdisc.root_request(index, bond, handle))

    # --- routes

    def routes(self, table: int = 0, family: int = 4, protocol: int = 0) -> list[Route]:
        """0 means any."""
        found: list[Route] = []
        with _already_gone((*NOT_THERE, *NO_SUCH_FAMILY)):  # a table without routes does not exist
            question = route.dump_request(family, table, protocol)
            found = self._list(f"list IPv{family} routes", route.GET, question, route.decode)
        # Where there is no IPv6, or no selection, the kernel tells more than was asked for.
        return [
            each
            for each in found
            if each.family == family and table in (0, each.table) and protocol in (0, each.protocol)
        ]

    def add_route(self, wanted: Route) -> None:
        """Beside what is there, never in its place; one that leads the same way is left alone."""
        operation = f"add the route {route_words(wanted)}"
        try:
            self._channel.ask(operation, route.NEW, route.request(wanted), ADD)
        except KernelError as problem:
            if problem.errno != "EEXIST":
                raise
            there = [
                each
                for each in self.routes(wanted.table, wanted.family)
                if (each.destination, each.metric) == (wanted.destination, wanted.metric)
            ]
            if not any((each.gateway, each.device) == (wanted.gateway, wanted.device) for each in there):
                others = ", ".join(route_words(each) for each in there)
                raise KernelError(operation, "EEXIST", f"there is another: {others}") from problem

    def delete_route(self, unwanted: Route) -> None:
        operation = f"delete the route {route_words(unwanted)}"
        with _already_gone():
            self._channel.ask(operation, route.DELETED, route.request(unwanted))

    def has_true_route(self, target: str, index: int, source: str = "") -> str:
        """Empty, or why a probe would not truly be routed.

        A table entry must match: without one IPv4 sends as if the target were on the wire, and says nothing.
        """
        port = interface_name(index)
        operation = f"look up the route to {target} over {port}"
        try:
            bodies = self._channel.ask(operation, route.GET, route.lookup_request(target, index, source))
            found = _decoded(operation, route.decode, bodies)
        except KernelError as problem:
            if source and problem.errno in NO_ROUTE and not self.has_true_route(target, index):
                return f"no route to {target} over {port} from {source}: has this machine that address?"
            return no_route_words(problem, target, port)
        if not found:
            return f"the kernel names no route to {target} over {port}"
        if found[0].type == route.LOCAL:
            return f"{target} is an address of this machine"
        if found[0].type != route.UNICAST:
            return f"the route to {target} over {port} discards what it gets"
        devices = found[0].hops or (found[0].device,)
        if devices != (0,) and index not in devices:
            return f"the route to {target} leaves by {interface_name(devices[0])} instead of {port}"
        return ""

    # --- rules

    def rules(self, family: int = 4) -> list[Rule]:
        found: list[Rule] = []
        with _already_gone(NO_SUCH_FAMILY):
            found = self._list(f"list IPv{family} rules", rule.GET, rule.dump_request(family), rule.decode)
        return [each for each in found if each.family == family]

    def add_rule(self, wanted: Rule) -> None:
        """One that is there already is left alone."""
        try:
            self._channel.ask(f"add the rule {rule_words(wanted)}", rule.NEW, rule.request(wanted), ADD)
        except KernelError as problem:
            if problem.errno != "EEXIST":
                raise

    def delete_rule(self, unwanted: Rule) -> None:
        with _already_gone():
            self._channel.ask(f"delete the rule {rule_words(unwanted)}", rule.DELETED, rule.request(unwanted))

    # --- neighbours

    def neighbours(self, index: int = 0, family: int = 4) -> list[Neighbour]:
        """Of one interface; 0 means all."""
        question = neighbour.dump_request(family, index)
        found = self._list(f"list IPv{family} neighbours", neighbour.GET, question, neighbour.decode)
        return [each for each in found if index in (0, each.device) and family_of(each.address) == family]

    def set_neighbour(self, index: int, address: str, mac: str, protocol: int = 0) -> None:
        """Permanent, in the place of what was known."""
        body = neighbour.request(index, address, mac, protocol)
        operation = f"set the neighbour {address} of {interface_name(index)} to {mac}"
        self._channel.ask(operation, neighbour.NEW, body, wire.CREATE | wire.REPLACE)

    def delete_neighbour(self, index: int, address: str) -> None:
        operation = f"delete the neighbour {address} of {interface_name(index)}"
        with _already_gone():
            self._channel.ask(operation, neighbour.DELETED, neighbour.request(index, address))

    # --- news

    def events(self) -> list[Event]:
        """What was told since the last call, or as much as one call takes: a selector then says that there is more."""
        events: list[Event] = []
        for _each in range(DATAGRAMS_AT_ONCE if self._news else 0):
            try:
                data = receive(self._news)  # type: ignore[arg-type]
            except BlockingIOError:
                break
            except OSError as problem:
                if problem.errno not in (errno.ENOBUFS, errno.EMSGSIZE):
                    raise
                events.append(event.OVERRUN)
            else:
                events += event.decode(data, self._channel.port)
        return events

    def _list(self, operation: str, type_: int, question: bytes, decoder: Callable[[bytes], T | None]) -> list[T]:
        return _decoded(operation, decoder, self._channel.dump(operation, type_, question))
