#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bond_info
short_description: Read the state of a per-packet bond (teql) and say what is wrong with it
version_added: 1.0.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Reads the running state of one bond, its ports, the kernel and the host's network managers, and lists the problems
    found, each with something to type about it. It does not fail for something that is missing, it reports it, unless
    O(fail_on) says otherwise.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.info
requirements:
  - C(tc) and C(ip) of iproute2 on the managed host
options:
  name:
    description:
      - The bond's device.
    type: str
    default: teql0
  ports:
    description:
      - The interfaces to look at. Default is those that are members.
    type: list
    elements: str
  members:
    description:
      - Those of O(ports) that should be members. Default is all of them.
      - One that the monitor keeps out on purpose need not be a member, as long as the monitor runs.
    type: list
    elements: str
  addresses:
    description:
      - The addresses with prefix that the bond should have. One that is missing is a problem V(no_address), an error.
    type: list
    elements: str
    default: []
  gateways:
    description:
      - The next hops that default routes over the bond should have. One that is missing is a problem V(no_gateway),
        an error; a default route of another device that the kernel takes instead is a V(rival_route).
    type: list
    elements: str
    default: []
  port_addresses:
    description:
      - The address with prefix that each of O(ports) should have, by interface. One that is missing is a problem
        V(no_port_address), an error. An empty one asks for nothing.
      - Where systemd-networkd does not use the file of the role P(linebond.teql.bonding#role) for an interface, the
        message names the file that it uses.
    type: dict
    default: {}
  fail_on:
    description:
      - The codes of problems at which this module fails, with all their messages. By default it never does.
    type: list
    elements: str
    default: []
  wait:
    description:
      - How long to wait for the problems in O(fail_on) to go away, in seconds. A network manager takes a moment to
        set addresses and routes.
    type: int
    default: 0
  preflight:
    description:
      - What to do about the RV(verdicts) of the pre-flight. With V(report) they are returned and no more. With
        V(enforce) this module fails at what is V(refused), with all reasons at once, and warns of each V(warning) and
        of what is V(unknown).
    type: str
    choices: [report, enforce]
    default: report
    version_added: 1.1.0
  preflight_ignore:
    description:
      - The items of the pre-flight that the site accepts as they are, such as V(user_namespaces). They are still judged
        and returned, but neither fail nor warn. A name that is no item is refused.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
seealso:
  - module: linebond.teql.bond
"""

EXAMPLES = r"""
- name: Look at the bond
  linebond.teql.bond_info:
    ports: [eth2, eth3]
  register: found

- name: See that the bond has its address and its default route within ten seconds
  linebond.teql.bond_info:
    ports: [eth2, eth3]
    addresses: [192.0.2.2/29]
    gateways: [192.0.2.1]
    fail_on: [no_address, no_gateway]
    wait: 10

- name: Refuse a gateway that is not fit for a bond; its users are trusted
  linebond.teql.bond_info:
    ports: [eth2, eth3]
    preflight: enforce
    preflight_ignore: [user_namespaces]

- name: Show what is wrong and what to do about it
  ansible.builtin.debug:
    msg: "{{ item.message }} Try: {{ item.fix }}"
  loop: "{{ found.problems }}"
"""

RETURN = r"""
bond:
  description: The bond itself.
  returned: success
  type: dict
  contains:
    name: {description: Its device., type: str, returned: always}
    exists: {description: Whether the device is there., type: bool, returned: always}
    up: {description: Whether it is up., type: bool, returned: always}
    mtu: {description: Its MTU in bytes; none while there is no such device., type: int, returned: always}
    addresses: {description: Its addresses with prefix., type: list, elements: str, returned: always}
    gateways: {description: Next hops of default routes over it., type: list, elements: str, returned: always}
    members: {description: The interfaces that are members., type: list, elements: str, returned: always}
ports:
  description:
    - By interface - whether it exists and is up, its carrier, MTU, kind, lower device, group, addresses and root qdisc,
      whether it is a member, whether the qdisc is foreign, and the values of C(rp_filter) and C(arp_ignore) that count.
  returned: success
  type: dict
  sample:
    eth2: {exists: true, up: true, carrier: true, mtu: 1500, kind: ethernet, member: true, qdisc: teql0, rp_filter: 2}
problems:
  description: What is wrong with the bond, then with each port.
  returned: success
  type: list
  elements: dict
  contains:
    code:
      description:
        - One of V(module_unavailable), V(bond_down), V(bond_missing), V(not_member), V(foreign_qdisc), V(rp_filter),
          V(arp_ignore), V(mtu), V(no_address), V(no_port_address), V(no_gateway), V(rival_route), V(stacked),
          V(mixed_kinds), V(port_missing), V(port_down), V(no_carrier).
      type: str
      returned: always
    severity: {description: V(error) or V(warning)., type: str, returned: always}
    interface: {description: The interface it is about., type: str, returned: always}
    message: {description: What is wrong., type: str, returned: always}
    fix: {description: What a person can type about it., type: str, returned: always}
verdicts:
  description: Whether the gateway is fit for a bond, one item after the other, always all of them in the same order.
  returned: success
  type: list
  elements: dict
  contains:
    item:
      description:
        - One of V(module), V(kernel), V(CVE-2026-72390), V(CVE-2026-23449), V(slaves_lock_deadlock),
          V(CVE-2026-23074), V(CVE-2026-90071), V(CVE-2026-99282), V(CVE-2026-23277), V(dead_member),
          V(user_namespaces), V(ports), V(kinds), V(mtu), V(stacked), V(foreign_qdisc), V(qdisc_owner), V(arp_ignore),
          V(rp_filter).
      type: str
      returned: always
    verdict:
      description:
        - V(ok), V(warning), V(refused) for what breaks a bond, or V(unknown) where it cannot be seen, such as the
          faults of a kernel that a distribution mends under a number of its own.
      type: str
      returned: always
    message: {description: What was found., type: str, returned: always}
    fix: {description: What a person can type or do about it; empty when all is well., type: str, returned: always}
    ignored: {description: Whether it is in O(preflight_ignore) and not well., type: bool, returned: always}
  sample:
    - item: user_namespaces
      verdict: warning
      message: "Every local user can join teql0 from a user namespace: a share of the packets goes there, unseen by tc."
      fix: "sysctl -w user.max_user_namespaces=0  # rootless containers and browsers' sandboxes need them"
      ignored: false
session:
  description:
    - How Ansible came in over SSH; none if it did not. C(interface), C(address) and C(network) are those it came in by,
      C(client) is where it came from, C(back_by) and C(back_via) are the interface and the next hop of the answers.
    - C(back_metric) is the metric of the default route that the answers take; none if they take a narrower one or
      another table's.
  returned: success
  type: dict
  sample:
    interface: eth0
    address: 10.0.0.2
    network: 10.0.0.0/24
    client: 203.0.113.9
    back_by: eth0
    back_via: 10.0.0.1
    back_metric: 1024
default_routes:
  description: The default routes of the main table in the kernel's order, one with several next hops once for each.
  returned: success
  type: list
  elements: dict
  sample: [{family: 4, interface: eth0, gateway: 10.0.0.1, metric: 1024}]
managers:
  description:
    - The network managers that run or have something configured (V(networkd), V(networkmanager), V(ifupdown),
      V(ifcfg)), each with whether it is active, its interfaces, and whether netplan writes its configuration.
    - Of NetworkManager also the types of its devices (C(kinds)). Of ifupdown also which file has a stanza of somebody
      else for an interface (C(files)), and whether it reads C(/etc/network/interfaces.d) (C(reads_folder)).
    - Of V(ifcfg) there is also the interface of each of its files. It counts as active also where one interface that
      did not come up has made the start of the network service fail, unless NetworkManager runs.
  returned: success
  type: list
  elements: dict
  sample: [{name: networkd, active: true, interfaces: [eth0], netplan: false}]
monitor:
  description: The monitor of this host, see the role P(linebond.teql.monitor#role).
  returned: success
  type: dict
  contains:
    running: {description: Whether it runs., type: bool, returned: always}
    out: {description: The interfaces that it keeps out on purpose., type: list, elements: str, returned: always}
  sample: {running: true, out: [eth3]}
kernel:
  description: The running kernel and the module C(sch_teql) - the package is the one that has it on this distribution.
  returned: success
  type: dict
  sample:
    {release: 6.1.0-49-amd64, module_available: true, module_loaded: true, package: linux-image-6.1.0-49-amd64}
"""

import os
import time
from dataclasses import asdict, replace
from typing import Any, Mapping

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import preflight, sysctl
from ansible_collections.linebond.teql.plugins.module_utils.bond_expected import Expected, expected_from
from ansible_collections.linebond.teql.plugins.module_utils.bond_problems import (
    CHECKED,
    Problem,
    describe_port,
    find_problems,
)
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import (
    CONF4,
    State,
    Wanted,
    describe,
    read_network,
)
from ansible_collections.linebond.teql.plugins.module_utils.manager import read_managers
from ansible_collections.linebond.teql.plugins.module_utils.monitor_link import read_monitor
from ansible_collections.linebond.teql.plugins.module_utils.networkd import read_shadowing
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.session import read_session

POLL = 0.3  # seconds between two readings while waiting


def look(
    runner: Runner, name: str, ports: list[str] | None, expected: Expected
) -> tuple[State, list[str], list[Problem]]:
    """One reading of the bond: the state, the ports looked at, and what is wrong with them."""
    kept_out = read_monitor(runner)["out"]
    state = read_network(runner)
    asked = list(dict.fromkeys(state.members(name) if ports is None else ports))
    keys = [CONF4 % (each, setting) for each in ("all", *asked) for setting in CHECKED]
    shadowing = read_shadowing(runner, (name, *asked))
    state = replace(state, sysctls=sysctl.read_live(runner, keys), shadowing=shadowing)
    members = asked if expected.members is None else expected.members
    expected = replace(expected, members=[port for port in members if port not in kept_out])
    return state, asked, find_problems(state, name, tuple(asked), expected)


def gather(runner: Runner, params: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    name = params["name"]
    expected = expected_from(params)
    preflight.check_ignored(params["preflight_ignore"])
    deadline = time.monotonic() + params["wait"]
    while True:
        state, asked, problems = look(runner, name, params["ports"], expected)
        fatal = [problem for problem in problems if problem.code in params["fail_on"]]
        if not fatal or time.monotonic() >= deadline:
            break
        time.sleep(POLL)
    if fatal:
        raise LinebondError("\n".join(f"{problem.message} Try: {problem.fix}" for problem in fatal))
    monitor = read_monitor(runner)
    readings = preflight.read(runner, state, name, asked, monitor["running"])
    verdicts = preflight.judge(readings, params["preflight_ignore"])
    refused = preflight.refusals(verdicts) if params["preflight"] == "enforce" else ""
    if refused:
        raise LinebondError(refused)
    return {
        "bond": describe(state, Wanted(name=name))["bond"],
        "ports": {port: describe_port(state, name, port) for port in asked},
        "problems": [asdict(problem) for problem in problems],
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "remarks": preflight.remarks(verdicts) if params["preflight"] == "enforce" else [],
        "session": read_session(runner, environ, state.addresses),
        "default_routes": [
            {"family": route.family, "interface": interface, "gateway": gateway, "metric": route.metric}
            for route in state.routes
            for gateway, interface in route.hops
        ],
        "managers": read_managers(runner),
        "monitor": monitor,
        "kernel": {
            "release": state.kernel.release,
            "module_available": state.kernel.available,
            "module_loaded": state.kernel.loaded,
            "package": state.kernel.package,
        },
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "default": "teql0"},
            "ports": {"type": "list", "elements": "str"},
            "members": {"type": "list", "elements": "str"},
            "addresses": {"type": "list", "elements": "str", "default": []},
            "gateways": {"type": "list", "elements": "str", "default": []},
            "port_addresses": {"type": "dict", "default": {}},
            "fail_on": {"type": "list", "elements": "str", "default": []},
            "wait": {"type": "int", "default": 0},
            "preflight": {"type": "str", "choices": ["report", "enforce"], "default": "report"},
            "preflight_ignore": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    try:
        result = gather(Runner(module), module.params, os.environ)
    except LinebondError as error:
        module.fail_json(msg=str(error))
    else:
        for remark in result.pop("remarks"):
            module.warn(remark)
        module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
