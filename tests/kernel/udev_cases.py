# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the udev rule runs when a port appears, on a real kernel; there is no udev in the guest."""

from __future__ import annotations

import itertools
import re
import shlex
from pathlib import Path
from typing import Any

from guest_cases import members, mtu
from guest_host import PORTS, sh

from ansible_collections.linebond.teql.plugins.plugin_utils.render.udev import udev_files


def commands(port: str, **options: Any) -> list[str]:
    """What the rule runs for this port, after udev's substitutions."""
    plan = {"bond": "teql0", "lines": [{"interface": port, "enabled": True}]}
    (file,) = udev_files(plan, "", **options)
    text = file["content"].replace("\\\n", "")
    return [each.replace("$$", "$").replace("%%", "%") for each in re.findall(r'RUN\+="([^"]*)"', text)]


def appear(port: str, **options: Any) -> None:
    sh(f"ip link set {port} up")
    for command in commands(port, **options):
        assert shlex.split(command)[0].startswith(("/sbin/", "/bin/")), "udev has no PATH"
        sh(command)


def ports_of_different_mtus_join_in_any_order_without_being_told_one() -> None:
    sh("modprobe sch_teql")
    for order in itertools.permutations(PORTS):
        for port in order:
            appear(port)
        assert members() == set(PORTS) and mtu() == min(PORTS.values()), (order, mtu())
        for port in order:
            sh(f"tc qdisc del dev {port} root")
        sh("ip link set teql0 down")


def a_port_that_comes_back_with_a_smaller_mtu_joins_a_bond_that_is_up() -> None:
    sh("modprobe sch_teql")
    for port in ("eth2", "eth3"):
        appear(port)
    sh("tc qdisc del dev eth3 root; ip link set eth3 mtu 1492")
    appear("eth3")
    assert members() == {"eth2", "eth3"} and mtu() == 1492


def an_mtu_that_was_told_is_kept() -> None:
    sh("modprobe sch_teql")
    for port in ("eth4", "eth2", "eth3"):
        appear(port, mtu=1300, group=20)
        assert mtu() == 1300
    assert Path("/sys/class/net/eth4/netdev_group").read_text() == "20\n"


def any_name_that_a_plan_takes_is_taken_literally() -> None:
    sh("modprobe sch_teql; ip link set eth2 name 'v$*;&`#'; ip link set eth3 name vx")
    for command in commands("v$*;&`#"):
        sh(command.replace("v$*;&`#", "'v$*;&`#'"))  # udev runs it without a shell
    try:
        assert members() == {"v$*;&`#"}
    finally:
        sh("tc qdisc del dev 'v$*;&`#' root; ip link set 'v$*;&`#' name eth2; ip link set vx name eth3")


CASES = [
    ports_of_different_mtus_join_in_any_order_without_being_told_one,
    a_port_that_comes_back_with_a_smaller_mtu_joins_a_bond_that_is_up,
    an_mtu_that_was_told_is_kept,
    any_name_that_a_plan_takes_is_taken_literally,
]
