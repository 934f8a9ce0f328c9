# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""VyOS: what `show configuration commands` shows, and the commands that are missing. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from .common import Job

LOOK = ("show configuration commands",)
LAN = "eth1"
KINDS = {"eth": "ethernet", "br": "bridge", "bond": "bonding", "wlan": "wireless"}
RULE = re.compile(r"set nat source rule (\d+) (.*)")


def commands(job: Job, seen: str | None) -> list[str]:
    """What has to be typed in configuration mode; `seen` is what LOOK's command prints, None for an empty box."""
    known = {line.strip().replace("'", "") for line in (seen or "").splitlines()}
    own, common, route = _lines(job)
    wanted = [own, common, route] if job.shared else [own, route]
    if not job.present:
        return _deleted(line for line in (route, common, own) if line in (wanted if seen is None else known))
    refuse_nat(job, known)
    given_up = [] if job.shared or common not in known else [common]
    return [*(line for line in wanted if line not in known), *_deleted(given_up)]


def _deleted(lines: Iterable[str]) -> list[str]:
    return [line.replace("set ", "delete ", 1) for line in lines]


def _lines(job: Job) -> tuple[str, str, str]:
    """The router's own address, the common one, and the route to the block."""
    port = f"set interfaces {interface(job.lan)}"
    route = f"set protocols static route {job.block} next-hop {job.gateway}"
    return f"{port} address {job.own}", f"{port} address {job.host}", route


def interface(name: str) -> str:
    """eth1 -> ethernet eth1, eth1.10 -> ethernet eth1 vif 10; ValueError when the kind is not known."""
    port, _dot, vif = name.partition(".")
    kind = KINDS.get(re.match(r"[a-z]*", port)[0])  # type: ignore[index]
    if not kind:
        raise ValueError(f"routers_lan_interface: {name} is no port that VyOS names so; give one such as eth1 or br0")
    return f"{kind} {port}{f' vif {vif}' if vif else ''}"


def refuse_nat(job: Job, known: set[str]) -> None:
    """ValueError when a rule could translate the block."""
    rules: dict[int, list[str]] = {}
    for line in known:
        if found := RULE.fullmatch(line):
            rules.setdefault(int(found[1]), []).append(found[2])
    for number, words in sorted(rules.items()):
        if "disable" in words or job.allow_nat or not _meets(job, words):
            continue
        if "exclude" in words and not any(word.startswith("destination") for word in words) and _covers(job, words):
            return  # what comes after it never sees the block
        if "exclude" not in words:
            raise ValueError(
                f"packets from {job.block} would leave this router with another source address, by nat source rule "
                f"{number}: limit that rule to the private networks (source address), or put an exclude rule for the "
                "block before it; or set routers_allow_nat: true if it never meets them"
            )


def _source(words: list[str]) -> ipaddress.IPv4Network | None:
    found = [word.split()[2] for word in words if word.startswith("source address ")]
    try:
        return ipaddress.IPv4Network(found[0], strict=False) if found else ipaddress.IPv4Network("0.0.0.0/0")
    except ValueError:
        return None  # a range, a negation


def _meets(job: Job, words: list[str]) -> bool:
    source = _source(words)
    return source is None or source.overlaps(job.block)


def _covers(job: Job, words: list[str]) -> bool:
    source = _source(words)
    return source is not None and job.block.subnet_of(source)
