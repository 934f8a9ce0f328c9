# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counters of one target over one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor.probe.tally import BOUNDS, Tally


def test_what_was_lost_and_what_was_answered_is_told_apart() -> None:
    tally = Tally()
    tally.sent = 3
    for trip in (0.004, None, 0.012):
        tally.ended(trip)
    tally.error("ENETUNREACH")
    counters = tally.counters("198.51.100.1")
    assert (counters["sent"], counters["lost"], counters["rtt_count"]) == (3, 1, 2)
    assert counters["rtt_sum"] == pytest.approx(0.016)
    assert counters["errors"] == {"ENETUNREACH": 1}


@given(st.lists(st.floats(0, 5)))
def test_each_bucket_holds_what_is_not_slower_than_its_bound(trips: list[float]) -> None:
    tally = Tally()
    for trip in trips:
        tally.ended(trip)
    buckets = tally.counters("t")["buckets"]
    assert buckets == [[bound, sum(trip <= bound for trip in trips)] for bound in BOUNDS]


def test_what_is_handed_out_does_not_change_afterwards() -> None:
    tally = Tally()
    tally.error("EPERM")
    counters = tally.counters("t")
    tally.error("EPERM")
    assert counters["errors"] == {"EPERM": 1}
