# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and programs are shown: the answers to `status`, `counters` and `report`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from teql_monitor import VERSION
from teql_monitor.config import LineConfig
from teql_monitor.monitor import Monitor
from teql_monitor.ring import COLUMN_SECONDS, COLUMNS, column_end


def status(monitor: Monitor, config_error: str = "") -> dict[str, Any]:
    """The public contract: keys are added, never changed."""
    judge, clock, bond = monitor.judge, monitor.clock, monitor.view.bond
    members = [line for line in monitor.config.lines if monitor.view.member(line)]
    packets = sum(monitor.throughput[line.name].packets for line in members)
    return {
        "version": 1,
        "bond": monitor.config.bond,
        "mode": monitor.config.mode,
        "fail_open": judge.fail_open,
        "time": clock.text(clock.now()),
        "started": clock.text(monitor.started),
        "monitor": VERSION,
        "bond_exists": bond is not None,
        "bond_up": bond is not None and bond.up,
        "mtu": bond.mtu if bond else None,
        "config_error": config_error,
        "targets": [{"address": each, "well": each not in judge.unwell} for each in monitor.config.targets],
        "lines": [_line(monitor, line, packets) for line in monitor.config.lines],
    }


def _line(monitor: Monitor, line: LineConfig, packets: int) -> dict[str, Any]:
    judged, rate, now = monitor.judge.lines[line.name], monitor.throughput[line.name], monitor.clock.now()
    penalty = judged.penalty.now(now)
    damped = judged.penalty.until(now) if judged.penalty.suppressed else None
    peers = judged.peers_trip
    return {
        "name": line.name,
        "interface": line.interface,
        "state": judged.state,
        "member": judged.member,
        "reason": judged.reason,
        "since": monitor.clock.text(judged.since),
        "rtt_ms": _ms(judged.trip),
        "rtt_peers_ms": _ms(peers),
        "rtt_excess_ms": _ms(judged.trip - peers if judged.trip is not None and peers is not None else None),
        "loss": round(judged.loss(), 4),
        "enabled": line.enabled,
        "carrier": judged.carrier,
        "router": judged.router,
        "share": round(rate.packets / packets, 4) if packets and judged.member else 0.0,
        "tx_kbit": round(rate.tx, 1),
        "rx_kbit": round(rate.rx, 1),
        "rate_kbit": rate.rate,
        "sync": judged.sync,
        "load": round(rate.load, 3),
        "penalty": round(penalty),
        "damped_until": monitor.clock.text(damped),
        "drained_until": monitor.clock.text(judged.drain.until) if judged.drain else None,
        "transitions": judged.changes,
    }


def headline(monitor: Monitor) -> str:
    """One line for `systemctl status`."""
    lines = [line for line in monitor.judge.lines.values() if line.config.enabled]
    well = sum(line.state == "up" for line in lines)
    others = "; ".join(
        f"{line.name} {line.state}" + (f" ({line.reason.partition(';')[0]})" if line.state != "starting" else "")
        for line in lines
        if line.state != "up"
    )
    return f"{well} of {len(lines)} lines up" + (f": {others}" if others else "")


def counters(monitor: Monitor, config_error: str = "") -> dict[str, Any]:
    return {
        "status": status(monitor, config_error),
        "build": VERSION,
        "time": monitor.clock.wall(),
        "start_time": monitor.clock.epoch(monitor.started),
        "reload_success": not config_error,
        "reconcile": dict(monitor.counts),
        "tc_errors": monitor.tc_errors,
        "bond_tx_dropped": monitor.dropped,
        "lines": [_line_counters(monitor, line) for line in monitor.config.lines],
    }


def _line_counters(monitor: Monitor, line: LineConfig) -> dict[str, Any]:
    counted = monitor.throughput[line.name].last
    words = ("rx_bytes", "tx_bytes", "rx_packets", "tx_packets")
    return {
        "name": line.name,
        "interface": line.interface,
        "probes": [tally.counters(target) for target, tally in monitor.prober.lines[line.name].tallies.items()],
        "transitions": dict(monitor.recorder.transitions.get(line.name, {})),
        **{word: getattr(counted, word) if counted else 0 for word in words},
        "last_change": monitor.clock.epoch(monitor.judge.lines[line.name].since),
    }


def report(monitor: Monitor, config_error: str = "") -> Iterator[bytes]:
    """The 25 hours of all lines, in pieces of one line: probes go out between them, and a reload may come."""
    lines = [(line, monitor.recorder.collectors[line.name]) for line in monitor.config.lines]
    end = column_end(monitor.clock.wall())
    head = {
        "version": 1,
        "bond": monitor.config.bond,
        "column_seconds": COLUMN_SECONDS,
        "columns": COLUMNS,
        "end": end,
        "status": status(monitor, config_error),
        "events": monitor.recorder.history.since(end - COLUMN_SECONDS * COLUMNS),
    }
    yield b'{"ok":true,"result":' + _compact(head)[:-1] + b',"lines":['
    for place, (line, collector) in enumerate(lines):
        samples = collector.samples(end)
        yield (b"," if place else b"") + _compact({"name": line.name, "interface": line.interface, "samples": samples})
    yield b"]}}\n"


def _compact(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)
