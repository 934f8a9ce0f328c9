# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short inventory becomes the full plan of lines, or one error that names every problem at once.

Fields first (plan_fields), then the addresses that follow from others, then what fields must be to each other
(plan_checks) and to the gateway as it is (plan_session). The plan is plain data and the only thing that anything later
reads.
"""

from __future__ import annotations

import re
import typing as t

from . import addresses, plan_checks, plan_fields, plan_session, plan_watch, variables
from .plan_fields import Report, Values
from .plan_watch import Watch

# What a pppoe line has no use for: its addresses come from the provider.
ROUTER_ONLY = ("address", "router", "router_mac")


class PlanError(Exception):
    """Every problem of the inventory, one a line, in the order of the lines."""

    def __init__(self, problems: t.Iterable[tuple[str, str]]) -> None:
        self.problems = sorted(dict.fromkeys(problems), key=lambda problem: line_number(problem[0]))
        super().__init__("\n".join(f"{path}: {message}" for path, message in self.problems))


def line_number(path: str) -> int:
    found = re.match(r"teql_lines\[(\d+)\]", path)
    return int(found.group(1)) if found else -1


def plan_lines(
    teql_lines: object,
    site: t.Mapping[str, object],
    session: object = None,
    *,
    default_routes: object = None,
    route_metric: object = None,
    state: str = "present",
    names: object = None,
    watch: Watch | None = None,
) -> dict[str, t.Any]:
    """`site` holds bond, address, common_address, address6, common_address6, neighbours and management_network.

    `names` are those of all variables that the inventory sets.
    """
    problems: list[tuple[str, str]] = []

    def report(path: str, message: str) -> None:
        problems.append((path, message))

    problems.extend(variables.misspelt(names))
    known_site = plan_fields.read(plan_fields.SITE, site, "teql_", report)
    host = plan_session.read_host(session, default_routes, route_metric, report)
    lines = [read_line(line, index, report) for index, line in read_list(teql_lines, report)]
    for line in lines:
        settle_addresses(line, known_site.get("management_network"), report)
    for check in plan_checks.CHECKS:
        problems.extend(check(known_site, lines))
    problems.extend(plan_watch.dead_routers_are_seen(known_site, lines, watch or Watch()))
    for judge in plan_session.CHECKS[state]:
        problems.extend(judge(known_site, lines, host))
    if problems:
        raise PlanError(problems)
    return normal_form(known_site, lines)


def read_list(teql_lines: object, report: Report) -> t.Iterable[tuple[int, object]]:
    if teql_lines is None:
        report("teql_lines", "is missing; list the gateway's lines, at least `- interface: eth2`")
    elif not isinstance(teql_lines, (list, tuple)):
        report("teql_lines", f"is {plan_fields.describe(teql_lines)}, not a list; begin each line with a dash")
    elif not teql_lines:
        report("teql_lines", "has no lines; list at least one, such as `- interface: eth2`")
    else:
        return enumerate(teql_lines)
    return ()


def read_line(given: object, index: int, report: Report) -> Values:
    path = f"teql_lines[{index}]"
    if not isinstance(given, t.Mapping):
        report(path, f"is {plan_fields.describe(given)}, not a mapping; write `interface: eth2`")
        return {"index": index}
    plan_fields.unknown_keys(plan_fields.LINE, given, f"{path}.", report)
    line = plan_fields.read(plan_fields.LINE, given, f"{path}.", report)
    if "name" in line and line["name"] is None:
        line["name"] = line.get("interface")
    return {"index": index, **line}


def settle_addresses(line: Values, management: t.Any, report: Report) -> None:
    """Fill in what follows from other fields: the line's /30, its router."""
    if not {"kind", "address", "router"} <= line.keys():
        return  # refused already
    path = f"teql_lines[{line['index']}]"
    if line["kind"] == "pppoe":
        for key in ROUTER_ONLY:
            if line.get(key) is not None:
                report(
                    f"{path}.{key}", "is not for a line of kind pppoe; leave it out, the provider gives the addresses"
                )
                line[key] = None
    elif line["address"] is None:
        deal_addresses(line, path, management, report)
    elif line["address"].prefixlen == 32:
        report(f"{path}.address", f"{line['address']} has no room for a router; take a /31 or wider")
    elif line["router"] is None:
        line["router"] = addresses.other_host(line["address"])
        if line["router"] is None and not addresses.role_in_network(line["address"].ip, line["address"]):
            report(
                f"{path}.router",
                f"is missing and does not follow from {line['address']}; name the router's address there",
            )


def deal_addresses(line: Values, path: str, management: t.Any, report: Report) -> None:
    if line["router"] is not None:
        report(f"{path}.address", f"is missing while router is {line['router']}; give both or neither")
    elif management is not None and line["index"] >= addresses.room(management):
        room = addresses.room(management)
        report(
            f"{path}.address",
            f"teql_management_network {management} has room for {room} line{'' if room == 1 else 's'}; "
            "widen it or give the line an address",
        )
    elif management is not None:
        line["address"], line["router"] = addresses.deal(management, line["index"])


def normal_form(site: Values, lines: list[Values]) -> dict[str, t.Any]:
    def written(value: t.Any) -> str | None:
        return None if value is None else str(value)

    keys = ("address", "address6", "common_address", "common_address6")
    return {
        "bond": site["bond"],
        **{key: written(site[key]) for key in keys},
        "neighbours": site["neighbours"],
        "lines": [
            {
                **{key: line[key] for key in ("index", "name", "interface", "kind", "enabled", "weight")},
                "address": written(line["address"]),
                "router": written(line["router"]),
                "network": line["address"] and str(line["address"].cidr),
                "router_mac": line["router_mac"],
                "rate_kbit": line["rate_kbit"],
            }
            for line in lines
        ],
    }
