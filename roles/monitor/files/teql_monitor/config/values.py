# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One value of the configuration by itself: a check returns its normal form, or raises ValueError.

The error says what is wrong and what to do; who calls knows the path.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Callable, Union

Check = Callable[[Any], Any]
Host = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]

VERSION = 1
NO_INTERFACE = (
    (r"^$", "it is empty"),
    (r"[^!-~]", "it has white space or a character beyond ASCII"),
    (r"^.{16}", "the kernel takes at most 15 bytes"),
    (r"^(\.\.?|all|default)$", "the kernel keeps that word for itself"),
    (r"^-", "commands would take it for an option"),
    (r"[/:%]", "the kernel takes none of / : %"),
)
NO_LINE_NAME = (
    (r"^$", "it is empty"),
    (r"^\s|\s$", "it begins or ends with white space"),
    (r"^-", "commands would take it for an option"),
    (r"^.{65}", "it is longer than 64 characters, too long for a table"),
)
MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
EXAMPLE = {4: "192.0.2.2", 6: "2001:db8::2"}
NO_HOST = tuple(map(ipaddress.ip_network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8")))


def describe(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value!r}"
    return "an object" if isinstance(value, dict) else "a list"


def shown(value: float) -> str:
    """As people write it: 0.6 rather than 0.6000000000000001, and 8 rather than 8.0."""
    return str(int(value)) if value == int(value) else str(round(value, 6))


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {describe(value)}, not text; put it in quotes")
    return value


def number(low: float, high: float, unit: str = "") -> Check:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"is {describe(value)}; write a number{unit and ' of'}{unit}, without quotes")
        if not low <= value <= high:
            raise ValueError(f"is {value}{unit}; take {low} to {high}{unit}")
        return float(value)

    return check


def whole(low: int, high: int) -> Check:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"is {describe(value)}; write a whole number, without quotes")
        if not low <= value <= high:
            raise ValueError(f"is {value}; take {low} to {high}")
        return value

    return check


def choice(*words: str) -> Check:
    def check(value: object) -> str:
        if value not in words:
            raise ValueError(f"is {describe(value)}; take {' or '.join(words)}")
        return text(value)

    return check


def version(value: object) -> int:
    if isinstance(value, bool) or value != VERSION:
        raise ValueError(f"is {describe(value)}, but this monitor reads version {VERSION}; run the role monitor again")
    return VERSION


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {describe(value)}; write true or false, without quotes")
    return value


def bond(value: object) -> str:
    name = text(value)
    if not re.fullmatch(r"teql(0|[1-9][0-9]{0,2})", name):
        raise ValueError(f"{name!r} is no equalizer; the kernel calls them teql0, teql1 and so on")
    return name


def interface(value: object) -> str:
    name = text(value)
    for pattern, reason in NO_INTERFACE:
        if re.search(pattern, name):
            raise ValueError(f"{name!r} is no interface name: {reason}; write the name that `ip link` shows")
    return name


def line_name(value: object) -> str:
    name = text(value)
    if not name.isprintable():
        raise ValueError(f"{name!r} is no name for a line: it has a control character; take letters and digits")
    for pattern, reason in NO_LINE_NAME:
        if re.search(pattern, name):
            raise ValueError(f"{name!r} is no name for a line: {reason}; take letters and digits")
    return name


def mac(value: object) -> str:
    written = text(value).lower().replace("-", ":")
    if not MAC.fullmatch(written):
        raise ValueError(f"{value!r} is no MAC address; write it like 02:00:5e:00:53:01")
    if int(written[:2], 16) & 1 or not int(written.replace(":", ""), 16):
        raise ValueError(f"{value!r} is no host's MAC address; write the one of the router's own LAN port")
    return written


def _address(written: str) -> Host:
    advice = "leave the prefix out" if "/" in written else f"write it like {EXAMPLE[4]} or {EXAMPLE[6]}"
    try:
        found = ipaddress.ip_address(written)
    except ValueError:
        raise ValueError(f"{written!r} is no address; {advice}") from None
    if "%" in written:
        raise ValueError(f"{written!r} names an interface; leave the part from % on out")
    if any(found in block for block in NO_HOST):
        raise ValueError(f"{found} is no address that a host can have; take one of the network's own")
    return found


def host(family: int) -> Check:
    def check(value: object) -> str:
        found = _address(text(value))
        if found.version != family:
            raise ValueError(
                f"{found} is an IPv{found.version} address; write an IPv{family} one, like {EXAMPLE[family]}"
            )
        return str(found)

    return check


def host_with_prefix(value: object) -> str:
    written = text(value)
    address, slash, prefix = written.partition("/")
    found = host(4)(address)
    if not slash:
        raise ValueError(f"{written!r} has no prefix; write it like {EXAMPLE[4]}/30")
    if not (prefix.isascii() and prefix.isdigit() and 1 <= int(prefix[:9]) <= 32):
        raise ValueError(f"{written!r} has no usable prefix; it is a number from 1 to 32")
    network = ipaddress.IPv4Network(f"{found}/{int(prefix)}", strict=False)
    if network.prefixlen < 31 and found in (str(network.network_address), str(network.broadcast_address)):
        role = "network" if found == str(network.network_address) else "broadcast"
        raise ValueError(f"{found} is the {role} address of {network}; take an address between its first and last")
    return f"{found}/{network.prefixlen}"


def target(value: object) -> str:
    written = text(value)
    if re.search(r"[g-zG-Z]", written) and "%" not in written:
        raise ValueError(
            f"{written!r} is no address; write the address itself, names cannot be asked for on a dead line"
        )
    found = _address(written)
    if found.is_link_local:
        raise ValueError(f"{found} ends at the next router; take an address beyond the lines")
    return str(found)


def items(advice: str) -> Check:
    def check(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError(f"is {describe(value)}, not a list; {advice}")
        if not value:
            raise ValueError(f"is empty; {advice}")
        return value

    return check


def mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"is {describe(value)}, not an object; leave it out to have its defaults")
    return value
