# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration as the daemon uses it. Every default stands here, and here alone."""

from __future__ import annotations

from typing import NamedTuple


class Latency(NamedTuple):
    excess_ms: float = 10.0  # later than the other lines' median by this ...
    excess_ratio: float = 0.5  # ... and by this part of it
    window: float = 8.0  # seconds
    sustain: float = 4.0  # seconds; "for" in the JSON
    return_after: float = 30.0  # seconds


class Loss(NamedTuple):
    tolerated: float = 0.01  # 0 to 1
    return_after: float = 60.0  # seconds


class Damping(NamedTuple):
    half_life: float = 120.0  # seconds
    suppress: float = 2500.0
    reuse: float = 750.0
    longest: float = 600.0  # seconds


class LineConfig(NamedTuple):
    interface: str
    name: str
    kind: str = "router"
    enabled: bool = True
    address: str | None = None  # with prefix
    router: str | None = None
    router_mac: str | None = None
    rate_kbit: float | None = None

    @property
    def host(self) -> str | None:
        """The management address without its prefix."""
        return self.address.partition("/")[0] if self.address else None


class Config(NamedTuple):
    bond: str
    common_address: str
    targets: tuple[str, ...]
    lines: tuple[LineConfig, ...]
    version: int = 1
    mode: str = "enforce"
    address: str | None = None
    address6: str | None = None
    common_address6: str | None = None
    source: str = "public"
    neighbours: str = "dynamic"  # how the common address is resolved
    quorum: int = 1
    interval: float = 0.2  # seconds
    timeout: float = 0.4  # seconds
    fall: int = 3
    rise: int = 3
    hold_down: float = 5.0  # seconds
    min_lines: int = 1
    mtu: int | None = None
    table: int = 20400
    latency: Latency = Latency()
    loss: Loss = Loss()
    load_limit: float = 0.8
    damping: Damping = Damping()

    @property
    def detection(self) -> float:
        """Seconds from a line's death to its removal, at worst: it dies just after an answered probe was sent."""
        return (self.fall - 1) * self.interval + self.timeout + self.interval

    def table_of(self, line: LineConfig) -> int:
        """The routing table of a line, also the priority of its rules."""
        return self.table + self.lines.index(line)
