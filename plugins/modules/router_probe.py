#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: router_probe
short_description: Ask by ARP whether every line's router has its two addresses
version_added: 1.0.0
description:
  - Run on the gateway. On each line it asks by ARP who has the router's management address, and who has the common
    address that all routers share. It needs no route, no answer to ping and no login on the router.
  - Finds routers that are off or cabled to another port, a missing management or common address, foreign devices that
    answer for one of them, ports that are in the same switch, and a router that was swapped.
  - All lines are asked at the same time. Nothing is changed.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.info
author:
  - the linebond.teql authors (@linebond)
options:
  bond:
    description:
      - The gateway's bond. While it is not up the gateway is yet to be set up, and its ports with it; then nothing is
        asked, and a warning says so.
    type: str
  lines:
    description:
      - The lines to ask on.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What people call the line.
        type: str
        required: true
      interface:
        description:
          - The gateway's ethernet port of this line.
        type: str
        required: true
      source:
        description:
          - The gateway's own address on this line, with or without a prefix length. Routers are asked to answer to it.
        type: str
        required: true
      router:
        description:
          - The router's management address.
        type: str
        required: true
      common_address:
        description:
          - The address all routers share. It is not asked for when this is left out.
        type: str
      router_mac:
        description:
          - The router's hardware address, if it is to be this one only.
        type: str
  attempts:
    description:
      - How often an address that does not answer is asked for.
    type: int
    default: 3
  timeout:
    description:
      - How many seconds to wait for an answer in each attempt.
    type: float
    default: 1.0
  fail:
    description:
      - Whether to fail when a line has a problem. If V(false), the problems are only returned.
    type: bool
    default: true
requirements:
  - to be root on the gateway, or to have CAP_NET_RAW
seealso:
  - module: linebond.teql.bond_info
"""

EXAMPLES = r"""
- name: Both routers have both of their addresses
  linebond.teql.router_probe:
    lines:
      - name: dsl1
        interface: eth2
        source: 172.16.0.2
        router: 172.16.0.1
        common_address: 192.0.2.1
      - name: dsl2
        interface: eth3
        source: 172.16.0.6
        router: 172.16.0.5
        common_address: 192.0.2.1
        router_mac: "52:54:00:12:34:56"
"""

RETURN = r"""
lines:
  description: What was heard on each line, in the order of the option O(lines).
  returned: always, unless an option is wrong; empty when nothing was asked
  type: list
  elements: dict
  contains:
    name:
      description: The line.
      type: str
      returned: always
      sample: dsl1
    interface:
      description: Its port.
      type: str
      returned: always
      sample: eth2
    router_mac:
      description: Who has the management address; null without an answer.
      type: str
      returned: always
      sample: "52:54:00:12:34:55"
    common_mac:
      description: Who has the common address; null without an answer or when it was not asked for.
      type: str
      returned: always
      sample: "52:54:00:12:34:55"
    problems:
      description: What is wrong, in sentences that name the line.
      type: list
      elements: str
      returned: always
      sample: []
"""

import ipaddress
import re
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.arp import Line, judge
from ansible_collections.linebond.teql.plugins.module_utils.arp_probe import is_up, probe

OPTIONS = {
    "bond": {"type": "str"},
    "lines": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "interface": {"type": "str", "required": True},
            "source": {"type": "str", "required": True},
            "router": {"type": "str", "required": True},
            "common_address": {"type": "str"},
            "router_mac": {"type": "str"},
        },
    },
    "attempts": {"type": "int", "default": 3},
    "timeout": {"type": "float", "default": 1.0},
    "fail": {"type": "bool", "default": True},
}


def lines_of(options: list[dict[str, Any]]) -> list[Line]:
    """The lines in one spelling; ValueError names line and field."""
    lines: list[Line] = []
    for option in options:
        fields = dict(option)
        for field in ("source", "router", "common_address"):
            if option[field] is not None:
                fields[field] = _address(option, field)
        if option["router_mac"] is not None:
            fields["router_mac"] = _mac(option)
        line = Line(**fields)
        for other in lines:
            for field in ("name", "interface"):
                if getattr(line, field) == getattr(other, field):
                    raise ValueError(
                        f"line {line.name}: {field} {getattr(line, field)} is used by line {other.name} too"
                    )
        lines.append(line)
    return lines


def _address(option: dict[str, Any], field: str) -> str:
    try:
        return str(ipaddress.IPv4Interface(option[field]).ip)
    except ValueError as error:
        raise ValueError(
            f"line {option['name']}: {field} {option[field]!r} is no IPv4 address; write it like 172.16.0.1"
        ) from error


def _mac(option: dict[str, Any]) -> str:
    mac = str(option["router_mac"]).lower().replace("-", ":")
    if not re.match(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z", mac):
        raise ValueError(
            f"line {option['name']}: router_mac {option['router_mac']!r} is not six pairs of hex digits; "
            "in YAML write it in quotes, like '52:54:00:12:34:56'"
        )
    return mac


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    attempts, timeout, bond = (module.params[option] for option in ("attempts", "timeout", "bond"))
    if bond and not is_up(bond):
        message = (
            f"{bond} is not up: the gateway is yet to be bonded (role linebond.teql.bonding), no router was asked."
        )
        module.warn(message)
        module.exit_json(changed=False, lines=[], msg=message)  # skipped, the warning would not be shown
    if attempts < 1 or timeout <= 0:
        module.fail_json(msg=f"attempts ({attempts}) and timeout ({timeout}) have to be greater than zero")
    try:
        lines = lines_of(module.params["lines"])
        heard = probe(lines, attempts, timeout)
    except ValueError as error:
        module.fail_json(msg=str(error))
    except PermissionError:
        module.fail_json(msg="asking by ARP needs root on the gateway (CAP_NET_RAW): run this task with become: true")
    problems = judge(lines, heard)
    result = {
        "changed": False,
        "lines": [
            {
                "name": line.name,
                "interface": line.interface,
                "router_mac": next(iter(heard[line.name].router_macs), None),
                "common_mac": next(iter(heard[line.name].common_macs), None),
                "problems": problems[line.name],
            }
            for line in lines
        ],
    }
    everything = [problem for line in lines for problem in problems[line.name]]
    if everything and module.params["fail"]:
        module.fail_json(msg="\n".join(everything), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
