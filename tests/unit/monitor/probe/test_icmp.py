# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Echo requests and replies as bytes."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.probe import icmp

IP_HEADER = bytes([0x45]) + bytes(19)


def test_the_checksum_is_that_of_the_example_in_rfc_1071() -> None:
    assert icmp.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


@given(st.binary(max_size=64), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_a_request_sums_up_to_nothing(payload: bytes, identifier: int, sequence: int) -> None:
    packet = icmp.request4(identifier, sequence, payload)
    assert icmp.checksum(packet) == 0
    assert struct.unpack_from("!BBHHH", packet)[3:] == (identifier, sequence)


def test_an_answer_says_whose_it_is() -> None:
    echo = b"\0\0\0\0\x12\x34\0\x07token"
    assert icmp.reply4(IP_HEADER + echo) == icmp.Reply(0x1234, 7, b"token")
    assert icmp.reply6(b"\x81" + echo[1:]) == icmp.Reply(0x1234, 7, b"token")


def test_an_ip_header_with_options_is_skipped_as_a_whole() -> None:
    header = bytes([0x46]) + bytes(23)
    assert icmp.reply4(header + b"\0\0\0\0\0\x01\0\x02") == icmp.Reply(1, 2, b"")


def test_what_is_no_answer_is_none() -> None:
    assert icmp.reply4(IP_HEADER + icmp.request4(1, 2, b"token")) is None
    assert icmp.reply6(icmp.request6(1, 2, b"token")) is None
    assert icmp.reply4(IP_HEADER + b"\0\x01" + bytes(6)) is None


@given(st.binary(max_size=80))
def test_no_garbage_is_too_much(packet: bytes) -> None:
    for parse in (icmp.reply4, icmp.reply6):
        found = parse(packet)
        assert found is None or packet.endswith(found.payload)
