# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: bonding_files
short_description: The files that make a planned bond survive a reboot
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Renders, from a plan of P(linebond.teql.plan#filter), every file that the role P(linebond.teql.bonding#role) writes
    on a gateway.
  - These are the kernel module's options and its loading at boot, the udev rule by which the lines' ports join the
    bond, and the network manager's own files for addresses, neighbours and the default route.
  - With the classic network scripts (V(ifcfg)) they are the ports' and the bond's C(ifcfg) files, the default route in
    C(/etc/sysconfig/network), and what C(/sbin/ifup-pre-local), C(/sbin/ifup-local) and C(/sbin/ifdown-local) call. Of
    files that belong to the site they have a block of lines only.
  - The result fits the option O(linebond.teql.files#module:files) of M(linebond.teql.files).
positional: backend
options:
  _input:
    description:
      - The plan, unchanged.
    type: dict
    required: true
  backend:
    description:
      - The network manager that owns addresses and routes on the gateway.
    type: str
    choices: [networkd, networkmanager, ifupdown, ifcfg]
    default: networkd
  mtu:
    description:
      - The bond's MTU in bytes, 68 to 65535.
      - When it is left out, the bond takes the smallest of its members' as it goes up.
    type: int
  group:
    description:
      - The number of the interface group that every line's port is put into.
    type: int
  route_metric:
    description:
      - The metric of the default route over the bond.
    type: int
  header:
    description:
      - The comment at the top of every file, without comment signs.
      - The default says who manages the file and how to remove it.
    type: str
seealso:
  - plugin: linebond.teql.plan
    plugin_type: filter
  - module: linebond.teql.files
"""

EXAMPLES = r"""
- name: Write the files of the bond
  linebond.teql.files:
    name: bonding-teql0
    files: "{{ teql_plan | linebond.teql.bonding_files(backend='networkd', group=7) }}"
"""

RETURN = r"""
_value:
  description: The files.
  type: list
  elements: dict
  contains:
    path:
      description: Where the file goes.
      type: str
      sample: /etc/modules-load.d/linebond-teql0.conf
    content:
      description: What is in it.
      type: str
      sample: "sch_teql\n"
    block:
      description: In place of C(content), lines in a file that belongs to the site.
      type: str
      sample: "GATEWAYDEV=teql0\n"
    script:
      description: Whether that file is a shell script.
      type: bool
      sample: true
    mode:
      description: Its permissions.
      type: str
      sample: '0644'
"""

import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.render.bonding import bonding_files as render


def bonding_files(
    plan: object,
    backend: object = "networkd",
    *,
    mtu: object = None,
    group: object = None,
    route_metric: object = None,
    header: str | None = None,
) -> list[dict[str, str]]:
    try:
        return render(plan, backend, mtu=mtu, group=group, route_metric=route_metric, header=header)
    except ValueError as error:
        raise AnsibleFilterError(f"bonding_files: {error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"bonding_files": bonding_files}
