# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secret configuration of the program that asks the lines' routers for the monitor."""

from __future__ import annotations

import json
import typing as t

from ..routers import find_line
from .monitor_config import plain, plain_text

PATH = "/etc/linebond/routers.json"
PLATFORMS = ("zynos",)  # that can be asked
# Of a router's variables, and what holds where it has none: the defaults of the role routers.
VARIABLES: dict[str, t.Any] = {"username": None, "port": 23, "timeout": 10.0, "commands": {}}


def routers_text(plan: object, routers: t.Iterable[t.Mapping[str, t.Any]], gateway: str, interval: object) -> str:
    """`routers` are the variables of the routers' hosts. ValueError names host and variable, and no password."""
    asked = []
    for router in routers:
        own = router.get("routers_gateway", gateway) == gateway
        if not own or router.get("routers_platform") not in PLATFORMS:
            continue
        host = router.get("inventory_hostname", "a router")
        if not router.get("routers_zynos_password"):
            raise ValueError(f"{host}: routers_zynos_password is missing, by which its line is asked")
        try:
            line = find_line(plan, router.get("routers_line"))
        except ValueError as error:
            raise ValueError(f"{host}: {error}") from None
        found = {name: plain(router.get(f"routers_zynos_{name}", default)) for name, default in VARIABLES.items()}
        found["commands"] = found["commands"] or {}
        if found["username"] is not None:
            found["username"] = plain_text(found["username"])
        asked.append(
            {
                "interface": line["interface"],
                "address": line["router"],
                "source": line["router_side"]["gateway"],
                "password": plain_text(router["routers_zynos_password"]),
                **found,
            }
        )
    return json.dumps({"version": 1, "interval": plain(interval), "routers": asked}, indent=2) + "\n"
