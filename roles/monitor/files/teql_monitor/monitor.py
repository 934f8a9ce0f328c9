# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the parts together: what the kernel and the probes tell goes to the judge, what it decides to the kernel."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping

from teql_monitor.bond import carrying, plan, routers, view
from teql_monitor.bond.throughput import Throughput
from teql_monitor.clock import Clock
from teql_monitor.config import Config, LineConfig
from teql_monitor.judge import Decision, Judge
from teql_monitor.netlink import pinning, upkeep
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.event import Event
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.netlink.neighbour import Neighbour
from teql_monitor.outside import NOTHING, Reports
from teql_monitor.probe.prober import Finished, Link, Prober
from teql_monitor.recorder import Recorder
from teql_monitor.store import write_whole

AUDIT = 30.0  # seconds between two looks at everything, told or not
ROUTER_MISSES = 2  # unanswered in a row that make a router dead
ROUTES_AGAIN = 0.2  # seconds: a storm of news about routes is answered once
PIN_AGAIN = 2.0  # seconds until the routes are looked at again when something is wrong with them


class Monitor:
    def __init__(
        self, config: Config, kernel: Kernel, links: Mapping[int, Link], recorder: Recorder, clock: Clock, run: str
    ) -> None:
        """`links` sends the probes, by address family; `run` is the runtime directory."""
        self.kernel, self.links, self.recorder, self.clock, self.run = kernel, links, recorder, clock, run
        self.started = clock.now()
        self.counts = {"join": 0, "part": 0, "mtu": 0, "up": 0, "neighbour": 0, "route": 0}
        self.tc_errors = 0
        self.dropped = 0  # packets, by the bond itself
        self.reports = Reports()
        self.told_out: list[str] | None = None
        self.told_fail_open = False
        self.stale = True  # there is news about links or qdiscs
        self.audit_due = self.routes_due = self.started
        self._take(config)
        recorder.restore(self.judge)
        self.view = view.look(kernel, config)
        self.look()

    def reload(self, config: Config) -> None:
        judge, prober, throughput = self.judge, self.prober, self.throughput
        self._take(config)
        self.judge.inherit(judge)
        self.prober.inherit(prober)
        for line in config.lines:
            if line in prober.config.lines:
                self.throughput[line.name] = throughput[line.name]
        self.routes_due = self.clock.now()
        self.look()

    def _take(self, config: Config) -> None:
        now = self.clock.now()
        self.config = config
        self.judge = Judge(config, now)
        self.prober = Prober(config, self.judge, self.links, now, self.clock.wall)
        self.throughput = {line.name: Throughput(line.rate_kbit) for line in config.lines}
        self.router_misses = dict.fromkeys(self.throughput, 0)
        self.obstacles = {line.name: "" for line in config.lines}
        self.recorder.lines(config.lines)

    def news(self, events: Iterable[Event]) -> None:
        """What the kernel tells unasked. What it is about is read anew, once, however much is told."""
        names = {self.config.bond, *(line.interface for line in self.config.lines)}
        known = {link.device for link in (self.view.bond, *self.view.links.values()) if link}
        for event in events:
            what = event.what
            if event.kind == "overrun":
                self.stale, self.routes_due = True, self.clock.now()
            elif event.kind == "link" and (what.name in names or what.device in known):  # type: ignore[union-attr]
                self.stale = True
                if event.deleted or not what.up:  # type: ignore[union-attr]
                    self.routes_due = self.clock.now()  # they are gone, even if it is up again by now
            elif event.kind == "qdisc":
                self.stale = self.stale or what.device in known  # type: ignore[union-attr]
            elif event.kind == "neighbour" and not event.deleted:
                self._neighbour(what)  # type: ignore[arg-type]
            elif event.deleted and not event.own and getattr(what, "protocol", 0) == pinning.OUR_PROTOCOL:
                self.routes_due = min(self.routes_due, self.clock.now() + ROUTES_AGAIN)

    def _neighbour(self, what: Neighbour) -> None:
        """They change all the time: where none is kept, none is looked at."""
        if self.config.neighbours == "static":
            if self._learn([what]):
                self.routes_due = self.clock.now()
            elif routers.unsettled(self.config, self.recorder.macs, self.view.links, what):
                self.routes_due = min(self.routes_due, self.clock.now() + ROUTES_AGAIN)

    def look(self) -> None:
        """Read the kernel's state, judge it, bring it to what is wanted. The next second tries again what failed."""
        self.stale = False
        if not self._see():
            return
        now = self.clock.now()
        if now >= self.routes_due:
            self.pin()
        for line in self.config.lines:
            link = self.view.link(line)
            self.prober.lines[line.name].index = link.device if link and link.carrier else None
        if self.judge.adopted:
            for line in self._moved():
                why = "not by the monitor" if self.view.link(line) else "there is no interface any more"
                self.recorder.moved(line, self.view.member(line), why)
        ports = {line.name: self.view.port(line, self.obstacles[line.name]) for line in self.config.lines}
        self.judge.ports(now, ports)
        self.act(self.judge.decide(now))

    def _see(self) -> bool:
        now, before = self.clock.now(), self.view.ways
        try:
            self.view = view.look(self.kernel, self.config)
        except KernelError as problem:
            self.audit_due = now
            self._failed(problem)
            return False
        if self.view.ways != before:
            self.routes_due = now
        return True

    def pin(self) -> None:
        """Let each line have its table and rules, and see with the kernel that a probe truly goes that way."""
        self.routes_due = self.clock.now() + 2 * AUDIT
        try:
            if self.config.neighbours == "static":
                self._learn(self.kernel.neighbours())
            wanted = pinning.wanted_of_all(routers.with_macs(self.config, self.recorder.macs), self.view.links)
            changes = pinning.missing(wanted, upkeep.found(self.kernel, wanted))
        except KernelError as problem:
            self.routes_due = self.clock.now() + PIN_AGAIN
            self._failed(problem)
            return
        self.counts["route"] += len(changes.add.routes) + len(changes.add.rules)
        self.counts["neighbour"] += len(changes.add.neighbours)
        problems = upkeep.carry_out(self.kernel, changes)
        for refused in problems:
            self._failed(refused)
        for line in self.config.lines:
            self.obstacles[line.name] = self._route_problem(line)
        if problems or any(self.obstacles.values()):  # an address may come a moment after the link
            self.routes_due = self.clock.now() + PIN_AGAIN

    def _learn(self, neighbours: Iterable[Neighbour]) -> bool:
        """Whether another router answers for a line's management address: a new neighbour is due then."""
        heard = routers.heard(self.config, self.view.links, neighbours)
        news = [
            line
            for line in self.config.lines
            if heard.get(line.name, "") not in ("", self.recorder.macs.get(line.name))
        ]
        for line in news:
            self.recorder.learned(line, heard[line.name])
        if news:
            self.recorder.keep(self.judge)
        return bool(news)

    def _route_problem(self, line: LineConfig) -> str:
        link = self.view.link(line)
        if link is None or not link.carrier:
            return ""
        for target in self.config.targets:
            source = self.prober.lines[line.name].source if self.prober.families[target] == socket.AF_INET else None
            problem = self.kernel.has_true_route(target, link.device, source or "")
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
            if self.router_misses[name] % ROUTER_MISSES == 0:
                self._ask_anew(name)

    def _ask_anew(self, name: str) -> None:
        """A router that falls silent may have been swapped: the kernel would ask the old MAC for some seconds more."""
        line = next(line for line in self.config.lines if line.name == name)
        link = self.view.link(line)
        if link and line.router and routers.learns(line, self.config):
            try:
                self.kernel.delete_neighbour(link.device, line.router)
            except KernelError as problem:
                self._failed(problem)

    def tick(self) -> None:
        """Once a second."""
        now = self.clock.now()
        if self.stale or now >= self.audit_due or now >= self.routes_due:
            self.audit_due = now + AUDIT
            self.look()
        self._ask_outside(now)
        self._measure(now)
        self.judge.tick(now)
        self.act(self.judge.decide(now))
        self.recorder.second(self.judge, {name: (each.tx, each.rx) for name, each in self.throughput.items()})

    def _ask_outside(self, now: float) -> None:
        """What others have written down about the lines' routers."""
        there = self.reports.there()
        if self.reports.error:
            self.recorder.trouble(self.reports.error)
        for line in self.config.lines:
            report = NOTHING
            if line.interface in there:
                report = self.reports.read(line.interface, self.clock.wall())
                if self.reports.error:
                    self.recorder.trouble(self.reports.error)
            self.throughput[line.name].rate = report.rate_kbit or line.rate_kbit
            self.judge.report(now, line.name, report.sync, report.reason, self.clock.moment(report.written))

    def _measure(self, now: float) -> None:
        try:
            counters = self.kernel.counters()
        except KernelError as problem:
            self._failed(problem)
            return
        bond = self.view.bond
        self.dropped = counters[bond.device].tx_dropped if bond and bond.device in counters else 0
        for line in self.config.lines:
            rate, link = self.throughput[line.name], self.view.link(line)
            rate.second(now, counters.get(link.device) if link else None)
            self.judge.load(line.name, rate.load)

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
        if not steps:
            return
        for step, problem in carrying.carry_out(self.kernel, self.view, self.config, steps):
            self.counts[step.action] += problem is None
            if problem:
                self._failed(problem)
        if self._see():
            for line in self._moved():
                self.recorder.moved(line, self.view.member(line), self.judge.lines[line.name].reason)

    def _moved(self) -> Iterator[LineConfig]:
        """The lines that have joined or left since it was last asked."""
        for line in self.config.lines:
            judged = self.judge.lines[line.name]
            was, judged.member = judged.member, self.view.member(line)
            if was != judged.member:
                yield line

    def _failed(self, problem: KernelError) -> None:
        self.tc_errors += 1
        self.recorder.trouble(str(problem))

    def _tell_fail_open(self, fail_open: bool) -> None:
        if fail_open != self.told_fail_open:
            self.told_fail_open = fail_open
            word = "fail open" if fail_open else "judged again"
            why = "nothing answers over any line: the bond stays as it is" if fail_open else "targets answer again"
            self.recorder.event("bond", f"{self.config.bond}: {why}", new=word, reason=why)

    def _tell_out(self) -> None:
        """The file `out`: the interfaces that are kept out on purpose, for the modules bond and bond_info."""
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
