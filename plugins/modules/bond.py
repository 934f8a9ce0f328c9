#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bond
short_description: Bring a per-packet bond (teql) and its ports to the wanted running state
version_added: 1.0.0
author:
  - The linebond.teql authors (@linebond)
description:
  - One call brings one bond of the kernel's I(teql) equalizer to the wanted state. The kernel module is loaded
    with enough equalizers, the ports get the kernel settings a bond needs, live and in a drop-in, members join,
    surplus members leave, the bond goes up and gets its MTU, and, where asked, its addresses and default
    routes.
  - Only what differs is changed. The commands are planned from the state before the first one is run, a failing
    command makes all earlier ones be taken back, and after the last one the state is read again and compared.
  - The bond is never taken down and never empty while members are exchanged.
  - What was there before is recorded below C(/var/lib/linebond.teql), so that O(state=absent) can put it back.
  - This is the running state. What happens at boot and when an interface appears later is the work of the role
    P(linebond.teql.bonding#role).
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
requirements:
  - C(tc) and C(ip) of iproute2, C(modprobe) of kmod, C(sysctl) of procps on the managed host
  - the kernel module C(sch_teql)
options:
  name:
    description:
      - The bond's device. The kernel calls its equalizers V(teql0), V(teql1) and so on.
    type: str
    default: teql0
  state:
    description:
      - V(present) brings the bond to the state that the other options describe.
      - V(absent) takes the members out that this module put in and puts those back that were there before it, removes
        the O(addresses) and O(gateways) given here or added before by this module, removes O(sysctl_file), restores
        the recorded kernel settings, default routes, interface groups and MTU, sets ports down again that it set up,
        and unloads the kernel module if this module loaded it and no other bond uses it.
      - Where the module has never brought the bond to a state, V(absent) parts no member.
    type: str
    choices: [present, absent]
    default: present
  members:
    description:
      - The interfaces that send the bond's packets in turn. Required with O(state=present).
      - All of one kind, ethernet or point-to-point (ppp), none stacked on another one. They are set up if they
        are down.
      - An interface that is a member but is neither here nor in O(standby) leaves the bond.
      - With an empty list all members leave; the bond stays up, with its addresses, and drops packets.
      - One that the monitor of this host (role P(linebond.teql.monitor#role)) keeps out at that moment is set up as the
        others are, but whether it is in the bond is left to the monitor.
    type: list
    elements: str
  standby:
    description:
      - Interfaces that get the same settings as O(members), but are kept out of the bond, ready to join.
    type: list
    elements: str
    default: []
  equalizers:
    description:
      - How many equalizers the kernel module shall provide, if it has to be loaded. Default is what O(name)
        needs, V(1) for C(teql0).
      - When it is loaded already with fewer of them, it is loaded anew if none of them is in use; otherwise
        that is an error.
    type: int
  rp_filter:
    description:
      - The C(rp_filter) setting of each port. V(2) is loose, V(0) is off. What comes in on a port belongs to
        the bond's address, so that strict filtering (V(1)) would drop all of it.
      - The kernel takes the greater of this and C(net.ipv4.conf.all.rp_filter).
    type: int
    choices: [0, 2]
    default: 2
  neighbour_probing:
    description:
      - Settings below C(net.ipv4.neigh.PORT) and C(net.ipv6.neigh.PORT) that make the kernel skip a dead router
        quickly (within about 1.2 seconds with the default), as names and integers. The kernel rounds times up
        to its own tick.
      - C(base_reachable_time_ms) is how long a neighbour counts as reachable, in milliseconds;
        C(delay_first_probe_time) how long to wait before it is asked again, in seconds; C(ucast_solicit) and
        C(mcast_solicit) how often it is asked; C(retrans_time_ms) the time between, in milliseconds.
      - Point-to-point ports have no neighbours and get none of it. V({}) leaves these settings alone.
    type: dict
    default:
      base_reachable_time_ms: 2000
      delay_first_probe_time: 1
      ucast_solicit: 2
      mcast_solicit: 2
      retrans_time_ms: 250
  ipv6_forwarding:
    description:
      - Whether each port shall forward IPv6 (C(net.ipv6.conf.PORT.forwarding)). The kernel answers a router's
        neighbour solicitation on a port for an address of the bond only when that address is proxied there
        (C(IPv6ProxyNDP=) of systemd-networkd, C(ip -6 neigh add proxy)) and the port forwards.
      - V(false) leaves it alone.
    type: bool
    default: false
  group:
    description:
      - The interface group (C(ip link set ... group)) of every port, so that one firewall rule can say "from
        any line". Without it groups are left alone.
    type: int
  mtu:
    description:
      - The bond's MTU in bytes, not greater than any port's. Default is the smallest MTU of O(members).
      - The kernel forgets it when the first member joins and when the bond goes up; it is asserted after that.
    type: int
  addresses:
    description:
      - The bond's own addresses with prefix, IPv4 or IPv6. Other addresses on it are left alone, except those
        that this module added before. Leave it empty where a network manager sets them.
    type: list
    elements: str
    default: []
  gateways:
    description:
      - Next hops of the default routes over the bond, at most one per family. A default route of the same
        metric is replaced and comes back with O(state=absent). Leave it empty where a network manager sets
        them.
    type: list
    elements: str
    default: []
  replace_foreign:
    description:
      - Whether a member's root qdisc that somebody else attached (cake, htb, ...) may be replaced by the
        bond's. Without it such a qdisc is an error. It does not come back with O(state=absent).
      - One with classes or filters (htb, hfsc, prio, ...) is an error all the same, for it could not be put back when a
        later step fails. It is for a person to remove.
      - A port that is a member of another bond is always an error.
      - It holds for this call. The udev rule of the role P(linebond.teql.bonding#role), by which ports join at boot,
        replaces none.
    type: bool
    default: false
  sysctl_file:
    description:
      - The drop-in with the ports' kernel settings. Default is C(/etc/sysctl.d/60-linebond-NAME.conf).
      - A file there that this module did not write is an error.
    type: path
seealso:
  - module: linebond.teql.bond_info
  - module: linebond.teql.sysctl
"""

EXAMPLES = r"""
- name: Spread packets over two lines
  linebond.teql.bond:
    members: [eth2, eth3]

- name: The whole recipe without a network manager
  linebond.teql.bond:
    name: teql0
    members: [eth2, eth3, eth4]
    standby: [eth5]
    addresses: [192.0.2.2/29, "2001:db8:1::2/64"]
    gateways: [192.0.2.1, "fe80::1"]
    group: 20

- name: Take everything off again
  linebond.teql.bond:
    state: absent
"""

RETURN = r"""
commands:
  description:
    - The commands that were run (in check mode - would be run), in order, quoted for a shell; after a failure with
      those that took things back. Empty when nothing was run.
  returned: always
  type: list
  elements: str
  sample: ["tc qdisc replace dev eth3 root teql0"]
before:
  description: The state of the bond, its ports and their settings before.
  returned: success
  type: dict
  sample:
    bond:
      {name: teql0, exists: true, up: true, mtu: 1500, addresses: [], gateways: [], members: [eth2]}
    equalizers: 1
    module_loaded: true
    ports:
      eth2: {up: true, mtu: 1500, group: 20, member: true, qdisc: teql0}
    sysctls:
      net/ipv4/conf/eth2/rp_filter: "2"
after:
  description: The same, after; in check mode as it would be.
  returned: success
  type: dict
  sample: {}
"""

import json
import os
import re
import time
from dataclasses import replace
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.apply import (
    ApplyFailed,
    after_acting,
    carry_out,
    commands_of,
    finish,
    told,
)
from ansible_collections.linebond.teql.plugins.module_utils.bond_absent import plan_absent
from ansible_collections.linebond.teql.plugins.module_utils.bond_check import check, check_words
from ansible_collections.linebond.teql.plugins.module_utils.bond_plan import plan_present
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import (
    State,
    Wanted,
    default_sysctl_file,
    describe,
    read_state,
)
from ansible_collections.linebond.teql.plugins.module_utils.monitor_link import read_monitor
from ansible_collections.linebond.teql.plugins.module_utils.record import record_path
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.step import Step
from ansible_collections.linebond.teql.plugins.module_utils.tc import TEQL

PROBING = {
    "base_reachable_time_ms": 2000,
    "delay_first_probe_time": 1,
    "ucast_solicit": 2,
    "mcast_solicit": 2,
    "retrans_time_ms": 250,
}

LARGEST = 2147483647  # of the kernel's own numbers
# The monitor moves members, too: what it does between two looks is no failure if it holds by the last one.
LOOKS = 5
PAUSE = 0.3  # seconds

ARGUMENTS = {
    "name": {"type": "str", "default": "teql0"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "members": {"type": "list", "elements": "str"},
    "standby": {"type": "list", "elements": "str", "default": []},
    "equalizers": {"type": "int"},
    "rp_filter": {"type": "int", "choices": [0, 2], "default": 2},
    "neighbour_probing": {"type": "dict", "default": PROBING},
    "ipv6_forwarding": {"type": "bool", "default": False},
    "group": {"type": "int"},
    "mtu": {"type": "int"},
    "addresses": {"type": "list", "elements": "str", "default": []},
    "gateways": {"type": "list", "elements": "str", "default": []},
    "replace_foreign": {"type": "bool", "default": False},
    "sysctl_file": {"type": "path"},
}


def wanted_from(params: dict[str, Any]) -> Wanted:
    name = params["name"]
    match = TEQL.match(name)
    least = int(match.group(1)) + 1 if match else 1
    probing = {}
    for key, value in params["neighbour_probing"].items():
        if not re.match(r"[0-9]{1,10}\Z", str(value)) or int(value) > LARGEST or "/" in str(key):
            raise LinebondError(
                f"neighbour_probing.{key}: {value!r} is no whole number from 0 to {LARGEST}: correct it, or leave it "
                "out."
            )
        probing[str(key)] = int(value)
    group = params["group"]
    if group is not None and (isinstance(group, bool) or not 0 <= group <= LARGEST):
        raise LinebondError(f"group: {group} will not do: take a number from 0 to {LARGEST}.")
    if params["state"] == "present" and params["members"] is None:
        raise LinebondError("members: is empty: list the ports that lead to the routers, or write [] for none.")
    return Wanted(
        name=name,
        members=tuple(params["members"] or ()),
        standby=tuple(params["standby"]),
        equalizers=least if params["equalizers"] is None else params["equalizers"],
        rp_filter=int(params["rp_filter"]),  # YAML makes false of off
        neighbour_probing=probing,
        ipv6_forwarding=params["ipv6_forwarding"],
        group=group,
        mtu=params["mtu"],
        addresses=tuple(params["addresses"]),
        gateways=tuple(params["gateways"]),
        replace_foreign=params["replace_foreign"],
        sysctl_file=params["sysctl_file"] or default_sysctl_file(name),
    )


def plan(state: State, wanted: Wanted, absent: bool) -> list[Step]:
    """The steps to take; raises with all complaints at once when there is no way."""
    problems = check_words(wanted) if absent else check(state, wanted)
    if problems:
        raise LinebondError(" ".join(problems))
    return plan_absent(state, wanted) if absent else plan_present(state, wanted)


def difference(before: State, after: State, wanted: Wanted) -> list[dict[str, str]]:
    parts = [(f"bond {wanted.name}", *(json.dumps(describe(s, wanted), indent=2) + "\n" for s in (before, after)))]
    if before.drop_in != after.drop_in:
        parts.append((wanted.sysctl_file, before.drop_in or "", after.drop_in or ""))
    return [
        {"before_header": name, "after_header": name, "before": old, "after": new}
        for name, old, new in parts
        if old != new
    ]


def look(runner: Runner, asked: Wanted, absent: bool) -> tuple[Wanted, State, list[Step]]:
    """What is asked for, save for what the monitor keeps out at this moment; the state; the steps between them."""
    kept_out = read_monitor(runner)["out"]
    wanted = replace(asked, kept_out=tuple(port for port in asked.members if port in kept_out))
    state = read_state(runner, wanted)
    return wanted, state, plan(state, wanted, absent)


def run(module: AnsibleModule, runner: Runner) -> dict[str, Any]:
    asked, absent = wanted_from(module.params), module.params["state"] == "absent"
    if not module.check_mode:
        for path in (asked.sysctl_file, record_path(asked.name)):
            runner.sweep(path)
    wanted, before, steps = look(runner, asked, absent)
    if steps and not absent and read_monitor(runner)["running"]:  # it moves a member first and tells that after
        time.sleep(PAUSE)
        wanted, before, steps = look(runner, asked, absent)
    after = steps[-1].after if steps else before
    commands = commands_of([step.do for step in steps])
    if steps and not module.check_mode:
        if os.geteuid() != 0:
            raise LinebondError(f"Only root may change {wanted.name}: run this task with become: true.")
        commands = carry_out(runner, steps)
        with after_acting(commands):
            for number in range(LOOKS):
                time.sleep(PAUSE if number else 0)
                wanted, after, left = look(runner, asked, absent)
                if not left:
                    break
        if left:
            rest = "; ".join(told(step.do) for step in left)
            raise ApplyFailed(
                f"All commands succeeded, but something else changed the state meanwhile; still to be done: {rest}. "
                "Nothing was taken back.",
                commands,
                True,
            )
    return {
        "changed": bool(steps),
        "commands": commands,
        "before": describe(before, wanted),
        "after": describe(after, wanted),
        "diff": difference(before, after, wanted),
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec=ARGUMENTS, required_if=[("state", "present", ["members"])], supports_check_mode=True
    )
    finish(module, lambda: run(module, Runner(module)))


if __name__ == "__main__":
    main()
