#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ifupdown_reload
short_description: Let ifupdown take up the stanzas of a bond, or give up what they had set
version_added: 1.1.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Runs C(ifup) for each interface of the bond's stanzas that is not up, and C(ifdown) with C(ifup) for each whose
    stanza is another than it was brought up by, or that lacks an address or next hop. Others are left alone.
  - What was brought up is kept in C(/var/lib/linebond.teql/ifupdown-BOND), for C(ifdown) has to know it when the
    stanzas have changed or are gone.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: N/A
    details: It changes no file of the system; the commands are in the result.
requirements:
  - C(ifup), C(ifdown) and C(ifquery) of Debian's ifupdown on the managed host, unless there is nothing to give up
options:
  name:
    description:
      - The bond.
    type: str
    default: teql0
  stanzas:
    description:
      - The content of the bond's file below C(/etc/network/interfaces.d), which is there already except in check mode.
      - Without it, all that an earlier run brought up is given up, on a host without ifupdown as well.
    type: str
    default: ''
  wanted:
    description:
      - What the interfaces are to have, by interface. Addresses have their prefix; without one it is the next hop of a
        default route.
    type: dict
    default: {}
seealso:
  - module: linebond.teql.files
  - module: linebond.teql.networkd_reload
  - module: linebond.teql.networkmanager_reload
"""

EXAMPLES = r"""
- name: Let ifupdown take up what differs from what it has brought up
  linebond.teql.ifupdown_reload:
    stanzas: |
      auto eth2
      iface eth2 inet static
          address 172.16.0.2/30
      auto teql0
      iface teql0 inet static
          address 192.0.2.2/29
          gateway 192.0.2.1
    wanted:
      eth2: [172.16.0.2/30]
      teql0: [192.0.2.2/29, 192.0.2.1]

- name: The same after the file was removed
  linebond.teql.ifupdown_reload:
    name: teql0
"""

RETURN = r"""
commands:
  description: The commands that were run, or would be in check mode.
  returned: always
  type: list
  elements: str
  sample: [ifup eth2, ifup teql0]
"""

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import ifupdown
from ansible_collections.linebond.teql.plugins.module_utils.act import act
from ansible_collections.linebond.teql.plugins.module_utils.apply import after_acting, finish
from ansible_collections.linebond.teql.plugins.module_utils.given import normal, still_missing
from ansible_collections.linebond.teql.plugins.module_utils.record import load_record, record_path
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, typed


def look(runner: Runner, bond: str, wanted: Any) -> ifupdown.Seen:
    kept = ifupdown.parse_stanzas(runner.read(ifupdown.kept_file(bond)) or "")
    needed = bool(kept or wanted)
    path = record_path(bond)
    record = load_record(runner.read(path), path)
    return ifupdown.Seen(
        kept=kept,
        up=ifupdown.parse_state(runner.run("ifquery", "--state")) if needed else (),
        missing=still_missing(runner, wanted),
        before=[port for port in record.ports if port not in record.raised],
    )


def keep(runner: Runner, bond: str, text: str) -> None:
    path = ifupdown.kept_file(bond)
    if (runner.read(path) or "") == text:
        return
    if text:
        runner.write(path, text)
    else:
        runner.remove(path)


def run(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    bond, text = module.params["name"], module.params["stanzas"]
    wanted = normal("wanted", module.params["wanted"])
    commands = ifupdown.plan(bond, ifupdown.parse_stanzas(text), look(runner, bond, wanted))
    done = [typed(argv) for argv in commands]
    if not module.check_mode:
        if commands and os.geteuid() != 0:
            raise LinebondError("Only root may bring interfaces up and down: run this task with become: true.")
        done = act(runner, commands, "journalctl -u networking")
        with after_acting(done):
            keep(runner, bond, text)
    return {"changed": bool(commands), "commands": done}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "default": "teql0"},
            "stanzas": {"type": "str", "default": ""},
            "wanted": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    finish(module, lambda: run(module, Runner(module)))


if __name__ == "__main__":
    main()
