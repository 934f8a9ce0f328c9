# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status as a person sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teql_monitor.cli import headline
from teql_monitor.cli.status import reason, render
from teql_monitor.cli.terminal import NARROWEST, Terminal, look

Status = dict[str, Any]
COLOUR = re.compile("\033\\[[0-9;]*m")


def line_of(status: Status, name: str) -> Status:
    return next(line for line in status["lines"] if line["name"] == name)


def healthy(status: Status) -> Status:
    status["lines"] = [line for line in status["lines"] if line["state"] == "up"]
    return status


def row(status: Status, name: str, terminal: Terminal | None = None) -> str:
    pattern = re.compile(rf"[! ] +{re.escape(name)} ")
    return next(text for text in render(status, terminal or Terminal()) if pattern.match(text))


def test_a_row_has_everything(status: Status) -> None:
    words = row(status, "d").split()
    assert words[:4] == ["!", "d", "degraded", "out"]
    for text in (
        "42s",
        "42.7 ms",
        "+32.4 ms",
        "0.5 %",
        "0 %",
        "3 kbit/s",
        "412 kbit/s",
        "eth5",
        "later than the other",
    ):
        assert text in row(status, "d")


def test_the_headline_names_who_is_not_well(status: Status) -> None:
    assert (
        render(status, Terminal())[0] == "teql0 sends over 3 of 6 lines; dsl-office is down (12m), d is degraded (42s)."
    )


@pytest.mark.parametrize(
    ("change", "words", "colour"),
    [
        ({}, "teql0 sends over all 3 lines; all is well.", "green"),
        ({"fail_open": True}, "FAILS OPEN", "alarm"),
        ({"bond_up": False}, "IS DOWN", "alarm"),
        ({"bond_exists": False, "bond_up": False}, "DOES NOT EXIST", "alarm"),
    ],
)
def test_headlines(status: Status, change: Status, words: str, colour: str) -> None:
    sentence, painted = headline.headline({**healthy(status), **change})
    assert words in sentence and painted == colour


def test_one_line_left_is_an_alarm(status: Status) -> None:
    for line in healthy(status)["lines"][1:]:
        line.update(state="down", member=False)
    assert headline.headline(status)[1] == "alarm"


def test_many_sick_lines_are_counted(status: Status) -> None:
    for line in status["lines"][1:]:
        line.update(state="down", member=False)
    assert "5 lines are not up: b, dsl-office, d, e and f" in headline.headline(status)[0]


def test_no_member_at_all(status: Status) -> None:
    for line in status["lines"]:
        line["member"] = False
    assert headline.headline(status)[0].startswith("NO LINE IS IN teql0")


@pytest.mark.parametrize(
    ("change", "fine"),
    [
        ({}, True),
        ({"state": "down"}, False),
        ({"state": "degraded"}, False),
        ({"state": "starting"}, False),
        ({"state": "misconfigured"}, False),
        ({"state": "drained", "member": False}, True),
        ({"state": "down", "enabled": False, "member": False}, True),
    ],
)
def test_what_counts_as_fine(status: Status, change: Status, fine: bool) -> None:
    healthy(status)["lines"][0].update(change)
    assert headline.fine(status) is fine


@pytest.mark.parametrize("change", [{"fail_open": True}, {"bond_up": False}, {"bond_exists": False}])
def test_the_bond_itself_may_not_be_fine(status: Status, change: Status) -> None:
    assert not headline.fine({**healthy(status), **change})


def test_drained_alone_is_told_but_no_alarm(status: Status) -> None:
    healthy(status)["lines"][0].update(state="drained", member=False)
    assert headline.headline(status) == ("teql0 sends over 2 of 3 lines; a is drained.", "green")


def test_remarks(status: Status) -> None:
    status.update(mode="observe", config_error="lines: none")
    status["targets"][0]["well"] = False
    remarks = " ".join(text for text, _colour in headline.remarks(status))
    assert "observe" in remarks and "lines: none" in remarks and "No line reaches 198.51.100.1" in remarks


def test_reasons_tell_until_when(status: Status) -> None:
    now = 1767499950.0
    line = line_of(status, "e")
    assert re.fullmatch(r"taken out by hand; until .*\(47m left\)", reason(line, now))
    assert reason({**line, "drained_until": None}, now) == "taken out by hand; until 'teqlctl undrain'"
    damped = {**line, "damped_until": "2026-01-04T04:20:00Z"}
    assert "; damped until" in reason(damped, now)
    assert "until" not in reason(
        {**damped, "reason": "damped for 30 s", "drained_until": None, "state": "starting"}, now
    )
    assert reason({**line, "reason": "", "drained_until": None, "enabled": False}, now) == "disabled in the settings"


@pytest.mark.parametrize("width", [NARROWEST, 30, 40, 60, 80, 100, 132, 200])
def test_it_fits_every_terminal_and_keeps_the_essence(status: Status, width: int) -> None:
    text = render(status, Terminal(width))
    assert max(map(len, text)) <= max(width, 30)  # LINE and STATE always stay
    for line in status["lines"]:
        assert line["state"] in row(status, line["name"], Terminal(width))
    for word in ("carrier", "later", "by hand"):
        assert any(word in part for part in text)


def test_reasons_stand_beside_when_there_is_room(status: Status) -> None:
    assert "no carrier" in row(status, "dsl-office", Terminal(180))
    assert "no carrier" not in row(status, "dsl-office", Terminal(80))


def test_colours_say_nothing_that_words_do_not(status: Status) -> None:
    for width in (None, 60, 132):
        painted = render(status, Terminal(width, colour=True))
        assert "\033[" in "".join(painted)
        assert [COLOUR.sub("", text) for text in painted] == render(status, Terminal(width))


def test_a_name_cannot_hurt_the_terminal(status: Status) -> None:
    status["lines"][0]["name"] = "a\033]0;x\007"
    assert "\033" not in "\n".join(render(status, Terminal()))


def test_what_is_not_known_is_a_dash(status: Status) -> None:
    status["lines"][0].update(rtt_ms=None, rtt_excess_ms=None, loss=None, share=None, tx_kbit=None, rx_kbit=None)
    assert row(status, "a").split()[6:12] == ["-"] * 6


def test_keys_that_come_later_may_be_missing(status: Status) -> None:
    keys = ("name", "interface", "state", "member", "reason", "since", "rtt_ms", "loss")
    lines = [{key: line[key] for key in keys} for line in status["lines"]]
    bare = {"version": 1, "bond": "teql0", "fail_open": False, "time": status["time"], "lines": lines}
    assert "dsl-office is down" in render(bare, Terminal())[0]


@example(113, ":" * 31)
@given(st.integers(NARROWEST, 200), st.text(st.characters(categories=["L", "P", "Z"]), max_size=200))
def test_any_reason_fits(width: int, words: str) -> None:
    line = {"name": "a", "interface": "eth2", "state": "down", "member": False, "reason": words, "since": None}
    status = {"version": 1, "bond": "teql0", "time": "2026-01-01T00:00:00Z", "lines": [line, line]}
    longest = max([len(word) for word in words.split()] or [0])
    assert max(map(len, render(status, Terminal(width)))) <= max(width, longest + 5, 30)


class Stream:
    def __init__(self, tty: bool) -> None:
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("tty", "variables", "colour", "width"),
    [
        (True, {"TERM": "xterm"}, True, 80),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False, 80),
        (True, {"TERM": "dumb"}, False, 80),
        (True, {}, False, 80),
        (True, {"TERM": "xterm", "COLUMNS": "50"}, True, 50),
        (False, {"TERM": "xterm", "COLUMNS": "50"}, False, None),
    ],
)
def test_what_the_terminal_takes(
    monkeypatch: pytest.MonkeyPatch, tty: bool, variables: dict[str, str], colour: bool, width: int | None
) -> None:
    for name in ("TERM", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = look(Stream(tty))  # type: ignore[arg-type]
    assert (found.colour, found.width) == (colour, width)
