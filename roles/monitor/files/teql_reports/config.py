# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/etc/linebond/routers.json, which only root may read, as the program uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from teql_zynos.commands import table
from teql_zynos.router import Access
from teql_zynos.way import Way


class ConfigError(Exception):
    """The text says what is wrong; no secret is in it."""


@dataclass(frozen=True)
class Asked:
    """One router, and the commands by which it is asked."""

    interface: str
    access: Access
    commands: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Config:
    interval: float  # seconds between two rounds
    routers: tuple[Asked, ...]


def parse(text: str) -> Config:
    """The role writes it: it is read strictly, and complained of without quoting any of it."""
    try:
        given = json.loads(text)
    except ValueError:
        raise ConfigError("it is no JSON; run the role monitor again") from None
    try:
        routers = tuple(_asked(each) for each in given["routers"])
        interval = float(given["interval"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{type(error).__name__} in it; run the role monitor again") from None
    if interval <= 0:
        raise ConfigError("interval: has to be greater than zero seconds")
    return Config(interval, routers)


def _asked(given: dict) -> Asked:
    commands = table(given["commands"])
    access = Access(
        ways=(Way(given["address"], given["source"]),),
        password=given["password"],
        username=given["username"],
        interface=given["interface"],
        port=int(given["port"]),
        timeout=float(given["timeout"]),
        leave=commands["leave"],
    )
    return Asked(given["interface"], access, commands)
