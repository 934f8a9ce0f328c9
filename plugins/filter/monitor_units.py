# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: monitor_units
short_description: Which of the monitor's services run
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Says, from the files of P(linebond.teql.monitor_files#filter), which of the monitor's services shall run, and from
    which state of their files.
  - The result fits the option O(linebond.teql.services#module:units) of M(linebond.teql.services).
options:
  _input:
    description:
      - The files. Without any, no service shall run.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: linebond.teql.monitor_files
    plugin_type: filter
  - module: linebond.teql.services
"""

EXAMPLES = r"""
- name: Run what there are units for, and nothing else
  linebond.teql.services:
    units: "{{ monitor_files | linebond.teql.monitor_units }}"

- name: Stop all services of the monitor
  linebond.teql.services:
    units: "{{ [] | linebond.teql.monitor_units }}"
"""

RETURN = r"""
_value:
  description: The services.
  type: list
  elements: dict
  sample:
    - {name: teql-monitor.service, state: started, stamp: 3f2a9c11d0e4, reload: true}
    - {name: teql-monitor-hooks.service, state: stopped}
    - {name: teql-monitor-http.service, state: stopped}
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.render.monitor_units import wanted_units


def monitor_units(files: object) -> list[dict[str, t.Any]]:
    if not isinstance(files, list) or not all(isinstance(file, t.Mapping) and "path" in file for file in files):
        raise AnsibleFilterError("monitor_units: give what linebond.teql.monitor_files returns, or an empty list")
    return wanted_units(files)


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"monitor_units": monitor_units}
