# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the facts: what `ip` and `tc` print as JSON, settings below /proc/sys, the monitor's status."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from teql_monitor import config
from teql_monitor.cli import Failure, client
from teql_monitor.cli.doctor import user_namespaces
from teql_monitor.cli.doctor.facts import CONF4, STACKED_KINDS, Facts, Link, Qdisc
from teql_monitor.cli.doctor.host import Host
from teql_monitor.config import Config

START = "sudo systemctl start teql-monitor  # why it stopped: journalctl -u teql-monitor -n 20"
RESTART = "sudo systemctl restart teql-monitor"


def read(host: Host, config_path: str, socket: str) -> Facts:
    known: dict[str, Any] = {"config_path": config_path, **_settings(config_path), **_monitor(socket)}
    known["missing_tools"] = tuple(tool for tool in ("ip", "tc") if host.run(tool, "-V")[0] == 127)
    known["links"] = parse_links(output(host, "ip", "-j", "-d", "address", "show"))
    known["qdiscs"] = parse_qdiscs(output(host, "tc", "-j", "qdisc", "show"))
    known["neighbours"] = output(host, "ip", "-j", "neighbour", "show")
    known["release"], known["version"] = host.kernel()
    known["distributions"] = parse_distributions(host.read("/etc/os-release") or host.read("/usr/lib/os-release") or "")
    ports = [line.interface for line in Facts(**known).lines]
    known["files"] = _files(host, ports)
    known["rules"] = tuple({**rule, "family": family} for family in (4, 6) for rule in _family(host, family, "rule"))
    known["defaults"] = tuple(
        {**route, "family": family} for family in (4, 6) for route in _family(host, family, "route", "show", "default")
    )
    if known["config"] is not None:
        known["tables"], known["ways"] = _tables(host, known["config"]), _ways(host, known["config"], known["links"])
    return Facts(**known)


def output(host: Host, *argv: str) -> tuple[Mapping[str, Any], ...]:
    """What a command printed as JSON; nothing when it failed: ip then leaves the brackets open."""
    code, text = host.run(*argv)
    try:
        found = json.loads(text or "[]") if code == 0 else []
    except ValueError:
        found = []
    return tuple(entry for entry in found if isinstance(entry, dict))


def _family(host: Host, family: int, *words: str) -> tuple[Mapping[str, Any], ...]:
    return output(host, "ip", f"-{family}", "-j", *words)


def _settings(path: str) -> dict[str, Any]:
    try:
        settings = config.load(path)
    except config.ConfigError as error:
        return {"config": None, "config_problems": tuple(error.problems)}
    return {"config": settings, "config_warnings": tuple(config.warnings(settings))}


def _monitor(socket: str) -> dict[str, Any]:
    try:
        return {"status": client.ask_status(socket)}
    except Failure as failure:
        closed = isinstance(failure, client.NotAllowed)
        fix = START if isinstance(failure, client.NotRunning) else RESTART
        return {
            "status": None,
            "monitor_trouble": str(failure).partition("\n")[0],
            "monitor_fix": "sudo teqlctl doctor" if closed else fix,
            "monitor_closed": closed,
        }


def _files(host: Host, ports: list[str]) -> dict[str, str | None]:
    conf = [CONF4 % (each, name) for each in ("all", *ports) for name in ("rp_filter", "arp_ignore")]
    return {path: host.read(path) for path in (*conf, *user_namespaces.FILES)}


def _tables(host: Host, settings: Config) -> dict[tuple[int, int], tuple[Mapping[str, Any], ...]]:
    numbers = [settings.table_of(line) for line in settings.lines]
    families = (4, 6) if settings.common_address6 else (4,)
    return {
        (family, number): _family(host, family, "route", "show", "table", str(number))
        for family in families
        for number in numbers
    }


def _ways(host: Host, settings: Config, links: Mapping[str, Link]) -> dict[tuple[str, str], Mapping[str, Any] | None]:
    """Which route a probe to a target over a port takes. Without fibmatch the kernel makes one up for IPv4."""
    ways: dict[tuple[str, str], Mapping[str, Any] | None] = {}
    for port in (line.interface for line in settings.lines if line.interface in links):
        for target in settings.targets:
            family = 6 if ":" in target else 4
            found = _family(host, family, "route", "get", "fibmatch", target, "oif", port)
            ways[target, port] = found[0] if found else None
    return ways


def parse_links(entries: tuple[Mapping[str, Any], ...]) -> dict[str, Link]:
    links = {}
    for entry in entries:
        if "ifname" in entry:
            flags, info = entry.get("flags", []), entry.get("linkinfo", {})
            links[entry["ifname"]] = Link(
                name=entry["ifname"],
                up="UP" in flags,
                carrier="LOWER_UP" in flags,
                mtu=entry.get("mtu", 1500),
                kind=info.get("info_kind", ""),
                lower=entry.get("link") if info.get("info_kind") in STACKED_KINDS else None,
                point_to_point="POINTOPOINT" in flags,
                addresses=tuple(each["local"] for each in entry.get("addr_info", []) if "local" in each),
            )
    return links


def parse_qdiscs(entries: tuple[Mapping[str, Any], ...]) -> dict[str, Qdisc]:
    """The root qdisc of each interface."""
    return {
        entry["dev"]: Qdisc(entry["kind"], entry.get("handle", "0:"))
        for entry in entries
        if entry.get("root") and entry.get("dev")
    }


def parse_distributions(text: str) -> tuple[str, ...]:
    words = {key: value.strip("\"'") for key, value in re.findall(r"(?m)^(ID|ID_LIKE)=(.*)$", text)}
    return tuple(f"{words.get('ID', '')} {words.get('ID_LIKE', '')}".split())
