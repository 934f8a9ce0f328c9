# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends pings through the bond and counts, at the ISP, which line each one took."""

from __future__ import annotations

import contextlib
import json
import re
import time
from dataclasses import dataclass

from lab.guest import Guest

FAR = "198.51.100.1"  # the address beyond the lines, guest/world
FAR6 = "2001:db8:ffff::1"
STREAM = "python3 /usr/local/lib/lab/stream"  # on the gateway


class NoPing(SystemExit):
    """Nothing could be sent at all."""


@dataclass(frozen=True)
class Count:
    """What came of a number of pings."""

    sent: int
    answered: int
    lines: tuple[int, ...]  # echo requests that arrived at the ISP, by line

    @property
    def shares(self) -> tuple[float, ...]:
        """Each line's part of what arrived, in percent."""
        total = sum(self.lines) or 1
        return tuple(100 * line / total for line in self.lines)

    def __str__(self) -> str:
        parts = "   ".join(
            f"line {i}: {n} ({s:.1f} %)" for i, (n, s) in enumerate(zip(self.lines, self.shares, strict=True), 1)
        )
        return f"{self.sent} pings, {self.sent - self.answered} lost   {parts}"


def arrived(guest: Guest, address: str = FAR) -> list[int]:
    """Echo requests that the ISP has received so far, by line, of the address's family."""
    tool = "ip6tables-legacy" if ":" in address else "iptables-legacy"
    counters = guest.ssh("gw", f"ip netns exec isp {tool} -t mangle -nvxL INPUT")
    found = re.findall(r"^ *(\d+) .* dsl(\d+) ", counters, re.MULTILINE)
    return [int(packets) for packets, _line in sorted(found, key=lambda row: int(row[1]))]


def ping(guest: Guest, count: int = 400, interval: float = 0.005, address: str = FAR) -> Count:
    """Ping the far address from the gateway; count (pings) at interval (seconds)."""
    before = arrived(guest, address)
    report = guest.ssh("gw", f"ping -q -i {interval} -c {count} {address}", check=False)
    found = re.search(r"(\d+) packets transmitted, (\d+) received", report)
    if not found:
        raise NoPing(f"ping to {address} says: {report or 'nothing'}")
    after = arrived(guest, address)
    return Count(int(found[1]), int(found[2]), tuple(b - a for a, b in zip(before, after, strict=True)))


def counted_stream(guest: Guest, seconds: int = 5) -> Count:
    """400 pings a second: so many that the monitor's probes, which shift the turn by one each, do not show."""
    before = arrived(guest)
    found = json.loads(guest.ssh("gw", f"{STREAM} {FAR} {seconds}"))
    after = arrived(guest)
    sent = found["sent"]
    return Count(sent, sent - len(found["lost"]), tuple(b - a for a, b in zip(before, after, strict=True)))


def settle(guest: Guest, seconds: float = 60) -> bool:
    """Wait until a few pings go out over every line and all are answered; whether that came about in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(NoPing):
            count = ping(guest, 40, 0.02)
            if count.answered == count.sent and min(count.lines) >= 20 // guest.lines:
                return True
        time.sleep(0.5)
    return False
