#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: zynos_lan
short_description: Give a ZyNOS router (Zyxel P660 and its family) its two LAN addresses, by telnet
version_added: 1.1.0
description:
  - Run on the gateway, the only machine that the router's management address can be reached from. Speaks telnet by
    itself; needs no client, no library and nothing on the router.
  - Reads what is set, and sends and saves only what differs. The common address is set first, as IP alias 1, and proved
    by a new session; the router's own address, which cuts the connection, comes last.
  - Logs in with a password or with user name and password, and finds the command line behind the menu of older models.
    The prompt is learned from what the router prints.
  - Fails when a new session does not show what was saved.
  - What was there before is recorded below C(/var/lib/linebond.teql) of the gateway, and restored with O(state=absent).
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
  - linebond.teql.zynos
author:
  - The linebond.teql authors (@linebond)
options:
  state:
    description:
      - V(present) gives the router its addresses; V(absent) puts back what was there before.
    type: str
    choices: [present, absent]
    default: present
  common_address:
    description:
      - The address that the routers of all lines share, with the prefix of the public block. Without it IP alias 1 is
        left alone, or put back as it was where this module had set it.
    type: str
  public_network:
    description:
      - The public block, to which a static route by O(gateway) is set. Only for a router without O(common_address), for
        the block is next to one that has it. Without it a route that this module had set is taken off.
    type: str
    version_added: 1.1.0
  route_index:
    description:
      - The number of the static route that may be used for O(public_network); what it was before cannot be read.
    type: int
    default: 8
    version_added: 1.1.0
  wan_nodes:
    description:
      - Numbers of the remote nodes whose NAT shall be off. When it is empty NAT is left alone.
    type: list
    elements: int
    default: []
seealso:
  - module: linebond.teql.zynos_info
  - module: linebond.teql.router_probe
"""

EXAMPLES = r"""
- name: Set up the router on eth2
  linebond.teql.zynos_lan:
    interface: eth2
    address: 172.16.0.1/30
    gateway: 172.16.0.2
    common_address: 192.0.2.1/29
    wan_nodes: [1]
    password: "{{ vault_attic_password }}"

- name: The same for a firmware that words two commands otherwise
  linebond.teql.zynos_lan:
    interface: eth3
    address: 172.16.0.5/30
    gateway: 172.16.0.6
    common_address: 192.0.2.1/29
    username: admin
    password: "{{ vault_cellar_password }}"
    commands:
      lan_on: lan alias enable
      lan_show: [lan show, lan display]
"""

RETURN = r"""
commands:
  description:
    - The commands by which the router was (in check mode - would be) changed, in order. Empty when nothing was changed.
    - In check mode it is the first of several commands of which a router takes one.
  returned: always
  type: list
  elements: str
  sample: ["lan index 2", "lan ipaddr 192.0.2.1 255.255.255.248", "lan active yes", "lan save"]
lent:
  description: The commands of the gateway by which its port could reach the router, and those that took that back.
  returned: always
  type: list
  elements: str
  sample: ["ip link set dev eth2 up", "ip link set dev eth2 down"]
met_at:
  description: The router's address at which it was last talked to.
  returned: success, if the router was asked
  type: str
  sample: 172.16.0.1
before:
  description: What the router had.
  returned: if it could be read
  type: dict
  sample: &state
    lan:
      - {slot: 1, active: true, address: 192.168.1.1/24, dhcp: server}
      - {slot: 2, active: false, address: null, dhcp: null}
    nat: [{node: 1, mode: full}]
after:
  description: What it has now; in check mode what it would have.
  returned: if it could be read
  type: dict
  sample: *state
live:
  description: The addresses that the router has in use now, by its own account; empty when it does not tell.
  returned: success
  type: list
  elements: str
  sample: [172.16.0.1, 192.0.2.1]
"""

import ipaddress
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import zynos_record
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.zynos.commands import table
from ansible_collections.linebond.teql.plugins.module_utils.zynos.errors import ZynosError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.lan import MAIN
from ansible_collections.linebond.teql.plugins.module_utils.zynos.plan import State, predicted
from ansible_collections.linebond.teql.plugins.module_utils.zynos.router import Router, alone
from ansible_collections.linebond.teql.plugins.module_utils.zynos.setting import Done, settle
from ansible_collections.linebond.teql.plugins.module_utils.zynos.wanted import wanted_from
from ansible_collections.linebond.teql.plugins.module_utils.zynos.way import Way, ways
from ansible_collections.linebond.teql.plugins.module_utils.zynos_module import (
    OPTIONS,
    REQUIRED_BY,
    hidden,
    router_of,
    warn_of,
)

OWN_OPTIONS = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "common_address": {"type": "str"},
    "public_network": {"type": "str"},
    "route_index": {"type": "int", "default": 8},
    "wan_nodes": {"type": "list", "elements": "int", "default": []},
}


def run(module: AnsibleModule, runner: Runner, done: Done) -> Router | None:
    """Brings the router to the wanted state; None when there is none to be asked."""
    params = module.params
    commands = table(params["commands"])
    present = params["state"] == "present"
    wanted = wanted_from(params)
    path = zynos_record.record_path(params["interface"] or str(ipaddress.IPv4Interface(params["address"]).ip))
    text = runner.read(path)
    kept = None if text is None else zynos_record.load(text, path)
    more: list[Way] = []
    if not present:
        if kept is None:
            return None
        wanted = kept
        former = kept.slots[MAIN].address if MAIN in kept.slots else None
        more = ways(former, None, [former])[1:] if former else []  # where it will be met afterwards

    else:
        wanted = zynos_record.given_up(kept, wanted)

    def remember(before: State) -> None:
        if present:
            runner.write(path, zynos_record.dump(zynos_record.completed(kept, before)))

    router = router_of(module, runner, more)
    with alone(router.access.name):
        settle(router, commands, wanted, module.check_mode, remember, done)
    if not present and not module.check_mode:
        runner.remove(path)
    return router


def result_of(done: Done, check: bool, hide: Callable[[object], str]) -> dict[str, Any]:
    planned = [command for phase in done.phases for command in phase.commands]
    result: dict[str, Any] = {
        "commands": [hide(command) for command in (planned if check else done.commands)],
        "lent": done.router.lent if done.router else [],
        "live": list(done.live),
    }
    if done.before is not None and done.after is not None:
        after = predicted(done.before, done.wanted) if check and done.wanted else done.after
        result["before"], result["after"] = zynos_record.as_data(done.before), zynos_record.as_data(after)
        result["diff"] = {"before": done.before.told(), "after": after.told()}
    return result


def main() -> None:
    module = AnsibleModule(
        argument_spec={**OPTIONS, **OWN_OPTIONS},
        required_by={**REQUIRED_BY, "public_network": ["gateway"]},
        supports_check_mode=True,
    )
    done = Done()

    def hide(text: object) -> str:
        return hidden(module, text)

    try:
        router = run(module, Runner(module), done)
    except (ZynosError, LinebondError, OSError) as error:
        if done.router:
            warn_of(module, done.router)
        module.fail_json(msg=hide(error), changed=done.saved, **result_of(done, module.check_mode, hide))
    else:
        result = result_of(done, module.check_mode, hide)
        if router:
            warn_of(module, router)
            result["met_at"] = router.met
        module.exit_json(changed=bool(done.phases), **result)


if __name__ == "__main__":
    main()
