# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole conversations without a socket: bytes in any pieces and with any silences lead to the same replies."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.zynos.dialogue import NUDGE_AFTER, Dialogue
from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import LoginRefused, ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.telnet import Telnet, escaped
from lab.zynos.console import Console, Manners
from lab.zynos.device import Device

IAC, WILL, WONT, DO, DONT, SB, SE = 255, 251, 252, 253, 254, 250, 240
NODE = (
    "Active = yes\nEncapsulation = 2\nMux = 1\nVPI/VCI = 0/38\nPPP username = office@isp.example\n"
    "PPP password = pppsecret\nNAT = SUA"
)


class Talk:
    """Carries bytes between a dialogue and a simulated console, in pieces."""

    def __init__(self, manners: Manners, pieces: Iterator[tuple[int, bool]] | None = None, **login: Any) -> None:
        self.console = Console(Device(), manners)
        self.dialogue = Dialogue(**{"password": "1234", **login})
        self.pieces = pieces or iter(())
        self.coming = self.console.greeting()

    def until_ready(self, rounds: int = 4000) -> None:
        for _round in range(rounds):
            out = self.dialogue.to_send()
            if out:
                self.coming += self.console.receive(out)
            if self.dialogue.ready:
                return
            if not self.coming:
                self.dialogue.silent()
                continue
            size, silent_after = next(self.pieces, (len(self.coming), False))
            piece, self.coming = self.coming[:size], self.coming[size:]
            self.dialogue.receive(piece)
            if silent_after:
                self.dialogue.silent()
        raise AssertionError(f"{self.dialogue.phase}: {self.dialogue.heard!r}")

    def ask(self, command: str) -> str:
        self.dialogue.run(command)
        self.until_ready()
        return self.dialogue.reply


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


manners = st.builds(
    Manners,
    login=st.sampled_from(["password", "user", "menu"]),
    host_name=st.sampled_from(["", "dsl", "a>b", "office> north"]),
    negotiates=st.booleans(),
    echoes=st.booleans(),
    page=st.sampled_from([0, 2, 3]),
    pager=st.sampled_from(["-- more --", "--More--", "Press any key to continue", ""]),
)
sizes_and_silences = st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=20, max_size=300)
pieces = st.lists(st.tuples(st.integers(1, 9), st.just(False)), max_size=200)


@settings(deadline=None, max_examples=150)
@given(manners, pieces)
def test_pieces_of_any_size(how: Manners, split: list[tuple[int, bool]]) -> None:
    talk = Talk(how, iter(split), username="admin")
    talk.until_ready()
    assert talk.ask("wan node index 1") == ""
    assert lines(talk.ask("wan node display")) == NODE.splitlines()
    assert talk.ask("wan adsl status") == "current modem status: up"
    assert talk.dialogue.echoes is how.echoes


@settings(deadline=None, max_examples=100)
@given(sizes_and_silences, st.sampled_from(["dsl", "a>b", "x> y"]))
def test_silences_anywhere_where_the_router_echoes(split: list[tuple[int, bool]], name: str) -> None:
    """A slow router: silence does not mean that it is done, as long as its prompt is not there."""
    talk = Talk(Manners(host_name=name), iter(split))
    talk.until_ready()
    assert talk.dialogue.prompt == f"{name}> "
    talk.ask("wan node index 1")
    assert lines(talk.ask("wan node display")) == NODE.splitlines()
    assert talk.ask("wan adsl opmode") == "operational mode: ITU G.992.1(G.DMT)"


def test_a_name_that_ends_like_a_prompt_comes_slowly() -> None:
    talk = Talk(Manners(host_name="x> y"), iter([(1, True)] * 400))
    talk.until_ready()
    assert talk.dialogue.prompt == "x> y> "


def test_a_menu_that_leads_nowhere() -> None:
    talk = Talk(Manners(login="menu"), menu_keys=("1", "2"))
    with pytest.raises(ZynosError, match="menu"):
        talk.until_ready()


def test_a_wrong_password_is_sent_once() -> None:
    for how in (Manners(password="x"), Manners(password="x", negotiates=True), Manners(password="x", login="user")):
        talk = Talk(how, username="admin")
        with pytest.raises(LoginRefused):
            talk.until_ready()
        assert talk.console.failures == 1


def test_a_reply_without_end() -> None:
    talk = Talk(Manners())
    talk.until_ready()
    talk.dialogue.run("wan adsl status")
    talk.console = dataclasses.replace  # type: ignore[assignment]  # nobody answers any more
    with pytest.raises(ZynosError, match="does not come to an end"):
        for _silence in range(NUDGE_AFTER * 100):
            talk.dialogue.silent()
            talk.dialogue.to_send()


def test_nothing_is_run_before_the_prompt() -> None:
    with pytest.raises(ZynosError, match="greeting"):
        Dialogue("x").run("lan save")


@given(st.lists(st.integers(1, 5), max_size=30))
def test_telnets_own_bytes_are_answered_once_and_taken_out(split: list[int]) -> None:
    stream = b"a" + bytes([IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 24, IAC, WILL, 1, IAC, DO, 24]) + b"b"
    stream += bytes([IAC, SB, 24, 1, IAC, IAC, SE, IAC, SE]) + b"c" + bytes([IAC, IAC, IAC, 249]) + b"\r\0d"
    telnet, plain = Telnet(), b""
    sizes = iter(split)
    while stream:
        size = next(sizes, len(stream))
        plain += telnet.receive(stream[:size])
        stream = stream[size:]
    assert plain == b"abc\xff\rd"
    assert telnet.answers == bytes([IAC, DO, 1, IAC, DO, 3, IAC, WONT, 24, IAC, WONT, 24])


def test_what_is_taken_back_is_confirmed() -> None:
    telnet = Telnet()
    telnet.receive(bytes([IAC, WILL, 1, IAC, WONT, 1, IAC, WONT, 1, IAC, WILL, 42]))
    assert telnet.answers == bytes([IAC, DO, 1, IAC, DONT, 1, IAC, DONT, 42])


def test_a_line_is_sent_as_telnet_wants_it() -> None:
    assert escaped("p\xffw") == b"p\xff\xffw\r\n"
