#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: openwrt_info
short_description: Read the state of the DSL line and of the WAN interface of an OpenWrt box
version_added: 1.1.0
description:
  - Asks C(ubus) for the modem's metrics and for the state of the WAN interface, and returns them in few words with
    units.
  - The router needs no Python, only ssh (dropbear) and a shell.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.info
attributes:
  action:
    description: Runs on the control machine, as an action plugin.
    support: full
author:
  - the linebond.teql authors (@linebond)
requirements:
  - OpenWrt 21.02 or newer, and a login as root
options:
  wan_interface:
    description:
      - The interface of the line, as its section is called in C(/etc/config/network).
    type: str
    default: wan
seealso:
  - module: linebond.teql.openwrt_router
"""

EXAMPLES = r"""
- name: Is the line in sync
  linebond.teql.openwrt_info:
  register: line

- name: Say how fast it is
  ansible.builtin.debug:
    msg: "{{ line.dsl.upstream.rate_kbit }} kbit/s up"
  when: line.dsl.up
"""

RETURN = r"""
dsl:
  description: The modem; null on a box without one.
  returned: success
  type: dict
  contains:
    up:
      description: Whether it is in sync.
      type: bool
    state:
      description: The same in the modem's own words.
      type: str
      sample: Showtime with TC-Layer sync
    uptime:
      description: Seconds since it is in sync.
      type: int
    downstream:
      description: From the provider.
      type: dict
      contains: &way
        rate_kbit:
          description: The rate, in kbit/s.
          type: int
        attainable_kbit:
          description: What the line could carry, in kbit/s.
          type: int
        margin_db:
          description: The noise margin, in dB.
          type: float
        attenuation_db:
          description: The line attenuation, in dB.
          type: float
    upstream:
      description: To the provider.
      type: dict
      contains: *way
wan:
  description: The interface; null when there is none of this name.
  returned: success
  type: dict
  contains:
    up:
      description: Whether it is up.
      type: bool
    device:
      description: The device it uses, such as V(pppoe-wan).
      type: str
    protocol:
      description: How it gets its address, such as V(pppoe).
      type: str
    uptime:
      description: Seconds since it is up.
      type: int
    addresses:
      description: Its addresses with prefix.
      type: list
      elements: str
"""
