# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""NetworkManager's files: one profile a port, one for the bond, which devices are its own, and what no profile can say.

No profile has a [tc] section: with one, NetworkManager would set the qdiscs of the ports itself; without one it leaves
them alone. Membership is not its business.
"""

from __future__ import annotations

import re
import shlex
import typing as t

from ...module_utils.networkmanager import CONF, DISPATCHER, profile_file, profile_uuid
from .neighbours import neighbour_commands
from .text import File, text_file

Section = tuple[str, dict[str, t.Any]]
# What the kernel takes where no metric is given; NetworkManager would take 950.
METRICS = {"ipv4": 0, "ipv6": 1024}


def networkmanager_files(
    plan: dict[str, t.Any], header: str, route_metric: int | None = None, mtu: int | None = None
) -> list[File]:
    del mtu  # the bond's is set by the udev rule, whenever a port joins
    # The addresses of a ppp interface belong to pppd.
    lines = [line for line in plan["lines"] if line["kind"] == "router"]
    return [
        conf_file(plan["bond"], [line["interface"] for line in lines], header),
        *(profile(plan, line["interface"], header, line_sections(line, plan)) for line in lines),
        profile(plan, plan["bond"], header, bond_sections(plan, route_metric)),
        *dispatcher_files(plan, lines, header),
    ]


def conf_file(bond: str, ports: list[str], header: str) -> File:
    """Whose carrier is ignored keeps addresses and routes while a cable is out: the other lines go on using them."""
    sections: list[Section] = [
        (
            f"device-linebond-{bond}{suffix}",
            {"match-device": ";".join(map(exactly, names)), "managed": 1, "ignore-carrier": 1},
        )
        for suffix, names in (("", [bond]), ("-ports", ports))
        if names
    ]
    return text_file(f"{CONF}/linebond-{bond}.conf", header, keyfile(sections))


def line_sections(line: dict[str, t.Any], plan: dict[str, t.Any]) -> t.Iterator[Section]:
    # Where the site has a profile for the port as well, ours is the one that comes up.
    yield "connection", {"type": "ethernet", "autoconnect-priority": 100}
    yield "ipv4", {"method": "manual", "address1": line["address"], "never-default": "true"}
    # Routers are asked for their MAC from a link-local address; without IPv6 the port needs none.
    yield "ipv6", {"method": "link-local" if plan["address6"] else "disabled"}


def bond_sections(plan: dict[str, t.Any], route_metric: int | None) -> t.Iterator[Section]:
    # The bond cannot go up without members: it is tried until whoever joins the first one has brought it up.
    yield "connection", {"type": "generic", "autoconnect-retries": 0}
    for family, address, common in (
        ("ipv4", plan["address"], plan["common_address"]),
        ("ipv6", plan["address6"], plan["common_address6"]),
    ):
        if address:
            metric = METRICS[family] if route_metric is None else route_metric
            gateway = {"gateway": common, "route-metric": metric} if common else {}
            # The bond has no MAC address to make a link-local one of; without one NetworkManager tries for ever.
            from_name = {"addr-gen-mode": "stable-privacy"} if family == "ipv6" else {}
            yield family, {"method": "manual", "address1": address, **from_name, **gateway}
        else:
            yield family, {"method": "disabled"}


def profile(plan: dict[str, t.Any], interface: str, header: str, sections: t.Iterable[Section]) -> File:
    [(title, settings), *others] = sections
    named = {
        "id": value(f"linebond-{interface}"),
        "uuid": profile_uuid(plan["bond"], interface),
        "interface-name": value(interface),
        **settings,
    }
    return text_file(profile_file(interface), header, keyfile([(title, named), *others]), mode="0600")


def dispatcher_files(plan: dict[str, t.Any], lines: list[dict[str, t.Any]], header: str) -> list[File]:
    """The neighbours of a port, which NetworkManager has no setting for, are set each time it has set the port up."""
    cases = {line["interface"]: list(neighbour_commands(line, plan)) for line in lines}
    if not any(cases.values()):
        return []
    script = ['[ "$2" = up ] || [ "$2" = reapply ] || exit 0', 'case "$1" in']
    for interface, commands in cases.items():
        if commands:
            script += [f"{shlex.quote(interface)})", *(f"    {command}" for command in commands), "    ;;"]
    path = f"{DISPATCHER}/60-linebond-{plan['bond']}"
    return [text_file(path, header, [*script, "esac"], mode="0755", interpreter="/bin/sh")]


def keyfile(sections: t.Iterable[Section]) -> t.Iterator[str]:
    for number, (title, settings) in enumerate(sections):
        yield from [""] * (number > 0)
        yield f"[{title}]"
        yield from (f"{key}={setting}" for key, setting in settings.items())


def value(text: str) -> str:
    return text.replace("\\", "\\\\")


def exactly(name: str) -> str:
    """A device by its name alone, in a list of devices."""
    return "interface-name:=" + re.sub(r"([\\,;])", r"\\\1", name)
