#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: zynos_info
short_description: Read the state of a ZyNOS router's DSL line (Zyxel P660 and its family), by telnet
version_added: 1.1.0
description:
  - Run on the gateway. Logs in as M(linebond.teql.zynos_lan) does, and returns the state of the DSL line as values with
    units. Sets nothing.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.info
  - linebond.teql.zynos
author:
  - The linebond.teql authors (@linebond)
options:
  quick:
    description:
      - Whether to ask for state and rates only, which takes two commands instead of seven.
    type: bool
    default: false
seealso:
  - module: linebond.teql.zynos_lan
"""

EXAMPLES = r"""
- name: See how the line on eth2 does
  linebond.teql.zynos_info:
    interface: eth2
    address: 172.16.0.1/30
    gateway: 172.16.0.2
    password: "{{ vault_attic_password }}"
  register: attic

- name: Complain about a line that is about to fall
  ansible.builtin.debug:
    msg: "The attic's margin is down to {{ attic.dsl.downstream.noise_margin_db }} dB"
  when: attic.dsl.sync and attic.dsl.downstream.noise_margin_db < 4
"""

RETURN = r"""
dsl:
  description: The DSL line. What the router does not tell is null.
  returned: success
  type: dict
  contains:
    status:
      description: In the router's word.
      type: str
      returned: always
      sample: up
    sync:
      description: Whether the line is in sync; null when the router says nothing.
      type: bool
      returned: always
      sample: true
    mode:
      description: The operational mode.
      type: str
      returned: always
      sample: ITU G.992.1(G.DMT)
    uptime_s:
      description: Seconds that it has been in sync.
      type: int
      returned: always
      sample: 5799
    error_seconds:
      description: Seconds with errors since the router was switched on.
      type: int
      returned: always
      sample: 7
    downstream:
      description: What comes in.
      returned: always
      type: dict
      contains: &direction
        rate_kbit:
          description: The rate in kbit/s.
          type: int
          returned: always
          sample: 8064
        noise_margin_db:
          description: The noise margin in dB.
          type: float
          returned: always
          sample: 12.0
        attenuation_db:
          description: The attenuation in dB.
          type: float
          returned: always
          sample: 39.0
        power_dbm:
          description: The power in dBm.
          type: float
          returned: always
          sample: 19.0
        fec_errors:
          description: Errors that were corrected.
          type: int
          returned: always
          sample: 0
        crc_errors:
          description: Errors that were not.
          type: int
          returned: always
          sample: 3
        hec_errors:
          description: Errors in cell headers.
          type: int
          returned: always
          sample: 0
    upstream:
      description: What goes out.
      returned: always
      type: dict
      contains: *direction
router:
  description: The router itself; values are null with O(quick=true).
  returned: success
  type: dict
  contains:
    firmware:
      description: Its version.
      type: str
      returned: always
      sample: V3.40(AGD.2)
    uptime_s:
      description: Seconds since it was switched on.
      type: int
      returned: always
      sample: 574351
met_at:
  description: The address at which it was met.
  returned: success
  type: str
  sample: 172.16.0.1
lent:
  description: The commands of the gateway by which its port could reach the router, and those that took that back.
  returned: success
  type: list
  elements: str
  sample: []
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.zynos.adsl import QUICK, WHOLE, parse_dsl, parse_system
from ansible_collections.linebond.teql.plugins.module_utils.zynos.commands import table
from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.router import alone
from ansible_collections.linebond.teql.plugins.module_utils.zynos.setting import ask
from ansible_collections.linebond.teql.plugins.module_utils.zynos_module import (
    OPTIONS,
    REQUIRED_BY,
    hidden,
    router_of,
    warn_of,
)


def run(module: AnsibleModule) -> dict[str, Any]:
    commands = table(module.params["commands"])
    router = router_of(module, Runner(module))
    with alone(router.access.name):
        replies = ask(router, commands, QUICK if module.params["quick"] else WHOLE)
    warn_of(module, router)
    if not replies:
        raise ZynosError("the router takes none of the commands that show its line (see the option commands)")
    return {
        "dsl": parse_dsl(replies),
        "router": parse_system(replies.get("version", "")),
        "met_at": router.met,
        "lent": router.lent,
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec={**OPTIONS, "quick": {"type": "bool", "default": False}},
        required_by=REQUIRED_BY,
        supports_check_mode=True,
    )
    try:
        result = run(module)
    except (ZynosError, LinebondError, OSError) as error:
        module.fail_json(msg=hidden(module, error))
    else:
        module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
