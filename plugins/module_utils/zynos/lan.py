# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router prints about its LAN and WAN, and what it should be.

That an alias is shown by `lan display` with a label for "active" and one for its address and mask is a guess: so the
labels are looked for loosely, and a display in which they are not found is an error, never taken for "not set".
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from .errors import ZynosError
from .redact import redacted

PAIR = re.compile(r"(?P<label>[A-Za-z][A-Za-z0-9 ./()_-]*?)\s*[=:]\s*(?P<value>[^\s=:,][^=:,\r\n]*?)(?=\s{2,}|,|\s*$)")
ADDRESS = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})\b(?:/(\d{1,2}))?")
# Network, flags, length, port, next hop.
ROUTE = re.compile(r"\s*(\d+(?:\.\d+){3})\s+\w+\s+(\d+)\s+\S+\s+(\d+(?:\.\d+){3})\s")
ON = {"yes", "on", "1", "true", "enable", "enabled", "active"}
OFF = {"no", "off", "0", "false", "disable", "disabled", "inactive", "none"}
MAIN, ALIAS = 1, 2  # slots of `lan index`


@dataclass(frozen=True)
class Slot:
    """One LAN address of the router: `lan index N`."""

    active: bool
    address: str | None = None  # with prefix; None for 0.0.0.0
    dhcp: str | None = None  # "none", "server" ...; None where the router does not show it

    @property
    def shown(self) -> str:
        return (self.address or "no address") if self.active else "off"


OFF_SLOT = Slot(False)


@dataclass(frozen=True)
class Route:
    """What a static route is for: `ip route addrom index N`."""

    network: str
    gateway: str  # empty: there is none


def pairs(text: str) -> list[tuple[str, str]]:
    """`label = value` and `label: value`, several on a line too; labels in lower case."""
    found = []
    for line in text.splitlines():
        for match in PAIR.finditer(line):
            label = re.split(r"\s{2,}", match.group("label").strip())[-1]
            found.append((label.lower(), match.group("value").strip()))
    return found


def parse_slot(text: str, slot: int) -> Slot:
    """`lan display` after `lan index N`; ZynosError when what it should show is not in it."""
    active, address, mask, dhcp = None, None, None, None
    for label, value in pairs(text):
        if active is None and re.match(r"(?:lan |ip alias ?\d* ?)?(?:active|enabled?)\b", label):
            active = _yes(value)
        elif mask is None and "mask" in label and ADDRESS.search(value):
            first, second = _both(value)
            if address is None and "addr" in label:  # IP address/mask = A / M, or A M
                address, mask = first, second
            else:
                mask = first
        elif address is None and re.search(r"\bip\b.*addr|^address|^ip$|ipaddr", label) and ADDRESS.search(value):
            address, also = _both(value)
            mask = mask or also
        elif dhcp is None and "dhcp" in label:
            dhcp = value.split()[0].lower()
    # the interface itself has no switch: it is active by having an address
    if address is None or (active is None and slot != MAIN):
        missing = "an address" if address is None else "whether it is active"
        raise ZynosError(
            f"`lan display` of slot {slot} does not show {missing} in a way that is known here (see the option "
            f"commands). It printed:\n{redacted(text)}"
        )
    whole = _prefixed(address, mask)
    return Slot(active if active is not None else whole is not None, whole, _no(dhcp))


def parse_nat(text: str, node: int) -> str:
    """`wan node display` -> the NAT mode in lower case. The label is a guess: ZynosError when there is none."""
    for label, value in pairs(text):
        if re.search(r"\bnat\b|network address translation", label):
            return str(_no(value.split()[0].lower()))
    raise ZynosError(
        f"`wan node display` of node {node} does not show its NAT in a way that is known here. See to it by hand that "
        "NAT is off, and leave wan_nodes empty (routers_zynos_wan_nodes: [])."
    )


def parse_route(text: str, network: str) -> str:
    """`ip route status` -> the next hop of a network; empty where it has none.

    The columns are a guess: a table without a row, which every router has for its own LAN, is an error.
    """
    rows = [match.groups() for match in map(ROUTE.match, text.splitlines()) if match]
    if not rows:
        raise ZynosError(
            "`ip route status` does not show the routes in a way that is known here (see the option commands). It "
            f"printed:\n{redacted(text)}"
        )
    block = ipaddress.IPv4Network(network)
    hops = [gateway for to, length, gateway in rows if f"{to}/{length}" == network]
    # One inside it is the router's own address there, and the network is next to it.
    return next((hop for hop in hops if ipaddress.IPv4Address(hop) not in block), "")


def parse_live(text: str) -> tuple[str, ...]:
    """`ip ifconfig` -> the addresses that are in use now, in order, without prefix."""
    found = re.findall(r"\binet(?: addr)?[:\s]+(\d{1,3}(?:\.\d{1,3}){3})", text)
    return tuple(address for address in dict.fromkeys(found) if address not in ("0.0.0.0", "127.0.0.1"))


def mask_of(address: str) -> tuple[str, str]:
    """192.0.2.1/29 -> ("192.0.2.1", "255.255.255.248")"""
    interface = ipaddress.IPv4Interface(address)
    return str(interface.ip), str(interface.netmask)


def _both(value: str) -> tuple[str, str | None]:
    found = ADDRESS.findall(value)
    if len(found) > 1:
        return found[0][0], found[1][0]
    return found[0][0], found[0][1] or None


def _prefixed(address: str, mask: str | None) -> str | None:
    if address == "0.0.0.0":
        return None
    try:
        return str(ipaddress.IPv4Interface(f"{address}/{mask}" if mask else address))
    except ValueError as error:
        raise ZynosError(f"the router shows {address} with mask {mask}, which is no address: {error}") from None


def _yes(value: str) -> bool | None:
    word = value.split()[0].lower().strip(".")
    return True if word in ON else False if word in OFF else None


def _no(word: str | None) -> str | None:
    return "none" if word in OFF else word
