# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket over a real socket, with the real selector."""

from __future__ import annotations

import json
import os
import selectors
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from teql_monitor.control import CLIENTS, LONGEST_REQUEST, MOST_ANSWERS, Answer, Client, Control, Refused, done, line

LONG = b"x" * 50_000


def handle(request: dict[str, Any], client: Client) -> Answer:
    command = request.get("command")
    if command == "echo":
        return done(request.get("what"))
    if command == "user":
        return done(client.user)
    if command == "long":
        return (LONG + b"\n" for _piece in range(40))
    if command == "follow":
        client.follows = True
        return ()
    raise Refused(f"there is no command {command!r}")


class Bench:
    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.selector = selectors.DefaultSelector()
        self.control = Control(self.path, self.selector, handle)

    def run(self, turns: int = 50) -> int:
        """Until nothing is ready any more; how many turns that took."""
        for turn in range(turns):
            ready = self.selector.select(0)
            if not ready:
                return turn
            for key, events in ready:
                self.control.ready(key.fileobj, events)
        return turns

    def connect(self) -> socket.socket:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.connect(self.path)
        self.run()
        client.setblocking(False)
        return client

    def say(self, client: socket.socket, *requests: object) -> list[Any]:
        client.sendall(b"".join(line(request) for request in requests))
        self.run()
        return heard(client)


def heard(client: socket.socket) -> list[Any]:
    return [json.loads(each) for each in client.recv(1 << 20).splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    found = Bench(tmp_path / "control")
    yield found
    found.control.close()
    found.selector.close()


def echo(what: object) -> dict[str, object]:
    return {"command": "echo", "what": what}


def test_a_request_is_answered_and_the_client_is_known_by_its_user(bench: Bench) -> None:
    client = bench.connect()
    assert bench.say(client, echo("hello")) == [{"ok": True, "result": "hello"}]
    assert bench.say(client, {"command": "user"}) == [{"ok": True, "result": os.geteuid()}]


def test_only_user_and_group_may_open_the_socket_and_it_goes_at_the_end(bench: Bench) -> None:
    assert stat.S_IMODE(os.stat(bench.path).st_mode) == 0o660
    bench.control.close()
    assert not os.path.exists(bench.path)
    bench.control = Control(bench.path, bench.selector, handle)


def test_the_socket_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    for _run in range(2):
        Bench(tmp_path / "control")  # never closed, as after kill -9


def test_several_requests_in_one_packet_are_answered_in_their_order(bench: Bench) -> None:
    answers = bench.say(bench.connect(), *(echo(number) for number in range(100)))
    assert [answer["result"] for answer in answers] == list(range(100))


def test_half_a_line_waits_for_its_end(bench: Bench) -> None:
    client = bench.connect()
    client.sendall(b'{"command":"ec')
    bench.run()
    with pytest.raises(BlockingIOError):
        client.recv(10)
    client.sendall(b'ho","what":1}\n')
    bench.run()
    assert heard(client) == [{"ok": True, "result": 1}]


@pytest.mark.parametrize("garbage", [b"", b"{", b"\xff\xfe\x00", b"\0" * 50, b"[" * 60_000, b"1e999999x", b"9" * 5000])
def test_garbage_is_refused_in_words_and_the_connection_goes_on(bench: Bench, garbage: bytes) -> None:
    client = bench.connect()
    client.sendall(garbage + b"\n")
    bench.run()
    (answer,) = heard(client)
    assert answer["ok"] is False and answer["error"].startswith("no JSON: ")
    assert bench.say(client, echo(2)) == [{"ok": True, "result": 2}]


@pytest.mark.parametrize("request_", [[], "status", 5, None])
def test_a_request_is_an_object(bench: Bench, request_: object) -> None:
    (answer,) = bench.say(bench.connect(), request_)
    assert answer["error"] == 'a request is a JSON object, such as {"command": "status"}'


def test_what_is_refused_is_told(bench: Bench) -> None:
    assert bench.say(bench.connect(), {"command": "dance"}) == [
        {"ok": False, "error": "there is no command 'dance'"},
    ]


def test_a_line_without_end_ends_the_connection(bench: Bench) -> None:
    client = bench.connect()
    for _part in range(LONGEST_REQUEST // 4096 + 2):
        client.sendall(b"x" * 4096)
        bench.run()
    assert client.recv(10) == b"" and not bench.control.clients


def test_a_long_answer_waits_for_a_slow_reader_and_others_do_not(bench: Bench) -> None:
    slow, other = bench.connect(), bench.connect()
    slow.sendall(line({"command": "long"}) + line(echo("after it")))
    bench.run()
    assert bench.say(other, echo(1)) == [{"ok": True, "result": 1}]
    assert bench.run() == 0  # nobody spins while the reader sleeps
    content = b""
    while not content.endswith(b'"after it"}\n'):
        content += slow.recv(30_000)
        bench.run()
    assert content == (LONG + b"\n") * 40 + line({"ok": True, "result": "after it"})


def test_pieces_are_made_one_at_a_time(bench: Bench) -> None:
    """Between two of them the probes get their turn."""
    client = bench.connect()
    client.sendall(line({"command": "long"}))
    (key, events), *_rest = bench.selector.select(0)
    bench.control.ready(key.fileobj, events)
    assert len(client.recv(1 << 20)) <= 2 * (len(LONG) + 1)


def test_events_go_to_those_who_follow(bench: Bench) -> None:
    follower, other = bench.connect(), bench.connect()
    follower.sendall(line({"command": "follow"}))
    bench.run()
    for number in range(3):
        bench.control.tell({"seq": number})
    assert heard(follower) == [{"event": {"seq": number}} for number in range(3)]
    with pytest.raises(BlockingIOError):
        other.recv(10)


def test_a_follower_that_reads_late_gets_everything(bench: Bench) -> None:
    follower = bench.connect()
    follower.sendall(line({"command": "long"}) + line({"command": "follow"}))
    bench.run()
    for number in range(MOST_ANSWERS - 10):
        bench.control.tell({"seq": number})
    content = b""
    while not content.endswith(line({"event": {"seq": MOST_ANSWERS - 11}})):
        content += follower.recv(1 << 20)
        bench.run(2000)
    assert content.count(b'{"event"') == MOST_ANSWERS - 10


def test_a_follower_that_never_reads_is_left_behind(bench: Bench) -> None:
    follower = bench.connect()
    follower.sendall(line({"command": "long"}) + line({"command": "follow"}))
    bench.run()
    for number in range(2 * MOST_ANSWERS):
        bench.control.tell({"seq": number})
    assert not bench.control.clients


@pytest.mark.parametrize("request_", [{"command": "long"}, {"command": "follow"}])
def test_a_client_that_vanishes_is_forgotten(bench: Bench, request_: object) -> None:
    client = bench.connect()
    client.sendall(line(request_))
    bench.run()
    client.close()
    bench.run()
    bench.control.tell({"seq": 1})
    assert not bench.control.clients and len(bench.selector.get_map()) == 1


def test_a_client_that_only_closes_its_side_still_ends(bench: Bench) -> None:
    client = bench.connect()
    client.sendall(line(echo(1)))
    client.shutdown(socket.SHUT_WR)
    bench.run()
    assert heard(client) == [{"ok": True, "result": 1}] and client.recv(10) == b""


def test_too_many_clients_are_turned_away_until_some_go(bench: Bench) -> None:
    clients = [bench.connect() for _client in range(CLIENTS)]
    late = bench.connect()
    assert late.recv(10) == b""
    clients.pop().close()
    bench.run()
    assert bench.say(bench.connect(), echo(1)) == [{"ok": True, "result": 1}]
