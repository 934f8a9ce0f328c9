# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metrics against a parser of the text format that takes nothing for granted; promtool too where it is."""

from __future__ import annotations

import copy
import json
import math
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teql_monitor import metrics

COUNTERS = json.loads((Path(__file__).parent / "cli" / "recorded" / "counters.json").read_text())
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)')
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?|[+-]Inf|NaN")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
BASE_UNITS = {"seconds", "bytes", "ratio", "packets"}
LABELS = {"line", "iface", "target", "state", "to", "reason", "errno", "action", "le", "version"}

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parse_labels(text: str) -> tuple[tuple[str, str], ...]:
    found, place = [], 0
    while place < len(text):
        match = LABEL.match(text, place)
        assert match, f"bad labels at {place}: {text}"
        value = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), match.group(2))
        found.append((match.group(1), value))
        place = match.end()
    names = [name for name, _value in found]
    assert len(set(names)) == len(names), f"a label twice: {text}"
    return tuple(sorted(found))


def parse(text: str) -> tuple[Series, dict[str, str]]:
    """Every series, and the kind of every metric."""
    assert text.endswith("\n")
    series: Series = {}
    kinds: dict[str, str] = {}
    current = helped = ""
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped = line.split(" ")[2]
            assert helped not in kinds, f"{helped} stands in two places"
            assert len(line.split(" ", 3)[3]) > 10
        elif line.startswith("# TYPE "):
            current, kind = line.split(" ")[2:]
            assert current == helped, f"TYPE of {current} without its HELP"
            kinds[current] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match and NUMBER.fullmatch(match.group(3)), f"no sample: {line}"
            assert current, f"sample without TYPE: {line}"
            assert match.group(1) in [current + suffix for suffix in SUFFIXES[kinds[current]]], f"strayed: {line}"
            key = (match.group(1), parse_labels(match.group(2) or ""))
            assert key not in series, f"twice: {key}"
            series[key] = float(match.group(3))
    return series, kinds


def check_histogram(series: Series, name: str) -> None:
    groups: dict[Any, list[tuple[float, float]]] = {}
    for (found, labels), value in series.items():
        if found == f"{name}_bucket":
            bound = float(dict(labels)["le"])
            groups.setdefault(tuple(pair for pair in labels if pair[0] != "le"), []).append((bound, value))
    assert groups
    for labels, buckets in groups.items():
        bounds, counts = zip(*buckets, strict=True)
        assert list(bounds) == sorted(bounds) and list(counts) == sorted(counts), f"falls: {labels}"
        assert buckets[-1] == (float("inf"), series[f"{name}_count", labels])
        assert (f"{name}_sum", labels) in series


def strict(text: str) -> Series:
    series, kinds = parse(text)
    for name, kind in kinds.items():
        assert (kind == "counter") == name.endswith("_total"), name
        words = name.removesuffix("_total").split("_")
        assert not {"ms", "kbit", "milliseconds", "percent", "bits"} & set(words), name
        if kind == "histogram":
            check_histogram(series, name)
    assert {label for _name, labels in series for label, _value in labels} <= LABELS
    return series


def test_the_whole_text_is_right() -> None:
    series = strict(metrics.render(COUNTERS))
    a = (("iface", "eth2"), ("line", "a"))
    assert series["teql_line_up", a] == 1
    assert series["teql_line_rtt_seconds", a] == 0.0102
    assert series["teql_line_state", (("iface", "eth5"), ("line", "d"), ("state", "degraded"))] == 1
    assert series["teql_bond_lines", ()] == 6
    assert series["teql_bond_lines_up", ()] == 3
    down = (("iface", "eth4"), ("line", "dsl-office"), ("reason", "no carrier"), ("to", "down"))
    assert series["teql_line_transitions_total", down] == 2
    assert series["teql_build_info", (("version", "1.0.0"),)] == 1


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("30 ms later than the other lines", "later than the other lines"),
        ("loses 2.1 % of the probes", "loses of the probes"),
        ("there is no interface eth2.7", "there is no interface eth2.7"),
        ("no route to 2001:db8::1 over eth2", "no route to over eth2"),
        ("no carrier", "no carrier"),
        ("", ""),
    ],
)
def test_a_reason_is_a_label_of_few_values(reason: str, label: str) -> None:
    assert metrics.without_numbers(reason) == label


def test_reasons_that_differ_in_numbers_are_counted_together() -> None:
    counters = copy.deepcopy(COUNTERS)
    counters["lines"][0]["transitions"] = {"degraded:31 ms later": 2, "degraded:29 ms later": 3, "up:": 4}
    series = strict(metrics.render(counters))
    late = (("iface", "eth2"), ("line", "a"), ("reason", "later"), ("to", "degraded"))
    assert series["teql_line_transitions_total", late] == 5


def test_every_metric_of_the_table_appears() -> None:
    _series, kinds = parse(metrics.render(COUNTERS))
    assert list(kinds) == [metric.name for metric in metrics.METRICS]


def test_one_state_of_each_line_is_hot() -> None:
    series = strict(metrics.render(COUNTERS))
    for line in COUNTERS["status"]["lines"]:
        hot = [v for (n, labels), v in series.items() if n == "teql_line_state" and ("line", line["name"]) in labels]
        assert sum(hot) == 1


def test_what_is_not_known_is_left_out() -> None:
    counters = copy.deepcopy(COUNTERS)
    for line in counters["status"]["lines"]:
        line.update(rtt_ms=None, rtt_excess_ms=None, router=None, loss=None, share=None)
    series = strict(metrics.render(counters))
    names = {name for name, _labels in series}
    assert not names & {"teql_line_rtt_seconds", "teql_line_router_up", "teql_line_loss_ratio"}
    assert "teql_line_up" in names


def test_a_monitor_that_has_just_started() -> None:
    counters = copy.deepcopy(COUNTERS)
    counters.update(lines=[], reconcile={}, bond_tx_dropped=None)
    counters["status"].update(lines=[], targets=[])
    assert strict(metrics.render(counters))["teql_bond_lines", ()] == 0


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.floats())
def test_any_name_and_any_number_comes_back(name: str, value: float) -> None:
    counters = copy.deepcopy(COUNTERS)
    line = copy.deepcopy(counters["status"]["lines"][0])
    line.update(name=name, penalty=value)
    counters.update(lines=[])
    counters["status"]["lines"] = [line]
    found = strict(metrics.render(counters))["teql_line_damping_penalty", (("iface", "eth2"), ("line", name))]
    assert found == value or (math.isnan(found) and math.isnan(value))


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: text.replace("# TYPE teql_line_up gauge\n", ""),
        lambda text: text.replace('line="a"', 'line="a'),
        lambda text: text.replace("teql_bond_lines_up 3", "teql_bond_lines_up three"),
        lambda text: text.replace("teql_bond_lines_up 3\n", "teql_bond_lines_up 3\nteql_bond_lines_up 3\n"),
        lambda text: text.replace("teql_tc_errors_total", "teql_tc_errors"),
        lambda text: re.sub(r'(le="\+Inf"\}) \d+', r"\1 7", text),
        lambda text: re.sub(r'(?m)^.*le="\+Inf".*\n', "", text),
        lambda text: re.sub(r'(le="0.001"\}) \d+', r"\1 99999", text),
        lambda text: text + "teql_line_up 1\n",
        lambda text: text.replace('iface="', 'port="'),
        lambda text: text.rstrip("\n"),
    ],
)
def test_the_parser_sees_what_is_wrong(broken: Any) -> None:
    text = metrics.render(COUNTERS)
    assert broken(text) != text
    with pytest.raises((AssertionError, KeyError)):
        strict(broken(text))


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool (Debian package prometheus) is not installed")
def test_promtool_agrees() -> None:
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=metrics.render(COUNTERS), text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
