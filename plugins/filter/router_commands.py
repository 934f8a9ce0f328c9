# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: router_commands
short_description: The commands that a line's router of another make still lacks
version_added: 1.1.0
author: The linebond.teql authors (@linebond)
description:
  - Compares what a router shows of its configuration with the plan, and returns the commands that are missing. Nothing
    is missing on a router that is set up.
  - P(linebond.teql.routers#role) has them run by the platform's own collection.
  - They add only; addresses that the router has keep it reachable. IPv6 is left to be set by hand.
positional: line, platform, seen
options:
  _input:
    description:
      - The plan of P(linebond.teql.plan#filter), unchanged.
    type: dict
    required: true
  line:
    description:
      - The line's name, or the gateway's port of it.
    type: str
    required: true
  platform:
    description:
      - What the router runs.
    type: str
    choices: [routeros, vyos, ios]
    required: true
  seen:
    description:
      - What the commands of P(linebond.teql.router_look#filter) print on the router, one after the other. Without it,
        all commands for a router as it is delivered.
    type: str
  state:
    description:
      - Whether the settings shall be made, or taken off again.
    type: str
    choices: [present, absent]
    default: present
  lan_interface:
    description:
      - The port to the gateway. Default is V(bridge) for V(routeros), V(eth1) for V(vyos) and V(Vlan1) for V(ios).
    type: str
  allow_nat:
    description:
      - Whether to go on, on V(vyos), when a rule could translate addresses of the public block.
    type: bool
    default: false
  way_in:
    description:
      - The address that Ansible comes in by. It is not taken off.
    type: str
    default: ""
seealso:
  - plugin: linebond.teql.router_look
    plugin_type: filter
  - plugin: linebond.teql.router_sheet
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What does the router of eth2 lack
  ansible.builtin.debug:
    msg: "{{ teql_plan | linebond.teql.router_commands('eth2', 'vyos', shown.stdout[0]) }}"
"""

RETURN = r"""
_value:
  description: The commands, in order; for V(vyos) and V(ios) they are typed in configuration mode.
  type: list
  elements: str
  sample: ["set interfaces ethernet eth1 address 172.16.0.1/30"]
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.router_commands import router_commands as commands


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
    try:
        return commands(plan, line, platform, seen, state, lan_interface, allow_nat, way_in)
    except ValueError as error:
        raise AnsibleFilterError(f"router_commands: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"router_commands": router_commands}
