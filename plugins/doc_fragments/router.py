# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all modules have which make a box the router of a line (module_utils/linux_router_model.py)."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  address:
    description:
      - The router's own address on the line, with prefix. Required with O(state=present).
    type: str
  gateway:
    description:
      - The bonding gateway's address in the network of O(address). Required with O(state=present).
    type: str
  common_address:
    description:
      - The address in O(public_network) that the routers of all lines share.
      - Without it the router has none, which is enough for a gateway that knows its routers by their MAC addresses
        (since 1.1.0).
    type: str
  public_network:
    description:
      - The public block, which is routed to O(gateway). Required with O(state=present).
    type: str
  common_address6:
    description:
      - The IPv6 address that all routers share, often V(fe80::1). It may be left out like O(common_address).
    type: str
  public_network6:
    description:
      - The public IPv6 network, which is routed to O(gateway6).
    type: str
  gateway6:
    description:
      - The gateway's own IPv6 address. It may lie in O(public_network6); it is asked for on the LAN.
    type: str
"""
