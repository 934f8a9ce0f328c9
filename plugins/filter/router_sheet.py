# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: router_sheet
short_description: What a person enters into a line's router by hand
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Writes out, with the addresses of the plan, all that has to be set on the router of a line.
  - P(linebond.teql.routers#role) prints it for routers that it cannot log in to.
positional: line, router
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
  router:
    description:
      - What the router is called.
    type: str
    required: true
  state:
    description:
      - Whether the settings shall be made, or taken off again.
    type: str
    choices: [present, absent]
    default: present
  model:
    description:
      - What the router runs. With it the exact commands for a router as it is delivered follow.
    type: str
    choices: [openwrt, zynos, routeros, vyos, ios]
    version_added: 1.1.0
seealso:
  - plugin: linebond.teql.router_commands
    plugin_type: filter
  - plugin: linebond.teql.router_line
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Print what to set on the attic's router
  ansible.builtin.debug:
    msg: "{{ teql_plan | linebond.teql.router_sheet('eth2', 'the router in the attic', model='vyos') }}"
"""

RETURN = r"""
_value:
  description: Lines of text.
  type: list
  elements: str
  sample:
    - "Set on dsl1, the router of line eth2, by hand:"
    - "    LAN address           172.16.0.1  mask 255.255.255.252  (/30)"
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.router_commands import typed
from ..plugin_utils.routers import router_sheet as write


def router_sheet(
    plan: object, line: object, router: str, state: str = "present", model: str | None = None
) -> list[str]:
    try:
        sheet = write(plan, line, router, state)
        if model is None:
            return sheet
        commands = typed(plan, line, model, state)
        return [*sheet, f"With {model} as it is delivered, type:", *(f"    {command}" for command in commands)]
    except ValueError as error:
        raise AnsibleFilterError(f"router_sheet: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"router_sheet": router_sheet}
