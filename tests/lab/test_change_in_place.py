# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bond is changed with traffic flowing: the lines that stay as they are carry on, and nothing is left over."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lab.controller import run
from lab.guest import Guest
from lab.traffic import FAR, settle
from tests.lab.test_untouched import differences

LINES = [
    {"interface": "eth2", "name": "a"},
    {"interface": "eth3", "name": "b"},
    {"interface": "eth4", "name": "c"},
    {"interface": "eth5", "name": "d"},
]
RATE = 100  # packets a second: the guest has one processor
LIMIT = RATE * 60 // 100  # packets: a hundredth of what a minute carries, however long the run takes

# What is changed, and the lines (from 1) that are in the bond before and after, and that nothing is changed of.
CHANGES: dict[str, tuple[list[dict[str, Any]], list[int]]] = {
    "remove one": (LINES[:3], [1, 2, 3]),
    "add one": (LINES, [1, 2, 3]),
    "rename one": ([*LINES[:2], {"interface": "eth4", "name": "cellar"}, LINES[3]], [1, 2, 3, 4]),
    "swap two interfaces": (
        [{"interface": "eth3", "name": "a"}, {"interface": "eth2", "name": "b"}, *LINES[2:]],
        [3, 4],
    ),
    "change addresses": (
        [
            {**LINES[0], "address": "172.16.9.2/30", "router": "172.16.9.1"},
            {**LINES[1], "address": "172.16.9.6/30", "router": "172.16.9.5"},
            *LINES[2:],
        ],
        [3, 4],
    ),
    "all as before": (LINES, [3, 4]),
}


def isp_spreads_over(guest: Guest, numbers: list[int]) -> None:
    """What comes back takes these lines: an ISP does not send by a line that is being moved."""
    world = "import runpy; runpy.run_path('/usr/local/lib/lab/world')['isp_spreads_over']"
    guest.ssh("gw", f'ip netns exec isp iptables-legacy -t mangle -F SPREAD; python3 -c "{world}({numbers})"')


class Traffic:
    """Pings from before a change until it is over, however long it takes."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        pings = f"ping -q -i {1 / RATE} {FAR} > /run/pings 2>&1 </dev/null & echo $! > /run/pings.pid"
        guest.ssh("gw", pings)
        time.sleep(2)

    def lost(self) -> tuple[int, int]:
        """How many were sent, and how many of them were not answered."""
        self.guest.ssh("gw", "sleep 2; kill -INT $(cat /run/pings.pid); sleep 1")
        told = self.guest.ssh("gw", "cat /run/pings; rm /run/pings /run/pings.pid")
        found = re.search(r"(\d+) packets transmitted, (\d+) received", told)
        assert found, told
        return int(found[1]), int(found[1]) - int(found[2])


@pytest.fixture(scope="module", autouse=True)
def as_before(guest: Guest) -> Iterator[dict[str, object]]:
    assert settle(guest)
    yield guest.snapshot("gw")
    isp_spreads_over(guest, [1, 2, 3, 4])


@pytest.mark.parametrize("change", CHANGES)
def test_the_other_lines_carry_on(guest: Guest, change: str) -> None:
    lines, steady = CHANGES[change]
    isp_spreads_over(guest, steady)
    ports = {line["interface"] for line in lines}
    # the router of a line that is removed leaves the inventory with it
    limit = ("--limit", "all:!dsl4") if "eth5" not in ports else ()
    traffic = Traffic(guest)
    ran = run(guest, "site", *limit, teql_lines=lines)
    sent, lost = traffic.lost()
    print(f"{change}: {lost} of {sent} lost ({100 * lost / sent:.2f} %)")
    assert ran.code == 0, ran.said
    assert sent > 1000 and lost <= LIMIT
    rows = json.loads(guest.ssh("gw", "tc -j qdisc show"))
    assert {row["dev"] for row in rows if row["kind"] == "teql0"} == ports
    again = run(guest, "site", *limit, teql_lines=lines)
    assert again.sums("changed") == 0, again.said


def test_nothing_is_left_over(guest: Guest, as_before: dict[str, object]) -> None:
    """After the last change all is as it was before the first one, the monitor's memory set aside."""
    assert differences(as_before, guest.snapshot("gw")) == []
