# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bugs of the kernel's teql by upstream version, after the kernel's CVE records and stable changelogs. Pure.

The one home of these numbers: the monitor has this very file (a link), so it imports nothing of Ansible.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

STACKED = ("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "ppp")
TUNNELS = ("gre", "gretap", "ip6gre", "ip6gretap", "ipip", "sit", "ip6tnl", "vti", "vti6", "vxlan", "geneve", "erspan")
ANY = ("any",)
ADVISED = "6.12.117"  # the first release without any of them but the dead-member one


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

    def advice(self, branch: tuple[int, int]) -> str:
        """What to do about it on a kernel of this branch."""
        mended = self.fixed.in_branch(branch)
        if mended:
            return f"upgrade the kernel to {mended} or newer, then reboot"
        return f"take a kernel like {ADVISED}, which mends it; no release of {branch[0]}.{branch[1]} is known to"


# The only one with which nothing arrives at all.
HEADERLESS = Trap(
    "headerless",
    "frames leave without an Ethernet header",
    Reached({(2, 6): 31}, (3, 0)),
    Reached({(2, 6): 35}, (3, 0)),
)
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
    Trap("slaves_lock_deadlock", "the kernel can lock up while it sends", SLAVES_LOCK, Reached({(6, 12): 117})),
    Trap(
        "CVE-2026-23074",
        "whoever may set up queueing disciplines, if only in a namespace, can crash the kernel",
        Reached(everywhere=(2, 6)),
        Reached({(5, 10): 249, (5, 15): 199, (6, 1): 162, (6, 6): 122, (6, 12): 68, (6, 18): 8}, (6, 19)),
    ),
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

NUMBER = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
# Debian's own number is in `uname -v`; its release may be the name of an interface, as in 6.1.0-50-amd64.
DEBIAN = re.compile(r"\bDebian (?:\d+:)?(\d+)\.(\d+)\.(\d+)")
# They follow the stable releases.
MAINLINE = re.compile(r"\.fc\d|\.elrepo\b|-(arch|zen|xanmod|liquorix)\d*\b")
# Their patches are their own: the number says nothing.
PATCHED = re.compile(
    r"\.(el|al|an|oe|tl)\d|\.amzn|-android\d|-(pve|default|preempt|64kb)\b"
    r"|-(generic|lowlatency|aws|azure|gcp|gke|gkeop|oracle|oem|ibm|kvm|raspi|nvidia|realtime|intel|fips)\b"
)
PATCHED_BY = re.compile(r"-Ubuntu\b|\bPMX\b")  # in `uname -v`
CANDIDATE = re.compile(r"\brc\d|-rc\d")


def base(release: str) -> tuple[int, int, int] | None:
    """The numbers at the beginning of `uname -r`, whatever a distribution did to that kernel."""
    found = NUMBER.match(release)
    return (int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)) if found else None


def upstream(release: str, version: str) -> tuple[int, int, int] | None:
    """The stable release the running kernel is, from `uname -r` and `uname -v`; None when they do not tell."""
    debian = DEBIAN.search(version)
    if debian is not None:
        return (int(debian.group(1)), int(debian.group(2)), int(debian.group(3)))
    numbers = base(release)
    if numbers is None or CANDIDATE.search(release):
        return None
    if MAINLINE.search(release):
        return numbers
    if PATCHED.search(release) or PATCHED_BY.search(version) or (numbers[2] == 0 and "-" in release):
        return None
    return numbers


def port_kinds(made: str, point_to_point: bool) -> set[str]:
    """What a port counts as; `made` is the kernel's word for a device that is made, empty for hardware."""
    return {made, "ppp"} if point_to_point else {made}


def how_to_ask(distributions: tuple[str, ...], release: str = "", name: str = "CVE-2026-72390") -> str:
    """The command that shows what the distribution mended. `distributions` are ID and ID_LIKE of os-release."""
    cve = f" -e {name}" if name.startswith("CVE-") else ""
    grep = f"grep -i -e teql{cve}"
    if "amzn" in distributions or re.search(r"\.el[67]\b", release):
        return f'rpm -qf --changelog "/boot/vmlinuz-$(uname -r)" | {grep}'
    if {"rhel", "fedora", "centos"} & set(distributions):
        return f'rpm -q --changelog "kernel-core-$(uname -r)" | {grep}'
    if "suse" in " ".join(distributions):
        return f"rpm -q --changelog kernel-default | {grep}"
    if "-pve" in release:  # Proxmox calls itself Debian
        return f'zcat /usr/share/doc/*-kernel-"$(uname -r)"*/changelog*.gz | {grep}'
    if "ubuntu" in distributions:
        pro = f"  # or: pro fix --dry-run {name}" if cve else ""
        return f'apt changelog "linux-modules-$(uname -r)" | {grep}{pro}'
    if "debian" in distributions:
        return f'zgrep -h -i -e teql{cve} "/usr/share/doc/linux-image-$(uname -r)"/changelog*.gz'
    return f"ask its vendor about {name}" if cve else "ask its vendor about the bugs of sch_teql"
