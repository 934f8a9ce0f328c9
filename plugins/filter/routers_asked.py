# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: routers_asked
short_description: How the routers of a gateway's lines are asked for sync and rate
version_added: 1.1.0
author: The linebond.teql authors (@linebond)
description:
  - Writes the configuration of the program that asks the routers for the monitor. It holds their passwords.
  - Routers of other gateways, and of platforms that cannot be asked, are left out.
positional: plan, gateway
options:
  _input:
    description:
      - The variables of the routers' hosts.
    type: list
    elements: dict
    required: true
  plan:
    description:
      - The plan of P(linebond.teql.plan#filter), unchanged.
    type: dict
    required: true
  gateway:
    description:
      - The gateway's name in the inventory. Routers that name another one are left out.
    type: str
    required: true
  interval:
    description:
      - Seconds between two rounds.
    type: float
    default: 15.0
"""

EXAMPLES = r"""
- name: Write it where only root can read it
  ansible.builtin.copy:
    dest: /etc/linebond/routers.json
    content: "{{ groups.teql_routers | map('extract', hostvars) | linebond.teql.routers_asked(teql_plan, 'gw') }}"
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_value:
  description: The text of C(/etc/linebond/routers.json).
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.render.reports import routers_text


def routers_asked(routers: t.Iterable[t.Any], plan: object, gateway: str, interval: object = 15.0) -> str:
    try:
        return routers_text(plan, routers, gateway, interval)
    except ValueError as error:
        raise AnsibleFilterError(f"routers_asked: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"routers_asked": routers_asked}
