# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge of one bond: takes in what is seen of its lines, and says which shall be members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from teql_monitor.config import Config
from teql_monitor.judge import membership, quality
from teql_monitor.judge.line import DEGRADED, DOWN, DRAINED, RECENT, Drain, Line, losses_needed

EAGER = 4  # times as many probes to a line that seems to lose some
REVISIT = 25  # every so many probes may go to a target that is at fault
SHORTEST = 0.02  # seconds between two probes of a line


class Port(NamedTuple):
    """What the kernel says of a line's interface; `obstacle` is why it cannot be used, in words."""

    present: bool = True
    carrier: bool = True
    member: bool = False
    obstacle: str = ""


class Change(NamedTuple):
    line: str
    old: str
    new: str
    reason: str


class Decision(NamedTuple):
    wanted: frozenset[str]  # names of the lines that shall be members
    changes: tuple[Change, ...]
    fail_open: bool


class Judge:
    def __init__(self, config: Config, now: float) -> None:
        self.config = config
        self.lines: dict[str, Line] = {line.name: Line(line, config, now) for line in config.lines}
        self.scales = {name: quality.weights(config.loss.tolerated) for name in self.lines}
        self.unwell: frozenset[str] = frozenset()  # targets that answer over no line
        self.adopted: set[str] = set()  # names of the lines that have been seen
        self.fail_open = False

    def inherit(self, old: Judge) -> None:
        """After a reload: what is known of lines that are still there."""
        for name, line in self.lines.items():
            before = old.lines.get(name)
            if before is None or before.config.interface != line.config.interface:
                continue
            line.inherit(before)
            self.adopted |= {name} & old.adopted
        silent = old.unwell & set(self.config.targets)
        if len(silent) < len(self.config.targets):
            self._ignore(silent)

    def ports(self, now: float, seen: Mapping[str, Port]) -> None:
        """What the kernel has, by line. The first time a member is taken as it is found."""
        for name, port in seen.items():
            line = self.lines[name]
            if not (port.present and port.carrier and not port.obstacle):
                self._cut_off(line, now, blamed=not port.obstacle)
            line.present, line.carrier, line.obstacle = port.present, port.carrier, port.obstacle
            line.member = port.member
            if name not in self.adopted:
                line.wanted = port.member
                self.adopted.add(name)

    def probe(self, now: float, name: str, target: str, sent: float, trip: float | None) -> bool:
        """A probe ended: round trip in seconds, None when unanswered. Whether to decide at once."""
        line = self.lines[name]
        was = line.alive
        line.probe(now, target, sent, trip)
        if line.alive and line.load < self.config.load_limit:
            quality.suspect(line.tracks[target], trip, self.scales[name])
        falling = line.against >= self.config.fall and (line.alive is not False or line.wanted)
        return falling or line.alive is not was or (self.fail_open and trip is not None)

    def router(self, name: str, answers: bool | None) -> None:
        """None: it has never answered, so silence says nothing."""
        self.lines[name].router = answers

    def report(self, now: float, name: str, sync: bool | None, reason: str, since: float) -> None:
        """What the line's router says of its sync, since when; None for nothing.

        A probe that was sent after it and is answered proves it wrong, and all that say the same after it.
        """
        line = self.lines[name]
        line.sync = sync
        line.disbelieved = sync is False and (line.disbelieved or line.heard() > since)
        before = line.out_of_sync
        believed = sync is False and not line.disbelieved
        line.out_of_sync = (reason or "the router says that the line is out of sync") if believed else ""
        if line.out_of_sync and not before:
            self._cut_off(line, now, blamed=True)

    def load(self, name: str, load: float) -> None:
        """The part of the line's rate that is in use, 0 to 1."""
        self.lines[name].load = load

    def drain(self, name: str, until: float | None) -> None:
        self.lines[name].drain = Drain(until)

    def undrain(self, name: str) -> None:
        self.lines[name].drain = None

    def interval(self, name: str, overdue: bool = False) -> float:
        """Seconds to the line's next probe: fewer while it loses some, and when an answer is `overdue`."""
        line = self.lines[name]
        usual = self.config.interval
        if line.alive and (line.lossy or quality.suspicion(line) >= quality.ALERT):
            return min(usual, max(usual / EAGER, SHORTEST))
        if line.alive and overdue and line.trip is not None and line.trip < usual / 2:
            return usual / 2
        return usual

    def target(self, turn: int) -> str:
        """Whom to ask in a line's probe number `turn`: those that are well in turn, now and then one that is not."""
        targets = self.config.targets
        if turn % REVISIT == 0 or not self.unwell:
            return targets[turn // (REVISIT if self.unwell else 1) % len(targets)]
        well = [target for target in targets if target not in self.unwell]
        return well[turn % len(well)]

    def tick(self, now: float) -> None:
        """Once a second: what is not urgent."""
        self._targets()
        alive = [line for line in self.lines.values() if line.alive]
        peers = quality.Peers(alive, now)
        for line in alive:
            self.scales[line.name] = quality.weights(max(self.config.loss.tolerated, peers.lost(line)))
            if line.load < self.config.load_limit:
                quality.judge_latency(line, peers, now, self.config)
                quality.judge_loss(line, peers, now, self.config)
            else:
                line.turned = None

    def decide(self, now: float) -> Decision:
        lines = list(self.lines.values())
        for line in lines:
            if line.usable() and line.alive is not False and line.dead(now, self._losses_needed(line, lines)):
                self._failed_outside(line, now)
                line.falls()
        before = {line.name: (line.state, line.reason) for line in lines}
        for line in lines:
            line.state, line.reason = line.judge(now)
        wanted = membership.choose(lines, self.config.min_lines, now)
        for line in lines:
            self._want(line, line.name in wanted, now)
        kept_open = [line for line in lines if membership.kept_open(line, lines, now)]
        for line in kept_open:
            if not any(membership.witness(other, line) for other in lines):
                line.grace = now + self.config.detection
        self.fail_open = bool(kept_open)
        changes = []
        for line in lines:
            line.state, line.reason = line.judge(now)
            if line.wanted and line.state in (DOWN, DRAINED, DEGRADED):
                line.reason += "; stays in the bond: " + self._why_in(line, kept_open)
            old, _reason = before[line.name]
            if line.state != old:
                line.since, line.changes = now, line.changes + 1
                changes.append(Change(line.name, old, line.state, line.reason))
        return Decision(frozenset(wanted), tuple(changes), self.fail_open)

    def _cut_off(self, line: Line, now: float, blamed: bool) -> None:
        """Nothing is known any more of what is beyond it."""
        if line.alive and blamed:
            self._failed_outside(line, now)
        line.alive, line.router = None, None
        line.against = line.favour = 0
        line.began = now
        line.forget()

    def _failed_outside(self, line: Line, now: float) -> None:
        """One that fails while it waits to come back has to wait longer; not one that somebody works on."""
        if line.alive and not line.wanted and line.state != DRAINED:
            line.penalty.failed(now)

    def _want(self, line: Line, wanted: bool, now: float) -> None:
        # Routers that start after the gateway have not failed.
        if line.wanted and not wanted and line.state in (DOWN, DEGRADED) and line.proved:
            line.held_until = now + self.config.hold_down
            line.penalty.failed(now)
        line.wanted = wanted

    def _why_in(self, line: Line, kept_open: Sequence[Line]) -> str:
        if line in kept_open:
            return "nothing answers over any line"
        return "too few others" if line.state == DEGRADED else "it is the last one"

    def _losses_needed(self, line: Line, lines: Sequence[Line]) -> int:
        if line.against < self.config.fall or line.router is False:  # no chance, when both are silent
            return self.config.fall
        others = [other for other in lines if other is not line and other.alive]
        tracks = [track for other in others for track in other.well]
        known = sum(min(track.known, RECENT) for track in tracks)
        # One is no evidence yet, and would make the next real failure last twice as long.
        everywhere = max(0, sum(track.stray(RECENT) for track in tracks) - 1) / known if known else 0.0
        return losses_needed(self.config.fall, max(line.by_chance(), everywhere))

    def _targets(self) -> None:
        """A target that answers over no line, while another one does over some, is at fault itself."""
        lines = [line for line in self.lines.values() if line.usable()]
        silent = frozenset(
            target
            for target in self.config.targets
            if lines and all(line.tracks[target].misses >= self.config.fall for line in lines)
        )
        if len(silent) == len(self.config.targets) or not any(track.answering for line in lines for track in line.well):
            silent &= self.unwell  # nothing answers at all: no target is to blame for it
        if silent != self.unwell:
            self._ignore(silent)

    def _ignore(self, silent: frozenset[str]) -> None:
        self.unwell = silent
        for line in self.lines.values():
            line.well = [track for target, track in line.tracks.items() if target not in silent]
