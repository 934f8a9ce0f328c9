# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions and answers: what is late, lost, interrupted or broken."""

from __future__ import annotations

import errno

import pytest
from recording import ANSWERS, STALE, ScriptedSocket, bodies, ending

from teql_monitor.netlink import rule, wire
from teql_monitor.netlink.channel import ATTEMPTS, Channel, KernelError

RULES = ANSWERS["rules 4"]
LOST = OSError(errno.ENOBUFS, "No buffer space available")
QUESTION = rule.dump_request(4)


def interrupted(datagrams: list[bytes]) -> list[bytes]:
    return [
        b"".join(
            wire.build(wire.Message(each.type, each.flags | wire.DUMP_INTERRUPTED, 0, 0, each.body))
            for each in wire.parse(datagram)
        )
        for datagram in datagrams
    ]


def stale(datagrams: list[bytes]) -> list[bytes]:
    return [
        b"".join(wire.build(wire.Message(each.type, each.flags, STALE, 0, each.body)) for each in wire.parse(datagram))
        for datagram in datagrams
    ]


def listed(sock: ScriptedSocket) -> list[bytes]:
    return Channel(lambda: sock).dump("list rules", rule.GET, QUESTION)  # type: ignore[arg-type, return-value]


def refusal(sock: ScriptedSocket) -> tuple[str, str]:
    with pytest.raises(KernelError) as caught:
        Channel(lambda: sock).ask("do it", 16, b"")  # type: ignore[arg-type, return-value]
    assert caught.value.operation == "do it" and str(caught.value).startswith("cannot do it: ")
    return caught.value.errno, caught.value.text


def test_a_list_is_all_that_came_before_its_end() -> None:
    sock = ScriptedSocket(RULES)
    assert listed(sock) == bodies("rules 4")
    assert sock.requests[0].flags == wire.REQUEST | wire.DUMP and sock.requests[0].body == QUESTION


def test_answers_to_an_earlier_question_are_passed_by() -> None:
    assert listed(ScriptedSocket([*stale(RULES), *RULES])) == bodies("rules 4")


@pytest.mark.parametrize("bad", [interrupted(RULES), [*RULES[:-1], LOST], [LOST]])
def test_an_incomplete_list_is_read_again(bad: list[bytes]) -> None:
    sock = ScriptedSocket(bad, bad, RULES)
    assert listed(sock) == bodies("rules 4")
    assert len({each.sequence for each in sock.requests}) == 3


def test_a_list_that_never_gets_complete_is_given_up() -> None:
    with pytest.raises(KernelError, match="cannot list rules: EINTR") as caught:
        listed(ScriptedSocket(*[interrupted(RULES)] * ATTEMPTS))
    assert caught.value.errno == "EINTR"


def test_a_refusal_names_the_error_and_the_kernels_words() -> None:
    assert refusal(ScriptedSocket(ANSWERS["invalid handle"])) == ("EINVAL", "Invalid handle")
    assert refusal(ScriptedSocket([ending(errno.ENODEV)])) == ("ENODEV", "")
    assert refusal(ScriptedSocket([ending(4095)])) == ("error 4095", "")
    with pytest.raises(KernelError, match=r"^cannot list rules: ENOENT$"):
        listed(ScriptedSocket([ending(errno.ENOENT, type_=wire.DONE)]))


def test_silence_is_an_error_and_its_socket_is_given_up() -> None:
    sock = ScriptedSocket([])
    assert refusal(sock) == ("ETIMEDOUT", "no answer within 2 s")
    assert sock.closed == 1


def test_what_others_send_us_is_no_answer() -> None:
    assert refusal(ScriptedSocket(ANSWERS["done"], sender=99))[0] == "ETIMEDOUT"


def test_bytes_that_make_no_sense_are_an_error() -> None:
    assert refusal(ScriptedSocket([OSError(errno.EPERM, "Operation not permitted")])) == (
        "EPERM",
        "Operation not permitted",
    )
    sock = ScriptedSocket([ending()])
    sock.truncated = 0x20
    assert refusal(sock)[0] == "EMSGSIZE"

    class Garbled(ScriptedSocket):
        def recvmsg(self, _size: int) -> tuple[bytes, list[object], int, tuple[int, int]]:
            return b"\0" * 16, [], 0, (0, 0)

    assert refusal(Garbled([]))[0] == "EBADMSG"


def test_a_change_whose_outcome_got_lost_is_not_repeated() -> None:
    sock = ScriptedSocket([LOST])
    assert refusal(sock) == ("ENOBUFS", "whether it was done is not known")
    assert len(sock.requests) == 1 and sock.requests[0].flags == wire.REQUEST | wire.ACK
