# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rates, and how much of a line they are."""

from __future__ import annotations

import pytest

from teql_monitor.bond.throughput import HALF_LIFE, SLOWEST, Throughput
from teql_monitor.netlink.counters import Counters


def sent(kilobytes: int = 0, received: int = 0, packets: int = 0, index: int = 3) -> Counters:
    return Counters(index, tx_bytes=kilobytes * 1000, rx_bytes=received * 1000, tx_packets=packets)


def test_rates_are_of_the_last_second() -> None:
    rate = Throughput(None)
    rate.second(10.0, sent())
    assert (rate.tx, rate.rx, rate.packets) == (0, 0, 0)
    rate.second(11.0, sent(125, 250, 100))
    assert (rate.tx, rate.rx, rate.packets) == (1000.0, 2000.0, 100)
    rate.second(13.0, sent(375, 250, 100))
    assert (rate.tx, rate.rx, rate.packets) == (1000.0, 0.0, 0)


def test_the_load_is_of_the_rate_that_is_given() -> None:
    rate = Throughput(4000)
    rate.second(10.0, sent())
    rate.second(11.0, sent(250))
    assert rate.load == 0.5


def test_without_one_it_is_of_the_greatest_that_was_seen_which_fades() -> None:
    rate = Throughput(None)
    rate.second(0.0, sent())
    rate.second(1.0, sent(1000))
    assert rate.load == 1.0
    rate.second(2.0, sent(1500))
    assert rate.load == pytest.approx(0.5, abs=0.01)
    rate.second(2.0 + HALF_LIFE, sent(1500))
    assert rate.most_tx == pytest.approx(4000, rel=0.01)


def test_an_idle_line_is_not_taken_for_a_loaded_one() -> None:
    rate = Throughput(None)
    rate.second(0.0, sent())
    rate.second(1.0, sent(1))
    assert rate.load == 8 / SLOWEST


def test_a_port_that_vanished_or_came_anew_has_no_rate() -> None:
    rate = Throughput(None)
    rate.second(0.0, sent(1000))
    rate.second(1.0, None)
    assert (rate.tx, rate.load) == (0, 0)
    rate.second(2.0, sent(5000))
    assert rate.tx == 0
    rate.second(3.0, sent(9000, index=7))
    assert rate.tx == 0


def test_counters_that_begin_again_give_no_rate() -> None:
    rate = Throughput(None)
    rate.second(0.0, sent(1000, 1000, 1000))
    rate.second(1.0, sent(1, 1, 1))
    assert (rate.tx, rate.rx, rate.packets) == (0, 0, 0)
    rate.second(1.0, sent(9, 9, 9))  # no time has passed
    assert rate.tx == 0
