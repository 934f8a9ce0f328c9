# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's faults do what they say, and the kernel does with them what the documentation says: without a monitor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lab.guest import FAULT, Guest
from lab.monitored import forget
from lab.traffic import FAR, ping, settle


@pytest.fixture(scope="module", autouse=True)
def unwatched(guest: Guest) -> Iterator[None]:
    forget(guest)
    assert settle(guest)
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.ssh("gw", "systemctl start teql-monitor")


@pytest.fixture(autouse=True)
def mended(guest: Guest) -> Iterator[None]:
    """Every test begins and ends with four whole lines."""
    assert settle(guest)
    yield
    guest.fault("3 mend")
    assert settle(guest)


def round_trips(guest: Guest, options: str) -> tuple[float, float]:
    """The shortest and the longest of 40 pings, in ms."""
    report = guest.ssh("gw", f"ping -q -c 40 -i 0.05 {options} {FAR}")
    found = re.search(r"= ([\d.]+)/[\d.]+/([\d.]+)/", report)
    assert found, report
    return float(found[1]), float(found[2])


@pytest.mark.parametrize("kind", ["carrier", "router"])
def test_a_line_that_is_dead_up_to_its_router_is_passed_over(guest: Guest, kind: str) -> None:
    guest.fault(f"3 {kind}")
    guest.ssh("gw", f"sleep 2; ping -q -i 0.02 -c 150 {FAR}", check=False)  # traffic makes the kernel ask the router
    count = ping(guest)
    print(count)
    assert count.answered == 400
    assert count.lines[2] == 0 and min(count.lines[:2] + count.lines[3:]) >= 129


def test_a_dead_router_costs_its_share_for_little_more_than_a_second(guest: Guest) -> None:
    guest.ssh("gw", f"(sleep 3; {FAULT} 3 router) >/dev/null 2>&1 &")
    count = ping(guest, 1000, 0.01)
    print(count)
    assert 1 <= 1000 - count.answered <= 100  # 25 a second go to a line: four seconds, on a machine that does much else


def test_a_line_dead_beyond_its_router_loses_its_share(guest: Guest) -> None:
    guest.fault("3 blackhole")
    count = ping(guest)
    print(count)
    assert count.lines[2] == 0
    assert 96 <= count.sent - count.answered <= 104


def test_delay(guest: Guest) -> None:
    guest.fault("3 delay 60")
    shortest, longest = round_trips(guest, "")
    assert longest - shortest >= 50


def test_rate(guest: Guest) -> None:
    guest.fault("3 rate 200kbit")
    shortest, longest = round_trips(guest, "-s 1372")  # 1400 bytes take 56 ms
    assert longest - shortest >= 40


def test_loss(guest: Guest) -> None:
    guest.fault("3 loss 50")
    lost = 400 - ping(guest).answered
    assert 25 <= lost <= 75  # half of 100
