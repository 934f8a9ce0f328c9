# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that answer, but harm: late and lossy ones leave, and a line is not blamed for its own load."""

from __future__ import annotations

from lab.guest import Guest
from lab.monitored import Stream, fresh, history, last_event, lines, mbit, wait, whole


def test_a_late_line_is_out_in_time_and_tcp_is_back_to_what_the_others_give(guest: Guest) -> None:
    fresh(guest)
    guest.ssh("gw", "teqlctl drain c")
    wait(lambda: not lines(guest)["c"]["member"], 5, "drained")
    three = mbit(guest, 8)
    guest.ssh("gw", "teqlctl undrain c")
    wait(lambda: whole(guest), 20, "whole again")
    four = mbit(guest, 8)
    before = last_event(guest)
    begun = float(guest.fault("3 delay 30"))
    left = wait(lambda: [e for e in history(guest, before) if (e["line"], e["new"]) == ("c", "out")], 30, "out")
    took, late = left[0]["time"] - begun, mbit(guest, 8)
    print(
        f"+30 ms: out after {took:.1f} s: {left[0]['reason']}; one TCP flow: {four} Mbit/s over four lines,"
        f" {late} with the late one out, {three} over three"
    )
    assert took <= 15
    assert late >= 0.9 * three
    assert lines(guest)["c"]["state"] == "degraded"


def test_a_line_that_loses_two_percent_is_out(guest: Guest) -> None:
    fresh(guest, interval=0.1, timeout=0.2)
    before = last_event(guest)
    begun = float(guest.fault("4 loss 2"))
    left = wait(lambda: history(guest, before), 600, "out")
    print(f"2 % loss: out after {left[0]['time'] - begun:.0f} s: {left[0]['reason']}")
    assert [(event["line"], event["new"]) for event in left] == [("d", "out")]
    assert lines(guest)["d"]["state"] == "degraded"


def test_a_full_upload_of_a_minute_removes_nothing(guest: Guest) -> None:
    fresh(guest)
    before = last_event(guest)
    rate = mbit(guest, 60)
    print(f"60 s of upload at {rate} Mbit/s")
    assert history(guest, before) == []
    assert history(guest, before, "state") == []


def test_a_line_whose_answers_all_come_in_over_a_dead_one_is_not_blamed(guest: Guest) -> None:
    """The provider goes on sending a quarter of everything down a line that is dead in both directions."""
    fresh(guest)
    before = last_event(guest)
    stream = Stream(guest, 10)
    begun = float(guest.fault("2 blackhole --isp-unaware"))
    _sent, lost = stream.lost()
    moves = history(guest, before)
    print(f"dead both ways, the provider unaware: out after {moves[0]['time'] - begun:.1f} s, {len(lost)} lost")
    assert [(event["line"], event["new"]) for event in moves] == [("b", "out")]
