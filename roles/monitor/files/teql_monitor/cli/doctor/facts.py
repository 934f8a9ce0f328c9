# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor knows: read once, then only looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from teql_monitor.config import Config, LineConfig

BOND = "teql0"  # when neither settings nor monitor name it
CONF4 = "/proc/sys/net/ipv4/conf/%s/%s"
STACKED_KINDS = ("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap")


@dataclass(frozen=True)
class Link:
    name: str
    up: bool = False
    carrier: bool = False
    mtu: int = 1500
    kind: str = ""  # the kernel's word for a device that is made, like vlan; empty for hardware
    lower: str | None = None
    point_to_point: bool = False
    addresses: tuple[str, ...] = ()  # without prefix


@dataclass(frozen=True)
class Qdisc:
    kind: str
    handle: str = "0:"


@dataclass(frozen=True)
class Facts:
    config_path: str
    config: Config | None = None
    config_problems: tuple[str, ...] = ()
    config_warnings: tuple[str, ...] = ()
    status: Mapping[str, Any] | None = None
    monitor_trouble: str = ""  # why there is no status
    monitor_fix: str = ""
    monitor_closed: bool = False  # it may run, but whoever asks may not
    links: Mapping[str, Link] = field(default_factory=dict)
    qdiscs: Mapping[str, Qdisc] = field(default_factory=dict)
    files: Mapping[str, str | None] = field(default_factory=dict)
    rules: tuple[Mapping[str, Any], ...] = ()  # each with its family
    tables: Mapping[tuple[int, int], tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # (family, number)
    defaults: tuple[Mapping[str, Any], ...] = ()
    ways: Mapping[tuple[str, str], Mapping[str, Any] | None] = field(default_factory=dict)  # (target, port)
    neighbours: tuple[Mapping[str, Any], ...] = ()
    release: str = ""
    version: str = ""
    distributions: tuple[str, ...] = ()  # ID and ID_LIKE of os-release
    missing_tools: tuple[str, ...] = ()

    @property
    def bond(self) -> str:
        if self.config is not None:
            return self.config.bond
        return str(self.status["bond"]) if self.status is not None else BOND

    @property
    def lines(self) -> tuple[LineConfig, ...]:
        """From the settings; without them, what the monitor or the kernel knows."""
        if self.config is not None:
            return self.config.lines
        if self.status is not None:
            return tuple(LineConfig(each["interface"], each["name"]) for each in self.status["lines"])
        return tuple(LineConfig(port, port) for port in sorted(self.qdiscs) if self.is_member(port))

    @property
    def unwatched(self) -> bool:
        """Nobody takes a dead line out."""
        return self.observes or (self.status is None and not self.monitor_closed)

    @property
    def observes(self) -> bool:
        mode = self.status.get("mode") if self.status is not None else self.config and self.config.mode
        return mode == "observe"

    @property
    def families(self) -> tuple[int, ...]:
        return (4, 6) if self.config is not None and self.config.common_address6 else (4,)

    def is_member(self, port: str) -> bool:
        qdisc = self.qdiscs.get(port)
        return qdisc is not None and qdisc.kind == self.bond

    def present(self) -> Iterator[tuple[LineConfig, Link]]:
        """Lines whose port is there."""
        for line in self.lines:
            link = self.links.get(line.interface)
            if link is not None:
                yield line, link

    def line_status(self, line: LineConfig) -> Mapping[str, Any] | None:
        lines = self.status["lines"] if self.status is not None else ()
        return next((each for each in lines if each["name"] == line.name), None)

    def setting(self, port: str, name: str) -> int | None:
        """The kernel takes the greater of the port's value and the one for all."""
        values = [self.files.get(CONF4 % (each, name)) for each in ("all", port)]
        return max((int(value) for value in values if value), default=None) if values[1] else None
