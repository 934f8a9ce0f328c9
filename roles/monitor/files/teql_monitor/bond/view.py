# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at the kernel's links and root qdiscs, and what it says of the bond and of each line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from teql_monitor.config import Config, LineConfig
from teql_monitor.judge import Port
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.netlink.link import Link
from teql_monitor.netlink.qdisc import Qdisc


class View(NamedTuple):
    bond: Link | None
    links: Mapping[str, Link]
    qdiscs: Mapping[int, Qdisc]  # by interface index

    @property
    def ways(self) -> dict[str, tuple[int, bool]]:
        """What routes depend on: the index of each port, and whether it is up."""
        return {name: (link.device, link.up) for name, link in self.links.items()}

    def link(self, line: LineConfig) -> Link | None:
        return self.links.get(line.interface)

    def qdisc(self, line: LineConfig) -> Qdisc | None:
        link = self.link(line)
        return self.qdiscs.get(link.device) if link else None

    def member(self, line: LineConfig) -> bool:
        qdisc = self.qdisc(line)
        return qdisc is not None and self.bond is not None and qdisc.kind == self.bond.name

    def foreign(self, line: LineConfig) -> str:
        """The kind of a root qdisc that somebody else put on the line's port; the kernel's own do not count."""
        qdisc = self.qdisc(line)
        return qdisc.kind if qdisc and qdisc.handle and not self.member(line) else ""

    def port(self, line: LineConfig, obstacle: str) -> Port:
        link, foreign = self.link(line), self.foreign(line)
        if foreign:
            obstacle = f"somebody put the qdisc {foreign} on {line.interface}, which is left alone"
        return Port(link is not None, link is not None and link.carrier, self.member(line), obstacle)


def look(kernel: Kernel, config: Config) -> View:
    links = kernel.links()
    names = {line.interface for line in config.lines}
    return View(links.get(config.bond), {n: link for n, link in links.items() if n in names}, kernel.qdiscs())
