# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a line that answers does more harm than good to a per-packet bond: it is late, or it is lossy.

Late: the median of its round trips exceeds the median of the other lines', target by target, at the same time.
Lossy: a cumulative sum of the log-likelihood ratio of two loss rates, the one that is tolerated and twice that
(Page, "Continuous inspection schemes", 1954). Chance alone reaches the limit once in years; a line that loses twice
what is tolerated needs some minutes, one that loses a fifth of its probes twenty seconds.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

from teql_monitor.config import Config
from teql_monitor.judge.line import Line
from teql_monitor.judge.track import Track

LIMIT = 14.0  # natural logarithm of the odds at which a line is called lossy
TOP = 1.05 * LIMIT  # above the limit, so that one answer does not hide it from the look that comes once a second
ALERT = 3.0  # from here on it is worth asking more often
PEERS = 20  # probes of each other line that tell what is lost everywhere just now
LEAST, MOST = 0.0001, 0.45  # parts of the probes that can be tolerated: with less or more nothing can be told apart
SURE = 3.0  # seconds over the limit: when all begin to lose at once, it takes some to see that all do
CLEAR = 1.5  # times what the other lines lose


def weights(tolerated: float) -> tuple[float, float]:
    """What a probe adds to the suspicion: one that was answered, one that was lost."""
    tolerated = min(max(tolerated, LEAST), MOST)
    bad = 2 * tolerated
    return math.log((1 - bad) / (1 - tolerated)), math.log(bad / tolerated)


class Peers:
    """What the lines that are alive do at one moment, so that each can be compared with the others at little cost."""

    def __init__(self, lines: Sequence[Line], now: float) -> None:
        self.medians = {
            line.name: {target: track.median(now) for target, track in line.tracks.items() if track in line.well}
            for line in lines
        }
        self.losses = {line.name: line.loss() for line in lines}
        self.strays = {line.name: sum(track.stray(PEERS) for track in line.well) for line in lines}
        self.known = {line.name: sum(min(track.known, PEERS) for track in line.well) for line in lines}
        self.stray, self.of = sum(self.strays.values()), sum(self.known.values())
        self.ordered_losses = sorted(self.losses.values())
        trips: dict[str, list[float]] = {}
        for medians in self.medians.values():
            for target, trip in medians.items():
                if trip is not None:
                    trips.setdefault(target, []).append(trip)
        self.ordered_trips = {target: sorted(values) for target, values in trips.items()}

    def lost(self, line: Line) -> float:
        """The part that the other lines lose just now, 0 to 1; what they lose too is not this line's fault."""
        known = self.of - self.known[line.name]
        return (self.stray - self.strays[line.name]) / known if known else 0.0

    def loss(self, line: Line) -> float:
        """The median of the other lines', 0 to 1, over their last probes."""
        return median_without(self.ordered_losses, self.losses[line.name]) or 0.0

    def trip(self, line: Line, target: str) -> float | None:
        """The median of the other lines' round trips to a target, in seconds."""
        return median_without(self.ordered_trips.get(target, []), self.medians[line.name].get(target))


def median_without(ordered: Sequence[float], own: float | None) -> float | None:
    """Of what is left of an ordered sequence without one of its values; None where nothing is left."""
    gap = len(ordered) if own is None else bisect.bisect_left(ordered, own)
    count = len(ordered) - (own is not None)

    def at(place: int) -> float:
        return ordered[place + (place >= gap)]

    if count < 1:
        return None
    return at(count // 2) if count % 2 else (at(count // 2 - 1) + at(count // 2)) / 2


def suspect(track: Track, trip: float | None, scale: tuple[float, float]) -> None:
    track.suspicion = min(TOP, max(0.0, track.suspicion + scale[trip is None]))


def suspicion(line: Line) -> float:
    """Of the line, not of a target: that of the targets without which there is no quorum, taken together.

    All but `needed` - 1 of them are as suspect as the one in that place, or more; what several targets tell adds up.
    """
    spare = max(line.needed, 1) - 1
    return sorted(track.suspicion for track in line.well)[spare] * (len(line.well) - spare)


def judge_loss(line: Line, peers: Peers, now: float, site: Config) -> None:
    suspected = suspicion(line)
    accused = suspected >= LIMIT and line.loss() >= CLEAR * max(peers.loss(line), site.loss.tolerated)
    line.accused_since = min(line.accused_since, now) if accused else math.inf
    if not line.lossy and accused and now - line.accused_since >= SURE:
        line.lossy, line.lossy_since = True, now
    elif line.lossy and suspected <= LIMIT / 2 and now - line.lossy_since >= site.loss.return_after:
        line.lossy = False


def resume(line: Line, late: bool, lossy: bool, now: float) -> None:
    """After a restart: a line that did harm has to prove anew that it no longer does."""
    line.late, line.lossy, line.lossy_since = late, lossy, now
    if lossy:
        for track in line.tracks.values():
            track.suspicion = TOP


def judge_latency(line: Line, peers: Peers, now: float, site: Config) -> None:
    """Late after `sustain` seconds over the limit, and no longer after `return_after` seconds under half of it."""
    compared = []
    for target, mine in peers.medians[line.name].items():
        theirs = peers.trip(line, target)
        if mine is not None and theirs is not None:
            limit = max(site.latency.excess_ms / 1000, site.latency.excess_ratio * theirs)
            compared.append((mine - theirs - limit, mine, theirs, limit))
        elif mine is not None:
            line.trip = mine
    if len(compared) < max(line.needed, 1):
        line.turned = line.peers_trip = None
        return
    _over, line.trip, line.peers_trip, limit = sorted(compared)[max(line.needed, 1) - 1]
    line.lateness = line.trip - line.peers_trip
    opposes = line.lateness < limit / 2 if line.late else line.lateness > limit
    if not opposes:
        line.turned = None
        return
    line.turned = now if line.turned is None else line.turned
    if now - line.turned >= (site.latency.return_after if line.late else site.latency.sustain):
        line.late, line.turned = not line.late, None
