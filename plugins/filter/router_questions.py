# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: router_questions
short_description: What a gateway asks the routers of its lines
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Turns the plan into the option O(linebond.teql.router_probe#module:lines) of M(linebond.teql.router_probe).
  - Lines that are disabled or have no router are left out.
  - The common address is not asked for on a line with a C(router_mac), where the gateway does not need it.
options:
  _input:
    description:
      - The plan of P(linebond.teql.plan#filter), unchanged.
    type: dict
    required: true
seealso:
  - module: linebond.teql.router_probe
"""

EXAMPLES = r"""
- name: Every router has both of its addresses
  linebond.teql.router_probe:
    lines: "{{ teql_plan | linebond.teql.router_questions }}"
"""

RETURN = r"""
_value:
  description: The lines to ask on.
  type: list
  elements: dict
  sample:
    - {name: eth2, interface: eth2, source: 172.16.0.2/30, router: 172.16.0.1, common_address: 192.0.2.1}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.routers import questions


def router_questions(plan: object) -> list[dict[str, str]]:
    try:
        return questions(plan)
    except ValueError as error:
        raise AnsibleFilterError(f"router_questions: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"router_questions": router_questions}
