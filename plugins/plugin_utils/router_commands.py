# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands that make a router of each platform what the plan says, and what is asked first. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ..module_utils.linux_router_model import wanted_from
from . import zynos_delivered
from .by_command import ios, routeros, vyos
from .by_command.common import job_from
from .openwrt import delivered as openwrt_delivered
from .routers import Line, find_line

PLATFORMS: t.Any = {"routeros": routeros, "vyos": vyos, "ios": ios}
# How the commands are typed: what comes before and after them.
TYPED: Mapping[str, tuple[list[str], list[str]]] = {
    "openwrt": ([], []),
    "zynos": ([], ["exit"]),
    "routeros": ([], []),
    "vyos": (["configure"], ["commit", "save", "exit"]),
    "ios": (["configure terminal"], ["end", "write memory"]),
}


def look(platform: str) -> list[str]:
    """What has to be typed to see all that router_commands() wants to see."""
    return list(_of(platform).LOOK)


def router_commands(
    plan: object,
    line: object,
    platform: str,
    seen: str | None = None,
    state: str = "present",
    lan_interface: str | None = None,
    allow_nat: bool = False,
    way_in: str = "",
) -> list[str]:
    """The commands that are missing on a router, or that take it all off; ValueError says what is in the way.

    seen: what the commands of look() print, None for a box as delivered. way_in: the address Ansible comes in by.
    """
    module = _of(platform)
    side = find_line(plan, line)["router_side"]
    common = t.cast(dict[str, str], plan)["common_address"]
    job = job_from(side, common, lan_interface or module.LAN, state == "present", allow_nat)
    commands: list[str] = module.commands(job, seen)
    given_up = [] if job.present and job.shared else [str(job.common)]
    if commands and way_in in (given_up if job.present else [*given_up, str(job.own.ip)]):
        raise ValueError(f"Ansible comes in by {way_in}, which would be taken off: come in another way")
    return commands


def typed(plan: object, line: object, platform: str, state: str = "present") -> list[str]:
    """All that a person types into a router as it is delivered."""
    if platform not in TYPED:
        raise ValueError(f"routers_model: {platform} is none of {', '.join(TYPED)}")
    before, after = TYPED[platform]
    if platform in DELIVERED:
        commands = DELIVERED[platform](find_line(plan, line), state == "present")
    else:
        commands = router_commands(plan, line, platform, state=state)
    return [*before, *commands, *after]


def _openwrt(line: Line, present: bool) -> list[str]:
    wanted = wanted_from({**line["router_side"], "extra_addresses": []}, "lan") if present else None
    return openwrt_delivered.commands(wanted)


# Those that are set up by plans of their own.
DELIVERED: Mapping[str, t.Callable[[Line, bool], list[str]]] = {
    "openwrt": _openwrt,
    "zynos": zynos_delivered.commands,
}


def _of(platform: str) -> t.Any:
    if platform not in PLATFORMS:
        raise ValueError(
            f"{platform!r} is no platform that is set up command by command, as {', '.join(PLATFORMS)} are"
        )
    return PLATFORMS[platform]
