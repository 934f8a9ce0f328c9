# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the parts together: what the kernel and the probes tell goes to the judge, what it decides to the kernel."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Mapping

from teql_monitor.bond import plan, view
from teql_monitor.bond.throughput import Throughput
from teql_monitor.clock import Clock
from teql_monitor.config import Config, LineConfig
from teql_monitor.judge import Decision, Judge
from teql_monitor.netlink import pinning, upkeep
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.event import Event
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.probe.prober import Finished, Link, Prober
from teql_monitor.recorder import Recorder
from teql_monitor.store import write_whole

AUDIT = 30.0  # seconds between two looks at everything, told or not
ROUTER_MISSES = 2  # unanswered in a row that make a router dead
ROUTES_AGAIN = 0.2  # seconds: a storm of news about routes is answered once


class Monitor:
    def __init__(
        self, config: Config, kernel: Kernel, links: Mapping[int, Link], recorder: Recorder, clock: Clock, run: str
    ) -> None:
        """`links` sends the probes, by address family; `run` is the runtime directory."""
        self.kernel, self.links, self.recorder, self.clock, self.run = kernel, links, recorder, clock, run
        self.started = clock.now()
        self.counts = {"join": 0, "part": 0, "mtu": 0, "up": 0, "neighbour": 0, "route": 0}
        self.tc_errors = 0
        self.told_out: list[str] | None = None
        self.stale = True  # there is news about links or qdiscs
        self.audit_due = self.routes_due = self.started
        self._take(config)
        recorder.restore(self.judge)
        self.look()

    def reload(self, config: Config) -> None:
        old = self.judge
        self._take(config)
        self.judge.inherit(old)
        self.stale, self.routes_due = True, self.clock.now()
        self.look()

    def _take(self, config: Config) -> None:
        now = self.clock.now()
        self.config = config
        self.judge = Judge(config, now)
        self.prober = Prober(config, self.judge, self.links, now, self.clock.wall)
        self.throughput = {line.name: Throughput(line.rate_kbit) for line in config.lines}
        self.router_misses = {line.name: ROUTER_MISSES for line in config.lines}
        self.obstacles = {line.name: "" for line in config.lines}
        self.recorder.lines(config.lines)

    def news(self, events: Iterable[Event]) -> None:
        """What the kernel tells unasked. What it is about is read anew, once, however much is told."""
        names = {self.config.bond, *(line.interface for line in self.config.lines)}
        known = {link.index for link in (self.view.bond, *self.view.links.values()) if link}
        for event in events:
            what = event.what
            if event.kind == "overrun" or (event.kind == "link" and what.name in names):  # type: ignore[union-attr]
                self.stale = True
            elif event.kind == "qdisc":
                self.stale = self.stale or what.device in known  # type: ignore[union-attr]
            elif event.deleted and not event.own and getattr(what, "protocol", 0) == pinning.OUR_PROTOCOL:
                self.routes_due = min(self.routes_due, self.clock.now() + ROUTES_AGAIN)

    def look(self) -> None:
        """Read the kernel's state, judge it, bring it to what is wanted."""
        self.stale = False
        now = self.clock.now()
        before = getattr(self, "view", None)
        self.view = view.look(self.kernel, self.config)
        if before is None or {n: (x.index, x.up) for n, x in before.links.items()} != {
            n: (x.index, x.up) for n, x in self.view.links.items()
        }:
            self.routes_due = now
        if now >= self.routes_due:
            self.pin()
        for line in self.config.lines:
            link = self.view.link(line)
            self.prober.lines[line.name].index = link.index if link and link.carrier else None
        self.judge.ports(
            now, {line.name: self.view.port(line, self.obstacles[line.name]) for line in self.config.lines}
        )
        self.act(self.judge.decide(now))

    def pin(self) -> None:
        """Let each line have its table and rules, and see with the kernel that a probe truly goes that way."""
        self.routes_due = self.clock.now() + 2 * AUDIT
        wanted = pinning.wanted_of_all(self.config, self.view.links)
        changes = pinning.missing(wanted, upkeep.found(self.kernel, wanted))
        self.counts["route"] += len(changes.add.routes) + len(changes.add.rules)
        self.counts["neighbour"] += len(changes.add.neighbours)
        for problem in upkeep.carry_out(self.kernel, changes):
            self._failed(problem)
        for line in self.config.lines:
            self.obstacles[line.name] = self._route_problem(line)

    def _route_problem(self, line: LineConfig) -> str:
        link = self.view.link(line)
        if link is None or not link.carrier:
            return ""
        for target in self.config.targets:
            source = self.prober.lines[line.name].source if self.prober.families[target] == socket.AF_INET else None
            problem = self.kernel.has_true_route(target, link.index, source or "")
            if problem:
                return problem
        return ""

    def finished(self, probes: Iterable[Finished]) -> None:
        urgent = False
        now = self.clock.now()
        for probe in probes:
            if probe.router:
                self._router(probe.line, probe.trip is not None)
                continue
            self.recorder.collectors[probe.line].probe(probe.trip)
            urgent = self.judge.probe(now, probe.line, probe.target, probe.sent, probe.trip) or urgent
        if urgent:
            self.act(self.judge.decide(now))

    def _router(self, name: str, answered: bool) -> None:
        """One that has never answered may not answer at all: its silence says nothing."""
        if answered:
            self.router_misses[name] = 0
            self.judge.router(name, True)
        elif self.judge.lines[name].router is not None:
            self.router_misses[name] += 1
            if self.router_misses[name] >= ROUTER_MISSES:
                self.judge.router(name, False)

    def tick(self) -> None:
        """Once a second."""
        now = self.clock.now()
        if self.stale or now >= self.audit_due or now >= self.routes_due:
            self.audit_due = now + AUDIT
            self.look()
        links = self.kernel.links()
        for line in self.config.lines:
            rate = self.throughput[line.name]
            rate.second(now, links.get(line.interface))
            self.judge.load(line.name, rate.load)
        self.judge.tick(now)
        self.act(self.judge.decide(now))
        self.recorder.second(self.judge, {name: (each.tx, each.rx) for name, each in self.throughput.items()})

    def act(self, decision: Decision) -> None:
        lines = {line.name: line for line in self.config.lines}
        if self.config.mode == "enforce":
            self._reconcile(decision)
        for change in decision.changes:
            member = self.judge.lines[change.line].member
            self.recorder.changed(lines[change.line], change.old, change.new, change.reason, member)
        if decision.changes:
            self.recorder.keep(self.judge)
        self._tell_fail_open(decision.fail_open)
        self._tell_out()

    def _reconcile(self, decision: Decision) -> None:
        steps = plan.plan(self.view, self.config, decision.wanted)
        for step in steps:
            try:
                self._do(step)
                self.counts[step.action] += 1
            except KernelError as problem:
                self._failed(problem)
        if not steps:
            return
        self.view = view.look(self.kernel, self.config)
        for line in self.config.lines:
            judged = self.judge.lines[line.name]
            was, judged.member = judged.member, self.view.member(line)
            if was != judged.member:
                self.recorder.moved(line, judged.member, judged.reason)

    def _do(self, step: plan.Step) -> None:
        if step.action == plan.JOIN:
            self.kernel.join(step.device, self.config.bond)
        elif step.action == plan.PART:
            self.kernel.part(step.device, self.config.bond, step.value)
        elif step.action == plan.UP:
            self.kernel.set_up(step.device)
        else:
            self.kernel.set_mtu(step.device, step.value)

    def _failed(self, problem: KernelError) -> None:
        self.tc_errors += 1
        self.recorder.trouble(str(problem))

    def _tell_fail_open(self, fail_open: bool) -> None:
        told = getattr(self, "told_fail_open", False)
        if fail_open != told:
            self.told_fail_open = fail_open
            word = "fail open" if fail_open else "judged again"
            why = "nothing answers over any line: the bond stays as it is" if fail_open else "targets answer again"
            self.recorder.event("bond", f"{self.config.bond}: {why}", new=word, reason=why)

    def _tell_out(self) -> None:
        """The file `out`: the interfaces that are kept out on purpose, for the role bonding."""
        enforced = self.config.mode == "enforce"
        judged = [line for line in self.judge.lines.values() if line.config.enabled and not line.wanted and enforced]
        out = sorted(line.config.interface for line in judged)
        if out != self.told_out:
            try:
                path = os.path.join(self.run, "out")
                write_whole(path, json.dumps(out).encode() + b"\n")
                os.chmod(path, 0o644)
                self.told_out = out
            except OSError as error:
                self.recorder.trouble(f"cannot write {error.filename}: {error.strerror}")
