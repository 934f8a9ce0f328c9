# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which interface is the LAN, and whether it is ours to set up. Every refusal says what to do."""

from __future__ import annotations

import ipaddress
from typing import Mapping, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import Before, Wanted
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_state import Seen, WayIn
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError

OPTION = "routers_lan_interface"
TITLES = {"networkd": "systemd-networkd", "networkmanager": "NetworkManager"}
BY_HAND = "set routers_platform: manual for this router, which prints what to enter by hand"


def choose_lan(seen: Seen, given: str | None) -> str:
    if given:
        return _checked(seen, given)
    reasons = {name: _no_lan(seen, name) for name in seen.links}
    candidates = [name for name, reason in reasons.items() if not reason]
    came_in_by = seen.way_in.interface if seen.way_in else ""
    if came_in_by in candidates and len(candidates) > 1:
        candidates.remove(came_in_by)
        reasons[came_in_by] = "is how Ansible came in"
    known = [name for name in candidates if name in seen.record]
    if len(known) == 1:
        return known[0]
    if len(candidates) == 1:
        return candidates[0]
    others = ", ".join(f"{name} {reason}" for name, reason in sorted(reasons.items()) if reason and name != "lo")
    found = f"{' or '.join(sorted(candidates))} could be the LAN" if candidates else "no interface could be the LAN"
    raise LinebondError(f"{found}{f' ({others})' if others else ''}: name the interface in {OPTION}.")


def _checked(seen: Seen, name: str) -> str:
    if name not in seen.links:
        there = ", ".join(sorted(set(seen.links) - {"lo"})) or "none"
        raise LinebondError(f"{OPTION}: this router has no interface {name}; it has {there}.")
    reason = _no_lan(seen, name)
    if reason:
        raise LinebondError(f"{OPTION}: {name} {reason}, so it cannot be the LAN: name the port to the gateway.")
    return name


def _no_lan(seen: Seen, name: str) -> str:
    """Why an interface cannot be the LAN; empty when it can."""
    link = seen.links[name]
    if name in seen.defaults:
        return "carries the default route"
    if link.master:
        return f"is a port of {link.master}"
    return "" if link.kind == "ethernet" else "is no ethernet port"


def refuse_managers(managers: Sequence[Mapping[str, object]], lan: str) -> None:
    """Only systemd-networkd keeps what this module writes."""
    active = [manager for manager in managers if manager["active"]]
    for manager in active:
        owned = manager["interfaces"]
        if manager["name"] != "networkd" and isinstance(owned, (list, tuple)) and lan in owned:
            raise LinebondError(
                f"{lan} is managed by {_title(manager)}, and this version sets up only what systemd-networkd manages: "
                f"{BY_HAND}; or hand {lan} over to systemd-networkd."
            )
    if not any(manager["name"] == "networkd" for manager in active):
        others = ", ".join(_title(manager) for manager in active)
        raise LinebondError(
            f"systemd-networkd does not run on this router{f', but {others} does' if others else ''}: {BY_HAND}; "
            "or run `systemctl enable --now systemd-networkd` there if it shall manage the LAN."
        )


def _title(manager: Mapping[str, object]) -> str:
    return TITLES.get(str(manager["name"]), str(manager["name"]))


def refuse_cutting_off(way_in: WayIn | None, wanted: Wanted, live: Sequence[str]) -> None:
    """The connection that Ansible runs over must outlive the new configuration."""
    if way_in is None:
        return
    kept = [ipaddress.ip_interface(address) for address in wanted.addresses]
    if way_in.interface == wanted.lan and way_in.address not in [str(each.ip) for each in kept]:
        (full,) = [each for each in live if each.split("/")[0] == way_in.address] or [way_in.address]
        raise LinebondError(
            f"Ansible came in by {way_in.address} on {wanted.lan}, which the new configuration would drop: put {full} "
            "into routers_extra_addresses, or come in another way."
        )
    client = ipaddress.ip_address(way_in.client)
    reached = [each.network for each in kept] + [ipaddress.ip_network(network) for network in wanted.networks]
    if way_in.back_by == wanted.lan and way_in.back_via and not any(client in network for network in reached):
        raise LinebondError(
            f"The way back to Ansible ({client}) leads over {wanted.lan} by {way_in.back_via}, and the new "
            "configuration has no such route: come in from a network of the LAN (by the gateway, with ProxyJump), "
            "or another way."
        )


def refuse_leaving(way_in: WayIn | None, record: Mapping[str, Before]) -> None:
    """Taking the configuration off an interface: its addresses go, unless networkd had them before us."""
    before = record.get(way_in.interface) if way_in else None
    if way_in and before and way_in.address not in [address.split("/")[0] for address in before.addresses]:
        raise LinebondError(
            f"Ansible came in by {way_in.address} on {way_in.interface}, which would be taken off: come in another way."
        )
