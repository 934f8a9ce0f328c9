#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ifcfg_reload
short_description: Let the classic network scripts set what their files for a bond say, as far as it differs
version_added: 1.1.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Reads what the interfaces of a bond have, and runs C(ifup) of initscripts (C(network-scripts)) for those that lack
    an address or a default route.
  - The scripts add and take nothing away. What they had set for an earlier call and is not wanted any more is removed
    by C(ip). It is recorded in C(/var/lib/linebond.teql/NAME-ifcfg.json).
  - The bond is never taken down. A port is taken down first (C(ifdown)) only where it had other addresses or a DHCP
    client at the first call.
  - The files themselves are written with M(linebond.teql.files) and P(linebond.teql.bonding_files#filter).
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: N/A
    details: It changes no files; the commands are in the result.
requirements:
  - initscripts before version 10.07, or the package network-scripts, and C(ip) of iproute2 on the managed host
options:
  name:
    description:
      - The bond's device.
    type: str
    default: teql0
  state:
    description:
      - V(present) has the scripts set what is missing.
      - V(absent) removes all that was set by calls of this module, and brings the ports up that have an ifcfg file of
        the site's. Where there was none, it does nothing, whatever manages the network.
    type: str
    choices: [present, absent]
    default: present
  addresses:
    description:
      - The bond's addresses with prefix, as in its ifcfg file. The IPv6 ones are answered for on each port.
    type: list
    elements: str
    default: []
  gateways:
    description:
      - The next hops of the default routes over the bond.
    type: list
    elements: str
    default: []
  route_metric:
    description:
      - The metric of the IPv4 default route. The scripts give the IPv6 one V(1).
    type: int
    default: 0
  port_addresses:
    description:
      - The address with prefix of each port, by interface.
    type: dict
    default: {}
  router_macs:
    description:
      - The MAC of the router behind a port, by interface, where it is a permanent neighbour for the O(gateways).
    type: dict
    default: {}
seealso:
  - module: linebond.teql.files
  - module: linebond.teql.networkd_reload
"""

EXAMPLES = r"""
- name: Let the network scripts set what is missing
  linebond.teql.ifcfg_reload:
    addresses: [192.0.2.2/29]
    gateways: [192.0.2.1]
    port_addresses:
      eth2: 172.16.0.2/30
      eth3: 172.16.0.6/30

- name: Take it off again, after the files are gone
  linebond.teql.ifcfg_reload:
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The commands that were run (in check mode - would be run), in order, quoted for a shell.
  returned: always
  type: list
  elements: str
  sample: [/etc/sysconfig/network-scripts/ifup eth2]
"""

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.apply import commands_of, told
from ansible_collections.linebond.teql.plugins.module_utils.given import normal_one
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import IPV6_METRIC
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_plan import plan
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_state import Interface, read_state
from ansible_collections.linebond.teql.plugins.module_utils.runner import Action, LinebondError, Run, Runner, typed

ARGUMENTS = {
    "name": {"type": "str", "default": "teql0"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "addresses": {"type": "list", "elements": "str", "default": []},
    "gateways": {"type": "list", "elements": "str", "default": []},
    "route_metric": {"type": "int", "default": 0},
    "port_addresses": {"type": "dict", "default": {}},
    "router_macs": {"type": "dict", "default": {}},
}


def normal(value: Any, option: str) -> str:
    try:
        return normal_one(value)
    except (TypeError, ValueError):
        raise LinebondError(f"{option}: {value!r} is no address.") from None


def wanted_from(params: dict[str, Any]) -> dict[str, Interface]:
    """By interface; nothing with state absent."""
    if params["state"] == "absent":
        return {}
    addresses = tuple(normal(each, "addresses") for each in params["addresses"])
    hops = tuple(normal(each, "gateways") for each in params["gateways"])
    metrics = tuple((hop, IPV6_METRIC if ":" in hop else params["route_metric"]) for hop in hops)
    found = {params["name"]: Interface(addresses, metrics)}
    proxies = tuple(each.partition("/")[0] for each in addresses if ":" in each)
    for port, address in params["port_addresses"].items():
        mac = params["router_macs"].get(port)
        neighbours = tuple((hop, str(mac)) for hop in hops) if mac else ()
        found[port] = Interface((normal(address, f"port_addresses.{port}"),), (), neighbours, proxies)
    return found


def act(runner: Runner, actions: list[Action], result: dict[str, Any]) -> None:
    """Stops at the first one that fails; nothing is taken back, the next call goes on from there."""
    for number, action in enumerate(actions):
        result["commands"] = commands_of(actions[: number + 1])
        if isinstance(action, Run):
            rc, out, err = runner.try_run(*action.argv)
            if rc != 0:  # the scripts complain on either
                said = " ".join(f"{err} {out}".split()) or "no message"
                raise LinebondError(f"{typed(action.argv)} failed with status {rc}: {said}; mend this, then run again.")
        else:
            runner.perform(action)
        result["changed"] = True


def run(module: AnsibleModule, runner: Runner, result: dict[str, Any]) -> None:
    bond, wanted = module.params["name"], wanted_from(module.params)
    actions = plan(read_state(runner, bond, wanted), wanted, bond)
    if module.check_mode or not actions:
        result.update(changed=bool(actions), commands=commands_of(actions))
        return
    if os.geteuid() != 0:
        raise LinebondError("Only root may run the network scripts: run this task with become: true.")
    act(runner, actions, result)
    left = plan(read_state(runner, bond, wanted), wanted, bond)
    if left:
        rest = "; ".join(told(action) for action in left)
        raise LinebondError(
            f"The network scripts succeeded, but not all is as their files say; still to be done: {rest}. See what "
            "they wrote to the system log."
        )


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    result: dict[str, Any] = {"changed": False, "commands": []}
    try:
        run(module, Runner(module), result)
    except LinebondError as error:
        module.fail_json(msg=str(error), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
