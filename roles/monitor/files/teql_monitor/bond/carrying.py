# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries a plan out: what the kernel refuses is told, the rest is done."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.bond.plan import JOIN, MTU, PART, UP, Step
from teql_monitor.bond.view import View
from teql_monitor.config import Config
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.kernel import Kernel


def carry_out(
    kernel: Kernel, view: View, config: Config, steps: list[Step]
) -> Iterator[tuple[Step, KernelError | None]]:
    """Each step with what went wrong. When newcomers could not join, the last member stays: rather that than none."""
    members = {line.interface for line in config.lines if view.member(line)}
    for step in steps:
        if step.action == PART and members == {step.interface}:
            continue
        try:
            _do(kernel, config.bond, step)
        except KernelError as problem:
            yield step, problem
            continue
        if step.action in (JOIN, PART):
            members ^= {step.interface}
        yield step, None


def _do(kernel: Kernel, bond: str, step: Step) -> None:
    if step.action == JOIN:
        kernel.join(step.device, bond)
    elif step.action == PART:
        kernel.part(step.device, bond, step.value)
    elif step.action == UP:
        kernel.set_up(step.device)
    elif step.action == MTU:
        kernel.set_mtu(step.device, step.value)
