# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for ZyNOS routers have in common: their options, and the router made of them."""

from __future__ import annotations

import ipaddress
from typing import Any, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner
from ansible_collections.linebond.teql.plugins.module_utils.zynos.commands import table
from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.redact import without
from ansible_collections.linebond.teql.plugins.module_utils.zynos.router import Access, Router
from ansible_collections.linebond.teql.plugins.module_utils.zynos.way import Way, ways

OPTIONS: dict[str, dict[str, Any]] = {
    "interface": {"type": "str"},
    "address": {"type": "str", "required": True},
    "gateway": {"type": "str"},
    "factory_addresses": {"type": "list", "elements": "str", "default": ["192.168.1.1/24"]},
    "port": {"type": "int", "default": 23},
    "username": {"type": "str"},
    "password": {"type": "str", "required": True, "no_log": True},
    "timeout": {"type": "float", "default": 10.0},
    "commands": {"type": "dict", "default": {}},
}
REQUIRED_BY = {"interface": ["gateway"]}
DELIVERED = ("", "1234", "admin")  # passwords that routers of this family leave the factory with


def router_of(module: Any, runner: Runner, more_ways: Sequence[Way] = ()) -> Router:
    """The router that the options describe; ZynosError names the option that is wrong."""
    params = module.params
    found = (*ways(params["address"], params["gateway"], params["factory_addresses"]), *more_ways)
    if params["timeout"] <= 0:
        raise ZynosError(f"timeout: {params['timeout']} has to be greater than zero")
    if not params["interface"]:
        public = [way.address for way in found if not ipaddress.IPv4Address(way.address).is_private]
        if public:
            raise ZynosError(
                f"{', '.join(public)} is a public address, and telnet sends the password in clear: name the port that "
                "the router is plugged into (interface), or give it a private address"
            )
    access = Access(
        ways=tuple(dict.fromkeys(found)),
        password=params["password"],
        username=params["username"],
        interface=params["interface"],
        port=params["port"],
        timeout=params["timeout"],
        leave=table(params["commands"])["leave"],
    )
    return Router(access, runner.try_run, lambda: runner.json("ip", "-j", "address", "show"))


def hidden(module: Any, text: object) -> str:
    """A message with no secret in it."""
    return without(str(text), [module.params["password"]])


def warn_of(module: Any, router: Router) -> None:
    if module.params["password"] in DELIVERED:
        module.warn("The router still has a password that it left the factory with: give it one of its own.")
    for command in router.stuck:
        module.warn(f"What was lent to the gateway's port could not be taken back: {command}")
