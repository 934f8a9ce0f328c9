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
    ways: tuple[tuple[str, str], ...] = ()  # of a multipath route: next hop and device of each

    @property
    def hops(self) -> tuple[tuple[str, str], ...]:
        """Next hop and device, of a multipath route several."""
        return self.ways or ((self.gateway, self.device),)

    def leads_elsewhere(self, device: str) -> bool:
        return any(used != device for _gateway, used in self.hops)

    def argv(self, verb: str) -> tuple[str, ...]:
        return ("ip", f"-{self.family}", "route", verb, *self.words)


def default_via(gateway: str, device: str) -> Route:
    family = 6 if ":" in gateway else 4
    words = ("default", "via", gateway, "dev", device, "onlink")
    return Route(family, device, gateway, IPV6_METRIC if family == 6 else 0, words)


def rivals(routes: Sequence[Route], gateway: str, device: str) -> tuple[Route, ...]:
    """The default routes that keep packets off this one; none while it is not there itself.

    Of two with the same metric the kernel takes the one listed first; of IPv6 it may make one route with two ways.
    """
    family = 6 if ":" in gateway else 4
    ahead: list[Route] = []
    for route in sorted((each for each in routes if each.family == family), key=lambda each: each.metric):
        if route.leads_elsewhere(device):
            ahead.append(route)
        if (gateway, device) in route.hops:
            return tuple(ahead)
    return ()


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
            ways=tuple((hop.get("gateway", ""), hop.get("dev", "")) for hop in entry.get("nexthops", [])),
        )
        for entry in rows
        if entry.get("dst") == "default"
    )
