# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses and networks: the only place that knows netaddr, which the controller may lack."""

from __future__ import annotations

import re
import typing as t

NETADDR_MISSING: ImportError | None = None
try:
    from netaddr import INET_PTON, AddrFormatError, IPAddress, IPNetwork
except ImportError as error:
    NETADDR_MISSING = error

# No host has its address in one of these: "this network", loopback, multicast and what lies above it.
NO_HOST = {4: ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"), 6: ("::/127", "ff00::/8")}
EXAMPLE = {4: "192.0.2.2", 6: "2001:db8::2"}


def parse_address(text: str, version: int) -> IPAddress:
    try:
        return IPAddress(text, version, flags=INET_PTON)  # the strict form: no 10.1, no 010.0.0.1
    except (AddrFormatError, ValueError):
        advice = "leave the prefix out" if "/" in text else f"write it like {EXAMPLE[version]}"
        raise ValueError(f"{text!r} is no IPv{version} address; {advice}") from None


def parse_prefixed(text: str, version: int) -> IPNetwork:
    address, slash, prefix = text.partition("/")
    if not slash:
        raise ValueError(f"{text!r} has no prefix; write it like {EXAMPLE[version]}/{29 if version == 4 else 64}")
    host, longest = parse_address(address, version), 32 if version == 4 else 128
    # Plain ASCII digits only: int() also takes "+1", "1_0" and other scripts' digits.
    if not (re.fullmatch("0*[0-9]{1,3}", prefix) and 1 <= int(prefix[-3:]) <= longest):
        raise ValueError(f"{text!r} has no usable prefix; it is a number from 1 to {longest}")
    return IPNetwork(f"{host}/{int(prefix[-3:])}")


def refuse_no_host(address: IPAddress) -> None:
    if any(address in IPNetwork(block) for block in NO_HOST[address.version]):
        raise ValueError(f"{address} is no address that a host can have; take one of the network's own")


def parse_host(text: str, version: int) -> IPAddress:
    """An address without a prefix, as one host can have it; ValueError says what is wrong and what to do."""
    host = parse_address(text, version)
    refuse_no_host(host)
    return host


def parse_host_with_prefix(text: str, version: int) -> IPNetwork:
    """A host's address together with its network, such as 192.0.2.2/29."""
    host = parse_prefixed(text, version)
    refuse_no_host(host.ip)
    return host


def parse_network(text: str) -> IPNetwork:
    """A network of either version; the text may name one of its hosts."""
    return parse_prefixed(text, 6 if ":" in text else 4).cidr


def is_link_local(host: IPAddress) -> bool:
    return host in IPNetwork("169.254.0.0/16" if host.version == 4 else "fe80::/10")


def overlap(one: IPNetwork, other: IPNetwork) -> bool:
    return one in other or other in one


def role_in_network(host: IPAddress, network: IPNetwork) -> str:
    """What else the address stands for, or an empty string when a host may have it."""
    if network.prefixlen >= (31 if network.version == 4 else 127):
        return ""  # two ends of a wire, or one host: there is no other role
    if host == network.cidr[0]:
        return "network address" if network.version == 4 else "subnet-router address"
    return "broadcast address" if network.version == 4 and host == network.cidr[-1] else ""


def other_host(address: IPNetwork) -> IPAddress | None:
    """The only other host of the address's network, where there is exactly one."""
    hosts = [host for host in address.cidr if not role_in_network(host, address)] if address.prefixlen >= 30 else []
    others = [host for host in hosts if host != address.ip]
    return others[0] if len(others) == 1 and len(hosts) == 2 else None


def room(network: IPNetwork) -> int:
    """How many /30 fit into an IPv4 network."""
    return t.cast(int, network.size) // 4


def deal(network: IPNetwork, index: int) -> tuple[IPNetwork, IPAddress]:
    """The gateway's address and the router's in the index-th /30 of the network."""
    first = IPAddress(network.first + 4 * index, network.version)
    return IPNetwork(f"{first + 2}/30"), first + 1
