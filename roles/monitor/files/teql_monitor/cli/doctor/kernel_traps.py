# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bugs of the kernel's teql by upstream version, after the kernel's CVE records and stable changelogs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STACKED = ("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "ppp")
TUNNELS = ("gre", "gretap", "ip6gre", "ip6gretap", "ipip", "sit", "ip6tnl", "vti", "vti6", "vxlan", "geneve", "erspan")
ANY = ("any",)


@dataclass(frozen=True)
class Reached:
    """A change came with these stable releases, and is in every branch from `everywhere` on."""

    stable: Mapping[tuple[int, int], int] = field(default_factory=dict)
    everywhere: tuple[int, int] | None = None

    def by(self, version: tuple[int, int, int]) -> bool:
        branch = version[:2]
        if branch in self.stable:
            return version[2] >= self.stable[branch]
        return self.everywhere is not None and branch >= self.everywhere

    def in_branch(self, branch: tuple[int, int]) -> str:
        return f"{branch[0]}.{branch[1]}.{self.stable[branch]}" if branch in self.stable else ""


ALWAYS = Reached(everywhere=(0, 0))
NEVER = Reached()
SLAVES_LOCK = Reached({(6, 1): 178, (6, 6): 145, (6, 12): 97, (6, 18): 40, (7, 1): 5}, (7, 2))
TUNNEL_FIX = Reached(
    {(5, 10): 253, (5, 15): 203, (6, 1): 167, (6, 6): 130, (6, 12): 78, (6, 18): 19, (6, 19): 9}, (7, 0)
)


@dataclass(frozen=True)
class Trap:
    name: str
    what: str
    since: Reached
    fixed: Reached
    ports: tuple[str, ...] = ANY  # kinds of ports it needs

    def catches(self, version: tuple[int, int, int]) -> bool:
        return self.since.by(version) and not self.fixed.by(version)

    def concerns(self, kinds: set[str]) -> bool:
        return self.ports == ANY or bool(kinds & set(self.ports))


COLLAPSE = Trap(
    "dead-member",
    "while a member is dead, everything goes over one line until it is taken out",
    SLAVES_LOCK,
    NEVER,
)
TRAPS = (
    Trap("CVE-2026-72390", "a line that joins or leaves under traffic can crash the kernel", ALWAYS, SLAVES_LOCK),
    Trap(
        "CVE-2026-23449",
        "the last line leaving under traffic can crash the kernel",
        Reached(everywhere=(4, 18)),
        Reached({(6, 1): 167, (6, 6): 130, (6, 12): 78, (6, 18): 20, (6, 19): 10}, (7, 0)),
    ),
    Trap("slaves_lock deadlock", "the kernel can lock up while it sends", SLAVES_LOCK, Reached({(6, 12): 117})),
    Trap(
        "CVE-2026-90071",
        "a port that vanishes under traffic (a PPP session ends) can crash the kernel",
        TUNNEL_FIX,
        Reached(
            {(5, 10): 270, (5, 15): 221, (6, 1): 188, (6, 6): 157, (6, 12): 110, (6, 18): 52, (7, 2): 6},
            (7, 3),
        ),
        (*STACKED, *TUNNELS),
    ),
    Trap(
        "CVE-2026-99282",
        "a stacked port that drops a packet can crash the kernel",
        ALWAYS,
        Reached({(6, 12): 117}),
        (*STACKED, *TUNNELS),
    ),
    Trap("CVE-2026-23277", "a tunnel as a line can crash the kernel", Reached(everywhere=(4, 5)), TUNNEL_FIX, TUNNELS),
)
# Their patches are their own: the number says nothing.
VENDOR = re.compile(r"\.el\d|\.amzn|-(generic|lowlatency|aws|azure|gcp|gke|oracle|ibm|kvm|raspi|nvidia|pve|default)\b")
DEBIAN = re.compile(r"\bDebian (\d+)\.(\d+)\.(\d+)")
NUMBER = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def upstream(release: str, version: str) -> tuple[int, int, int] | None:
    """The stable release the running kernel is, from `uname -r` and `uname -v`; None when they do not tell."""
    debian = DEBIAN.search(version)  # whose release may be the name of an interface, as in 6.1.0-50-amd64
    found = debian or NUMBER.match(release)
    if found is None or (debian is None and VENDOR.search(release)):
        return None
    numbers = (int(found.group(1)), int(found.group(2)), int(found.group(3) or 0))
    if numbers[2] == 0 and debian is None and "-" in release:
        return None
    return numbers


def how_to_ask(distributions: tuple[str, ...]) -> str:
    """The command that shows what the distribution mended."""
    if {"rhel", "fedora", "centos"} & set(distributions):
        return 'rpm -q --changelog "kernel-core-$(uname -r)" | grep -i teql'
    if "suse" in " ".join(distributions):
        return "rpm -q --changelog kernel-default | grep -i teql"
    if "ubuntu" in distributions:
        return 'apt changelog "linux-modules-$(uname -r)" | grep -i -e teql -e CVE-2026-72390'
    if "debian" in distributions:
        return 'zgrep -i teql "/usr/share/doc/linux-image-$(uname -r)/changelog.Debian.gz"'
    return "ask its vendor about CVE-2026-72390, CVE-2026-23449 and CVE-2026-90071"
