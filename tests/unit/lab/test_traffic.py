# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pings are counted by the line they came in on."""

from __future__ import annotations

from typing import cast

from lab.guest import Guest
from lab.traffic import Count, ping

ROWS = """Chain INPUT (policy ACCEPT 2 packets, 168 bytes)
    pkts      bytes target     prot opt in     out     source               destination
     {0}       84            icmp --  dsl2   *       0.0.0.0/0            0.0.0.0/0            icmptype 8
     {1}      168            icmp --  dsl1   *       0.0.0.0/0            0.0.0.0/0            icmptype 8
"""


class FakeGuest:
    def __init__(self) -> None:
        self.answers = [
            ROWS.format(5, 7),
            "40 packets transmitted, 39 received, 2% packet loss, time 1ms",
            ROWS.format(25, 26),
        ]

    def ssh(self, host: str, command: str, check: bool = True) -> str:
        return self.answers.pop(0)


def test_a_count_is_the_difference_of_the_isps_counters_in_the_order_of_the_lines() -> None:
    count = ping(cast(Guest, FakeGuest()), 40)
    assert count == Count(sent=40, answered=39, lines=(19, 20))
    assert [round(share, 1) for share in count.shares] == [48.7, 51.3]
