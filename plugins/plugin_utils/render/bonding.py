# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All files of the role bonding on a gateway, from the plan."""

from __future__ import annotations

from .ifcfg import ifcfg_files
from .ifupdown import ifupdown_files
from .modules import module_files
from .networkd import networkd_files
from .networkmanager import networkmanager_files
from .text import HEADER, File
from .udev import udev_files

# Who owns addresses, routes and neighbours, and what writes its native files.
BACKENDS = {
    "networkd": networkd_files,
    "networkmanager": networkmanager_files,
    "ifupdown": ifupdown_files,
    "ifcfg": ifcfg_files,
}

NUMBERS = {"mtu": (68, 65535), "group": (0, 2**32 - 1), "route_metric": (1, 2**32 - 1)}


def number(name: str, value: object) -> int | None:
    smallest, largest = NUMBERS[name]
    if value is None:
        return None
    # Jinja makes text of numbers, so digits are fine too; true and false are not.
    digits = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdigit() and smallest <= int(digits) <= largest):
        raise ValueError(f"{name}: {value!r} is no number from {smallest} to {largest}; correct it or leave it out")
    return int(digits)


def bonding_files(
    plan: object,
    backend: object = "networkd",
    mtu: object = None,
    group: object = None,
    route_metric: object = None,
    header: str | None = None,
) -> list[File]:
    """ValueError says which argument is wrong and what to do."""
    if not (isinstance(plan, dict) and {"bond", "lines"} <= plan.keys()):
        raise ValueError("plan: this is not what linebond.teql.plan returns; give its result unchanged")
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ValueError(f"backend: {backend!r} is not supported; take one of {', '.join(BACKENDS)}")
    comment = HEADER if header is None else header
    size, metric = number("mtu", mtu), number("route_metric", route_metric)
    return [
        *module_files(plan, comment),
        *udev_files(plan, comment, mtu=size, group=number("group", group)),
        *BACKENDS[backend](plan, comment, route_metric=metric, mtu=size),
    ]
