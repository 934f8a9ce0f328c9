# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: monitor_files
short_description: The files of the monitor on a gateway
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Renders, from a plan of P(linebond.teql.plan#filter), every file that the role P(linebond.teql.monitor#role) writes
    on a gateway.
  - These are the programs, their configuration, and the systemd units with the symlinks that start them at boot.
  - The configuration is judged by the monitor's own program, on the controller. When it would be refused, the error
    names every problem at once, one a line, each beginning with the name of the variable.
  - The result fits the option O(linebond.teql.files#module:files) of M(linebond.teql.files).
positional: settings
options:
  _input:
    description:
      - The plan, unchanged.
    type: dict
    required: true
  settings:
    description:
      - The keys of the monitor's configuration beside those that the plan has, as the variables C(monitor_*) of
        P(linebond.teql.monitor#role) describe them. C(latency), C(loss) and C(damping) are mappings.
      - A key that is left out has the monitor's own default. Numbers may be text.
    type: dict
    required: true
  group:
    description:
      - The group that may read the monitor's state.
    type: str
    default: teql
  hooks:
    description:
      - The directory with the programs to run at each event, V(true) for C(/etc/linebond/hooks.d), or V(false).
    type: raw
    default: false
  http_listen:
    description:
      - The address with port for the page and the metrics, or empty.
    type: str
    default: ''
  textfile_directory:
    description:
      - The directory in which node_exporter looks for metrics, or empty.
    type: str
    default: ''
  reports:
    description:
      - Whether the program goes along that asks the lines' routers for sync and rate.
    type: bool
    default: false
    version_added: 1.1.0
seealso:
  - plugin: linebond.teql.plan
    plugin_type: filter
  - plugin: linebond.teql.monitor_units
    plugin_type: filter
  - module: linebond.teql.files
"""

EXAMPLES = r"""
- name: Write the files of the monitor
  linebond.teql.files:
    name: monitor
    files: "{{ teql_plan | linebond.teql.monitor_files({'targets': ['198.51.100.1', '203.0.113.1']}) }}"
"""

RETURN = r"""
_value:
  description: The files and symlinks.
  type: list
  elements: dict
  contains:
    path:
      description: Where the file goes.
      type: str
      sample: /etc/linebond/monitor.json
    content:
      description: What is in it, for a file.
      type: str
    mode:
      description: Its permissions, for a file.
      type: str
      sample: '0644'
    link:
      description: Where it points, for a symlink.
      type: str
      sample: /etc/systemd/system/teql-monitor.service
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.monitor_package import complaints, read_package, read_reports
from ..plugin_utils.render.monitor import Options
from ..plugin_utils.render.monitor import monitor_files as render


def monitor_files(
    plan: object,
    settings: object,
    *,
    group: object = "teql",
    hooks: object = False,
    http_listen: object = "",
    textfile_directory: object = "",
    reports: object = False,
) -> list[dict[str, str]]:
    asked = read_reports() if str(reports).lower() in ("true", "yes", "1") else None
    options = Options(group, hooks, http_listen, textfile_directory, asked)
    try:
        return render(plan, settings, read_package(), complaints, options)
    except ValueError as error:
        raise AnsibleFilterError(f"monitor_files: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"monitor_files": monitor_files}
