# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values out of JSON that may be missing, null or of another type than promised: never raises, never guesses."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Any

# Beyond these, calendars end; a page made for 1970 is as wrong as one for 9999, but it renders.
EARLIEST, LATEST = 86400.0, 7e9
LARGEST = 1e15
NUMBERS = (int, float)  # not their kin: a bool is no number here
# What no XML may hold, and lone halves of surrogate pairs, which no file may.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FRACTION = re.compile(r"\.\d+")

Json = Any


def mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> list[Json]:
    return list(value) if isinstance(value, (list, tuple)) else []


def text(value: Json) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return UNPRINTABLE.sub("\ufffd", str(value))


def number(value: Json) -> float | None:
    """A number that can be drawn; negative ones and the not-numbers are none."""
    if type(value) not in NUMBERS:
        return None
    if 0 <= value < LARGEST:
        return float(value)
    return LARGEST if LARGEST <= value < math.inf else None


def signed(value: Json) -> float | None:
    if type(value) in NUMBERS and value < 0:
        size = number(-value)
        return None if size is None else -size
    return number(value)


def flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def whole(value: Json, default: int, lowest: int, highest: int) -> int:
    found = number(value)
    return default if found is None else max(lowest, min(highest, int(found)))


def epoch(value: Json) -> float | None:
    """ISO 8601 or seconds -> seconds since 1970."""
    seconds = number(value)
    if seconds is None and isinstance(value, str):
        try:
            # The fraction goes: Python before 3.11 wants exactly three or six digits of it.
            moment = datetime.fromisoformat(FRACTION.sub("", value).replace("Z", "+00:00"))
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
        except (ValueError, OverflowError):
            return None
    return None if seconds is None else max(EARLIEST, min(LATEST, seconds))
