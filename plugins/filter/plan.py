# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: plan
short_description: Turn the short list of lines into the full, validated plan
version_added: 1.0.0
author: The linebond.teql authors (@linebond)
description:
  - Checks everything that the inventory says about a bond and its lines, and fills in what follows from it.
  - When something is wrong, the error names every problem at once, one a line, each beginning with the path of the
    field, such as V(teql_lines[2].address), and each saying what to do.
  - The plan is plain data. Planning the same inventory again gives the same plan.
positional: bond
options:
  _input:
    description:
      - The lines, in order, as the variable C(teql_lines) holds them.
      - Line number i, counted from 0 and over lines of every kind, gets the i-th /30 of O(management_network) when it
        has no address of its own. The first host of the /30 is the router, the second is the gateway.
    type: list
    elements: dict
    required: true
    suboptions:
      interface:
        description:
          - The gateway's port, or the name of the ppp interface of a line of kind V(pppoe).
        type: str
        required: true
      name:
        description:
          - What people call the line. The default is the interface.
        type: str
      kind:
        description:
          - What is behind the interface. Lines of both kinds cannot be in one bond.
        type: str
        choices: [router, pppoe]
        default: router
      enabled:
        description:
          - V(false) keeps the line configured but out of the bond.
        type: bool
        default: true
      weight:
        description:
          - The line's share of packets. Only V(1) is possible in this version.
        type: int
        default: 1
      address:
        description:
          - The gateway's address on the line, with prefix. Only for lines of kind V(router).
        type: str
      router:
        description:
          - The router's management address. It follows from the address when that is in a /30 or /31.
        type: str
      router_mac:
        description:
          - The MAC address of the router's LAN port, for a permanent neighbour.
          - Put it in quotes, for YAML reads some as numbers.
        type: str
      rate_kbit:
        description:
          - The line's upload speed in kbit/s. The monitor compares the line's load with it.
        type: int
  bond:
    description:
      - The equalizer's device name.
    type: str
    default: teql0
  address:
    description:
      - The gateway's own address in the public block, with prefix.
    type: str
    required: true
  common_address:
    description:
      - The address inside the public block that all routers share, the next hop of the default route.
    type: str
    required: true
  address6:
    description:
      - The gateway's own IPv6 address, with prefix.
    type: str
  common_address6:
    description:
      - The IPv6 address that all routers share. It is inside the network of O(address6) or link-local.
    type: str
  management_network:
    description:
      - The private IPv4 network from which lines without an address get a /30 each.
    type: str
    default: 172.16.0.0/24
  neighbours:
    description:
      - How the gateway finds the routers. With V(static) they need no common address, for the gateway keeps a permanent
        neighbour entry for it on each line.
    type: str
    choices: [arp, static]
    default: arp
    version_added: 1.1.0
  session:
    description:
      - How Ansible came in, as M(linebond.teql.bond_info) returns it. A plan that would cut this way off is refused.
    type: dict
    suboptions:
      interface:
        description:
          - The interface that holds the address Ansible connected to.
        type: str
      address:
        description:
          - The address Ansible connected to.
        type: str
      network:
        description:
          - The network of that address.
        type: str
      client:
        description:
          - The address Ansible came from.
        type: str
      back_by:
        description:
          - The interface by which the answers leave.
        type: str
      back_via:
        description:
          - The next hop of the answers. Empty when they need none.
        type: str
      back_metric:
        description:
          - The metric of the default route that the answers take, if they take one.
        type: int
  default_routes:
    description:
      - The gateway's default routes, as M(linebond.teql.bond_info) returns them. A plan whose default route would come
        behind one of them is refused.
    type: list
    elements: dict
  route_metric:
    description:
      - The metric of the default routes over the bond. Without it that of the kernel, 0 for IPv4 and 1024 for IPv6.
    type: int
  state:
    description:
      - V(absent) when the bond is to be taken off. Then a plan is refused when what goes is how Ansible came in.
    type: str
    choices: [present, absent]
    default: present
  variables:
    description:
      - The names of the variables that the inventory sets. One that is nearly a variable of this collection is refused,
        while the one that is meant is not set.
    type: list
    elements: str
  watched_by:
    description:
      - The mode of the monitor that looks after the lines, empty where there is none. A plan with O(neighbours=static)
        is refused when it is not V(enforce), for the kernel does not see a dead router then.
      - Without it this is not judged.
    type: str
    version_added: 1.1.0
  allow_unwatched:
    description:
      - Whether such a plan is taken all the same. Where there is no monitor, each line needs its C(router_mac).
    type: bool
    default: false
    version_added: 1.1.0
requirements:
  - netaddr (on the controller)
seealso:
  - plugin: linebond.teql.bonding_files
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Plan two lines; both get their addresses from the management network
  ansible.builtin.set_fact:
    teql_plan: >-
      {{ [{'interface': 'eth2'}, {'interface': 'eth3', 'name': 'attic'}]
         | linebond.teql.plan(address='192.0.2.2/29', common_address='192.0.2.1') }}

- name: Plan the inventory's lines, and refuse to cut off the way Ansible came in by
  ansible.builtin.set_fact:
    teql_plan: >-
      {{ teql_lines | linebond.teql.plan(teql_bond, address=teql_address, common_address=teql_common_address,
                                         session=bond_info.session, default_routes=bond_info.default_routes) }}
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    bond:
      description: The equalizer's device name.
      type: str
      sample: teql0
    address:
      description: The gateway's own address, with prefix.
      type: str
      sample: 192.0.2.2/29
    address6:
      description: The gateway's own IPv6 address, with prefix, or nothing.
      type: str
      sample: 2001:db8:1::2/64
    common_address:
      description: The address that all routers share.
      type: str
      sample: 192.0.2.1
    common_address6:
      description: The IPv6 address that all routers share, or nothing.
      type: str
      sample: fe80::1
    neighbours:
      description: How the gateway finds the routers, V(arp) or V(static).
      type: str
      sample: arp
    lines:
      description: >-
        Every line in the inventory's order, disabled ones too, with all its keys. The keys C(index) and C(network) come
        in addition. What a line of kind V(pppoe) has no use for is null.
      type: list
      elements: dict
      sample:
        - index: 0
          name: eth2
          interface: eth2
          kind: router
          enabled: true
          weight: 1
          address: 172.16.0.2/30
          router: 172.16.0.1
          network: 172.16.0.0/30
          router_mac: null
          rate_kbit: null
"""

import sys
import typing as t

from ansible.errors import AnsibleFilterError

from ..plugin_utils.addresses import NETADDR_MISSING
from ..plugin_utils.line_plan import PlanError, plan_lines
from ..plugin_utils.plan_session import CHECKS
from ..plugin_utils.plan_watch import Watch


def plan(
    teql_lines: object,
    bond: object = "teql0",
    *,
    address: object = None,
    common_address: object = None,
    address6: object = None,
    common_address6: object = None,
    management_network: object = "172.16.0.0/24",
    neighbours: object = "arp",
    session: object = None,
    default_routes: object = None,
    route_metric: object = None,
    state: object = "present",
    variables: object = None,
    watched_by: str | None = None,
    allow_unwatched: bool = False,
) -> dict[str, t.Any]:
    if NETADDR_MISSING:
        raise AnsibleFilterError(
            f"linebond.teql.plan needs the Python library netaddr on the controller, where {sys.executable} has none; "
            "install it with pip (netaddr) or the distribution's package (python3-netaddr)"
        )
    site = {
        "bond": bond,
        "address": address,
        "common_address": common_address,
        "address6": address6,
        "common_address6": common_address6,
        "management_network": management_network,
        "neighbours": neighbours,
    }
    if not isinstance(state, str) or state not in CHECKS:
        raise AnsibleFilterError(f"plan: state: {state!r} is none of {', '.join(CHECKS)}; take present")
    try:
        return plan_lines(
            teql_lines,
            site,
            session,
            default_routes=default_routes,
            route_metric=route_metric,
            state=state,
            names=variables,
            watch=Watch(watched_by, allow_unwatched),
        )
    except PlanError as error:
        raise AnsibleFilterError(f"the inventory does not hold together, nothing was touched:\n{error}") from None


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"plan": plan}
