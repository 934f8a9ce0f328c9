# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: router_line
short_description: Find a router's line in the plan
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Finds the line with a name or interface, and adds what the line's router has to be set to.
  - When there is no such line, the error lists those there are.
positional: line
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
  others:
    description:
      - The other routers, each a list of its host, line, gateway and state. One that has the same line is refused,
        unless its state is V(absent).
    type: list
    elements: list
    default: []
  gateway:
    description:
      - The gateway of the line. O(others) with another one do not count.
    type: str
seealso:
  - plugin: linebond.teql.plan
    plugin_type: filter
  - module: linebond.teql.linux_router
"""

EXAMPLES = r"""
- name: Say where the router of eth2 reaches the gateway
  ansible.builtin.debug:
    msg: "{{ (teql_plan | linebond.teql.router_line('eth2')).router_side.gateway }}"
"""

RETURN = r"""
_value:
  description:
    - The line as it is in the plan. Its key C(router_side) is added and holds options of M(linebond.teql.linux_router),
      which are C(address), C(gateway), C(common_address), C(public_network), C(common_address6), C(public_network6)
      and C(gateway6).
  type: dict
  sample:
    name: eth2
    interface: eth2
    router_side:
      address: 172.16.0.1/30
      gateway: 172.16.0.2
      common_address: 192.0.2.1
      public_network: 192.0.2.0/29
      common_address6: null
      public_network6: null
      gateway6: null
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.routers import find_line, refuse_shared


def router_line(plan: object, line: object, *, others: object = (), gateway: object = None) -> dict[str, t.Any]:
    try:
        found = find_line(plan, line)
        refuse_shared(found, others, gateway)
        return found
    except ValueError as error:
        raise AnsibleFilterError(f"router_line: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"router_line": router_line}
