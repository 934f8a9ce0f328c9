# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""MikroTik RouterOS: what `export terse` shows, and the commands that are missing. Pure.

All that is added carries a comment, by which it is found again and removed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from .common import Job

TABLES = ("/ip address", "/ip route", "/ip firewall nat", "/ip firewall filter", "/ip dhcp-server")
LOOK = tuple(f"{table} export terse" for table in TABLES)
MINE = "linebond"
LAN = "bridge"
LINE = re.compile(r"(/[a-z0-9/ -]*?)??\s*(?:\b(add|set)\b(.*))?")


@dataclass(frozen=True)
class Entry:
    table: str
    words: Mapping[str, str]

    @property
    def mine(self) -> bool:
        return self.words.get("comment", "").startswith(MINE)

    @property
    def on(self) -> bool:
        return self.words.get("disabled") != "yes"

    def has(self, wanted: Mapping[str, str]) -> bool:
        return self.on and all(_same(self.words.get(word), value) for word, value in wanted.items())


def _same(one: str | None, other: str) -> bool:
    """An address without a prefix is exported for one with /32."""
    return one is not None and one.removesuffix("/32") == other.removesuffix("/32")


def parse(text: str) -> tuple[Entry, ...]:
    """What was added, in order; with or without the table on each line."""
    entries: list[Entry] = []
    table = ""
    for line in re.sub(r"\\\r?\n\s*", "", text).splitlines():
        found = LINE.fullmatch(line.strip())
        if not found:
            continue
        path, verb, rest = found.groups(default="")
        table = "/" + path.strip(" /").replace("/", " ") if path else table
        if verb == "add":
            words = dict(word.split("=", 1) for word in shlex.split(rest) if "=" in word)
            entries.append(Entry(table, words))
    return tuple(entries)


def commands(job: Job, seen: str | None) -> list[str]:
    """What has to be typed; `seen` is what LOOK's commands print, None for a box as it is delivered."""
    return _missing(job, seen) if job.present else _gone(seen)


def _wanted(job: Job) -> list[tuple[str, dict[str, str], str]]:
    """Table, entry, and what it is for. The rules have to come before the others of their chain."""
    block = str(job.block)
    common = ("/ip address", {"address": job.host, "interface": job.lan}, "common address")
    return [
        ("/ip address", {"address": str(job.own), "interface": job.lan}, "own address"),
        *([common] if job.shared else []),
        ("/ip route", {"dst-address": block, "gateway": job.gateway}, "block"),
        ("/ip firewall nat", {"chain": "srcnat", "action": "accept", "src-address": block}, "block stays as it is"),
        ("/ip firewall filter", {"chain": "forward", "action": "accept", "dst-address": block}, "block in"),
        ("/ip firewall filter", {"chain": "forward", "action": "accept", "src-address": block}, "block out"),
    ]


def _missing(job: Job, seen: str | None) -> list[str]:
    entries = parse(seen or "")
    found: list[str] = []
    for table, words, purpose in _wanted(job):
        chain = words.get("chain")
        rivals = [entry for entry in entries if entry.table == table and entry.on and entry.words.get("chain") == chain]
        known = [entry for entry in rivals if entry.has(words)]
        if known and (not chain or _comes_first(known[0], rivals)):
            continue
        if known:  # a rule that others come before
            found.append(f"{table} remove [find {_terms(words)}]")
        place = ""
        if chain and (rivals or seen is None):
            place = f" place-before=[:pick [{table} find chain={chain} dynamic=no] 0]"
        found.append(f'{table} add {_terms(words)} comment="{MINE}: {purpose}"{place}')
    if not job.shared and any(entry.words.get("comment") == f"{MINE}: common address" for entry in entries):
        found.append(f'/ip address remove [find comment="{MINE}: common address"]')
    served = [e for e in entries if e.table == "/ip dhcp-server" and e.on and e.words.get("interface") == job.lan]
    if served or seen is None:
        found.append(f"/ip dhcp-server disable [find interface={job.lan}]")
    return found


def _comes_first(entry: Entry, rivals: list[Entry]) -> bool:
    """Before every rule that is not for the block."""
    block = {entry.words.get("src-address"), entry.words.get("dst-address")} - {None}
    before = rivals[: rivals.index(entry)]
    return all(block & {other.words.get("src-address"), other.words.get("dst-address")} for other in before)


def _terms(words: Mapping[str, str]) -> str:
    return " ".join(f"{word}={value}" for word, value in words.items())


def _gone(seen: str | None) -> list[str]:
    tables = list(dict.fromkeys(entry.table for entry in parse(seen or "") if entry.mine))
    return [f'{table} remove [find comment~"^{MINE}"]' for table in (TABLES[:4] if seen is None else tables)]
