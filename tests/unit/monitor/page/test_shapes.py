# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns to paths and back, scales, and the axis of time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.page import shapes
from teql_monitor.page.clock import Clock, span
from teql_monitor.page.scale import percentile, round_up

HEIGHTS = st.lists(st.none() | st.integers(0, 9), max_size=60)


def read_back(path: str, columns: int) -> list[int | None]:
    """As the page's script does it."""
    found: list[int | None] = [None] * columns
    x = y = 0
    for letter, first, second in re.findall(r"([Mvh])(-?\d+)(?: (\d+))?", path):
        if letter == "M":
            x, y = int(first), int(second)
        elif letter == "v":
            y += int(first)
        else:
            found[x : x + int(first)] = [y] * int(first)
            x += int(first)
    return found


def test_an_area_is_one_step_a_run() -> None:
    assert shapes.area([None, 4, 4, 7, None, 2], 10) == "M1 10v-6h2v3h1V10zM5 10v-8h1V10z"


@given(HEIGHTS)
def test_an_area_holds_its_values(values: list[int | None]) -> None:
    assert read_back(shapes.area(values, 0), len(values)) == [value or None for value in values]


@given(HEIGHTS)
def test_an_outline_holds_its_values(values: list[int | None]) -> None:
    assert read_back(shapes.outline(values), len(values)) == values


@given(st.lists(st.booleans(), max_size=60))
def test_a_hatch_stays_where_nothing_is_known(blank: list[bool]) -> None:
    for left, low, right, high in re.findall(r"M(\d+) (\d+)L(\d+) (\d+)", shapes.hatch(blank, 100, 7, 3)):
        assert all(blank[int(left) : int(right)])
        assert 0 <= int(high) < int(low) <= 100


def test_a_hatch_marks_even_one_column() -> None:
    assert shapes.hatch([False] * 7 + [True] + [False] * 7, 100, 7, 3)


def test_heights() -> None:
    assert shapes.scaled([None, 0, 0.001, 5, 10, 99], 10, 400) == [None, None, 1, 200, 400, 400]
    assert shapes.rooted([None, 0, 0.01, 1], 400) == [None, None, 40, 400]


@pytest.mark.parametrize(("value", "rounded"), [(0, 1), (1, 1), (37, 40), (100, 100), (101, 150), (0.03, 0.03)])
def test_a_scale_ends_on_a_round_number(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)


@given(st.floats(0, 1e15))
def test_a_scale_holds_its_value(value: float) -> None:
    assert value <= round_up(value) * (1 + 1e-6)


def test_percentile() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([None, 3, 1, 2], 0.5) == 2
    assert percentile(range(100), 0.99) == 99


class SpringForward(tzinfo):
    """An hour is missing on 30 March 2025 at 01:00 UTC."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return timedelta(hours=1) + self.dst(dt)

    def dst(self, dt: datetime | None) -> timedelta:
        assert dt is not None
        return timedelta(hours=dt.replace(tzinfo=None) >= datetime(2025, 3, 30, 3))

    def tzname(self, dt: datetime | None) -> str:
        return "CEST" if self.dst(dt) else "CET"

    def fromutc(self, dt: datetime) -> datetime:
        late = dt.replace(tzinfo=None) >= datetime(2025, 3, 30, 1)
        return dt + timedelta(hours=2 if late else 1)


def test_marks_follow_the_wall_clock() -> None:
    end = datetime(2025, 3, 30, 4, tzinfo=timezone.utc).timestamp()
    clock = Clock(SpringForward())
    marks = clock.marks(end - 6 * 3600, end)
    assert [mark.hour for mark in marks] == [23, 0, 1, 3, 4, 5, 6]
    assert [mark.date for mark in marks][:3] == ["", "30 Mar", ""]
    assert clock.zone(end - 6 * 3600, end) == "CET, later CEST"


def test_marks_of_a_zone_with_half_hours() -> None:
    marks = Clock(timezone(timedelta(hours=5, minutes=30))).marks(0, 7200)
    assert [(mark.hour, mark.part) for mark in marks] == [(6, 0.25), (7, 0.75)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (10140, "2 h 49 min"), (200000, "2 d 7 h")],
)
def test_spans(seconds: float, words: str) -> None:
    assert span(seconds) == words
