# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pre-flight says about one item, and what it judges from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from ansible_collections.linebond.teql.plugins.module_utils.bond_state import State
from ansible_collections.linebond.teql.plugins.module_utils.link import Link
from ansible_collections.linebond.teql.plugins.module_utils.qdisc_owners import Owners

OK, WARNING, REFUSED, UNKNOWN = "ok", "warning", "refused", "unknown"


@dataclass(frozen=True)
class Verdict:
    item: str
    verdict: str  # ok, warning, refused or unknown
    message: str  # a sentence
    fix: str = ""  # what a person can type or do about it; empty when all is well
    ignored: bool = False  # the site accepts it


@dataclass(frozen=True)
class Readings:
    """The gateway as it is. `release` and `version` are `uname -r` and `uname -v`."""

    state: State
    bond: str
    ports: tuple[str, ...]
    release: str
    version: str
    distributions: tuple[str, ...] = ()  # ID and ID_LIKE of os-release
    namespaces: Mapping[str, str | None] = field(default_factory=dict)  # see user_namespaces.FILES
    owners: Owners = field(default_factory=Owners)
    monitored: bool = False  # the monitor runs

    @property
    def links(self) -> list[Link]:
        """Those of the ports that are there."""
        return [self.state.links[port] for port in self.ports if port in self.state.links]
