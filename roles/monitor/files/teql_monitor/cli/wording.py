# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and times in words: what a tired person reads without counting digits. Pure."""

from __future__ import annotations

from datetime import datetime, timezone

NONE = "-"  # not known


def duration(seconds: float) -> str:
    """Two units at most: 45s, 12m, 3h 05m, 2d 4h."""
    left = max(0, int(seconds))
    if left < 60:
        return f"{left}s"
    if left < 600:
        return f"{left // 60}m {left % 60:02d}s"
    if left < 3600:
        return f"{left // 60}m"
    if left < 86400:
        return f"{left // 3600}h {left % 3600 // 60:02d}m"
    return f"{left // 86400}d {left % 86400 // 3600}h"


def epoch(moment: str) -> float:
    """`2026-01-01T00:00:00Z` -> seconds since 1970."""
    found = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()


def since(moment: str | None, now: float) -> str:
    return NONE if not moment else duration(now - epoch(moment))


def clock(moment: str, now: float) -> str:
    """The time of day here; with the date when it is another day."""
    then = datetime.fromtimestamp(epoch(moment))
    same = then.date() == datetime.fromtimestamp(now).date()
    return then.strftime("%H:%M" if same else "%d %b %H:%M")


def stamp(moment: str, short: bool = False) -> str:
    """The local time, to the millisecond when it is known; short: without year and parts of a second."""
    then = datetime.fromtimestamp(epoch(moment))
    if short:
        return then.strftime("%d %b %H:%M:%S")
    return then.strftime("%Y-%m-%d %H:%M:%S") + (f".{then.microsecond // 1000:03d}" if "." in moment else "")


def milliseconds(value: float | None, sign: bool = False) -> str:
    if value is None:
        return NONE
    digits = 1 if abs(value) < 99.95 else 0
    if sign and round(value, digits) == 0:
        return "0 ms"
    return f"{value:{'+' if sign else ''}.{digits}f} ms"


def percent(ratio: float | None) -> str:
    if ratio is None:
        return NONE
    value = 100 * ratio
    if 0 < value < 0.1:
        return "<0.1 %"
    return f"{value:.0f} %" if value >= 9.95 or value == round(value) else f"{value:.1f} %"


def rate(kbit: float | None) -> str:
    if kbit is None:
        return NONE
    if kbit < 999.5:
        return f"{kbit:.0f} kbit/s"
    mega = kbit / 1000
    if mega < 999.5:
        return f"{mega:.{1 if mega < 99.95 else 0}f} Mbit/s"
    return f"{mega / 1000:.1f} Gbit/s"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def plain(text: object) -> str:
    """Nothing from outside moves the cursor or changes colours."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text))
