#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: linux_router
short_description: Make a Linux box with systemd-networkd the router of one line
version_added: 1.0.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Gives the LAN interface the router's own address and the common address that the routers of all lines share, routes
    the public block to the gateway's own address on the line, and lets packets through. All of it is live at once and
    there again after a reboot.
  - Refuses while a rule of nftables or iptables could translate packets from the public block, and quotes the rule.
  - Refuses to drop the address or route that Ansible itself came in by.
  - Everything is checked before anything is touched, and verified at the end. What was there before is recorded below
    C(/var/lib/linebond.teql) and restored with O(state=absent).
  - A box has one such configuration. A call with another O(lan_interface) moves it there.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
  - linebond.teql.router
requirements:
  - systemd-networkd, which runs and keeps the LAN interface; tried with systemd 252 and 257
  - C(ip) of iproute2 and C(sysctl) of procps on the managed host
options:
  state:
    description:
      - V(present) makes the box the router of the line; V(absent) takes that off again.
      - With V(absent) no other option is needed.
    type: str
    choices: [present, absent]
    default: present
  lan_interface:
    description:
      - The port to the gateway.
      - Without it the port is found. It is the only ethernet port that neither carries the default route nor belongs to
        a bridge. The one that Ansible came in by is left out too, if others remain. When not exactly one remains, the
        module says which there are.
    type: str
  extra_addresses:
    description:
      - Further addresses of the LAN interface, with prefix. Those that it has and that are not named here are dropped.
    type: list
    elements: str
    default: []
  allow_nat:
    description:
      - Whether to go on when a rule could translate packets from the public block.
    type: bool
    default: false
seealso:
  - module: linebond.teql.router_probe
"""

EXAMPLES = r"""
- name: Be the router of the first line
  linebond.teql.linux_router:
    address: 172.16.0.1/30
    gateway: 172.16.0.2
    common_address: 192.0.2.1
    public_network: 192.0.2.0/29

- name: Be what it was before
  linebond.teql.linux_router:
    state: absent
"""

RETURN = r"""
lan_interface:
  description: The port to the gateway; null when there is none, with O(state=absent).
  returned: success
  type: str
  sample: eth1
commands:
  description: The commands that were run (in check mode - would be run), in order. Empty when nothing was run.
  returned: always
  type: list
  elements: str
  sample: ["sysctl -w net/ipv4/ip_forward=1", "networkctl reload"]
"""

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.apply import ApplyFailed, after_acting
from ansible_collections.linebond.teql.plugins.module_utils.file_model import FileSetError
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_apply import apply, difference, plan_all, store
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_lan import (
    choose_lan,
    refuse_cutting_off,
    refuse_leaving,
    refuse_managers,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import (
    NEEDED,
    REQUIRED_BY,
    SHARED_OPTIONS,
    TOGETHER,
    Wanted,
    wanted_from,
)
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_state import Seen, look, look_again, read_nat
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, told_of

OPTIONS = {**SHARED_OPTIONS, "lan_interface": {"type": "str"}, "allow_nat": {"type": "bool", "default": False}}


def wanted_now(runner: Runner, seen: Seen, params: dict[str, Any]) -> Wanted | None:
    """What the box should be, once it is sure that it can and may be; None for not a router of ours."""
    if params["state"] == "absent":
        refuse_leaving(seen.way_in, seen.record)
        return None
    wanted = wanted_from(params, choose_lan(seen, params["lan_interface"]))
    refuse_managers(seen.managers, wanted.lan)
    refuse_cutting_off(seen.way_in, wanted, seen.addresses.get(wanted.lan, ()))
    refuse_leaving(seen.way_in, {name: before for name, before in seen.record.items() if name != wanted.lan})
    rules = [] if params["allow_nat"] else read_nat(runner, wanted.networks, wanted.lan)
    if rules:
        raise LinebondError(
            f"Packets from the public block {' and '.join(wanted.networks)} would leave this router with another "
            f"source address, by {'; by '.join(rules)}. Remove the rule or limit it to the private networks "
            "(saddr, -s), or set routers_allow_nat: true if it never meets them."
        )
    return wanted


def run(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    if os.geteuid() != 0:
        raise LinebondError("Only root can see and set all that makes a router: run this task with become: true.")
    seen = look(runner, os.environ)
    wanted = wanted_now(runner, seen, module.params)
    files = store()
    whole = plan_all(runner, files, seen, wanted)
    commands = whole.commands
    if whole.changed and not module.check_mode:
        commands = apply(runner, files, whole)
        with after_acting(commands, FileSetError, OSError):
            left = plan_all(runner, files, look_again(runner, seen), wanted)
        if left.changed:
            raise ApplyFailed(
                "The router is not yet as it should be; is another program changing it? Run again.", commands, True
            )
    lan = wanted.lan if wanted else next(iter(seen.record), None)
    return {"changed": whole.changed, "commands": commands, "lan_interface": lan, "diff": difference(whole)}


def main() -> None:
    module = AnsibleModule(
        argument_spec=OPTIONS,
        required_if=NEEDED,
        required_together=TOGETHER,
        required_by=REQUIRED_BY,
        supports_check_mode=True,
    )
    try:
        result = run(module, Runner(module))
    except ApplyFailed as error:
        module.fail_json(msg=str(error), commands=error.commands, changed=error.changed)
    except OSError as error:
        module.fail_json(msg=told_of(error), commands=[], changed=False)
    except (LinebondError, FileSetError) as error:
        module.fail_json(msg=str(error), commands=[], changed=False)
    else:
        module.exit_json(**result)


if __name__ == "__main__":
    main()
