# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kernel makes of the answers; against a real kernel see tests/kernel/monitor_cases.py."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from recording import ANSWERS, ScriptedSocket, ending

from teql_monitor.netlink import event, link, qdisc, route, wire
from teql_monitor.netlink.channel import Channel, KernelError
from teql_monitor.netlink.event import OVERRUN, Event
from teql_monitor.netlink.kernel import ADD, Kernel
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

DONE = [ending()]
EXISTS = [ending(errno.EEXIST)]
DEFAULT = Route(4, 20400, gateway="192.0.2.1", device=3, protocol=113, onlink=True)


def kernel(*answers: list[bytes | OSError]) -> tuple[Kernel, ScriptedSocket]:
    sock = ScriptedSocket(*answers)
    return Kernel(Channel(lambda: sock), subscribe=False), sock  # type: ignore[arg-type, return-value]


def found(route_: Route, *, type_: int = route.NEW) -> list[bytes]:
    return [wire.build(wire.Message(type_, 0, 0, 0, route.request(route_))), ending()]


def test_links_are_by_name_and_root_qdiscs_by_interface() -> None:
    subject, _sock = kernel(ANSWERS["links"], ANSWERS["qdiscs"])
    assert subject.links()["eth3"].device == 7
    assert {device: each.kind for device, each in subject.qdiscs().items()} == {
        1: "noqueue",
        2: "noqueue",
        3: "pfifo",
        5: "pfifo_fast",
        7: "noqueue",
    }


def test_what_cannot_be_read_is_an_error_in_words() -> None:
    broken = [wire.build(wire.Message(link.NEW, 0, 0, 0, b"\0")), ending()]
    with pytest.raises(KernelError, match="cannot list links: EBADMSG, 16 bytes wanted where 1 are left"):
        kernel(broken)[0].links()


def test_joining_names_a_handle_so_that_the_kernel_refuses_to_replace() -> None:
    subject, sock = kernel(DONE)
    subject.join(3, "teql0")
    assert qdisc.decode(sock.requests[0].body) == qdisc.Qdisc(3, "teql0", qdisc.OUR_HANDLE)
    assert sock.requests[0].flags & ADD == ADD and not sock.requests[0].flags & wire.REPLACE


def test_a_member_that_joins_again_stays_and_a_foreign_qdisc_is_named() -> None:
    kernel(EXISTS, ANSWERS["qdiscs"])[0].join(3, "pfifo")
    with pytest.raises(KernelError, match="join teql0: EEXIST, it has the root qdisc pfifo"):
        kernel(EXISTS, ANSWERS["qdiscs"])[0].join(3, "teql0")
    with pytest.raises(KernelError, match="join teql0: EEXIST"):
        kernel(EXISTS, ANSWERS["qdiscs"])[0].join(99, "teql0")
    with pytest.raises(KernelError, match="join teql0: ENOENT"):
        kernel([ending(errno.ENOENT)])[0].join(3, "teql0")


def test_parting_names_kind_and_handle() -> None:
    subject, sock = kernel(DONE)
    subject.part(3, "teql0", 0x80010000)
    assert qdisc.decode(sock.requests[0].body) == qdisc.Qdisc(3, "teql0", 0x80010000)
    assert sock.requests[0].type == qdisc.DELETED


def test_more_than_was_asked_for_is_left_out() -> None:
    assert [each.destination for each in kernel(ANSWERS["routes 4"])[0].routes(20400)] == [
        "default",
        "10.0.0.0/8",
        "172.16.0.0/30",
    ]
    assert len(kernel(ANSWERS["routes 4"])[0].routes(protocol=113)) == 2
    assert kernel(ANSWERS["routes 4"])[0].routes(20401) == []
    assert kernel(ANSWERS["routes 4"])[0].routes(20400, 6) == [], "a kernel without IPv6 answers with IPv4"
    assert kernel(ANSWERS["rules 4"])[0].rules(6) == []
    assert kernel(ANSWERS["neighbours 4"])[0].neighbours(4) == []
    assert kernel(ANSWERS["neighbours 4"])[0].neighbours(family=6) == []


def test_what_does_not_exist_has_no_entries() -> None:
    assert kernel(ANSWERS["no table"])[0].routes(20499) == []
    assert kernel([ending(errno.EAFNOSUPPORT)])[0].rules(6) == []
    assert kernel([ending(errno.EOPNOTSUPP)])[0].routes(0, 6) == []
    with pytest.raises(KernelError):
        kernel([ending(errno.EPERM)])[0].routes()
    with pytest.raises(KernelError):
        kernel([ending(errno.EPERM)])[0].rules()


def test_a_route_that_is_there_is_well_and_another_is_not_replaced() -> None:
    kernel(EXISTS, ANSWERS["routes 4"])[0].add_route(DEFAULT)
    with pytest.raises(KernelError) as caught:
        kernel(EXISTS, ANSWERS["routes 4"])[0].add_route(Route(4, 20400, gateway="192.0.2.9", device=3))
    assert caught.value.text.startswith("there is another: default via 192.0.2.1 dev ")
    assert "add the route default via 192.0.2.9 dev" in caught.value.operation
    with pytest.raises(KernelError, match="ENETDOWN"):
        kernel([ending(errno.ENETDOWN)])[0].add_route(DEFAULT)


def test_to_add_a_rule_twice_or_delete_twice_is_no_error() -> None:
    kernel(EXISTS)[0].add_rule(Rule(4, 1, 2))
    kernel([ending(errno.ENOENT)])[0].delete_rule(Rule(4, 1, 2, "172.16.0.2/32", "eth2"))
    kernel([ending(errno.ESRCH)])[0].delete_route(DEFAULT)
    kernel([ending(errno.ENOENT)])[0].delete_neighbour(3, "fe80::1")
    with pytest.raises(KernelError, match=r"add the rule IPv4 priority 1 from 172.16.0.2/32 oif eth2 lookup 2: EPERM"):
        kernel([ending(errno.EPERM)])[0].add_rule(Rule(4, 1, 2, "172.16.0.2/32", "eth2"))
    with pytest.raises(KernelError):
        kernel([ending(errno.EPERM)])[0].delete_rule(Rule(4, 1, 2))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([ANSWERS["route found"]], ""),
        ([ANSWERS["no route"]], "no route to 198.51.100.1 over interface number 999983"),
        ([[ending(errno.ENETUNREACH)]], "no route to 198.51.100.1 over interface number 999983"),
        ([[ending(errno.EACCES)]], "the route to 198.51.100.1 over interface number 999983 discards what it gets"),
        ([[ending(errno.EINVAL)]], "the route to 198.51.100.1 over interface number 999983 discards what it gets"),
        ([[ending(errno.ENODEV)]], "interface number 999983 is not there"),
        ([DONE], "the kernel names no route to 198.51.100.1 over interface number 999983"),
        ([found(Route(4, 255, device=3, type=route.LOCAL))], "198.51.100.1 is an address of this machine"),
        (
            [found(Route(4, 9, type=7))],
            "the route to 198.51.100.1 over interface number 999983 discards what it gets",
        ),
        (
            [found(Route(4, 9, device=999984))],
            "the route to 198.51.100.1 leaves by interface number 999984 instead of interface number 999983",
        ),
        ([found(Route(4, 9, device=999983))], ""),
    ],
)
def test_a_true_route_or_why_there_is_none(answers: list[list[bytes]], reason: str) -> None:
    index = 3 if answers == [ANSWERS["route found"]] else 999983
    subject, sock = kernel(*answers)  # type: ignore[arg-type]
    assert subject.has_true_route("198.51.100.1", index) == reason
    assert wire.attributes(sock.requests[0].body, route.HEADER.size).keys() == {route.DESTINATION, route.DEVICE}


def test_a_source_that_alone_spoils_the_route_is_named() -> None:
    subject, sock = kernel(ANSWERS["no route"], ANSWERS["route found"])
    reason = subject.has_true_route("198.51.100.1", 3, "10.9.9.9")
    assert reason.endswith("from 10.9.9.9: has this machine that address?")
    assert wire.attributes(sock.requests[0].body, route.HEADER.size)[route.SOURCE] == bytes([10, 9, 9, 9])
    without = kernel(ANSWERS["no route"], ANSWERS["no route"])[0].has_true_route("198.51.100.1", 999983, "10.9.9.9")
    assert without == "no route to 198.51.100.1 over interface number 999983"


def test_a_lookup_that_got_no_answer_is_no_missing_route() -> None:
    with pytest.raises(KernelError, match="ETIMEDOUT"):
        kernel([])[0].has_true_route("198.51.100.1", 3)


def test_events_are_drained_and_losses_told() -> None:
    news, requests = ScriptedSocket(), ScriptedSocket()
    echo = wire.build(wire.Message(qdisc.NEW, 0, 0, 4711, qdisc.root_request(3, "teql0", 5)))
    news.pending = [echo, OSError(errno.ENOBUFS, "lost"), *ANSWERS["events"]]
    subject = Kernel(Channel(lambda: requests), news)  # type: ignore[arg-type, return-value]
    events = subject.events()
    assert events[:2] == [Event("qdisc", qdisc.Qdisc(3, "teql0", 5), own=True), OVERRUN]
    assert events[2:] == [each for datagram in ANSWERS["events"] for each in event.decode(datagram)]
    assert subject.events() == []
    news.pending = [OSError(errno.EBADF, "closed")]
    with pytest.raises(OSError, match="closed"):
        subject.events()
    subject.close()
    assert news.closed


def test_this_machines_kernel_answers_and_can_be_waited_for() -> None:
    subject = Kernel()
    assert subject.fileno() > 0
    assert subject.links()["lo"].device == 1
    written = Path("/sys/class/net/lo/statistics/tx_bytes")
    before = int(written.read_text())
    assert before <= subject.counters()[1].tx_bytes <= int(written.read_text())
    assert {each.table for each in subject.rules()} >= {254, 255}
    assert subject.has_true_route("127.0.0.1", 1) == "127.0.0.1 is an address of this machine"
    subject.qdiscs(), subject.routes(255), subject.neighbours(), subject.events()
    subject.close()
    assert Kernel(subscribe=False).events() == []
