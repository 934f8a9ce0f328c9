# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way from the gateway to a router, before the bond is set up and after.

The line's port may have no address yet, may be down, and the router may still have the address it left the factory
with, which several routers share and the office's own network may use, too. So the connection is bound to the port, and
where the port has no address next to the router's, one is lent to it for as long as the session lasts: as a /32, with a
rule and a table of their own that concern packets between these two addresses and nothing else.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any, Sequence

from .errors import ZynosError

FIRST_TABLE = 24400  # of routes: the interface's index is added
PREFERENCE = 90  # of the rule: before those of others


@dataclass(frozen=True)
class Way:
    """An address of the router, and the gateway's own to come from; both without prefix."""

    address: str
    source: str | None = None


@dataclass(frozen=True)
class Loan:
    """A command of the gateway and what takes it back."""

    do: tuple[str, ...]
    undo: tuple[str, ...]


def ways(address: str, gateway: str | None, factory: Sequence[str]) -> list[Way]:
    """Where the router may be met, the wanted address first; ZynosError names the option.

    The source for a factory address is the last address of its network that is not the router's.
    """
    found = [Way(str(_interface("address", address).ip), gateway)]
    for number, text in enumerate(factory):
        router = _interface(f"factory_addresses[{number}]", text)
        if router.network.num_addresses < 4:
            raise ZynosError(
                f"factory_addresses[{number}]: {text} leaves no room for the gateway; give it with its prefix"
            )
        last = router.network.broadcast_address - 1
        found.append(Way(str(router.ip), str(last if last != router.ip else last - 1)))
    return list(dict.fromkeys(found))


def loans(row: dict[str, Any], taken: frozenset[str], way: Way) -> list[Loan]:
    """What has to be lent to the port so that the router is next to it.

    `row` is the port's entry of `ip -j address show`, `taken` are the addresses of all other ports.
    """
    port, found = row["ifname"], []
    if "UP" not in row.get("flags", []):
        found.append(Loan(("ip", "link", "set", "dev", port, "up"), ("ip", "link", "set", "dev", port, "down")))
    router = ipaddress.IPv4Address(way.address)
    own = [entry for entry in row.get("addr_info", []) if entry.get("family") == "inet"]
    if any(router in ipaddress.IPv4Interface(f"{entry['local']}/{entry['prefixlen']}").network for entry in own):
        return found
    if way.source is None:
        raise ZynosError(f"{port} has no address in the network of {way.address}, and none is given for it (gateway)")
    if way.source in taken:
        raise ZynosError(
            f"{port} would need {way.source} to reach {way.address}, which another port of this gateway has; "
            "connect the router to a port whose network is another one, or give it the wanted address by hand"
        )
    table = str(FIRST_TABLE + int(row["ifindex"]))
    host = f"{way.source}/32"
    # a /32 is one that a run left that was killed: it is taken back with the rest
    if not any(entry["local"] == way.source and entry["prefixlen"] != 32 for entry in own):
        found.append(_loan("address", host, "dev", port, noun_words=("noprefixroute",)))
    found.append(_loan("route", f"{way.address}/32", "dev", port, "src", way.source, "table", table))
    between = ("from", way.source, "to", way.address, "lookup", table, "preference", str(PREFERENCE))
    found.append(_loan("rule", *between))
    return found


def _loan(kind: str, *words: str, noun_words: tuple[str, ...] = ()) -> Loan:
    return Loan(("ip", kind, "add", *words, *noun_words), ("ip", kind, "del", *words))


def _interface(option: str, text: str) -> ipaddress.IPv4Interface:
    try:
        return ipaddress.IPv4Interface(text)
    except ValueError as error:
        raise ZynosError(f"{option}: {text!r} is no IPv4 address with prefix ({error})") from None
