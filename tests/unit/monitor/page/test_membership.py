# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was in the bond, and the sentence about it."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import pytest

from teql_monitor.page import membership, spread
from teql_monitor.page.clock import Clock
from teql_monitor.page.reading import Report, read
from teql_monitor.page.words import overall, percent, rate

END = 1763979600
CLOCK = Clock(timezone.utc)
Json = dict[str, Any]


def sample(member: float = 100, state: str = "u", mean: int | None = 11000) -> list[Any]:
    return [500, 0, mean, mean, mean, member, state, 1.0, 2.0]


def report(*samples: list[Any] | None, now: float = END, events: tuple[Json, ...] = (), **status: Any) -> Report:
    line = {"name": "a", "interface": "eth2", "samples": list(samples)}
    told = {"time": now, "lines": [{"name": "a", "state": "up", "member": True}], **status}
    return read({"columns": len(samples), "end": END, "status": told, "events": list(events), "lines": [line]})


def marks(known: Report) -> dict[str, list[int | None]]:
    return membership.marks_of(known.lines[0], membership.observed(known, known.lines[0]))


def test_in_and_out() -> None:
    assert marks(report(sample(), sample(0, "d"), None, sample(0, "r"))) == {
        "in": [10, None, None, None],
        "d": [None, 10, None, None],
        "r": [None, None, None, 10],
    }


def test_a_short_absence_is_a_short_mark() -> None:
    assert marks(report(sample(90, "d"), sample(30, "g"), sample())) == {
        "in": [10, 10, 10],
        "d": [5, None, None],
        "g": [None, 7, None],
    }


def test_in_though_it_is_bad_has_a_foot() -> None:
    assert marks(report(sample(100, "d"), sample())) == {"in": [10, 10], "d": [3, None]}


def test_out_though_it_is_up_is_held() -> None:
    assert marks(report(sample(0), sample())) == {"in": [None, 10], "h": [10, None]}


def test_an_unknown_state_has_its_own_colour() -> None:
    assert marks(report(sample(0, "?"), sample()))["x"] == [10, None]


def test_the_column_that_is_not_over_yet() -> None:
    assert marks(report(sample(), sample(30), now=END - 70)) == {"in": [10, 10]}


def test_the_column_in_which_the_monitor_started() -> None:
    start = {"kind": "start", "time": END - 200 + 60}
    assert marks(report(None, sample(40), sample(), events=(start,))) == {"in": [None, 10, 10]}


def test_how_long_a_state_lasted() -> None:
    changes = [("down", 10.0), ("up", 30.0), ("degraded", 50.0)]
    events = tuple({"kind": "state", "line": "a", "new": new, "time": END - 90 + at} for new, at in changes)
    known = report(sample(), events=events)
    stays = membership.stays(known.lines[0].events, known.time)
    assert [(stay.state, stay.end - stay.start) for stay in stays] == [("down", 20.0), ("degraded", 40.0)]


def test_spread_is_that_of_the_members() -> None:
    lines = [
        {"name": "a", "samples": [sample(100, "u", 10000)]},
        {"name": "b", "samples": [sample(100, "u", 12500)]},
        {"name": "c", "samples": [sample(0, "g", 40000)]},
        {"name": "d", "samples": [sample(0, "d", None)]},
    ]
    known = read({"columns": 1, "end": END, "lines": lines})
    assert spread.spreads(known, members_only=True) == [2.5]
    assert spread.spreads(known, members_only=False) == [30.0]


def line(name: str, state: str = "up", member: bool = True, **more: Any) -> Json:
    return {"name": name, "state": state, "member": member, **more}


@pytest.mark.parametrize(
    ("lines", "tone", "sentence"),
    [
        ([], "warn", "There are no lines to report on."),
        ([line("a")], "good", "The only line carries."),
        ([line("a"), line("b")], "good", "All 2 lines carry."),
        ([line("a"), line("b", enabled=False, member=False)], "good", "The only line carries."),
        (
            [line("a"), line("b", "down", False, reason="no carrier", since="2025-11-24T02:14:00Z")],
            "warn",
            "1 of 2 lines carries; b is out since 02:14: no carrier.",
        ),
        (
            [line("a", "down", reason="last line")],
            "warn",
            "The only line carries; a carries though it is down (last line).",
        ),
        ([line("a", "down", False)], "bad", "No line of 1 carries; a is out: down."),
        (
            [line(name, "down", False) for name in "abcde"],
            "bad",
            "No line of 5 carries; a is out: down; b is out: down; c is out: down; 2 more are not well.",
        ),
    ],
)
def test_the_sentence(lines: list[Json], tone: str, sentence: str) -> None:
    found = overall(report(sample(), lines=lines), CLOCK)
    assert (found[0], found[1].replace("<bdi>", "").replace("</bdi>", "")) == (tone, sentence)


def test_the_sentence_about_a_bond_that_is_not_there() -> None:
    assert overall(report(sample(), bond="teql0", bond_exists=False), CLOCK)[0] == "bad"
    assert "is down" in overall(report(sample(), bond="teql0", bond_up=False), CLOCK)[1]


def test_numbers_in_words() -> None:
    assert [percent(part) for part in (None, 0, 0.0004, 0.031, 0.25, 0.995, 0.99999, 1)] == [
        "\N{EN DASH}", "0 %", "0.04 %", "3.1 %", "25 %", "99.5 %", "99.9 %", "100 %",
    ]  # fmt: skip
    assert [rate(kbit) for kbit in (0, 999, 1200, 98765, 2.5e6)] == [
        "0 kbit/s", "999 kbit/s", "1.20 Mbit/s", "98.8 Mbit/s", "2.50 Gbit/s",
    ]  # fmt: skip
