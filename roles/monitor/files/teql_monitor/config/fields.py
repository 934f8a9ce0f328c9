# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields the configuration has, and how an object of the JSON is read by such a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from teql_monitor.config import values as check

Report = Callable[[str, str], None]
Values = dict[str, Any]


class Field(NamedTuple):
    check: check.Check
    needed: str = ""  # what to write there; an empty string when it may be left out
    name: str = ""  # the attribute, where it is not the key


SECONDS = " seconds"
DAY = 86_400
TOP = {
    "version": Field(check.version, needed=f"write {check.VERSION}"),
    "bond": Field(check.bond, needed="name the equalizer, such as teql0"),
    "mode": Field(check.choice("enforce", "observe")),
    "address": Field(check.host(4)),
    "address6": Field(check.host(6)),
    "common_address": Field(check.host(4), needed="give the address that all routers share, such as 192.0.2.1"),
    "common_address6": Field(check.host(6)),
    "source": Field(check.choice("public", "management")),
    "neighbours": Field(check.choice("dynamic", "static")),
    "targets": Field(check.items("give addresses beyond the lines"), needed="give addresses beyond the lines"),
    "quorum": Field(check.whole(1, 100)),
    "interval": Field(check.number(0.02, 60, SECONDS)),
    "timeout": Field(check.number(0.01, 60, SECONDS)),
    "fall": Field(check.whole(1, 100)),
    "rise": Field(check.whole(1, 100)),
    "hold_down": Field(check.number(0, DAY, SECONDS)),
    "min_lines": Field(check.whole(1, 1000)),
    "mtu": Field(check.whole(576, 65_535)),
    "table": Field(check.whole(2, 32_765)),  # the rules for what is near come one before, after the kernel's first
    "latency": Field(check.mapping),
    "loss": Field(check.mapping),
    "load_limit": Field(check.number(0.05, 1)),
    "damping": Field(check.mapping),
    "lines": Field(check.items("list at least one line"), needed="list at least one line"),
}
GROUPS = {
    "latency": {
        "excess_ms": Field(check.number(0.1, 10_000, " ms")),
        "excess_ratio": Field(check.number(0, 10)),
        "window": Field(check.number(0.5, 600, SECONDS)),
        "for": Field(check.number(0, 600, SECONDS), name="sustain"),
        "return_after": Field(check.number(0, DAY, SECONDS)),
    },
    "loss": {
        "tolerated": Field(check.number(0, 0.5)),
        "return_after": Field(check.number(0, DAY, SECONDS)),
    },
    "damping": {
        "half_life": Field(check.number(1, DAY, SECONDS)),
        "suppress": Field(check.number(1, 1_000_000)),
        "reuse": Field(check.number(1, 1_000_000)),
        "longest": Field(check.number(1, DAY, SECONDS)),
    },
}
LINE = {
    "name": Field(check.line_name),
    "interface": Field(check.interface, needed="name the gateway's port, such as eth2"),
    "kind": Field(check.choice("router", "pppoe")),
    "enabled": Field(check.truth),
    "address": Field(check.host_with_prefix),
    "router": Field(check.host(4)),
    "router_mac": Field(check.mac),
    "rate_kbit": Field(check.number(1, 1_000_000_000, " kbit/s")),
}


def read(fields: dict[str, Field], given: Mapping[str, Any], defaults: Values, path: str, report: Report) -> Values:
    """Attribute -> normal form; one that was refused is missing from the result, so that nothing builds on it."""
    values: Values = {}
    for key, field in fields.items():
        attribute = field.name or key
        value = given.get(key)
        if value is None:
            if field.needed:
                report(path + key, f"is missing; {field.needed}")
            elif attribute in defaults:
                values[attribute] = defaults[attribute]
            continue
        try:
            values[attribute] = field.check(value)
        except ValueError as error:
            report(path + key, str(error))
    for key in given:
        if key not in fields:
            report(path + key, _unknown(key, fields))
    return values


def _unknown(key: str, fields: dict[str, Field]) -> str:
    import difflib  # only a wrong configuration pays for it

    nearest = difflib.get_close_matches(key, fields, n=1)
    return (
        f"is no key here; did you mean {nearest[0]}?" if nearest else f"is no key here; known are {', '.join(fields)}"
    )
