# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of one line, and the state that follows from it."""

from __future__ import annotations

import math
from typing import NamedTuple

from teql_monitor.config import Config, LineConfig
from teql_monitor.judge.damping import Penalty
from teql_monitor.judge.track import LONG, Track

UP, DOWN, DEGRADED, DRAINED, STARTING, MISCONFIGURED = "up", "down", "degraded", "drained", "starting", "misconfigured"

# Odds at which losses in a row that are mere chance may be taken for a dead line, per probe: once in some years.
ODDS = 1e-9
RECENT = 20  # probes of each other line that tell what is lost by chance just now
MOST = 25  # probes in a row that are no chance, whatever the other lines lose


class Drain(NamedTuple):
    """Taken out by hand; `until` in seconds, None for ever."""

    until: float | None = None


class Line:
    """Seen by the judge only; the names are the words of `teqlctl status`."""

    def __init__(self, config: LineConfig, site: Config, now: float) -> None:
        self.config, self.site = config, site
        self.present = self.carrier = False
        self.obstacle = ""  # why it cannot be judged or cannot join, in words
        self.sync: bool | None = None  # by its router's account; None: nothing is told
        self.out_of_sync = ""  # why it is down by its router's own account, in words
        self.disbelieved = False  # answers probes although it is said to be out of sync
        self.router: bool | None = None  # None: has never answered
        self.load = 0.0  # 0 to 1, of the line's rate
        self.member = False  # as the kernel has it
        self.wanted = False  # as the judge wants it
        self.drain: Drain | None = None
        self.tracks: dict[str, Track] = {target: Track(site.latency.window) for target in site.targets}
        self.well: list[Track] = list(self.tracks.values())  # those of targets that are not at fault
        self.against, self.favour = 0, 0  # probes in a row that speak against the line, and for it
        self.began = now  # when the first of those against it was sent
        self.grace = -math.inf  # until when it stays in after a time in which nothing answered over any line
        self.alive: bool | None = None  # beyond the router; None: not known yet
        self.proved = False  # has been alive since the monitor watches it
        self.late, self.lossy = False, False  # quality.py
        self.lateness = 0.0  # seconds later than the other lines
        self.trip: float | None = None
        self.peers_trip: float | None = None
        self.turned: float | None = None  # since when the line's lateness speaks against its `late`
        self.lossy_since = 0.0
        self.accused_since = math.inf  # of being lossy
        self.held_until = -math.inf
        self.penalty = Penalty(site.damping)
        self.state, self.reason, self.since = STARTING, "not probed yet", now
        self.changes = 0

    def inherit(self, before: Line) -> None:
        """After a reload: everything but what follows from the configuration."""
        given = ("config", "site", "tracks", "well", "penalty")
        vars(self).update({word: value for word, value in vars(before).items() if word not in given})
        for target in self.tracks.keys() & before.tracks.keys():
            self.tracks[target] = before.tracks[target]
            self.tracks[target].window = self.site.latency.window
        self.well = list(self.tracks.values())
        old = before.penalty
        self.penalty.value, self.penalty.stamp, self.penalty.suppressed = old.value, old.stamp, old.suppressed

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def needed(self) -> int:
        """How many targets have to answer."""
        return min(self.site.quorum, len(self.well))

    def probe(self, now: float, target: str, sent: float, trip: float | None) -> None:
        track = self.tracks[target]
        track.record(now, sent, trip, counts=self.alive is True)
        if track not in self.well:
            return
        held = sum(each.answering for each in self.well) >= self.needed
        if held and trip is not None:
            self.against = 0
        elif trip is None or not held:
            self.began = sent if self.against == 0 else self.began
            self.against += 1
        self.favour = self.favour + 1 if held else 0
        if held and self.favour >= self.site.rise and self.alive is not True:
            self.alive = self.proved = True
            for each in self.well if not self.lossy else ():
                each.suspicion = 0.0

    def dead(self, now: float, needed: int) -> bool:
        """Whether this many probes in a row were lost, over as much time as they take at the usual interval."""
        span = (needed - 1) * self.site.interval
        return self.against >= needed and self.favour == 0 and now - self.began >= 0.9 * span

    def falls(self) -> None:
        self.alive = False
        self.forget()
        for track in self.well:
            track.forget_outage()
            track.misses = max(track.misses, 1)

    def forget(self) -> None:
        """A dead line has no round trips, and is neither late nor lossy."""
        self.late, self.lossy, self.lateness = False, False, 0.0
        self.accused_since = math.inf
        self.turned = self.trip = self.peers_trip = None

    def heard(self) -> float:
        """A quorum of targets has answered probes that were sent at this time or later."""
        return sorted((track.heard for track in self.well), reverse=True)[max(self.needed, 1) - 1]

    def judged(self) -> Track:
        """The track that stands for the line: of as many targets as have to answer, the one that loses most."""
        return sorted(self.well, key=Track.loss)[max(self.needed, 1) - 1]

    def loss(self) -> float:
        """0 to 1, over the last probes."""
        return self.judged().loss()

    def by_chance(self) -> float:
        """The part of its probes that the line loses without being dead, 0 to 1."""
        return self.judged().stray(LONG) / LONG

    def drained(self, now: float) -> bool:
        if self.drain is not None and self.drain.until is not None and now >= self.drain.until:
            self.drain = None
        return self.drain is not None

    def usable(self) -> bool:
        """Packets can be handed to it, as far as this host can see."""
        whole = self.present and self.carrier and not self.obstacle
        return self.config.enabled and whole and not self.out_of_sync

    def waits(self, now: float) -> str:
        """Why a line that answers has to stay out for a while yet; empty when it may join."""
        until = self.penalty.until(now)
        if self.penalty.suppressed:
            return f"answers, but failed too often: damped for {until - now:.0f} s more"
        if now < self.held_until:
            return f"answers, joins in {self.held_until - now:.0f} s"
        return ""

    def judge(self, now: float) -> tuple[str, str]:
        """The state and the reason for it, the weightiest first."""
        if not self.config.enabled:
            return DRAINED, "disabled in the configuration"
        if self.drained(now):
            return DRAINED, "taken out by hand"
        if not self.present:
            return DOWN, f"there is no interface {self.config.interface}"
        if not self.carrier:
            return DOWN, "no carrier"
        if self.out_of_sync:
            return DOWN, self.out_of_sync
        if self.obstacle:
            return MISCONFIGURED, self.obstacle
        if self.alive is None:
            return STARTING, "no verdict yet"
        if not self.alive:
            return DOWN, "the router does not answer" if self.router is False else "nothing answers beyond the router"
        if self.late or self.lossy:
            return DEGRADED, self._harm()
        if not self.wanted and (waiting := self.waits(now)):
            return STARTING, waiting
        return UP, ""

    def _harm(self) -> str:
        reasons = []
        if self.late:
            reasons.append(f"{self.lateness * 1000:.0f} ms later than the other lines")
        if self.lossy:
            reasons.append(f"loses {self.loss() * 100:.1f} % of the probes")
        return ", ".join(reasons)

    def badness(self) -> float:
        """For choosing between degraded lines: a lossy one counts as a second late."""
        return self.lateness + (1.0 if self.lossy else 0.0)


def losses_needed(fall: int, chance: float) -> int:
    """How many in a row are no chance where this part of the probes, 0 to 1, is lost anyway."""
    if chance <= ODDS ** (1 / fall):
        return fall
    return MOST if chance >= 0.5 else min(MOST, max(fall, math.ceil(math.log(ODDS) / math.log(chance))))
