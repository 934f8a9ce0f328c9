# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How probes leave over their own line: rules, tables, the route the kernel takes; and how the kernel finds routers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from teql_monitor.bond import routers
from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning
from teql_monitor.config import Config, LineConfig

MONITOR_MENDS = "sudo systemctl restart teql-monitor  # it sets them anew"


class Rule(NamedTuple):
    """One that probes need. `near`: what the table knows but by its default route, before any line's own table."""

    family: int
    words: tuple[str, str]  # the condition, as ip takes it
    table: str
    priority: int
    near: bool = False

    def __str__(self) -> str:
        return f"{' '.join(self.words)} lookup {self.table}" + (" suppress_prefixlength 0" if self.near else "")

    def add(self) -> str:
        return f"sudo ip -{self.family} rule add {self} priority {self.priority}"

    def is_in(self, rules: Iterable[Mapping[str, Any]]) -> bool:
        key, value = ("src", self.words[1]) if self.words[0] == "from" else self.words
        return any(
            rule["family"] == self.family
            and str(rule.get("table")) == self.table
            and rule.get(key) == value
            and (not self.near or (rule.get("suppress_prefixlen") == 0 and rule.get("priority", 0) <= self.priority))
            for rule in rules
        )


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.config is None:
        return
    for line in facts.config.lines:
        absent = [rule for rule in _wanted_rules(facts, facts.config, line) if not rule.is_in(facts.rules)]
        if absent:
            message = f"probes are not bound to it, there is no rule: {', '.join(map(str, absent))}"
            by_hand = " && ".join(rule.add() for rule in absent)
            yield error("rules", line.name, message, MONITOR_MENDS if facts.status else by_hand)
        else:
            yield ok("rules", line.name, f"lead to table {facts.config.table_of(line)}")


def _wanted_rules(facts: Facts, settings: Config, line: LineConfig) -> list[Rule]:
    table = settings.table_of(line)
    wanted = [Rule(family, ("oif", line.interface), str(table), table) for family in facts.families]
    if line.host:
        source = ("from", line.host)
        wanted += [Rule(4, source, "main", settings.table - 1, near=True), Rule(4, source, str(table), table)]
    return wanted


def tables(facts: Facts) -> Iterator[Finding]:
    if facts.config is None:
        return
    for line in facts.config.lines:
        link = facts.links.get(line.interface)
        if link is None or not link.up:
            continue  # routes go with the port; that is told already
        table = facts.config.table_of(line)
        absent = [family for family in facts.families if not _leads(facts, family, table, line)]
        if absent:
            message = f"table {table} has no IPv{absent[0]} default route over {line.interface}"
            by_hand = _route(facts.config, line, absent[0], table)
            yield error("table", line.name, message, MONITOR_MENDS if facts.status else by_hand)
        else:
            yield ok("table", line.name, f"table {table} leads over {line.interface}")


def _leads(facts: Facts, family: int, table: int, line: LineConfig) -> bool:
    routes = facts.tables.get((family, table), ())
    return any(route.get("dst") == "default" and route.get("dev") == line.interface for route in routes)


def _route(settings: Config, line: LineConfig, family: int, table: int) -> str:
    hop = settings.common_address if family == 4 else settings.common_address6
    via = "" if line.kind == "pppoe" else f"via {hop} "
    end = "" if line.kind == "pppoe" else " onlink"
    return f"sudo ip -{family} route replace default {via}dev {line.interface} table {table}{end}"


def probes(facts: Facts) -> Iterator[Finding]:
    """IPv4 sends even without a route, taking the target for a neighbour: fibmatch alone tells."""
    if facts.config is None:
        return
    targets = [target for target in facts.config.targets if (6 if ":" in target else 4) in facts.families]
    for line, link in facts.present():
        if not link.up:
            continue
        lost = [target for target in targets if not _arrives(facts.ways.get((target, line.interface)), line)]
        if lost:
            version = "-6 " if ":" in lost[0] else ""
            message = f"no true route to {', '.join(lost)} over {line.interface}: probes go nowhere"
            look = f"ip {version}route get fibmatch {lost[0]} oif {line.interface}"
            yield error("probes", line.name, message, f"mend its rules and table; then this shows a route: {look}")
        elif targets:
            yield ok("probes", line.name, "has a true route to every target")


def _arrives(route: Mapping[str, Any] | None, line: LineConfig) -> bool:
    return route is not None and route.get("dev") == line.interface


def neighbours(facts: Facts) -> Iterator[Finding]:
    if facts.config is None:
        return
    for line, link in facts.present():
        if link.point_to_point or line.kind == "pppoe" or not link.up:
            continue
        for hop in filter(None, (facts.config.common_address, facts.config.common_address6)):
            yield _neighbour(facts, facts.config, line, hop)


def _neighbour(facts: Facts, config: Config, line: LineConfig, hop: str) -> Finding:
    found = next((each for each in facts.neighbours if each.get("dev") == line.interface and each["dst"] == hop), None)
    states, mac = (found.get("state", []), found.get("lladdr", "")) if found else ([], "")
    if line.router_mac:
        if "PERMANENT" in states and mac.lower() == line.router_mac.lower():
            return ok("neighbour", line.name, f"{hop} is {mac} for good")
        has = f"is {mac}" if mac else "is not set"
        fix = f"sudo ip neighbour replace {hop} lladdr {line.router_mac} dev {line.interface} nud permanent"
        return error("neighbour", line.name, f"{hop} on {line.interface} {has}, not {line.router_mac}", fix)
    if routers.learns(line, config):
        if "PERMANENT" in states:
            return ok("neighbour", line.name, f"{hop} is {mac}, learned by the monitor")
        message = f"{hop} on {line.interface} has no permanent entry: the monitor has not learned the router's MAC"
        fix = f"ping -c 3 {line.router}  # does it answer? And does the monitor run: systemctl status teql-monitor"
        return error("neighbour", line.name, message, fix)
    if "PERMANENT" in states:
        message = f"{hop} on {line.interface} is set to {mac} for good: the kernel does not see its router die"
        return warning(
            "neighbour", line.name, message, f"sudo ip neighbour del {hop} dev {line.interface}  # or set router_mac"
        )
    if "FAILED" in states or "INCOMPLETE" in states:
        message = f"the router on {line.interface} does not answer for {hop}"
        fix = f"give the router the address {hop}, too; or set the line's router_mac. Is it on?"
        return error("neighbour", line.name, message, fix)
    return ok("neighbour", line.name, f"{hop} is {mac}" if mac else f"{hop} was not asked for yet")
