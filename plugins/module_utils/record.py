# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What outlives a run: how things were before us, so that `absent` can put them back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError


@dataclass(frozen=True)
class Record:
    """Everything in it was changed by us; the first value ever seen is the one kept."""

    sysctls: dict[str, str] = field(default_factory=dict)  # the live values before
    taken_over: dict[str, str] = field(default_factory=dict)  # what a manager sets on a port it takes over, before
    ports: tuple[str, ...] = ()  # all we ever met
    raised: tuple[str, ...] = ()  # those of them, and of what they lie on, that were down before
    group: int | None = None  # the one we give them
    groups: dict[str, int] = field(default_factory=dict)  # those they had before
    module_loaded: bool = False
    bond_up: bool = False
    members: tuple[str, ...] = ()  # of the bond before us
    mtu: int | None = None  # the bond's before us
    addresses: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    routes: tuple[tuple[str, ...], ...] = ()  # default routes of others that ours took the place of

    @property
    def empty(self) -> bool:
        return self == Record()


def record_path(bond: str) -> str:
    return f"{KEPT}{bond}.json"


def dump_record(record: Record) -> str:
    return json.dumps(asdict(record), indent=2, sort_keys=True) + "\n"


def load_record(text: str | None, path: str) -> Record:
    if text is None:
        return Record()
    try:
        data = json.loads(text)
        return Record(
            sysctls=dict(data["sysctls"]),
            taken_over=dict(data["taken_over"]),
            ports=tuple(data["ports"]),
            raised=tuple(data["raised"]),
            group=data["group"],
            groups=dict(data.get("groups", {})),  # what 1.0.0 did not keep may be missing
            module_loaded=data["module_loaded"],
            bond_up=data["bond_up"],
            members=tuple(data.get("members", ())),
            mtu=data.get("mtu"),
            addresses=tuple(data["addresses"]),
            gateways=tuple(data["gateways"]),
            routes=tuple(tuple(words) for words in data["routes"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise LinebondError(
            f"{path}, which keeps what was there before, cannot be read ({error}): mend it, or remove it to start anew."
        ) from error
