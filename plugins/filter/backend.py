# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: backend
short_description: Choose the network manager to write a gateway's files for
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Chooses, from what M(linebond.teql.bond_info) found, the network manager that owns the lines' ports.
  - With O(wanted=auto) that is the one that manages any of the ports, or else the only one that runs.
  - When several come into question, or when this version has no files for the one found, the error says who has what
    and what to do.
options:
  _input:
    description:
      - The managers, as M(linebond.teql.bond_info) returns them.
    type: list
    elements: dict
    required: true
  interfaces:
    description:
      - The lines' ports.
    type: list
    elements: str
    default: []
  wanted:
    description:
      - The one that somebody chose. V(auto) looks. One is refused while another that runs manages any of the ports.
    type: str
    choices: [auto, networkd, networkmanager, ifupdown, ifcfg]
    default: auto
seealso:
  - plugin: linebond.teql.bonding_files
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Say who manages the ports
  ansible.builtin.debug:
    msg: "{{ found.managers | linebond.teql.backend(interfaces=['eth2', 'eth3']) }}"
"""

RETURN = r"""
_value:
  description: The backend's name, as P(linebond.teql.bonding_files#filter) takes it.
  type: str
  sample: networkd
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.backend import choose_backend


def backend(managers: object, interfaces: object = (), wanted: object = "auto") -> str:
    try:
        return choose_backend(managers, interfaces, wanted)
    except ValueError as error:
        raise AnsibleFilterError(f"backend: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"backend": backend}
