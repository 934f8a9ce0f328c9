# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real packets over loopback."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator

import pytest

from teql_monitor.probe import icmp
from teql_monitor.probe.sockets import Answer, EchoSocket

LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
INDEX = socket.if_nametoindex("lo")


@pytest.fixture(params=[socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def echo(request: pytest.FixtureRequest) -> Iterator[EchoSocket]:
    found = opened(request.param)
    yield found
    found.close()


def opened(family: int) -> EchoSocket:
    try:
        found = EchoSocket(family)
    except PermissionError:
        pytest.skip("raw sockets may not be opened here: run as root")
    try:
        found.send(0, LOOPBACK[family], INDEX, None)
    except OSError as error:
        pytest.skip(f"loopback has no {LOOPBACK[family]}: {error}")
    collect(found, 1)
    return found


def collect(echo: EchoSocket, count: int) -> list[Answer]:
    """As many answers as are expected, or fewer after two seconds."""
    found: list[Answer] = []
    while len(found) < count and select.select([echo], [], [], 2)[0]:
        found += echo.answers()
    return found


def test_loopback_answers_with_its_address_and_the_kernels_time(echo: EchoSocket) -> None:
    before = time.time()
    echo.send(7, LOOPBACK[echo.family], INDEX, LOOPBACK[echo.family])
    (answer,) = collect(echo, 1)
    assert (answer.sequence, answer.source) == (7, LOOPBACK[echo.family])
    assert before <= answer.received <= time.time()


def test_many_answers_come_in_their_order_and_none_is_missing(echo: EchoSocket) -> None:
    for sequence in range(65500, 65536):
        echo.send(sequence, LOOPBACK[echo.family], INDEX, None)
    assert [answer.sequence for answer in collect(echo, 36)] == list(range(65500, 65536))


def test_nothing_to_read_is_no_answer(echo: EchoSocket) -> None:
    assert list(echo.answers()) == []


def test_the_answers_of_another_program_are_passed_over(echo: EchoSocket) -> None:
    other = EchoSocket(echo.family)
    other.identifier = echo.identifier
    other.send(1, LOOPBACK[echo.family], INDEX, None)
    assert len(collect(other, 1)) == 1
    other.close()
    echo.send(2, LOOPBACK[echo.family], INDEX, None)
    assert [answer.sequence for answer in collect(echo, 1)] == [2]


def test_a_source_that_this_machine_does_not_have_is_an_error(echo: EchoSocket) -> None:
    source = {socket.AF_INET: "192.0.2.99", socket.AF_INET6: "2001:db8::99"}[echo.family]
    with pytest.raises(OSError):
        echo.send(1, LOOPBACK[echo.family], INDEX, source)


def test_an_interface_that_is_gone_is_an_error(echo: EchoSocket) -> None:
    with pytest.raises(OSError):
        echo.send(1, "198.51.100.1" if echo.family == socket.AF_INET else "2001:db8::1", 9_999_999, None)


def test_requests_of_others_do_not_wake_the_monitor() -> None:
    """The kernel filters: the request that loopback hands to every raw socket is not an answer."""
    echo = opened(socket.AF_INET)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as other:
        other.sendto(bytes([13]) + icmp.request4(1, 1, b"")[1:], ("127.0.0.1", 0))
        assert select.select([other], [], [], 2)[0]
    assert select.select([echo], [], [], 0)[0] == []
    echo.close()
