# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a line carries, of what it can carry. Pure."""

from __future__ import annotations

from teql_monitor.netlink.counters import Counters

SLOWEST = 1000.0  # kbit/s: no line is assumed to be slower, unless its rate is given
HALF_LIFE = 6 * 3600.0  # seconds in which the greatest rate that was seen counts for half


class Throughput:
    """Fed once a second. Rates in kbit/s, `load` 0 to 1 and above, `packets` sent in the last second."""

    def __init__(self, rate: float | None) -> None:
        self.rate = rate
        self.last: Counters | None = None
        self.stamp = 0.0
        self.tx, self.rx, self.packets = 0.0, 0.0, 0
        self.most_tx = self.most_rx = SLOWEST

    @property
    def load(self) -> float:
        return max(self.tx / (self.rate or self.most_tx), self.rx / self.most_rx)

    def second(self, now: float, counters: Counters | None) -> None:
        last, passed = self.last, now - self.stamp
        self.last, self.stamp = counters, now
        self.tx, self.rx, self.packets = 0.0, 0.0, 0
        if counters is None or last is None or counters.device != last.device or passed <= 0:
            return
        self.tx = max(0, counters.tx_bytes - last.tx_bytes) * 8 / 1000 / passed
        self.rx = max(0, counters.rx_bytes - last.rx_bytes) * 8 / 1000 / passed
        self.packets = max(0, counters.tx_packets - last.tx_packets)
        fade = 2 ** (-passed / HALF_LIFE)
        self.most_tx = max(SLOWEST, self.most_tx * fade, self.tx)
        self.most_rx = max(SLOWEST, self.most_rx * fade, self.rx)
