#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: openwrt_router
short_description: Make an OpenWrt box the router of one line
version_added: 1.1.0
description:
  - Gives the LAN its own address on the line and the common address of all routers, routes the public block to the
    gateway, lets the block pass the firewall both ways, and turns off masquerading, dropping of invalid packets, leases
    and router advertisements on the LAN.
  - The router needs no Python, only ssh (dropbear) and a shell. Everything is read at once, planned on the control
    machine, set by C(uci) and committed together; services are reloaded only when their configuration has changed.
  - Nothing is touched when somebody has changed the configuration and did not commit it, when the address that Ansible
    came in by would be dropped, when the LAN carries the default route, or when the named interface or zone is missing.
  - What was there before is kept on the router in C(/etc/config/linebond) and put back with O(state=absent).
  - What the firewall runs is not looked at, only what it is configured to.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
  - linebond.teql.router
attributes:
  action:
    description: Runs on the control machine, as an action plugin.
    support: full
author:
  - the linebond.teql authors (@linebond)
requirements:
  - OpenWrt 21.02 or newer, and a login as root
  - netaddr on the control machine
options:
  state:
    description:
      - Whether this is to be a line's router.
      - With V(absent) everything is taken off again, and what was there before is put back.
    type: str
    choices: [present, absent]
    default: present
  lan_interface:
    description:
      - The interface towards the gateway, as its section is called in C(/etc/config/network).
    type: str
    default: lan
  wan_zone:
    description:
      - The firewall zone of the line, by its option C(name).
    type: str
    default: wan
  extra_addresses:
    description:
      - Further addresses of the LAN, with prefix. Those that it has and that are not named here are dropped.
    type: list
    elements: str
    default: []
seealso:
  - module: linebond.teql.openwrt_info
  - module: linebond.teql.router_probe
"""

EXAMPLES = r"""
- name: Be the router of the first line, and stay reachable for the office
  linebond.teql.openwrt_router:
    address: 172.16.0.1/30
    gateway: 172.16.0.2
    common_address: 192.0.2.1
    public_network: 192.0.2.0/29
    extra_addresses: [192.168.1.1/24]

- name: Be what it was before
  linebond.teql.openwrt_router:
    state: absent
"""

RETURN = r"""
commands:
  description: The commands that were run (in check mode - would be run), in order. Empty when nothing was run.
  returned: always
  type: list
  elements: str
  sample: ["uci set firewall.@zone[1].masq='0'", "uci commit firewall", "/etc/init.d/firewall reload"]
"""
