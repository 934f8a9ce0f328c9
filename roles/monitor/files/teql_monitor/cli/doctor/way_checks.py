# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How probes leave over their own line: rules, tables, the route the kernel takes; and how the kernel finds routers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import Finding, error, ok, warning
from teql_monitor.config import Config, LineConfig

MONITOR_MENDS = "sudo systemctl restart teql-monitor  # it sets them anew"


def rules(facts: Facts) -> Iterator[Finding]:
    if facts.config is None:
        return
    for line in facts.config.lines:
        table = facts.config.table_of(line)
        absent = [each for each in _wanted_rules(facts, line) if not _has_rule(facts, *each, table)]
        if absent:
            named = ", ".join(" ".join(words) for _family, words in absent)
            message = f"probes are not bound to it, there is no rule: {named}"
            by_hand = " && ".join(_add_rule(*each, table) for each in absent)
            yield error("rules", line.name, message, MONITOR_MENDS if facts.status else by_hand)
        else:
            yield ok("rules", line.name, f"lead to table {table}")


def _add_rule(family: int, words: tuple[str, str], table: int) -> str:
    return f"sudo ip -{family} rule add {' '.join(words)} lookup {table} priority {table}"


def _wanted_rules(facts: Facts, line: LineConfig) -> list[tuple[int, tuple[str, str]]]:
    wanted = [(family, ("oif", line.interface)) for family in facts.families]
    return [*wanted, (4, ("from", line.host))] if line.host else wanted


def _has_rule(facts: Facts, family: int, words: tuple[str, str], table: int) -> bool:
    key, value = ("src", words[1]) if words[0] == "from" else words
    return any(
        rule["family"] == family and rule.get("table") == str(table) and rule.get(key) == value for rule in facts.rules
    )


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
            yield _neighbour(facts, line, hop)


def _neighbour(facts: Facts, line: LineConfig, hop: str) -> Finding:
    found = next((each for each in facts.neighbours if each.get("dev") == line.interface and each["dst"] == hop), None)
    states, mac = (found.get("state", []), found.get("lladdr", "")) if found else ([], "")
    if line.router_mac:
        if "PERMANENT" in states and mac.lower() == line.router_mac.lower():
            return ok("neighbour", line.name, f"{hop} is {mac} for good")
        has = f"is {mac}" if mac else "is not set"
        fix = f"sudo ip neighbour replace {hop} lladdr {line.router_mac} dev {line.interface} nud permanent"
        return error("neighbour", line.name, f"{hop} on {line.interface} {has}, not {line.router_mac}", fix)
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
