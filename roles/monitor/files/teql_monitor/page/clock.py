# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the reader's wall clock shows them, and the marks of a time axis."""

from __future__ import annotations

from datetime import datetime, timezone, tzinfo
from typing import NamedTuple

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Zones differ by quarters of an hour.
QUARTER = 900
MOST_HOURS = 60


class Mark(NamedTuple):
    """A place on the axis: part of the whole width from 0 to 1, hour of the day, date at midnight."""

    part: float
    hour: int
    date: str


class Clock:
    """tz None: the local time of this host."""

    def __init__(self, tz: tzinfo | None = None) -> None:
        self.tz = tz

    def at(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, timezone.utc).astimezone(self.tz)

    def zone(self, start: float, end: float) -> str:
        """Two names when the clocks were changed in between."""
        names = (self.at(start).tzname() or "", self.at(end).tzname() or "")
        return names[1] if names[0] == names[1] else f"{names[0]}, later {names[1]}"

    def date(self, seconds: float) -> str:
        moment = self.at(seconds)
        return f"{moment.day} {MONTHS[moment.month - 1]}"

    def full(self, seconds: float) -> str:
        moment = self.at(seconds)
        return f"{self.date(seconds)} {moment.year}, {moment:%H:%M:%S}"

    def short(self, seconds: float, today: float) -> str:
        """Hour and minute, with the date when that is not today's."""
        moment = self.at(seconds)
        same = moment.date() == self.at(today).date()
        return f"{moment:%H:%M}" if same else f"{self.date(seconds)} {moment:%H:%M}"

    def marks(self, start: float, end: float) -> list[Mark]:
        """Every full hour; only midnights when that would be too many."""
        found = []
        hourly = end - start <= MOST_HOURS * 3600
        for seconds in range(-int(-start // QUARTER) * QUARTER, int(end) + 1, QUARTER):
            moment = self.at(seconds)
            if moment.minute == 0 and (hourly or moment.hour == 0):
                date = self.date(seconds) if moment.hour == 0 else ""
                found.append(Mark((seconds - start) / (end - start), moment.hour, date))
        return found


def span(seconds: float) -> str:
    """The two largest units: "2 h 49 min"."""
    minutes = int(max(0.0, seconds)) // 60
    if minutes == 0:
        return f"{int(max(0.0, seconds))} s"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h"
