# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor's report (the contract's JSON) -> typed values; what is missing or odd becomes None, '' or empty."""

from __future__ import annotations

from typing import NamedTuple

from teql_monitor.page.values import Json, epoch, flag, mapping, number, sequence, signed, text, whole

COLUMN_SECONDS, COLUMNS, MOST_COLUMNS = 100, 900, 2000
WIDTH = 9


class Sample(NamedTuple):
    """One column of one line. Times in microseconds, rates in kbit/s; member in seconds of the column."""

    sent: float
    lost: float
    low: float | None
    mean: float | None
    high: float | None
    member: float
    state: str
    tx: float | None
    rx: float | None


class Event(NamedTuple):
    time: float | None
    line: str
    old: str
    new: str
    reason: str
    kind: str


class Now(NamedTuple):
    """A line at the time of the report."""

    state: str = ""
    member: bool | None = None
    reason: str = ""
    since: float | None = None
    rtt: float | None = None
    peers: float | None = None
    excess: float | None = None
    loss: float | None = None
    enabled: bool = True
    share: float | None = None
    tx: float | None = None
    rx: float | None = None
    rate: float | None = None
    load: float | None = None
    damped_until: float | None = None
    drained_until: float | None = None


class Line(NamedTuple):
    name: str
    interface: str
    now: Now
    samples: tuple[Sample | None, ...]
    events: tuple[Event, ...]


class Report(NamedTuple):
    """time is when the report was made, end when its last column ends (which may be later)."""

    bond: str
    mode: str
    monitor: str
    fail_open: bool
    bond_missing: bool
    bond_down: bool
    config_error: str
    time: float
    end: float
    column_seconds: int
    columns: int
    lines: tuple[Line, ...]
    events: tuple[Event, ...]

    @property
    def start(self) -> float:
        return self.end - self.columns * self.column_seconds


def read(report: Json) -> Report:
    report = mapping(report)
    status = mapping(report.get("status"))
    columns = whole(report.get("columns"), COLUMNS, 1, MOST_COLUMNS)
    column_seconds = whole(report.get("column_seconds"), COLUMN_SECONDS, 1, 3600)
    made = epoch(status.get("time"))
    end = epoch(report.get("end")) or made or 0.0
    end = max(end, float(columns * column_seconds) + 86400)
    events = tuple(_event(mapping(each)) for each in sequence(report.get("events")))
    return Report(
        bond=text(status.get("bond")),
        mode=text(status.get("mode")),
        monitor=text(status.get("monitor")),
        fail_open=status.get("fail_open") is True,
        bond_missing=status.get("bond_exists") is False,
        bond_down=status.get("bond_up") is False,
        config_error=text(status.get("config_error")),
        time=end if made is None else made,
        end=end,
        column_seconds=column_seconds,
        columns=columns,
        lines=tuple(_lines(report, status, events, columns)),
        events=events,
    )


def _lines(report: dict[str, Json], status: dict[str, Json], events: tuple[Event, ...], columns: int) -> list[Line]:
    """The lines of the status in their order, then those only the history still knows."""
    histories: dict[str, dict[str, Json]] = {}
    for each in map(mapping, sequence(report.get("lines"))):
        histories.setdefault(text(each.get("name")), each)
    by_line: dict[str, list[Event]] = {}
    for event in events:
        by_line.setdefault(event.line, []).append(event)
    known: dict[str, dict[str, Json]] = {}
    for each in map(mapping, sequence(status.get("lines"))):
        known.setdefault(text(each.get("name")), each)
    lines = []
    for name in {**known, **histories}:
        now, history = known.get(name, {}), histories.get(name, {})
        samples = [_sample(each) for each in sequence(history.get("samples"))[-columns:]]
        lines.append(
            Line(
                name=name,
                interface=text(now.get("interface") or history.get("interface")),
                now=_now(now),
                samples=(None,) * (columns - len(samples)) + tuple(samples),
                events=tuple(by_line.get(name, ())),
            )
        )
    return lines


def _sample(value: Json) -> Sample | None:
    if not isinstance(value, (list, tuple)):
        return None
    padded = value if len(value) == WIDTH else [*value, *[None] * WIDTH][:WIDTH]
    sent, lost, low, mean, high, member, state, tx, rx = padded
    return Sample(
        number(sent) or 0.0,
        number(lost) or 0.0,
        number(low),
        number(mean),
        number(high),
        number(member) or 0.0,
        text(state),
        number(tx),
        number(rx),
    )


def _event(value: dict[str, Json]) -> Event:
    words = (text(value.get(key)) for key in ("line", "old", "new", "reason", "kind"))
    return Event(epoch(value.get("time")), *words)


def _now(value: dict[str, Json]) -> Now:
    return Now(
        state=text(value.get("state")),
        member=flag(value.get("member")),
        reason=text(value.get("reason")),
        since=epoch(value.get("since")),
        rtt=number(value.get("rtt_ms")),
        peers=number(value.get("rtt_peers_ms")),
        excess=signed(value.get("rtt_excess_ms")),
        loss=number(value.get("loss")),
        enabled=value.get("enabled") is not False,
        share=number(value.get("share")),
        tx=number(value.get("tx_kbit")),
        rx=number(value.get("rx_kbit")),
        rate=number(value.get("rate_kbit")),
        load=number(value.get("load")),
        damped_until=epoch(value.get("damped_until")),
        drained_until=epoch(value.get("drained_until")),
    )
