# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: router_look
short_description: The commands that show a router's configuration
version_added: 1.1.0
author: The linebond.teql authors (@linebond)
description:
  - Returns what has to be run on a router for P(linebond.teql.router_commands#filter) to compare.
options:
  _input:
    description:
      - What the router runs.
    type: str
    choices: [routeros, vyos, ios]
    required: true
seealso:
  - plugin: linebond.teql.router_commands
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What shows the configuration of RouterOS
  ansible.builtin.debug:
    msg: "{{ 'routeros' | linebond.teql.router_look }}"
"""

RETURN = r"""
_value:
  description: The commands.
  type: list
  elements: str
  sample: ["show configuration commands"]
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.router_commands import look


def router_look(platform: str) -> list[str]:
    try:
        return look(platform)
    except ValueError as error:
        raise AnsibleFilterError(f"router_look: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"router_look": router_look}
