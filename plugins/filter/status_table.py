# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: status_table
short_description: The lines of all gateways in one table
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Lays out what C(teqlctl status --json) printed on each gateway, a row a line.
  - A gateway that gave no answer has one row, which says why.
options:
  _input:
    description:
      - By host, what M(ansible.builtin.command) returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the lines of two gateways
  ansible.builtin.debug:
    msg: "{{ {'gw1': hostvars.gw1.asked, 'gw2': hostvars.gw2.asked} | linebond.teql.status_table }}"
"""

RETURN = r"""
_value:
  description: The lines of the table, the headings first.
  type: list
  elements: str
  sample:
    - "GATEWAY  LINE    PORT  STATE  BOND  SINCE                 RTT ms  +PEERS  LOSS %  SHARE %  REASON"
    - "gw       attic   eth2  up     in    2026-01-01T00:00:00Z    10.2     0.1     0.0      100"
    - "gw       cellar  eth3  down   out   2026-01-02T00:00:00Z       -       -       -        0  no carrier"
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.status_table import status_table as lay_out


def status_table(results: object) -> list[str]:
    try:
        return lay_out(results)
    except ValueError as error:
        raise AnsibleFilterError(f"status_table: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"status_table": status_table}
