# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `ubus call` says about the DSL line and the WAN interface, in few words with units. Pure."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

MARK = "=== linebond "


def look(wan: str) -> str:
    """The command that asks; `wan` is the interface's name, which is a word."""
    return "\n".join(
        [
            "command -v ubus >/dev/null || { echo 'no ubus' >&2; exit 1; }",
            f"echo '{MARK}dsl'; ubus call dsl metrics 2>/dev/null",
            f"echo '{MARK}wan'; ubus call network.interface.{wan} status 2>/dev/null",
            ":",
        ]
    )


def parse_look(text: str) -> dict[str, dict[str, t.Any] | None]:
    """By what was asked: dsl and wan; None for what the router does not have. ValueError when it is no JSON."""
    found: dict[str, dict[str, t.Any] | None] = {"dsl": None, "wan": None}
    for part in text.split(MARK)[1:]:
        name, _end, body = part.partition("\n")
        if body.strip():
            try:
                found[name] = json.loads(body)
            except ValueError as error:
                raise ValueError(f"`ubus call` about {name} prints what is no JSON: {error}") from None
    return found


def line_state(metrics: Mapping[str, t.Any] | None) -> dict[str, t.Any] | None:
    """The modem's state: rates in kbit/s, margins and attenuations in dB; None where it has no DSL."""
    if metrics is None:
        return None
    return {
        "up": bool(metrics.get("up")),
        "state": metrics.get("state"),
        "uptime": metrics.get("uptime"),
        "downstream": _way(metrics.get("downstream")),
        "upstream": _way(metrics.get("upstream")),
    }


def _way(way: object) -> dict[str, t.Any]:
    numbers = way if isinstance(way, Mapping) else {}
    attainable = numbers.get("attndr")
    return {
        "rate_kbit": _kbit(numbers.get("data_rate")),
        "attainable_kbit": _kbit(attainable),
        "margin_db": numbers.get("snr"),
        "attenuation_db": numbers.get("latn"),
    }


def _kbit(rate: object) -> int | None:
    """From bit/s."""
    return round(rate / 1000) if isinstance(rate, (int, float)) else None


def wan_state(status: Mapping[str, t.Any] | None) -> dict[str, t.Any] | None:
    """Whether the line's interface is up, with its own addresses."""
    if status is None:
        return None
    own = [*status.get("ipv4-address", []), *status.get("ipv6-address", [])]
    return {
        "up": bool(status.get("up")),
        "device": status.get("l3_device") or status.get("device"),
        "protocol": status.get("proto"),
        "uptime": status.get("uptime"),
        "addresses": [f"{each['address']}/{each['mask']}" for each in own],
    }
