# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: preflight_table
short_description: The pre-flight of all gateways in one table
version_added: 1.1.0
author: The linebond.teql authors (@linebond)
description:
  - Lays out the verdicts that M(linebond.teql.bond_info) gave on each gateway, a row an item, with what to do.
  - A gateway that gave no answer has one row, which says why.
options:
  _input:
    description:
      - By host, what M(linebond.teql.bond_info) returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show whether two gateways are fit for a bond
  ansible.builtin.debug:
    msg: "{{ {'gw1': hostvars.gw1.found, 'gw2': hostvars.gw2.found} | linebond.teql.preflight_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table, the headings first.
  type: list
  elements: str
  sample:
    - "GATEWAY  ITEM             VERDICT  WHAT WAS FOUND, AND WHAT TO DO"
    - "gw       module           ok       The module sch_teql is there for the running kernel."
    - "gw       CVE-2026-72390   warning  A line that joins or leaves under traffic can crash the kernel. Do: ..."
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.preflight_table import preflight_table as lay_out


def preflight_table(results: object) -> list[str]:
    try:
        return lay_out(results)
    except ValueError as error:
        raise AnsibleFilterError(f"preflight_table: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"preflight_table": preflight_table}
