# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the plan would do to the gateway as it is: to the way Ansible came in by, and to its default routes.

A check yields (path, what is wrong and what to do), as those of plan_checks do.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..module_utils.route import IPV6_METRIC, Route, rivals
from . import plan_fields
from .addresses import overlap
from .plan_checks import Problems, path_of, routed
from .plan_fields import Report, Values
from .render.bonding import number

CAME_IN = "Ansible came in by, and it would be cut off"


@dataclasses.dataclass(frozen=True)
class Host:
    """The gateway as it is, and the metric that the bond's default routes are to have."""

    session: Values = dataclasses.field(default_factory=dict)
    default_routes: tuple[Route, ...] = ()
    route_metric: int | None = None

    def metric(self, family: int) -> int:
        """Without one of ours the kernel's own."""
        if self.route_metric is not None:
            return self.route_metric
        return IPV6_METRIC if family == 6 else 0


def read_host(session: object, default_routes: object, route_metric: object, report: Report) -> Host:
    try:
        metric = number("route_metric", route_metric)
    except ValueError as error:
        path, _colon, message = str(error).partition(": ")
        report(f"bonding_{path}", message)
        metric = None
    return Host(read_session(session, report), read_routes(default_routes, report), metric)


def read_session(session: object, report: Report) -> Values:
    if session is None:
        return {}
    if not isinstance(session, t.Mapping):
        report("session", f"is {plan_fields.describe(session)}; give what linebond.teql.bond_info returns as session")
        return {}
    return plan_fields.read(plan_fields.SESSION, session, "session.", report)


def read_routes(given: object, report: Report) -> tuple[Route, ...]:
    try:
        rows = [(row["family"], row["interface"], row["gateway"], row["metric"]) for row in given or ()]  # type: ignore[attr-defined]
    except (TypeError, KeyError):
        report("default_routes", "are not what linebond.teql.bond_info returns as default_routes; give that unchanged")
        return ()
    return tuple(Route(family, interface, gateway, metric, ()) for family, interface, gateway, metric in rows)


def own_addresses(site: Values, lines: list[Values]) -> list[tuple[str, str, t.Any]]:
    """(path, interface, address) of all that the plan sets up."""
    own = [(f"teql_{key}", site.get("bond", ""), site[key]) for key in ("address", "address6") if site.get(key)]
    return own + [(path_of(line, "address"), line.get("interface", ""), line["address"]) for line in routed(lines)]


def holding_session(site: Values, lines: list[Values], session: Values) -> list[tuple[str, str, t.Any]]:
    """Of what the plan sets up, that by which Ansible came in: a later run changes nothing under its feet."""
    port, address = session.get("interface"), session.get("address")
    return [own for own in own_addresses(site, lines) if own[1] == port and str(own[2].ip) == address]


def session_stays(site: Values, lines: list[Values], host: Host) -> Problems:
    session = host.session
    if holding_session(site, lines, session):
        return
    port, network = session.get("interface"), session.get("network")
    if port and port == site.get("bond"):
        came = f"Ansible came in by {session.get('address')} on {port}, which the plan does not keep"
        advice = "come in by another network, or by the address that the plan gives"
        yield "teql_address", f"{came}: it would be cut off; {advice}"
    for line in lines:
        if port and line.get("interface") == port:
            yield (
                path_of(line, "interface"),
                f"{port} is the port that {CAME_IN}; come in by a port that is no line",
            )
        elif network and line.get("address") and overlap(line["address"], network):
            yield (
                path_of(line, "address"),
                f"{line['address']} overlaps {network}, the network that {CAME_IN}; give the line another network",
            )
    for key in ("address", "address6"):
        block = site.get(key)
        # A session network that lies inside the block keeps its own, more specific route.
        if network and block and overlap(block, network) and network.prefixlen <= block.prefixlen:
            yield f"teql_{key}", f"{block} overlaps {network}, the network that {CAME_IN}; come in by another network"


def way_back_stays(site: Values, lines: list[Values], host: Host) -> Problems:
    """From beyond the session's own network the answers go by a route, and it has to stay the best one."""
    session, bond = host.session, site.get("bond")
    client, via, by = (session.get(key) for key in ("client", "back_via", "back_by"))
    if not (client and via) or bond in (by, session.get("interface")) or client in (session.get("network") or ()):
        return
    advice = f"come in from a network that {by} is in, or give {by} a route of its own to {client} by {via}"
    cut_off = f"Ansible would be cut off; {advice}"
    for path, interface, address in own_addresses(site, lines):
        if client in address and interface != by:
            yield path, f"{address} has the address that Ansible came from, {client}, in it: {cut_off}"
    key = "common_address" if client.version == 4 else "common_address6"
    metric, ours = session.get("back_metric"), host.metric(client.version)
    if metric is not None and site.get(key) and ours < metric:
        answers = f"the answers to Ansible at {client} take the default route of {by} (metric {metric})"
        yield f"teql_{key}", f"{answers}, and that of {bond} (metric {ours}) would come before it: {cut_off}"


def no_rival(site: Values, lines: list[Values], host: Host) -> Problems:
    """Those of a line's port go when the port gets its new file; those of pppd stay."""
    bond, given_up = site.get("bond", ""), [line.get("interface") for line in lines if line.get("kind") == "router"]
    for family, key in ((4, "common_address"), (6, "common_address6")):
        if not site.get(key):
            continue
        ours = Route(family, bond, str(site[key]), host.metric(family), ())
        routes = [route for route in host.default_routes if route.device not in [bond, *given_up] or same(route, ours)]
        if not any(same(route, ours) for route in routes):
            routes.append(ours)  # behind those with its metric
        for rival in rivals(routes, ours.gateway, bond):
            other = f"the default route of {rival.device} (metric {rival.metric})"
            first = f"would come before the one over {bond} (metric {ours.metric}), and packets leave by {rival.device}"
            yield f"teql_{key}", f"{other} {first}; remove it, or give it a greater metric"


def same(one: Route, other: Route) -> bool:
    return dataclasses.replace(one, words=()) == dataclasses.replace(other, words=())


def session_outlives(site: Values, lines: list[Values], host: Host) -> Problems:
    """For taking the bond off: what the plan has set up goes."""
    session, taken_off = host.session, "which is to be taken off"
    for path, interface, address in holding_session(site, lines, session):
        yield path, f"Ansible came in by {address.ip} on {interface}, {taken_off}; come in by an address that stays"
    client, by = session.get("client"), session.get("back_by")
    given_up = {site.get("bond")} | {line.get("interface") for line in lines}
    if not (client and session.get("back_via")) or by not in given_up or session.get("interface") in given_up:
        return
    if not any(route.family == client.version and route.device not in given_up for route in host.default_routes):
        advice = f"come in from a network that {session['interface']} is in"
        yield "teql_common_address", f"the answers to Ansible at {client} leave by {by}, {taken_off}; {advice}"


CHECKS = {"present": (session_stays, way_back_stays, no_rival), "absent": (session_outlives,)}
