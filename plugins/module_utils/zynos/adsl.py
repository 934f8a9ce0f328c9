# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router tells about its DSL line, as values with units. Pure.

The wording is that of the TrendChip family, of which there are public recordings. Near-end is downstream. A rate is in
the fast or the interleaved line, so the two are added; ADSL2+ has one line without either word.
"""

from __future__ import annotations

import re
from typing import Any, Mapping

STATUS = re.compile(r"(?im)current modem status\s*[:=]\s*(\S[^\r\n]*?)\s*$")
RATE = re.compile(
    r"(?im)^\s*(near|far)-end\s+(?:(?:interleaved|fast)\s+)?(?:channel\s+)?bit ?rate\s*[:=]\s*(\d+)\s*kbps"
)
MARGIN = re.compile(r"(?im)noise margin (downstream|upstream)\s*[:=]\s*(-?\d+(?:\.\d+)?)\s*db")
ATTENUATION = re.compile(r"(?im)attenuation (downstream|upstream)\s*[:=]\s*(-?\d+(?:\.\d+)?)\s*db")
POWER = re.compile(r"(?im)output power (downstream|upstream)\s*[:=]\s*(-?\d+(?:\.\d+)?)\s*dbm?")
ERRORS = re.compile(r"(?im)^\s*(near|far)-end\s+(FEC|CRC|HEC)\s+error\s+(?:fast|interleaved)\s*[:=]\s*(\d+)")
ERROR_SECONDS = re.compile(r"(?im)error seconds? after power-up\s*[:=]\s*(\d+)")
UPTIME = re.compile(r"(?im)ADSL uptime\s*[:=]?\s*(?:(\d+)\s*days?,?\s*)?(\d+):(\d{2}):(\d{2})")
MODE = re.compile(r"(?im)operational mode\s*[:=]\s*(\S[^\r\n]*?)\s*$")
SYSTEM_UPTIME = re.compile(r"(?im)system up time\s*[:=]\s*(\d+):(\d{2}):(\d{2})")
VERSION = re.compile(r"(?im)ZyNOS (?:F/W )?version\s*[:=]\s*(\S[^|\r\n]*?)\s*(?:\||$)")
DIRECTIONS = {"near": "downstream", "far": "upstream"}

# The commands of the table and what of their replies is read; the first two are what a monitor needs.
QUICK = ("adsl_status", "adsl_rates")
WHOLE = (*QUICK, "adsl_near", "adsl_far", "adsl_errors", "adsl_mode", "version")


def parse_dsl(replies: Mapping[str, str]) -> dict[str, Any]:
    """Replies by the command's name -> values; what is not told is None, never zero."""
    status = _first(STATUS, replies.get("adsl_status", ""))
    rates = _rates(replies.get("adsl_rates", ""))
    lines = replies.get("adsl_near", "") + "\n" + replies.get("adsl_far", "")
    counted = replies.get("adsl_errors", "")
    found: dict[str, Any] = {
        "status": status.lower() if status else None,
        "sync": None if status is None else status.lower().split()[0] == "up",
        "mode": _first(MODE, replies.get("adsl_mode", "")),
        "uptime_s": _seconds(UPTIME, counted),
        "error_seconds": _number(ERROR_SECONDS, counted),
    }
    for direction in DIRECTIONS.values():
        found[direction] = {
            "rate_kbit": rates.get(direction),
            "noise_margin_db": _measured(MARGIN, lines, direction),
            "attenuation_db": _measured(ATTENUATION, lines, direction),
            "power_dbm": _measured(POWER, lines, direction),
            **_errors(counted, direction),
        }
    return found


def parse_system(reply: str) -> dict[str, Any]:
    """`sys version`: firmware, and how long the router has been up."""
    return {"firmware": _first(VERSION, reply), "uptime_s": _seconds(SYSTEM_UPTIME, reply)}


def _rates(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for end, kbit in RATE.findall(text):
        direction = DIRECTIONS[end.lower()]
        found[direction] = found.get(direction, 0) + int(kbit)
    return found


def _errors(text: str, direction: str) -> dict[str, int | None]:
    sums: dict[str, int | None] = dict.fromkeys(("fec_errors", "crc_errors", "hec_errors"))
    for end, kind, count in ERRORS.findall(text):
        if DIRECTIONS[end.lower()] == direction:
            key = f"{kind.lower()}_errors"
            sums[key] = (sums[key] or 0) + int(count)
    return sums


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(1) if found else None


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = _first(pattern, text)
    return None if found is None else int(found)


def _measured(pattern: re.Pattern[str], text: str, direction: str) -> float | None:
    return next((float(value) for way, value in pattern.findall(text) if way.lower() == direction), None)


def _seconds(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    if not found:
        return None
    days, hours, minutes, seconds = ([0] * 4 + [int(part or 0) for part in found.groups()])[-4:]
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
