# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Would source NAT hit packets from the public block? The judgement, for rules of any firewall.

A packet of ours has a source in the public block, comes in by the LAN and goes out by any other interface. Each match
of a rule is NEVER, MAYBE or ALWAYS true for such packets; what is not understood is MAYBE.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from typing import Any, Dict, Iterable, List, NamedTuple, Tuple


class Match(NamedTuple):
    could: bool
    always: bool


NEVER, MAYBE, ALWAYS = Match(False, False), Match(True, False), Match(True, True)
NAT, END, RETURN, JUMP, GOTO, GO_ON = "nat", "end", "return", "jump", "goto", "go on"


class Ours(NamedTuple):
    """The packets that must not be translated."""

    block: Any  # ipaddress.IPv4Network or IPv6Network
    lan: str


class Rule(NamedTuple):
    text: str  # as a person knows it
    match: Match
    verdict: str
    targets: tuple[str, ...] = ()  # chains it jumps or goes to


Chains = Dict[str, List[Rule]]
Span = Tuple[int, int]


def offending(chains: Chains, start: str) -> list[str]:
    """The rules that a packet of ours could be translated by, each once."""
    found, _goes_on = _walk(chains, start, ())
    return list(dict.fromkeys(found))


def _walk(chains: Chains, name: str, above: tuple[str, ...]) -> tuple[list[str], bool]:
    """What was found, and whether any packet of ours comes back from this chain."""
    found: list[str] = []
    if name in above:
        return found, True
    for rule in chains.get(name, []):
        goes_on = True
        if not rule.match.could:
            continue
        if rule.verdict == NAT:
            found.append(rule.text)
        if rule.verdict in (JUMP, GOTO):
            for target in rule.targets:
                more, goes_on = _walk(chains, target, (*above, name))
                found += more
        if rule.match.always:
            if rule.verdict in (NAT, END) or not goes_on:
                return found, False
            if rule.verdict in (RETURN, GOTO):
                return found, True
    return found, True


def both(matches: Iterable[Match]) -> Match:
    """All of them at once."""
    listed = list(matches)
    return Match(all(match.could for match in listed), all(match.always for match in listed))


def negated(match: Match) -> Match:
    return Match(not match.always, not match.could)


def from_addresses(spans: Iterable[Span], ours: Ours) -> Match:
    """The source is in one of these."""
    first, last = int(ours.block.network_address), int(ours.block.broadcast_address)
    inside = sorted(span for span in spans if span[0] <= last and span[1] >= first)
    reached = first
    for low, high in inside:
        if low <= reached:
            reached = max(reached, high + 1)
    return Match(bool(inside), reached > last)


def to_addresses(spans: Iterable[Span], ours: Ours) -> Match:
    """The destination is in one of these: what goes to the block itself leaves by the LAN."""
    first, last = int(ours.block.network_address), int(ours.block.broadcast_address)
    return NEVER if all(first <= low and high <= last for low, high in spans) else MAYBE


def out_by(patterns: Iterable[str], ours: Ours) -> Match:
    others = [pattern for pattern in patterns if pattern not in (ours.lan, "lo")]
    if "*" in others:
        return ALWAYS
    return MAYBE if others else NEVER


def in_by(patterns: Iterable[str], ours: Ours) -> Match:
    return ALWAYS if any(fnmatch.fnmatchcase(ours.lan, pattern) for pattern in patterns) else NEVER


def span(first: str, last: str = "") -> Span:
    """One address, a network, or the first and last address of a range; ValueError for what is neither."""
    if last:
        return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
    network = ipaddress.ip_network(first, strict=False)
    return int(network.network_address), int(network.broadcast_address)
