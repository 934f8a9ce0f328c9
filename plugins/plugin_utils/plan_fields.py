# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each field of the inventory by itself: what it may hold, and its normal form.

The tables at the end say which fields there are; a check takes what the inventory holds and returns the normal form
or raises ValueError with what is wrong and what to do.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import re
import typing as t

from . import addresses

Report = t.Callable[[str, str], None]
Values = dict[str, t.Any]

NO_INTERFACE = (
    (r"^$", "it is empty"),
    (r"[^!-~]", "it has white space or a character beyond ASCII"),
    (r"^.{16}", "the kernel takes at most 15 bytes"),
    (r"^(\.\.?|all|default)$", "the kernel keeps that word for itself"),
    (r"^-", "commands would take it for an option"),
    (r"^[0-9]+$", "digits alone are an interface's number"),
    (r"[/:%]", "the kernel takes none of / : %"),
    (r"[!\"'\\|]", "udev rules cannot quote ! \" ' \\ |"),
)
NO_LINE_NAME = (
    (r"^$", "it is empty"),
    (r"^\s|\s$", "it begins or ends with white space"),
    (r"^-", "commands would take it for an option"),
    (r"^.{65}", "it is longer than 64 characters, too long for a table"),
)
FASTEST_KBIT = 1_000_000_000
MAC = re.compile(r"[0-9a-f]{2}([:-])([0-9a-f]{2}\1){4}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}|[0-9a-f]{12}")


def describe(value: object) -> str:
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value!r}"
    if isinstance(value, datetime.date):
        return f"the date {value}"
    if value is None:
        return "empty"
    return "a mapping" if isinstance(value, t.Mapping) else "a list"


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is {describe(value)}, not text; put it in quotes")
    return str.__str__(value)  # Ansible's tagged and unsafe strings become plain ones


def interface(value: object) -> str:
    name = text(value)
    for pattern, reason in NO_INTERFACE:
        if re.search(pattern, name):
            raise ValueError(f"{name!r} is no interface name: {reason}; write the name that `ip link` shows")
    return name


def bond(value: object) -> str:
    name = text(value)
    if not re.fullmatch(r"teql(0|[1-9][0-9]{0,2})", name):
        raise ValueError(f"{name!r} is no equalizer; the kernel calls them teql0, teql1 and so on")
    return name


def line_name(value: object) -> str:
    name = text(value)
    if not name.isprintable():
        raise ValueError(f"{name!r} is no name for a line: it has a control character; take letters and digits")
    for pattern, reason in NO_LINE_NAME:
        if re.search(pattern, name):
            raise ValueError(f"{name!r} is no name for a line: {reason}; take letters and digits")
    return name


def kind(value: object) -> str:
    name = text(value)
    if name not in ("router", "pppoe"):
        raise ValueError(f"{name!r} is no kind of line; take router or pppoe")
    return name


def neighbours(value: object) -> str:
    way = text(value)
    if way not in ("arp", "static"):
        raise ValueError(f"{way!r} is no way to find a router; take arp or static")
    return way


def enabled(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {describe(value)}; write true or false, without quotes")
    return value


def weight(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"is {describe(value)}; write a whole number, without quotes")
    if value < 1:
        raise ValueError(f"is {value}; the smallest weight is 1, and `enabled: false` keeps a line out of the bond")
    if value > 1:
        raise ValueError(f"is {value}; this version spreads equally over all lines, so leave the weight out")
    return int(value)


def rate_kbit(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(
            f"is {describe(value)}; write the line's upload speed in kbit/s, a whole number without quotes"
        )
    if value < 1:
        raise ValueError(f"is {value}; write the line's upload speed in kbit/s, or leave it out")
    if value > FASTEST_KBIT:
        raise ValueError(f"is {value}, more than {FASTEST_KBIT}; write the line's upload speed in kbit/s, not bit/s")
    return int(value)


def mac(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f"is the number {value}: YAML reads digits with colons as one; put the MAC in quotes")
    written = text(value).lower()
    if not MAC.fullmatch(written):
        raise ValueError(f"{written!r} is no MAC address; write it like 02:00:5e:00:53:01")
    digits = re.sub("[^0-9a-f]", "", written)
    if int(digits, 16) == 0 or int(digits[:2], 16) & 1:
        what = "all zeros" if int(digits, 16) == 0 else "a multicast address"
        raise ValueError(f"{written!r} is {what}; write the MAC of the router's own LAN port")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def host(version: int) -> t.Callable[[object], t.Any]:
    return lambda value: addresses.parse_host(text(value), version)


def host_with_prefix(version: int) -> t.Callable[[object], t.Any]:
    return lambda value: addresses.parse_host_with_prefix(text(value), version)


def any_host(value: object) -> t.Any:
    written = text(value)
    return addresses.parse_address(written, 6 if ":" in written else 4)


def metric(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"is {describe(value)}; write a whole number, without quotes")
    return int(value)


def network(value: object) -> t.Any:
    return addresses.parse_network(text(value))


def management_network(value: object) -> t.Any:
    given = addresses.parse_prefixed(text(value), 4)
    if given.ip != given.cidr.ip:
        raise ValueError(f"{given} is a host, not a network; write {given.cidr}")
    if not addresses.room(given):
        raise ValueError(f"{given} is too small, not one /30 fits; take a wider one, such as 172.16.0.0/24")
    return given


@dataclasses.dataclass(frozen=True)
class Field:
    check: t.Callable[[object], t.Any]
    default: t.Any = None
    needed: str = ""  # what to write there; an empty string when it may be left out


LINE = {
    "interface": Field(interface, needed="name the gateway's port, such as eth2"),
    "name": Field(line_name),
    "kind": Field(kind, default="router"),
    "enabled": Field(enabled, default=True),
    "weight": Field(weight, default=1),
    "address": Field(host_with_prefix(4)),
    "router": Field(host(4)),
    "router_mac": Field(mac),
    "rate_kbit": Field(rate_kbit),
}
SITE = {
    "bond": Field(bond, needed="name the equalizer, such as teql0"),
    "address": Field(host_with_prefix(4), needed="give the gateway's own public address, such as 192.0.2.2/29"),
    "common_address": Field(host(4), needed="give the address that all routers share, such as 192.0.2.1"),
    "address6": Field(host_with_prefix(6)),
    "common_address6": Field(host(6)),
    "neighbours": Field(neighbours, default="arp"),
    "management_network": Field(management_network, needed="give a private network, such as 172.16.0.0/24"),
}
SESSION = {
    "interface": Field(text),
    "address": Field(text),
    "network": Field(network),
    "client": Field(any_host),
    "back_by": Field(text),
    "back_via": Field(text),
    "back_metric": Field(metric),
}


def read(fields: dict[str, Field], given: t.Mapping[t.Any, t.Any], path: str, report: Report) -> Values:
    """The fields' normal forms; a field that was refused is missing from the result, so that nothing builds on it."""
    values: Values = {}
    for key, field in fields.items():
        value = given.get(key)
        if value is None:
            values[key] = field.default
            if field.needed:
                del values[key]
                report(path + key, f"is missing; {field.needed}")
            continue
        try:
            values[key] = field.check(value)
        except ValueError as error:
            report(path + key, str(error))
    return values


def unknown_keys(fields: dict[str, Field], given: t.Mapping[t.Any, t.Any], path: str, report: Report) -> None:
    for key in given:
        if key not in fields:
            nearest = difflib.get_close_matches(str(key).lower(), fields, n=1)
            advice = f"did you mean {nearest[0]}?" if nearest else f"a line has {', '.join(fields)}"
            report(f"{path}{key}", f"is no key of a line; {advice}")
