# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all modules for ZyNOS routers have: how to come in."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  interface:
    description:
      - The gateway's port that the router is plugged into. The connection is bound to it.
      - Where the port has no address in the router's network, one is lent to it while the module runs, as a /32 with a
        routing rule of its own that concerns nothing but packets between these two addresses; a port that is down is
        raised. Both are taken back at the end. This is done in check mode, too, since nothing could be read otherwise.
      - Without it the gateway's own routes are used, and O(address) has to be a private one.
    type: str
  address:
    description:
      - The router's management address, with prefix. It is tried first.
    type: str
    required: true
  gateway:
    description:
      - The gateway's own address in the network of O(address), without prefix. Required with O(interface).
    type: str
  factory_addresses:
    description:
      - Where the router may be met while it does not have O(address) yet, each with prefix; tried in order.
      - The gateway's port is lent the last address of that network that is not the router's.
    type: list
    elements: str
    default: [192.168.1.1/24]
  port:
    description:
      - The router's telnet port.
    type: int
    default: 23
  username:
    description:
      - The user name, for routers that ask for one.
    type: str
  password:
    description:
      - The password of the router's administrator. It is sent in clear over the cable, and never shown.
    type: str
    required: true
  timeout:
    description:
      - How many seconds the router may take for an answer.
    type: float
    default: 10.0
  commands:
    description:
      - Commands that this router words otherwise, by name. A value is a command, or a list of commands of which the
        first is used that the router does not refuse; an empty one says that the router needs no such command.
      - The names and their defaults are C(lan_select) (C(lan index {slot})), C(lan_show) (C(lan display)),
        C(lan_address) (C(lan ipaddr {address} {mask})), C(lan_on) (C(lan active yes), C(lan active on)), C(lan_off)
        (C(lan active no), C(lan active off)), C(lan_dhcp) (C(lan dhcp mode {mode})), C(lan_save) (C(lan save)), C(live)
        (C(ip ifconfig)), C(wan_select) (C(wan node index {node})), C(wan_show) (C(wan node display)), C(wan_nat)
        (C(wan node nat {mode})), C(wan_save) (C(wan node save)), C(route_select) (C(ip route addrom index {index})),
        C(route_name) (C(ip route addrom name {label})), C(route_set) (C(ip route addrom set {network} {gateway} 1)),
        C(route_on) (C(ip route addrom active on), C(ip route addrom active yes)), C(route_off)
        (C(ip route addrom active off), C(ip route addrom active no)), C(route_save) (C(ip route addrom save)),
        C(route_show) (C(ip route status)), C(version) (C(sys version), C(sys ver)),
        C(adsl_status) (C(wan adsl status)), C(adsl_rates) (C(wan adsl chandata)), C(adsl_near)
        (C(wan adsl linedata near)), C(adsl_far) (C(wan adsl linedata far)), C(adsl_errors) (C(wan adsl perfdata)),
        C(adsl_mode) (C(wan adsl opmode)) and C(leave) (C(exit)).
    type: dict
    default: {}
requirements:
  - to be root on the gateway, where O(interface) is given
notes:
  - Tested against a simulator made from recordings and scripts for routers of this family, not yet on a device. How
    such a router shows an IP alias, and C(lan active), are guesses; the commands are options for that reason.
  - One program at a time talks to a router; others wait up to five minutes.
"""
