#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: networkd_reload
short_description: Let systemd-networkd take up its files, and wait until what it gives up is gone
version_added: 1.0.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Runs C(networkctl reload). That does nothing where the files are as systemd-networkd knows them, so that a run that
    was cut off between files and reload can be run again.
  - systemd 252 returns from that command before it has done what follows from it. With O(gone) the module waits until
    the addresses and routes are gone, so that nobody else takes off what is about to be taken off anyway.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: N/A
    details: It changes no files; what follows from them is the business of systemd-networkd.
requirements:
  - C(networkctl) of systemd, C(ip) of iproute2 on the managed host
options:
  gone:
    description:
      - What systemd-networkd is to give up, by interface. Addresses have their prefix; without one it is the next hop
        of a default route.
      - Where this is given, a host without a running systemd-networkd is fine, nobody keeps anything there.
    type: dict
    default: {}
  wait:
    description:
      - How long to wait for that, in seconds. What is there still after it is in the result, and no failure. It may be
        somebody else's.
    type: int
    default: 10
seealso:
  - module: linebond.teql.files
"""

EXAMPLES = r"""
- name: Let networkd take up what differs from what it has read
  linebond.teql.networkd_reload:

- name: The same after files were removed
  linebond.teql.networkd_reload:
    gone:
      eth2: [172.16.0.2/30]
      teql0: [192.0.2.2/29, 192.0.2.1]
"""

RETURN = r"""
left:
  description: What of O(gone) is still there, by interface.
  returned: success
  type: dict
  sample: {}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.given import Given, await_gone, normal
from ansible_collections.linebond.teql.plugins.module_utils.runner import CommandFailed, LinebondError, Runner


def reload(runner: Runner, needed: bool) -> None:
    if not needed and not runner.has("networkctl"):
        return
    try:
        runner.run("networkctl", "reload")
    except CommandFailed:
        if needed or running(runner):
            raise


def running(runner: Runner) -> bool:
    return runner.has("systemctl") and runner.try_run("systemctl", "is-active", "systemd-networkd")[0] == 0


def main() -> None:
    module = AnsibleModule(
        argument_spec={"gone": {"type": "dict", "default": {}}, "wait": {"type": "int", "default": 10}},
        supports_check_mode=True,
    )
    runner = Runner(module)
    left: Given = {}
    try:
        gone = normal("gone", module.params["gone"])
        if not module.check_mode:
            reload(runner, needed=not gone)
            left = await_gone(runner, gone, module.params["wait"]) if gone else {}
    except LinebondError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, left=left)


if __name__ == "__main__":
    main()
