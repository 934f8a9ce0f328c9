# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP view: three rooms, for reading, on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from teql_monitor.cli import USAGE, Failure, report
from teql_monitor.cli.serve import METHODS, Cache, Server, local_name, parse_listen


@pytest.fixture
def server(monitor: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(report, "page", lambda path: f"<p>{time.monotonic()}</p>")
    with Server(("127.0.0.1", 0), monitor.path, public=False) as found:
        threading.Thread(target=found.serve_forever, args=(0.02,), daemon=True).start()
        yield found
        found.shutdown()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def test_the_three_rooms(server: Server, monitor: Any) -> None:
    answer, text = ask(server, "/metrics")
    assert answer.status == 200 and answer.getheader("Content-Type", "").startswith("text/plain; version=0.0.4")
    assert 'teql_line_up{line="a",iface="eth2"} 1\n' in text
    answer, text = ask(server, "/status.json?x=1")
    assert answer.getheader("Content-Type") == "application/json" and json.loads(text) == monitor.answers["status"]
    answer, text = ask(server, "/")
    assert answer.getheader("Content-Type") == "text/html; charset=utf-8" and text.startswith("<p>")
    assert "default-src 'none'" in answer.getheader("Content-Security-Policy", "")
    assert "Python" not in answer.getheader("Server", "")


def test_the_page_is_made_once_for_many(server: Server) -> None:
    assert len({ask(server, "/")[1] for _visit in range(5)}) == 1


def test_a_cache_forgets() -> None:
    made: list[int] = []
    clock = [0.0]

    def make() -> str:
        made.append(1)
        return str(len(made))

    cache = Cache(make, 10.0, lambda: clock[0])
    assert [cache.get(), cache.get()] == ["1", "1"]
    clock[0] = 9.9
    assert cache.get() == "1"
    clock[0] = 10.0
    assert cache.get() == "2"


def test_a_failure_is_not_kept() -> None:
    answers: Iterator[Failure | str] = iter([Failure("away"), "page"])

    def make() -> str:
        answer = next(answers)
        if isinstance(answer, Failure):
            raise answer
        return answer

    cache = Cache(make, 10.0)
    with pytest.raises(Failure):
        cache.get()
    assert cache.get() == "page"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    answer, _text = ask(server, "/status.json", method)
    assert answer.status == 405 and answer.getheader("Allow") == METHODS


def test_head_has_no_body(server: Server) -> None:
    answer, text = ask(server, "/metrics", "HEAD")
    assert answer.status == 200 and text == "" and int(answer.getheader("Content-Length", "0")) > 1000


@pytest.mark.parametrize("path", ["/x", "/../etc/passwd", "/metrics/"])
def test_there_is_nothing_else(server: Server, path: str) -> None:
    answer, text = ask(server, path)
    assert answer.status == 404 and "/metrics" in text and "passwd" not in text


def test_a_foreign_name_is_refused(server: Server) -> None:
    assert ask(server, "/status.json", Host="evil.example:9733")[0].status == 421
    assert ask(server, "/status.json", Host="localhost:9733")[0].status == 200
    server.public = True
    assert ask(server, "/status.json", Host="gw.example")[0].status == 200


def test_without_the_monitor(server: Server, monitor: Any) -> None:
    monitor.answers["status"] = b""
    answer, text = ask(server, "/status.json")
    assert answer.status == 503 and "monitor" in text
    monitor.answers["counters"] = "no such command"
    assert ask(server, "/metrics")[0].status == 500


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1:9733", True),
        ("[::1]:9733", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST:1", True),
        ("", True),
        ("gw.example", False),
        ("localhost.evil.example:80", False),
        ("127.0.0.1.evil.example", False),
    ],
)
def test_names_that_need_no_dns(host: str, local: bool) -> None:
    assert local_name(host) is local


@pytest.mark.parametrize(
    ("text", "public", "address"),
    [
        ("127.0.0.1:9733", False, ("127.0.0.1", 9733)),
        ("localhost:80", False, ("127.0.0.1", 80)),
        ("[::1]:9733", False, ("::1", 9733)),
        ("10.0.0.1:1", True, ("10.0.0.1", 1)),
        ("[::]:1", True, ("::", 1)),
    ],
)
def test_where_to_listen(text: str, public: bool, address: tuple[str, int]) -> None:
    assert parse_listen(text, public) == address


@pytest.mark.parametrize("text", ["", "9733", ":9733", "127.0.0.1", "gw.example:1", "127.0.0.1:x", "127.0.0.1:70000"])
def test_where_one_cannot_listen(text: str) -> None:
    with pytest.raises(Failure, match=r"Write 127\.0\.0\.1:9733") as caught:
        parse_listen(text, public=True)
    assert caught.value.code == USAGE


@pytest.mark.parametrize("text", ["0.0.0.0:9733", "[::]:9733", "192.0.2.2:80"])
def test_others_reach_it_only_when_asked(text: str) -> None:
    with pytest.raises(Failure, match="--public"):
        parse_listen(text, public=False)
