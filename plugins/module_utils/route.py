# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Default routes: what `ip -j route show default` says, and the words that make such a route again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

IPV6_METRIC = 1024  # what the kernel takes when an IPv6 route comes without one


@dataclass(frozen=True)
class Route:
    family: int
    device: str  # empty for a multipath route
    gateway: str  # empty for a route without one
    metric: int
    words: tuple[str, ...]  # after `ip route replace`

    def argv(self, verb: str) -> tuple[str, ...]:
        return ("ip", f"-{self.family}", "route", verb, *self.words)


def default_via(gateway: str, device: str) -> Route:
    family = 6 if ":" in gateway else 4
    words = ("default", "via", gateway, "dev", device, "onlink")
    return Route(family, device, gateway, IPV6_METRIC if family == 6 else 0, words)


def _hop(entry: dict) -> tuple[str, ...]:
    words: tuple[str, ...] = ()
    if "gateway" in entry:
        words += ("via", entry["gateway"])
    elif "via" in entry:
        words += ("via", entry["via"]["family"], entry["via"]["host"])
    if "dev" in entry:
        words += ("dev", entry["dev"])
    return words


def _words(entry: dict) -> tuple[str, ...]:
    words = ("default", *_hop(entry))
    for key, word in (("protocol", "proto"), ("scope", "scope"), ("prefsrc", "src"), ("metric", "metric")):
        if key in entry:
            words += (word, str(entry[key]))
    if "onlink" in entry.get("flags", []):
        words += ("onlink",)
    for hop in entry.get("nexthops", []):
        words += ("nexthop", *_hop(hop))
        if "weight" in hop:
            words += ("weight", str(hop["weight"]))
        if "onlink" in hop.get("flags", []):
            words += ("onlink",)
    return words


def parse_defaults(rows: Sequence[dict[str, Any]], family: int) -> tuple[Route, ...]:
    return tuple(
        Route(
            family=family,
            device=entry.get("dev", ""),
            gateway=entry.get("gateway", ""),
            metric=entry.get("metric", IPV6_METRIC if family == 6 else 0),
            words=_words(entry),
        )
        for entry in rows
        if entry.get("dst") == "default"
    )
