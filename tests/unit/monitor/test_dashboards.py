# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard and the alert rules: well formed, and every metric and label they name is one the monitor has."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from teql_monitor import metrics

FILES = Path(__file__).parents[3] / "roles" / "monitor" / "files"
RULES = FILES / "prometheus" / "teql.rules.yml"
COUNTERS = json.loads((Path(__file__).parent / "cli" / "recorded" / "counters.json").read_text())
FROM_PROMETHEUS = {"instance", "job"}
WIDTH = 24  # columns of a dashboard

TEXT = metrics.render(COUNTERS)
EMITTED = set(re.findall(r"(?m)^(teql_\w+)[ {]", TEXT))
LABELS = set(re.findall(r'[{,](\w+)="', TEXT)) | FROM_PROMETHEUS
DASHBOARD: dict[str, Any] = json.loads((FILES / "grafana" / "teql.json").read_text())
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
TARGETS = [target for panel in PANELS for target in panel["targets"]]
VARIABLES = DASHBOARD["templating"]["list"]
EXPRESSIONS = [
    *(target["expr"] for target in TARGETS),
    *(variable["definition"] for variable in VARIABLES if variable["type"] == "query"),
    *(alert["expr"] for alert in ALERTS),
]


def unknown_names(expression: str) -> set[str]:
    return set(re.findall(r"\bteql_\w+", expression)) - EMITTED


def unknown_labels(expression: str) -> set[str]:
    matched = re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", expression)
    listed = re.findall(r"(?:by|on|ignoring|without|group_left)\s*\(([^()]*)\)", expression)
    named = [word.strip() for words in listed for word in words.split(",")]
    return {name for name in (*matched, *named) if name} - LABELS


def metrics_in(text: str) -> set[str]:
    return set(re.findall(r"\bteql_\w+", text))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_an_expression_names_exists(expression: str) -> None:
    assert not unknown_names(expression)
    assert not unknown_labels(expression)
    assert metrics_in(expression), "an expression without a metric of ours"


def test_the_check_of_names_can_fail() -> None:
    assert unknown_names("rate(teql_line_sent_total[5m])") == {"teql_line_sent_total"}
    assert unknown_labels('sum by (port) (teql_line_up{lines="a"})') == {"port", "lines"}


def test_the_asked_views_are_there() -> None:
    shown = set().union(*(metrics_in(target["expr"]) for target in TARGETS))
    assert shown >= {
        "teql_line_state",
        "teql_line_enslaved",
        "teql_line_rtt_seconds",
        "teql_line_rtt_deviation_seconds",
        "teql_probe_lost_total",
        "teql_line_transmit_bytes_total",
        "teql_line_transitions_total",
        "teql_bond_fail_open",
    }
    assert {"state-timeline", "timeseries", "stat"} == {panel["type"] for panel in PANELS}


def test_every_panel_says_what_it_shows_and_takes_the_chosen_source() -> None:
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    assert VARIABLES[0]["type"] == "datasource"
    for panel in PANELS:
        assert panel["title"] and panel["description"].endswith("."), panel["title"]
        assert panel["datasource"] == chosen
        assert all(target["datasource"] == chosen for target in panel["targets"])
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_panels_have_numbers_of_their_own_and_do_not_overlap() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        grid = panel["gridPos"]
        columns, rows = range(grid["x"], grid["x"] + grid["w"]), range(grid["y"], grid["y"] + grid["h"])
        cells = set(itertools.product(columns, rows))
        assert max(columns) < WIDTH and not cells & taken, panel["title"]
        taken |= cells


def test_legends_name_labels_that_exist() -> None:
    legends = " ".join(target["legendFormat"] for target in TARGETS)
    assert set(re.findall(r"\{\{(\w+)\}\}", legends)) <= LABELS


def test_the_state_timeline_knows_every_state() -> None:
    expression = next(target["expr"] for target in TARGETS if "teql_line_state" in target["expr"])
    assert tuple(sorted(re.findall(r'state="(\w+)"', expression))) == tuple(sorted(metrics.STATES))


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    assert set(alert) == {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Teql[A-Za-z]+", alert["alert"])
    assert re.fullmatch(r"\d+[sm]", alert["for"])
    assert alert["labels"] in ({"severity": "warning"}, {"severity": "critical"})
    assert set(alert["annotations"]) == {"summary", "description"}
    assert len(alert["annotations"]["description"]) > 80
    words = " ".join(alert["annotations"].values())
    assert set(re.findall(r"\$labels\.(\w+)", words)) <= LABELS


def test_the_asked_alerts_are_there() -> None:
    names = [alert["alert"].removeprefix("Teql") for alert in ALERTS]
    assert len(set(names)) == len(names)
    asked = {"LineDown", "LineFlapping", "BondDegraded", "FailOpen", "LineDegraded", "LineLate", "MonitorStale"}
    assert asked | {"MonitorAbsent", "TcErrors", "ConfigReloadFailed"} <= set(names)


needs_promtool = pytest.mark.skipif(
    not shutil.which("promtool"), reason="promtool (Debian package prometheus) is not installed"
)


def promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_promtool_takes_the_rules() -> None:
    promtool("check", "rules", str(RULES))


FIRING: dict[str, dict[str, str]] = {
    "TeqlLineDown": {
        'teql_line_state{line="a",iface="eth2",state="down"}': "1x30",
        'teql_line_enabled{line="a",iface="eth2"}': "1x30",
    },
    "TeqlLineLate": {
        'teql_line_rtt_deviation_seconds{line="a",iface="eth2"}': "0.02x30",
        'teql_line_enslaved{line="a",iface="eth2"}': "1x30",
        'teql_line_enabled{line="a",iface="eth2"}': "1x30",
    },
    "TeqlLineFlapping": {
        'teql_line_transitions_total{line="a",iface="eth2",to="down",reason="no answer"}': "0+1x30",
        'teql_line_transitions_total{line="a",iface="eth2",to="up",reason=""}': "0+1x30",
    },
    "TeqlBondDegraded": {
        'teql_line_enslaved{line="a",iface="eth2"}': "1x30",
        'teql_line_enslaved{line="b",iface="eth3"}': "0x30",
        'teql_line_enabled{line="a",iface="eth2"}': "1x30",
        'teql_line_enabled{line="b",iface="eth3"}': "1x30",
    },
    "TeqlFailOpen": {"teql_bond_fail_open": "1x30"},
    "TeqlMonitorStale": {"teql_update_timestamp_seconds": "0x30"},
    "TeqlMonitorAbsent": {'teql_build_info{instance="gw",version="1.0.0"}': "1x60 _x30"},
    "TeqlTcErrors": {"teql_tc_errors_total": "0+1x30"},
    "TeqlConfigReloadFailed": {"teql_config_reload_success": "0x30"},
}


@needs_promtool
@pytest.mark.parametrize("name", FIRING)
def test_the_alert_fires_and_only_that_one(name: str, tmp_path: Path) -> None:
    series = {"teql_build_info": "1x90", **FIRING[name]}
    if name == "TeqlMonitorAbsent":
        series['teql_build_info{instance="other",version="1.0.0"}'] = "1x90"
    at = "80m" if name == "TeqlMonitorAbsent" else "25m"
    query = 'count by (alertname) (ALERTS{alertstate="firing"})'
    test = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": key, "values": value} for key, value in series.items()],
                "promql_expr_test": [
                    {
                        "expr": query,
                        "eval_time": at,
                        "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1}],
                    }
                ],
            }
        ],
    }
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump(test))
    promtool("test", "rules", str(path))
