# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes and seconds of one line become columns of its ring."""

from __future__ import annotations

from teql_monitor.ring import COLUMN_SECONDS, Record, Ring, Sample, column_of, first_column

LETTERS = {"up": "u", "starting": "s", "drained": "r", "degraded": "g", "misconfigured": "m", "down": "d"}
WORST_LAST = "usrgmd"
SLACK = 10  # seconds: two parts of one column may overlap that much when the clock was put right

MICROSECONDS = 1_000_000


class Collector:
    _sent: int
    _lost: int
    _low: float
    _sum: float
    _high: float
    _seconds: int
    _member: int
    _tx: float
    _rx: float
    _state: str

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self._column: int | None = None  # until the clock is known
        self._clear()

    def probe(self, rtt: float | None) -> None:
        """An answer after that many seconds, or none. Called for every probe: nothing else belongs here."""
        self._sent += 1
        if rtt is None:
            self._lost += 1
            return
        self._sum += rtt
        if rtt < self._low:
            self._low = rtt
        if rtt > self._high:
            self._high = rtt

    def second(self, member: bool, state: str, tx_kbit: float, rx_kbit: float) -> None:
        """How the line stood in the second that ends now."""
        self._seconds += 1
        self._member += member
        self._tx += tx_kbit
        self._rx += rx_kbit
        self._state = worst(self._state, LETTERS[state])

    def advance(self, now: float) -> None:
        """Close the column when the clock has left it, forwards or backwards."""
        column = column_of(now)
        if column != self._column:
            self._close()
            self._column = column

    def flush(self, now: float) -> None:
        """Write what there is of the current column, which may go on after a restart."""
        self.advance(now)
        self._close()

    def samples(self, end_epoch: float) -> list[Sample | None]:
        """What the ring has, together with the column that is still open."""
        samples = self.ring.read(end_epoch)
        record = self._current()
        if record:
            place = record.column - first_column(end_epoch)
            if 0 <= place < len(samples):
                samples[place] = record.sample
        return samples

    def _clear(self) -> None:
        self._sent = self._lost = self._seconds = self._member = 0
        self._low, self._sum, self._high = float("inf"), 0.0, 0.0
        self._tx = self._rx = 0.0
        self._state = LETTERS["up"]

    def _close(self) -> None:
        record = self._current()
        if record:
            self.ring.write(record)
            self._clear()

    def _current(self) -> Record | None:
        """The open column, with what an earlier run or an earlier time of the clock left of it."""
        if self._column is None or not (self._sent or self._seconds):
            return None
        record = Record(self._column, self._seconds, self._sample())
        earlier = self.ring.record(self._column)
        return merged(earlier, record) if earlier else record

    def _sample(self) -> Sample:
        answered = self._sent - self._lost
        seconds = self._seconds or 1
        return Sample(
            sent=self._sent,
            lost=self._lost,
            min_us=round(self._low * MICROSECONDS) if answered else None,
            avg_us=round(self._sum / answered * MICROSECONDS) if answered else None,
            max_us=round(self._high * MICROSECONDS) if answered else None,
            member_s=min(self._member, COLUMN_SECONDS),
            state=self._state if self._seconds else LETTERS["starting"],
            tx_kbit=round(self._tx / seconds),
            rx_kbit=round(self._rx / seconds),
        )


def worst(one: str, other: str) -> str:
    return max(one, other, key=WORST_LAST.find)


def merged(earlier: Record, later: Record) -> Record:
    """Two parts of one column are added up; two that cannot both be parts of it are not, and the fuller one stays."""
    seconds = earlier.seconds + later.seconds
    if seconds > COLUMN_SECONDS + SLACK:
        return later if later.seconds >= earlier.seconds else earlier
    one, two = earlier.sample, later.sample
    return Record(
        later.column,
        min(seconds, COLUMN_SECONDS),
        Sample(
            sent=one.sent + two.sent,
            lost=one.lost + two.lost,
            min_us=min((each.min_us for each in (one, two) if each.min_us is not None), default=None),
            avg_us=_mean([(each.avg_us, each.sent - each.lost) for each in (one, two)]),
            max_us=max((each.max_us for each in (one, two) if each.max_us is not None), default=None),
            member_s=min(one.member_s + two.member_s, COLUMN_SECONDS),
            state=worst(one.state, two.state),
            tx_kbit=_mean([(one.tx_kbit, earlier.seconds), (two.tx_kbit, later.seconds)]) or 0,
            rx_kbit=_mean([(one.rx_kbit, earlier.seconds), (two.rx_kbit, later.seconds)]) or 0,
        ),
    )


def _mean(weighted: list[tuple[int | None, int]]) -> int | None:
    known = [(value, weight) for value, weight in weighted if value is not None]
    total = sum(weight for _value, weight in known)
    return round(sum(value * weight for value, weight in known) / total) if total else None
