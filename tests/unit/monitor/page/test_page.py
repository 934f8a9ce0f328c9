# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as a document: well formed, closed in itself, small, and there whatever the report holds."""

from __future__ import annotations

import copy
import re
import time
from datetime import timedelta, timezone
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import plausible_report
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teql_monitor.page import render

UTC = timezone.utc
VOID = {"meta", "br"}
EVIL = '<script>alert("1")</script>&\'\x00\ud800]]>'
Json = dict[str, Any]


class Checker(HTMLParser):
    """Every tag that opens closes in its turn; attributes are collected."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


def checked(page: str) -> Checker:
    """The page, once it is known to be sound."""
    page.encode()
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert page.startswith("<!DOCTYPE html>") and page.count("<script>") == 1
    for picture in pictures(page):
        ElementTree.fromstring(picture)
    assert not [each for each in checker.attributes if re.search(r"https?:|//|url\(|javascript:", each[1])]
    assert not {"src", "href", "srcset", "action", "onload", "onclick"} & {name for name, _value in checker.attributes}
    assert not {"link", "img", "iframe", "object", "use", "image", "form"} & set(checker.tags)
    assert "url(" not in page and "@import" not in page and "http" not in page
    return checker


def pictures(page: str) -> list[str]:
    return re.findall(r'<svg class="strip".*?</svg>(?=</div>)|<svg class="swatch".*?</svg>', page, re.DOTALL)


def said(page: str) -> str:
    return " ".join(" ".join(checked(page).words).split())


@pytest.mark.parametrize(("lines", "size"), [(1, 80_000), (4, 200_000), (16, 700_000), (64, 2_500_000)])
def test_sound_and_small(lines: int, size: int) -> None:
    page = render(plausible_report.report(lines), plausible_report.TZ)
    checked(page)
    assert len(page.encode()) < size
    assert page.count('<div class="row line">') == page.count('<div class="row member">') == lines
    strips_axis_spread_and_swatches = 2 * lines + 1 + (lines > 1) + 8
    assert len(pictures(page)) == strips_axis_spread_and_swatches


def test_noise_in_every_column_stays_within_a_megabyte_and_a_half() -> None:
    report = plausible_report.report(16)
    for number, line in enumerate(report["lines"]):
        for column in range(900):
            noise = (column * 7919 + number * 104729) % 997
            values = [500, noise % 40, 9000 + 20 * noise, 30000 + 50 * (997 - noise), 90000 + 10 * noise]
            line["samples"][column] = [*values, 100, "u", 10 * noise, 11 * (997 - noise)]
    assert len(render(report, UTC).encode()) < 1_500_000


def test_says_the_state_in_one_sentence() -> None:
    text = said(render(plausible_report.report(4), plausible_report.TZ))
    assert "3 of 4 lines carry; cellar is out since 02:14: no carrier." in text
    assert "24 Nov 2025, 11:21:28 CET" in text
    assert "Fail open" not in text


def test_the_same_report_is_the_same_page() -> None:
    report = plausible_report.report(4)
    before = copy.deepcopy(report)
    assert render(report, UTC) == render(report, UTC)
    assert report == before


def test_times_are_those_of_the_given_zone() -> None:
    page = render(plausible_report.report(4), timezone(timedelta(hours=5, minutes=45)))
    assert "UTC+05:45" in page and "cellar</bdi> is out since 06:59" in page


def test_local_time_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XYZ-3")
    time.tzset()
    try:
        assert "13:21:28 XYZ" in render(plausible_report.report(1))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_fail_open_and_a_refused_configuration_are_alarms() -> None:
    report = plausible_report.report(4)
    report["status"].update(fail_open=True, config_error="lines[1].interface: missing", mode="observe")
    text = said(render(report, UTC))
    assert "Fail open." in text and "lines[1].interface: missing" in text and "changes nothing" in text


def test_what_comes_from_outside_is_escaped() -> None:
    report = plausible_report.report(2)
    report["status"].update(bond=EVIL, mode=EVIL, monitor=EVIL, config_error=EVIL)
    for event in report["events"]:
        event.update(dict.fromkeys(("line", "old", "new", "reason", "kind", "interface"), EVIL))
    for line in report["status"]["lines"][:1]:
        line.update(dict.fromkeys(("name", "interface", "state", "reason"), EVIL))
    report["lines"][0].update(name=EVIL, interface=EVIL)
    page = render(report, UTC)
    checker = checked(page)
    assert page.count("<script") == 1 and checker.tags.count("script") == 1
    assert any('alert("1")' in word for word in checker.words)


def test_tooltips_tell_the_reason() -> None:
    page = render(plausible_report.report(4), plausible_report.TZ)
    assert "<title>cellar, 02:14 to now (9 h 7 min): down, no carrier</title>" in page


def test_a_name_with_quotes_in_a_tooltip() -> None:
    report = plausible_report.report(4)
    report["events"][-1]["reason"] = EVIL
    checked(render(report, UTC))


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"status": {}, "lines": [], "events": []},
        {"status": None, "lines": None, "events": None, "columns": None, "end": None},
        {"status": {"lines": [{}]}, "lines": [{}], "events": [{}]},
        {"lines": [{"name": "a", "samples": [None] * 900}], "end": 1763979700},
        {"lines": [{"name": "a", "samples": [[0, 0, None, None, None, 0, "d", None, None]] * 900}]},
        {"lines": [{"name": "a", "samples": [[1, 0, 5, 6, 7, 100, "?", 1, 1]] * 2000}], "columns": 900},
        {"lines": [{"name": "a", "samples": [[1]]}, {"name": "a", "samples": [[]]}], "column_seconds": 1e9},
    ],
)
def test_renders_what_is_missing(report: Json) -> None:
    checked(render(report, UTC))


def test_all_lines_without_data() -> None:
    report = plausible_report.report(4)
    for line in report["lines"]:
        line["samples"] = [None] * 900
    text = said(render(report, UTC))
    assert "nothing recorded" in text


def test_one_line_has_no_spread() -> None:
    assert "Spread" not in render(plausible_report.report(1), UTC)
    assert "Spread" in render(plausible_report.report(2), UTC)


NUMBERS = st.none() | st.integers() | st.floats() | st.booleans() | st.text(max_size=3)
COUNTS = st.integers(0, 10**7) | NUMBERS
SAMPLE = st.none() | st.tuples(*[COUNTS] * 6, st.sampled_from("udgrsmz"), COUNTS, COUNTS).map(list) | st.lists(NUMBERS)
NAMES = st.text(max_size=8)
TIMES = st.datetimes().map(lambda time: time.isoformat() + "Z") | st.text(max_size=8) | NUMBERS
STATES = st.sampled_from(("up", "down", "degraded", "drained", "starting", "misconfigured")) | NAMES
EVENT = st.fixed_dictionaries(
    {"time": TIMES, "line": NAMES | st.just("a"), "old": STATES, "new": STATES, "reason": NAMES | st.none()},
    optional={"kind": st.sampled_from(("state", "member", "bond", "config", "start")) | NAMES},
)
NOW = st.fixed_dictionaries(
    {"name": NAMES | st.just("a")},
    optional={
        **dict.fromkeys(("rtt_ms", "rtt_peers_ms", "rtt_excess_ms", "loss", "share", "tx_kbit", "load"), NUMBERS),
        **dict.fromkeys(("since", "damped_until", "drained_until"), TIMES),
        **{key: st.booleans() | NUMBERS for key in ("member", "enabled", "rate_kbit")},
        **dict.fromkeys(("state", "reason", "interface"), STATES),
    },
)
STATUS = st.fixed_dictionaries(
    {"lines": st.lists(NOW, max_size=4)},
    optional={
        **{key: st.booleans() | NUMBERS for key in ("fail_open", "bond_exists", "bond_up")},
        **dict.fromkeys(("bond", "mode", "monitor", "config_error"), NAMES | NUMBERS),
        "time": TIMES,
    },
)
HISTORY = st.fixed_dictionaries({"name": NAMES | st.just("a"), "samples": st.lists(SAMPLE, max_size=30)})
REPORT = st.fixed_dictionaries(
    {"status": STATUS, "events": st.lists(EVENT, max_size=6), "lines": st.lists(HISTORY, max_size=4)},
    optional={"columns": st.integers(1, 40) | NUMBERS, "column_seconds": COUNTS, "end": COUNTS},
)
ANYTHING = st.recursive(
    NUMBERS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=12
)


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(REPORT, st.integers(-14 * 4, 14 * 4))
def test_any_report_renders(report: Json, quarters: int) -> None:
    checked(render(report, timezone(timedelta(minutes=15 * quarters))))


@settings(deadline=None, max_examples=100)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("status", "events", "lines", "columns", "end"), ANYTHING)))
def test_any_json_renders(report: Json) -> None:
    checked(render(report, UTC))
