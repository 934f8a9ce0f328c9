# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames as they are on the wire, and the sentences that answers lead to."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import arp_probe
from ansible_collections.linebond.teql.plugins.module_utils.arp import Answer, Heard, Line, judge, parse_answer, request

QUESTION = bytes.fromhex(
    "ffffffffffff 525400123401 0806"
    "0001 0800 06 04 0001 525400123401 ac100002 000000000000 ac100001"
    "000000000000000000000000000000000000"
)
ANSWER = bytes.fromhex(
    "525400123401 5254001234aa 0806"
    "0001 0800 06 04 0002 5254001234aa ac100001 525400123401 ac100002"
    "000000000000000000000000000000000000"
)
A, B, C = "52:54:00:00:00:0a", "52:54:00:00:00:0b", "52:54:00:00:00:0c"


def test_a_question_is_the_frame_that_arping_sends() -> None:
    assert request("52:54:00:12:34:01", "172.16.0.2", "172.16.0.1") == QUESTION


def test_an_answer_is_read() -> None:
    assert parse_answer(ANSWER) == Answer("52:54:00:12:34:aa", "172.16.0.1")
    assert parse_answer(ANSWER[:42]) == Answer("52:54:00:12:34:aa", "172.16.0.1"), "padding may be missing"


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        ANSWER[:41],
        QUESTION,
        ANSWER[:12] + b"\x08\x00" + ANSWER[14:],
        ANSWER[:14] + b"\x00\x06" + ANSWER[16:],
        ANSWER[:18] + b"\x08\x04" + ANSWER[20:],
    ],
    ids=["empty", "short", "question", "not ARP", "not ethernet", "long hardware address"],
)
def test_anything_else_is_no_answer(frame: bytes) -> None:
    assert parse_answer(frame) is None


@given(st.binary(max_size=80))
def test_no_frame_breaks_the_parser(frame: bytes) -> None:
    parse_answer(frame)
    parse_answer(ANSWER[:14] + frame)


def problems(heard: Heard, other: Heard | None = None, **fields: str | None) -> str:
    """What line dsl2 is told; dsl1 is well unless said otherwise."""
    lines = [
        Line("dsl1", "eth2", "172.16.0.2", "172.16.0.1", "192.0.2.1"),
        Line("dsl2", "eth3", "172.16.0.6", "172.16.0.5", "192.0.2.1")._replace(**fields),
    ]
    return "; ".join(judge(lines, {"dsl1": other or Heard((A,), (A,)), "dsl2": heard})["dsl2"])


def test_a_line_that_is_well_is_told_nothing() -> None:
    assert problems(Heard((B,), (B,))) == ""
    assert problems(Heard((B,), (B,)), router_mac=B) == ""
    assert problems(Heard((B,), ()), common_address=None) == ""


def test_a_silent_router() -> None:
    assert problems(Heard()) == (
        "line dsl2 (eth3): 172.16.0.5 does not answer: the router is off, not cabled to eth3, "
        "or has not got its management address"
    )


@pytest.mark.parametrize(
    ("heard", "fields", "words"),
    [
        (Heard((B,)), {}, "the common address 192.0.2.1 does not answer: add it to the router beside 172.16.0.5"),
        (Heard((B,), (C,)), {}, f"another device answers for the common address 192.0.2.1: {C}; give both"),
        (Heard((), (B,)), {}, f"192.0.2.1 is answered by {B}: does that router still lack 172.16.0.5?"),
        (Heard((B, C), (B,)), {}, f"more than one device answers for 172.16.0.5: {B}, {C}"),
        (Heard((B,), (B, C)), {}, f"more than one device answers for 192.0.2.1: {B}, {C}"),
        (Heard((B,), (B,)), {"router_mac": C}, f"172.16.0.5 is answered by {B} instead of the expected {C}"),
        (Heard((A,), (A,)), {}, f"{A} answers on line dsl1 (eth2) too: are both ports in the same switch"),
        (Heard(obstacle="there is no such interface"), {}, "line dsl2 (eth3): there is no such interface"),
    ],
)
def test_each_problem_has_its_sentence(heard: Heard, fields: dict[str, str], words: str) -> None:
    told = problems(heard, **fields)
    assert told.startswith("line dsl2 (eth3): ") and words in told


def test_ports_in_one_switch_are_told_on_both_lines() -> None:
    lines = [Line("a", "eth2", "172.16.0.2", "172.16.0.1"), Line("b", "eth3", "172.16.0.6", "172.16.0.5")]
    told = judge(lines, {"a": Heard((A,)), "b": Heard((A,))})
    assert "line b (eth3) too" in told["a"][0] and "line a (eth2) too" in told["b"][0]


def test_a_socket_hears_nothing_before_it_is_bound_to_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[object, ...]] = []

    class Recorded:
        def __init__(self, *how: int) -> None:
            done.append(how)

        def setblocking(self, wanted: bool) -> None:
            pass

        def bind(self, where: tuple[str, int]) -> None:
            done.append(where)

        def getsockname(self) -> tuple[str, int, int, int, bytes]:
            return ("eth2", arp_probe.ETHERTYPE, 0, 1, bytes(6))

    monkeypatch.setattr(arp_probe.socket, "socket", Recorded)
    arp_probe.Asked(Line("a", "eth2", "172.16.0.2/30", "172.16.0.1", "192.0.2.1"))
    assert done == [(socket.AF_PACKET, socket.SOCK_RAW, 0), ("eth2", arp_probe.ETHERTYPE)]
