#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sysctl
short_description: Set many kernel settings at once, live and in one drop-in
version_added: 1.0.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Makes a drop-in below C(/etc/sysctl.d) hold exactly the given settings and gives the running kernel their values,
    with one command for all that differ.
  - Unknown settings are all named before anything is written. A failure takes back what was done.
  - The values that were live before are recorded below C(/var/lib/linebond.teql) and restored for settings that are no
    longer given, and with O(state=absent).
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
requirements:
  - C(sysctl) of procps on the managed host
options:
  name:
    description:
      - The drop-in's name; the file is C(/etc/sysctl.d/NAME.conf). A file there that this module did not write is an
        error. Files are read at boot in the order of their names.
    type: str
    required: true
  values:
    description:
      - Setting and value. Any spelling of sysctl(8) will do - C(net.ipv4.ip_forward) or, where an interface has a dot
        in its name, C(net/ipv4/conf/eth2.5/rp_filter). V(true) is V(1), V(false) is V(0).
      - Required with O(state=present).
    type: dict
  state:
    description:
      - V(present) sets the values; V(absent) removes the drop-in and restores the recorded live values.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: linebond.teql.bond
"""

EXAMPLES = r"""
- name: Let packets through, live and after the next boot
  linebond.teql.sysctl:
    name: 60-gateway
    values:
      net.ipv4.ip_forward: 1
      net/ipv4/conf/eth2.5/arp_ignore: 0

- name: Put the earlier values back
  linebond.teql.sysctl:
    name: 60-gateway
    state: absent
"""

RETURN = r"""
commands:
  description: The commands that were run (in check mode - would be run). Empty when nothing was run.
  returned: always
  type: list
  elements: str
  sample: ["sysctl -w net/ipv4/ip_forward=1"]
before:
  description: The live values before, by setting.
  returned: success
  type: dict
  sample: {net/ipv4/ip_forward: "0"}
after:
  description: The live values after; in check mode as they would be.
  returned: success
  type: dict
  sample: {net/ipv4/ip_forward: "1"}
"""

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import sysctl_set as settings
from ansible_collections.linebond.teql.plugins.module_utils.apply import (
    ApplyFailed,
    after_acting,
    carry_out,
    commands_of,
    finish,
    told,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner


def difference(before: settings.SetState, after: settings.SetState, file: str) -> list[dict[str, str]]:
    parts = [
        ("live", settings.show_live(before), settings.show_live(after)),
        (file, before.drop_in or "", after.drop_in or ""),
    ]
    return [
        {"before_header": name, "after_header": name, "before": old, "after": new}
        for name, old, new in parts
        if old != new
    ]


def run(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    absent = module.params["state"] == "absent"
    wanted = settings.wanted_from(module.params["name"], {} if absent else module.params["values"], absent)
    before = settings.read(runner, wanted)
    steps = settings.plan(before, wanted)
    after = steps[-1].after if steps else before
    commands = commands_of([step.do for step in steps])
    if steps and not module.check_mode:
        if os.geteuid() != 0:
            raise LinebondError("Only root may change kernel settings: run this task with become: true.")
        commands = carry_out(runner, steps)
        with after_acting(commands):
            after = settings.read(runner, wanted, before.live)
            left = settings.plan(after, wanted)
        if left:
            rest = "; ".join(told(step.do) for step in left)
            raise ApplyFailed(f"The kernel did not take every value; still to be done: {rest}.", commands, True)
    return {
        "changed": bool(steps),
        "commands": commands,
        "before": settings.known(before),
        "after": settings.known(after),
        "diff": difference(before, after, wanted.file),
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "values": {"type": "dict"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        required_if=[("state", "present", ["values"])],
        supports_check_mode=True,
    )
    finish(module, lambda: run(module, Runner(module)))


if __name__ == "__main__":
    main()
