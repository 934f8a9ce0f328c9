# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prometheus' text of the monitor's counters. Pure; the table below is the whole list of metrics."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple, Union

Counters = Mapping[str, Any]
Number = Union[int, float]
NUMBERS = re.compile(r"(?<![\w.:])[-+]?\d[\w.:]*\s*(%|ms\b|s\b)?\s*")
STATES = ("up", "down", "degraded", "drained", "starting", "misconfigured")


class Sample(NamedTuple):
    labels: dict[str, str]
    value: Number
    suffix: str = ""


Samples = Callable[[Counters], Iterator[Sample]]


class Metric(NamedTuple):
    name: str
    kind: str
    help: str
    samples: Samples


def render(counters: Counters) -> str:
    """A metric of which nothing is known is left out."""
    return "".join(f"{line}\n" for metric in METRICS for line in _written(metric, counters))


def _written(metric: Metric, counters: Counters) -> Iterator[str]:
    samples = list(metric.samples(counters))
    if samples:
        yield f"# HELP {metric.name} {escape_help(metric.help)}"
        yield f"# TYPE {metric.name} {metric.kind}"
        for sample in samples:
            yield f"{metric.name}{sample.suffix}{_labels(sample.labels)} {number(sample.value)}"


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{escape(value)}"' for name, value in labels.items()) + "}" if labels else ""


def escape(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def escape_help(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n")


def number(value: Number) -> str:
    if math.isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def without_numbers(reason: str) -> str:
    """A label has few values: not one for each number of milliseconds."""
    return NUMBERS.sub("", reason).strip()


def labels_of(line: Mapping[str, Any]) -> dict[str, str]:
    return {"line": line["name"], "iface": line["interface"]}


def of_lines(key: str, scale: float = 1.0) -> Samples:
    """A number or truth value of each line's status."""

    def samples(counters: Counters) -> Iterator[Sample]:
        for line in counters["status"]["lines"]:
            value = line.get(key)
            if value is not None:
                yield Sample(labels_of(line), _scaled(value, scale))

    return samples


def _scaled(value: Number, scale: float) -> Number:
    """Without the digits that a product of binary fractions makes up."""
    return int(value) if isinstance(value, bool) else value if scale == 1 else round(value * scale, 9)


def of_counted_lines(key: str) -> Samples:
    def samples(counters: Counters) -> Iterator[Sample]:
        for line in counters["lines"]:
            if line.get(key) is not None:
                yield Sample(labels_of(line), line[key])

    return samples


def of_probes(key: str) -> Samples:
    def samples(counters: Counters) -> Iterator[Sample]:
        for line in counters["lines"]:
            for probe in line["probes"]:
                yield Sample({**labels_of(line), "target": probe["target"]}, probe[key])

    return samples


def of_bond(key: str) -> Samples:
    def samples(counters: Counters) -> Iterator[Sample]:
        value = counters["status"].get(key)
        if value is not None:
            yield Sample({}, int(value))

    return samples


def top(key: str) -> Samples:
    def samples(counters: Counters) -> Iterator[Sample]:
        if counters.get(key) is not None:
            yield Sample({}, int(counters[key]) if isinstance(counters[key], bool) else counters[key])

    return samples


def _up(counters: Counters) -> Iterator[Sample]:
    for line in counters["status"]["lines"]:
        yield Sample(labels_of(line), int(line["state"] == "up"))


def _states(counters: Counters) -> Iterator[Sample]:
    for line in counters["status"]["lines"]:
        for state in STATES:
            yield Sample({**labels_of(line), "state": state}, int(line["state"] == state))


def _errors(counters: Counters) -> Iterator[Sample]:
    for line in counters["lines"]:
        for probe in line["probes"]:
            for errno, count in sorted(probe.get("errors", {}).items()):
                yield Sample({**labels_of(line), "target": probe["target"], "errno": errno}, count)


def _rtt(counters: Counters) -> Iterator[Sample]:
    for line in counters["lines"]:
        for probe in line["probes"]:
            labels = {**labels_of(line), "target": probe["target"]}
            for bound, count in probe["buckets"]:
                yield Sample({**labels, "le": number(bound)}, count, "_bucket")
            yield Sample({**labels, "le": "+Inf"}, probe["rtt_count"], "_bucket")
            yield Sample(labels, probe["rtt_sum"], "_sum")
            yield Sample(labels, probe["rtt_count"], "_count")


def _transitions(counters: Counters) -> Iterator[Sample]:
    for line in counters["lines"]:
        counts: Counter[tuple[str, str]] = Counter()
        for key, count in line["transitions"].items():
            to, _colon, reason = key.partition(":")
            counts[to, without_numbers(reason)] += count
        for (to, reason), count in sorted(counts.items()):
            yield Sample({**labels_of(line), "to": to, "reason": reason}, count)


def _targets(counters: Counters) -> Iterator[Sample]:
    for target in counters["status"].get("targets", []):
        yield Sample({"target": target["address"]}, int(target["well"]))


def _lines(counters: Counters) -> Iterator[Sample]:
    yield Sample({}, len(counters["status"]["lines"]))


def _lines_up(counters: Counters) -> Iterator[Sample]:
    yield Sample({}, sum(1 for line in counters["status"]["lines"] if line["state"] == "up"))


def _reconcile(counters: Counters) -> Iterator[Sample]:
    for action, count in sorted(counters["reconcile"].items()):
        yield Sample({"action": action}, count)


def _build(counters: Counters) -> Iterator[Sample]:
    yield Sample({"version": counters["build"]}, 1)


METRICS = (
    Metric("teql_line_up", "gauge", "Whether the line is in the state up.", _up),
    Metric("teql_line_enslaved", "gauge", "Whether the line is in the bond.", of_lines("member")),
    Metric("teql_line_enabled", "gauge", "Whether the settings want the line in the bond.", of_lines("enabled")),
    Metric("teql_line_state", "gauge", "1 for the state the line is in, 0 for the others.", _states),
    Metric("teql_line_carrier", "gauge", "Whether the line's port has a carrier.", of_lines("carrier")),
    Metric("teql_line_router_up", "gauge", "Whether the line's router answers.", of_lines("router")),
    Metric("teql_line_loss_ratio", "gauge", "Lost probes among the last 200, 0 to 1.", of_lines("loss")),
    Metric("teql_line_rtt_seconds", "gauge", "Median round trip time of the window.", of_lines("rtt_ms", 0.001)),
    Metric(
        "teql_line_rtt_deviation_seconds",
        "gauge",
        "Median round trip time less the median of the other lines.",
        of_lines("rtt_excess_ms", 0.001),
    ),
    Metric("teql_line_share_ratio", "gauge", "Share of the bond's packets in the last second.", of_lines("share")),
    Metric(
        "teql_line_load_ratio",
        "gauge",
        "What the line carries in its busier direction, as a share of its rate.",
        of_lines("load"),
    ),
    Metric("teql_line_damping_penalty", "gauge", "Penalty for flapping; it decays.", of_lines("penalty")),
    Metric(
        "teql_line_last_change_timestamp_seconds",
        "gauge",
        "When the state last changed.",
        of_counted_lines("last_change"),
    ),
    Metric("teql_line_transitions_total", "counter", "Changes of state, by new state and reason.", _transitions),
    Metric("teql_line_receive_bytes_total", "counter", "Bytes received on the port.", of_counted_lines("rx_bytes")),
    Metric("teql_line_transmit_bytes_total", "counter", "Bytes sent on the port.", of_counted_lines("tx_bytes")),
    Metric(
        "teql_line_receive_packets_total", "counter", "Packets received on the port.", of_counted_lines("rx_packets")
    ),
    Metric("teql_line_transmit_packets_total", "counter", "Packets sent on the port.", of_counted_lines("tx_packets")),
    Metric("teql_probe_sent_total", "counter", "Probes sent.", of_probes("sent")),
    Metric("teql_probe_lost_total", "counter", "Probes not answered in time.", of_probes("lost")),
    Metric("teql_probe_errors_total", "counter", "Probes the kernel refused to send, by error.", _errors),
    Metric("teql_probe_rtt_seconds", "histogram", "Round trip time of answered probes.", _rtt),
    Metric("teql_target_well", "gauge", "Whether any line reaches the target; if not, it is not counted.", _targets),
    Metric("teql_bond_up", "gauge", "Whether the bond's device is up.", of_bond("bond_up")),
    Metric("teql_bond_lines", "gauge", "Lines in the settings.", _lines),
    Metric("teql_bond_lines_up", "gauge", "Lines in the state up.", _lines_up),
    Metric("teql_bond_fail_open", "gauge", "Whether lines are kept because all failed at once.", of_bond("fail_open")),
    Metric("teql_bond_tx_dropped_total", "counter", "Packets the bond dropped.", top("bond_tx_dropped")),
    Metric("teql_reconcile_total", "counter", "Changes made in the kernel, by kind.", _reconcile),
    Metric(
        "teql_tc_errors_total",
        "counter",
        "Changes the kernel refused, of members, routes, rules or neighbours.",
        top("tc_errors"),
    ),
    Metric("teql_config_reload_success", "gauge", "Whether the last settings were accepted.", top("reload_success")),
    Metric("teql_start_time_seconds", "gauge", "When the monitor started.", top("start_time")),
    Metric("teql_update_timestamp_seconds", "gauge", "When these figures were taken.", top("time")),
    Metric("teql_build_info", "gauge", "1, with the version of the monitor.", _build),
)
