# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells unasked: RTM_NEW* and RTM_DEL* to the groups RTNLGRP_* of linux/rtnetlink.h."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from teql_monitor.netlink import link, neighbour, qdisc, route, rule, wire
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.netlink.qdisc import Qdisc
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

# RTNLGRP_LINK, NEIGH, TC, IPV4_ROUTE, IPV4_RULE, IPV6_ROUTE, IPV6_RULE
GROUPS = (1, 3, 4, 7, 8, 11, 19)
GROUPS_MASK = sum(1 << (group - 1) for group in GROUPS)

DECODERS: dict[int, tuple[str, Callable[[bytes], Link | Qdisc | Route | Rule | Neighbour | None], bool]] = {
    module.NEW + deleted: (kind, module.decode, bool(deleted))
    for kind, module in (
        ("link", link),
        ("qdisc", qdisc),
        ("route", route),
        ("rule", rule),
        ("neighbour", neighbour),
    )
    for deleted in (0, 1)
}


class Event(NamedTuple):
    """`overrun`: some were lost, look at everything again."""

    kind: str  # link, qdisc, route, rule, neighbour, overrun
    what: Link | Qdisc | Route | Rule | Neighbour | None = None
    deleted: bool = False
    own: bool = False  # the echo of our own request


OVERRUN = Event("overrun")


def decode(data: bytes, own_port: int = -1) -> list[Event]:
    """The events of one datagram; one that cannot be read counts as lost."""
    try:
        return [event for message in wire.parse(data) for event in _decode(message, own_port)]
    except wire.MalformedMessage:
        return [OVERRUN]


def _decode(message: wire.Message, own_port: int) -> list[Event]:
    if message.type not in DECODERS:
        return []
    kind, decoder, deleted = DECODERS[message.type]
    what = decoder(message.body)
    return [Event(kind, what, deleted, message.port == own_port)] if what else []
