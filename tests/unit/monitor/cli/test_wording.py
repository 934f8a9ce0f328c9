# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and times in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.cli import wording
from teql_monitor.cli.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1d", 86400), ("1h30m", 5400), ("365d", 31536000)]
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "2x", "-1h", "0s", "1.5h", "366d", "2hh", "h2", "9999999999s"])
def test_other_words_are_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"2h or 1d|a year"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"),
        (0, "0s"),
        (59.9, "59s"),
        (60, "1m 00s"),
        (605, "10m"),
        (3599, "59m"),
        (3600, "1h 00m"),
        (86399, "23h 59m"),
        (86400, "1d 0h"),
        (700000, "8d 2h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, text: str) -> None:
    assert wording.duration(seconds) == text


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_longer_time_never_reads_shorter(one: float, other: float) -> None:
    def value(text: str) -> int:
        return parse_duration(text.replace(" ", "").replace("00m", "").replace("00s", "").replace("d0h", "d"))

    short, long = sorted((min(max(one, 1), 3e7), min(max(other, 1), 3e7)))
    assert value(wording.duration(short)) <= value(wording.duration(long))


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(None, "-"), (0, "0 %"), (0.0004, "<0.1 %"), (0.005, "0.5 %"), (0.02, "2 %"), (0.3333, "33 %"), (1.0, "100 %")],
)
def test_percent(ratio: float | None, text: str) -> None:
    assert wording.percent(ratio) == text


@pytest.mark.parametrize(
    ("kbit", "text"),
    [
        (None, "-"),
        (0, "0 kbit/s"),
        (999.4, "999 kbit/s"),
        (999.6, "1.0 Mbit/s"),
        (250000, "250 Mbit/s"),
        (2.5e6, "2.5 Gbit/s"),
    ],
)
def test_rate(kbit: float | None, text: str) -> None:
    assert wording.rate(kbit) == text


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [
        (None, False, "-"),
        (10.24, False, "10.2 ms"),
        (32.44, True, "+32.4 ms"),
        (-3, True, "-3.0 ms"),
        (0.04, True, "0 ms"),
        (123.4, False, "123 ms"),
    ],
)
def test_milliseconds(value: float | None, sign: bool, text: str) -> None:
    assert wording.milliseconds(value, sign) == text


def test_moments() -> None:
    assert wording.epoch("2026-01-01T00:00:00Z") == 1767225600
    assert wording.epoch("2026-01-01T00:00:00.250Z") == 1767225600.25
    assert wording.since("2026-01-01T00:00:00Z", 1767225645) == "45s"
    assert wording.since(None, 0) == "-"


def test_lists_and_counts() -> None:
    assert [wording.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [wording.counted(number, "line") for number in (0, 1, 2)] == ["0 lines", "1 line", "2 lines"]


def test_nothing_from_outside_moves_the_cursor() -> None:
    assert wording.plain("a\x1b[2Jb\nc") == "a?[2Jb?c"
