# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to messages and back, and that no bytes whatever do harm."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recording import ANSWERS, ending

from teql_monitor.netlink import event, wire
from teql_monitor.netlink.wire import MalformedMessage, Message, Verdict

TRIED = settings(deadline=None)  # the machine may be busy
EVERY_DATAGRAM = [datagram for datagrams in ANSWERS.values() for datagram in datagrams]
MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=10).map(lambda body: body * 4),  # the kernel pads every message
)


@TRIED
@given(st.lists(MESSAGES))
def test_messages_come_back_as_they_went(messages: list[Message]) -> None:
    assert list(wire.parse(b"".join(map(wire.build, messages)))) == messages


@TRIED
@given(st.dictionaries(st.integers(0, wire.TYPE_MASK), st.binary(max_size=40)))
def test_attributes_come_back_as_they_went(attributes: dict[int, bytes]) -> None:
    data = b"".join(wire.attribute(kind, payload) for kind, payload in attributes.items())
    assert wire.attributes(data) == attributes
    assert wire.attributes(b"header.." + data, 8) == attributes


def test_flags_in_an_attributes_type_are_left_out() -> None:
    assert wire.attributes(wire.attribute(0x8000 | 5, b"x")) == {5: b"x"}


@pytest.mark.parametrize(
    "data",
    [
        b"\0",
        b"\x10\0\0\0",
        wire.HEADER.pack(0, 16, 0, 0, 0),
        wire.HEADER.pack(15, 16, 0, 0, 0),
        wire.HEADER.pack(17, 16, 0, 0, 0),
        wire.HEADER.pack(0xFFFFFFFF, 16, 0, 0, 0),
        wire.build(Message(16, 0, 0, 0, b"")) + b"\0\0\0\0",
    ],
)
def test_a_message_of_a_false_length_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        list(wire.parse(data))


@pytest.mark.parametrize("data", [b"\0", b"\4\0\1", wire.ATTRIBUTE.pack(0, 1), wire.ATTRIBUTE.pack(3, 1), b"\5\0\1\0"])
def test_an_attribute_of_a_false_length_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedMessage):
        wire.attributes(data)


@TRIED
@given(st.binary(max_size=200))
def test_no_bytes_lead_anywhere_else(data: bytes) -> None:
    for read in (lambda: list(wire.parse(data)), lambda: wire.attributes(data)):
        try:
            read()
        except MalformedMessage as problem:
            assert str(problem)


@TRIED
@given(st.sampled_from(EVERY_DATAGRAM), st.data())
def test_real_datagrams_that_were_cut_or_changed_do_no_harm(datagram: bytes, data: st.DataObject) -> None:
    changed = bytearray(datagram[: data.draw(st.integers(0, len(datagram)))])
    for _each in range(data.draw(st.integers(0, 4)) if changed else 0):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    event.decode(bytes(changed))  # raises nothing
    try:
        for message in wire.parse(bytes(changed)):
            if message.type in (wire.ERROR, wire.DONE):
                wire.verdict(message)
    except MalformedMessage as problem:
        assert str(problem)


@pytest.mark.parametrize(
    ("name", "errno", "text"),
    [
        ("done", 0, ""),
        ("invalid handle", 22, "Invalid handle"),
        ("mtu too small", 22, "mtu less than device minimum"),
        ("no route", 113, ""),
        ("no table", 2, "ipv4: FIB table does not exist"),
        ("links", 0, ""),
        ("rules 4", 0, ""),
    ],
)
def test_the_kernels_verdict_is_read(name: str, errno: int, text: str) -> None:
    *_answers, last = wire.parse(ANSWERS[name][-1])
    assert wire.verdict(last) == Verdict(errno, text)


def test_a_verdict_that_repeats_the_whole_request_is_read() -> None:
    request = wire.build(Message(16, 5, 9, 0, b"\0" * 17))
    explained = wire.attribute(wire.EXPLANATION, b"because\0")
    body = wire.SIGNED.pack(-1) + request + b"\0" * 3 + explained
    assert wire.verdict(Message(wire.ERROR, wire.ANSWER_HAS_ATTRIBUTES, 9, 0, body)) == Verdict(1, "because")
    with pytest.raises(MalformedMessage):
        wire.verdict(Message(wire.ERROR, 0, 9, 0, wire.SIGNED.pack(-1) + wire.HEADER.pack(0, 0, 0, 0, 0)))
    with pytest.raises(MalformedMessage):
        wire.verdict(Message(wire.ERROR, 0, 9, 0, b"\0"))


def test_an_old_kernels_end_of_a_list_has_no_code() -> None:
    assert wire.verdict(Message(wire.DONE, 0, 1, 0, b"")) == Verdict()
    (done,) = wire.parse(ending(2, type_=wire.DONE))
    assert wire.verdict(done) == Verdict(2)


@pytest.mark.parametrize("payload", [b"", b"abc", b"12345"])
def test_a_number_of_odd_size_is_refused(payload: bytes) -> None:
    with pytest.raises(MalformedMessage):
        wire.number(payload)


def test_a_name_ends_at_its_zero_and_may_hold_anything() -> None:
    assert wire.text(b"eth0\0rest") == "eth0"
    assert wire.text(b"\xff\0") == "\\xff"
