# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kernel has which bug of teql."""

from __future__ import annotations

import pytest

from teql_monitor.cli.doctor.kernel_traps import COLLAPSE, HEADERLESS, TRAPS, how_to_ask, upstream


@pytest.mark.parametrize(
    ("release", "version", "found"),
    [
        ("6.1.0-50-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-01)", (6, 1, 192)),
        ("6.12.117+deb13-amd64", "#1 SMP Debian 6.12.117-1", (6, 12, 117)),
        ("6.1.176", "#2 Sat Jan 3", (6, 1, 176)),
        ("6.12.100-arch1-1", "#1 SMP", (6, 12, 100)),
        ("6.18.44-0-lts", "#1-Alpine SMP", (6, 18, 44)),
        ("7.1.5-200.fc44.x86_64", "#1 SMP", (7, 1, 5)),
        ("7.2-rc1", "#1 SMP", None),
        ("6.8.0-45-generic", "#45-Ubuntu SMP", None),
        ("6.17.0-1007-aws", "#7-Ubuntu SMP", None),
        ("5.14.0-427.13.1.el9_4.x86_64", "#1 SMP", None),
        ("6.8.12-4-pve", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4", None),
        ("6.4.0-150600.21-default", "#1 SMP", None),
        ("6.1.119-129.201.amzn2023.x86_64", "#1 SMP", None),
        ("odd", "", None),
        ("6.12.47+rpt-rpi-v8", "#1 SMP PREEMPT Debian 1:6.12.47-1+rpt1 (2025-09-16)", (6, 12, 47)),
        ("6.16.3+deb13-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.16.3-1~bpo13+1", (6, 16, 3)),
        ("6.17.0-arch1-1", "#1 SMP", (6, 17, 0)),
        ("6.17.8-1.el9.elrepo.x86_64", "#1 SMP", (6, 17, 8)),
        ("7.2.0-0.rc3.20261001gitabc.31.fc44.x86_64", "#1 SMP", None),
        ("6.6.110", "#0 SMP Mon Oct 19 16:37:26 2026", (6, 6, 110)),
        ("6.8.0-1030-oem", "#30-Ubuntu SMP", None),
        ("5.15.0-1.custom", "#1~22.04.1-Ubuntu SMP", None),
        ("5.10.134-18.al8.x86_64", "#1 SMP", None),
        ("5.10.0-216.0.0.115.oe2203sp4.x86_64", "#1 SMP", None),
        ("5.15.0-209.161.7.2.el9uek.x86_64", "#2 SMP", None),
        ("6.12.0-160000.5-default", "#1 SMP", None),
        ("3.10.0-1160.el7.x86_64", "#1 SMP", None),
    ],
)
def test_the_upstream_version(release: str, version: str, found: tuple[int, int, int] | None) -> None:
    assert upstream(release, version) == found


@pytest.mark.parametrize(
    ("version", "caught"),
    [
        # plain ethernet ports; the versions of the table in kernel-teql.md
        ((4, 17, 0), {"CVE-2026-72390", "CVE-2026-23074"}),
        ((6, 1, 161), {"CVE-2026-72390", "CVE-2026-23449", "CVE-2026-23074"}),
        ((5, 10, 270), {"CVE-2026-72390", "CVE-2026-23449"}),
        ((5, 15, 300), {"CVE-2026-72390", "CVE-2026-23449"}),
        ((6, 1, 166), {"CVE-2026-72390", "CVE-2026-23449"}),
        ((6, 1, 167), {"CVE-2026-72390"}),
        ((6, 1, 177), {"CVE-2026-72390"}),
        ((6, 1, 178), {"slaves_lock_deadlock"}),
        ((6, 1, 192), {"slaves_lock_deadlock"}),
        ((6, 12, 96), {"CVE-2026-72390"}),
        ((6, 12, 97), {"slaves_lock_deadlock"}),
        ((6, 12, 117), set()),
        ((6, 19, 10), {"CVE-2026-72390"}),
        ((7, 0, 9), {"CVE-2026-72390"}),
        ((7, 1, 5), {"slaves_lock_deadlock"}),
    ],
)
def test_ethernet_ports(version: tuple[int, int, int], caught: set[str]) -> None:
    assert {trap.name for trap in TRAPS if trap.concerns({""}) and trap.catches(version)} == caught


@pytest.mark.parametrize(
    ("kind", "version", "caught"),
    [
        ("ppp", (6, 1, 166), {"CVE-2026-99282"}),
        ("ppp", (6, 1, 187), {"CVE-2026-90071", "CVE-2026-99282"}),
        ("macvlan", (6, 1, 188), {"CVE-2026-99282"}),
        ("vlan", (6, 12, 116), {"CVE-2026-99282"}),
        ("vlan", (6, 12, 117), set()),
        ("gre", (6, 1, 166), {"CVE-2026-23277", "CVE-2026-99282"}),
        ("gre", (4, 4, 0), {"CVE-2026-99282"}),
        ("", (6, 1, 187), set()),
    ],
)
def test_other_ports(kind: str, version: tuple[int, int, int], caught: set[str]) -> None:
    special = [trap for trap in TRAPS if trap.ports != ("any",)]
    assert {trap.name for trap in special if trap.concerns({kind}) and trap.catches(version)} == caught


@pytest.mark.parametrize(
    ("version", "caught"),
    [((6, 1, 177), False), ((6, 1, 178), True), ((6, 12, 96), False), ((6, 12, 117), True), ((7, 3, 0), True)],
)
def test_one_dead_member_takes_all(version: tuple[int, int, int], caught: bool) -> None:
    assert COLLAPSE.catches(version) is caught


@pytest.mark.parametrize(
    ("distributions", "command"),
    [
        (("rocky", "rhel", "fedora"), "rpm -q --changelog"),
        (("amzn", "fedora"), "rpm -qf --changelog"),
        (("ubuntu", "debian"), "apt changelog"),
        (("debian",), "zgrep"),
        (("opensuse-leap", "suse"), "kernel-default"),
        ((), "vendor"),
    ],
)
def test_whom_to_ask(distributions: tuple[str, ...], command: str) -> None:
    assert command in how_to_ask(distributions)


def test_proxmox_calls_itself_debian() -> None:
    assert "/doc/*-kernel-" in how_to_ask(("debian",), "6.8.12-4-pve")


@pytest.mark.parametrize(
    ("version", "caught"),
    [((2, 6, 30), False), ((2, 6, 31), True), ((2, 6, 34), True), ((2, 6, 35), False), ((3, 0, 0), False)],
)
def test_frames_without_a_header(version: tuple[int, int, int], caught: bool) -> None:
    assert HEADERLESS.catches(version) is caught
