#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: networkmanager_reload
short_description: Let NetworkManager take up the profiles of a bond, or give up what they had set
version_added: 1.1.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Lets NetworkManager read its configuration and the bond's profiles, activates each profile that is not active on
    its interface, and applies anew each that is. Applying what is applied already does nothing, and is no change.
  - After the profiles' files were removed it lets NetworkManager notice that, waits until addresses and routes are
    gone, and activates again what was active on the ports before the bond.
  - What was active before is kept in C(/var/lib/linebond.teql/networkmanager-BOND.json).
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: N/A
    details: It changes no file of the system; the commands are in the result.
requirements:
  - C(nmcli) of NetworkManager 1.22 or newer and C(ip) of iproute2 on the managed host
options:
  name:
    description:
      - The bond.
    type: str
    default: teql0
  wanted:
    description:
      - What the profiles give the interfaces, by interface. Addresses have their prefix; without one it is the next hop
        of a default route. The profiles are there already, except in check mode.
    type: dict
    default: {}
  gone:
    description:
      - What NetworkManager is to give up, in the same form. The files have been removed, except in check mode.
      - Where this is given, a host without a running NetworkManager is fine, nobody keeps anything there.
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
  - module: linebond.teql.ifupdown_reload
  - module: linebond.teql.networkd_reload
"""

EXAMPLES = r"""
- name: Let NetworkManager take up the profiles
  linebond.teql.networkmanager_reload:
    wanted:
      eth2: [172.16.0.2/30]
      teql0: [192.0.2.2/29, 192.0.2.1]

- name: The same after their files were removed
  linebond.teql.networkmanager_reload:
    gone:
      eth2: [172.16.0.2/30]
      teql0: [192.0.2.2/29, 192.0.2.1]
"""

RETURN = r"""
commands:
  description: The commands that changed something, or would in check mode.
  returned: always
  type: list
  elements: str
  sample: [nmcli device reapply eth2]
left:
  description: What of O(gone) is still there, by interface.
  returned: success
  type: dict
  sample: {}
"""

import json
import os
from typing import Any, Sequence

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import networkmanager as nm
from ansible_collections.linebond.teql.plugins.module_utils.act import act
from ansible_collections.linebond.teql.plugins.module_utils.apply import after_acting, finish
from ansible_collections.linebond.teql.plugins.module_utils.given import await_gone, normal, still_missing
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, typed

HINT = "journalctl -u NetworkManager"


def running(runner: Runner) -> bool:
    return runner.has("nmcli") and runner.try_run("nmcli", "-t", "-f", "RUNNING", "general")[1].strip() == "running"


def read_active(runner: Runner) -> dict[str, str]:
    return nm.parse_active(runner.run("nmcli", "-t", "-f", "DEVICE,UUID", "connection", "show", "--active"))


def read_before(runner: Runner, bond: str) -> dict[str, str]:
    """The profiles that were active before ours, by port."""
    path = nm.kept_file(bond)
    try:
        return dict(json.loads(runner.read(path) or "{}"))
    except (TypeError, ValueError) as error:
        raise LinebondError(f"{path} cannot be read ({error}): remove it to start anew.") from error


def write_before(runner: Runner, bond: str, before: dict[str, str]) -> None:
    path = nm.kept_file(bond)
    if before:
        runner.write(path, json.dumps(before, indent=2, sort_keys=True) + "\n")
    else:
        runner.remove(path)


def present(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    bond, wanted = module.params["name"], normal("wanted", module.params["wanted"])
    if not running(runner):
        raise LinebondError("NetworkManager does not run here: start it, and have it start at boot.")
    active, before = read_active(runner), read_before(runner, bond)
    planned = nm.plan_present(bond, wanted, active, still_missing(runner, wanted), before)
    if not module.check_mode:
        found = nm.taken_over(bond, wanted, active, before)
        if found != before:
            write_before(runner, bond, {**before, **found})  # all, until what leaves is gone
        act(runner, planned.reads, HINT)
        act(runner, planned.changes, HINT)
        with after_acting([typed(argv) for argv in planned.changes]):
            act(runner, planned.refreshes, HINT)
            offer(module, runner, planned.offers)
            if found != before:
                write_before(runner, bond, found)
    return result(planned, {})


def absent(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    bond, gone = module.params["name"], normal("gone", module.params["gone"])
    if not running(runner):
        return {"changed": False, "commands": [], "left": {}}
    before = read_before(runner, bond)
    planned = nm.plan_absent(bond, read_active(runner), before)
    left = {}
    if not module.check_mode:
        act(runner, [*planned.reads, *planned.changes], HINT)
        with after_acting([typed(argv) for argv in planned.changes]):
            offer(module, runner, planned.offers)
            left = await_gone(runner, gone, module.params["wait"]) if planned.changes else {}
            write_before(runner, bond, {})
    return result(planned, left)


def offer(module: AnsibleModule, runner: Runner, commands: Sequence[nm.Argv]) -> None:
    """NetworkManager goes on trying by itself, as the profile says; what keeps it from that is no fault of ours."""
    for argv in commands:
        rc, out, err = runner.try_run(*argv)
        if rc != 0:
            reason = " ".join((err or out).split()) or f"status {rc}"
            module.warn(f"{argv[-1]} has its former profile again, but it is not active yet: {reason}")


def result(planned: nm.Plan, left: dict[str, list[str]]) -> dict[str, Any]:
    commands = [typed(argv) for argv in planned.changes + planned.offers]
    return {"changed": bool(planned.changes), "commands": commands, "left": left}


def run(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    if os.geteuid() != 0 and not module.check_mode:
        raise LinebondError("Only root may change the network: run this task with become: true.")
    return (absent if module.params["gone"] else present)(module, runner)


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "default": "teql0"},
            "wanted": {"type": "dict", "default": {}},
            "gone": {"type": "dict", "default": {}},
            "wait": {"type": "int", "default": 10},
        },
        mutually_exclusive=[("wanted", "gone")],
        supports_check_mode=True,
    )
    finish(module, lambda: run(module, Runner(module)))


if __name__ == "__main__":
    main()
