# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor's files on a gateway, word by word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import units
from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.monitor_package import (
    PACKAGE,
    complaints,
    read_package,
    read_reports,
)
from ansible_collections.linebond.teql.plugins.plugin_utils.render import monitor_config, monitor_units
from ansible_collections.linebond.teql.plugins.plugin_utils.render.monitor import Options, monitor_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE6

SETTINGS = {"targets": ["198.51.100.1"]}
PLAN = plan_lines([{"interface": "eth2", "name": "attic", "rate_kbit": 9000}, {"interface": "eth3"}], SITE6)
PROGRAMS = {"teql_monitor/__init__.py": "V = 1\n", "teql_monitor/cli/__init__.py": "{{ no template }}\n"}
UNIT = "/etc/systemd/system/{}".format


def files(
    plan: Any = PLAN, settings: Any = None, package: dict[str, str] | None = None, **options: Any
) -> dict[str, dict[str, str]]:
    settings = SETTINGS if settings is None else settings
    package = PROGRAMS if package is None else package
    listed = monitor_files(plan, settings, package, complaints, Options(**options))
    by_path = {file["path"]: file for file in listed}
    assert len(by_path) == len(listed)
    assert all(file.keys() - {"brief"} in ({"path", "content", "mode"}, {"path", "link"}) for file in listed)
    return by_path


def error_of(**given: Any) -> list[str]:
    with pytest.raises(ValueError) as caught:
        files(**given)
    return str(caught.value).splitlines()


def test_the_smallest_set() -> None:
    assert list(files()) == [
        "/usr/local/lib/linebond/teql_monitor/__init__.py",
        "/usr/local/lib/linebond/teql_monitor/cli/__init__.py",
        "/usr/local/sbin/teql-monitor",
        "/usr/local/bin/teqlctl",
        "/etc/linebond/monitor.json",
        UNIT("sys-subsystem-net-devices-teql0.device.d/linebond.conf"),
        UNIT("teql-monitor.service"),
        UNIT("multi-user.target.wants/teql-monitor.service"),
    ]


def test_the_programs() -> None:
    written = files()
    assert written["/usr/local/lib/linebond/teql_monitor/cli/__init__.py"]["content"] == "{{ no template }}\n"
    assert written["/usr/local/lib/linebond/teql_monitor/cli/__init__.py"]["mode"] == "0644"
    launcher = written["/usr/local/bin/teqlctl"]
    assert launcher["mode"] == "0755"
    assert (
        launcher["content"]
        == """\
#!/usr/bin/python3
# Managed by the Ansible role linebond.teql.monitor: changes made here are lost.
# To remove it, run the role with monitor_state: absent.

import sys

if sys.version_info < (3, 9):
    sys.exit("teqlctl needs Python 3.9 or newer, but /usr/bin/python3 is %d.%d: upgrade this system, \
or set monitor_state: absent" % sys.version_info[:2])
sys.path.insert(0, "/usr/local/lib/linebond")
from teql_monitor.cli import main

sys.exit(main())
"""
    )


def test_static_neighbours_are_the_monitors() -> None:
    text = files(plan={**PLAN, "neighbours": "static"})["/etc/linebond/monitor.json"]["content"]
    assert json.loads(text)["neighbours"] == "static"


def test_the_configuration() -> None:
    settings = {"mode": "observe", "targets": ["198.51.100.1"], "mtu": "", "interval": "0.1", "fall": "4"}
    text = files(settings={**settings, "latency": {"for": "5"}})["/etc/linebond/monitor.json"]["content"]
    assert json.loads(text) == {
        "version": 1,
        "bond": "teql0",
        "address": "192.0.2.2",
        "address6": "2001:db8:1::2",
        "common_address": "192.0.2.1",
        "common_address6": "fe80::1",
        "neighbours": "dynamic",
        "mode": "observe",
        "targets": ["198.51.100.1"],
        "mtu": None,
        "interval": 0.1,
        "fall": 4,
        "latency": {"for": 5},
        "lines": [
            {
                "name": "attic",
                "interface": "eth2",
                "kind": "router",
                "enabled": True,
                "address": "172.16.0.2/30",
                "router": "172.16.0.1",
                "router_mac": None,
                "rate_kbit": 9000,
            },
            {
                "name": "eth3",
                "interface": "eth3",
                "kind": "router",
                "enabled": True,
                "address": "172.16.0.6/30",
                "router": "172.16.0.5",
                "router_mac": None,
                "rate_kbit": None,
            },
        ],
    }
    assert text.startswith('{\n  "version": 1,\n') and text.endswith("\n}\n")


def test_the_daemons_unit() -> None:
    lines = files(group="watchers")[UNIT("teql-monitor.service")]["content"].splitlines()
    for wanted in (
        "Wants=sys-subsystem-net-devices-teql0.device",
        "After=sys-subsystem-net-devices-teql0.device",
        "StartLimitIntervalSec=0",
        "Type=notify",
        "ExecStart=/usr/local/sbin/teql-monitor",
        "Restart=always",
        "RestartSec=100ms",
        "RestartPreventExitStatus=78",
        "WatchdogSec=15",
        "DynamicUser=yes",
        "Group=watchers",
        "RuntimeDirectory=teql-monitor",
        "StateDirectory=teql-monitor",
        "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW",
        "WantedBy=multi-user.target",
    ):
        assert wanted in lines
    # Stopping and crashing leave the bond as it is.
    assert not [line for line in lines if line.startswith(("ExecStop", "Requires", "BindsTo", "PartOf"))]


def test_a_unit_is_started_at_boot() -> None:
    link = files()[UNIT("multi-user.target.wants/teql-monitor.service")]
    assert link["link"] == UNIT("teql-monitor.service")


@pytest.mark.parametrize(
    ("interface", "device"),
    [
        ("teql0", "sys-subsystem-net-devices-teql0.device"),
        ("wan-a.5_x@1", r"sys-subsystem-net-devices-wan\x2da.5_x\x401.device"),  # as systemd-escape has it
        ("é", r"sys-subsystem-net-devices-\xc3\xa9.device"),
    ],
)
def test_the_bond_as_systemd_calls_it(interface: str, device: str) -> None:
    assert monitor_units.device_unit(interface) == device


@pytest.mark.parametrize(
    ("hooks", "directory"),
    [
        (True, "/etc/linebond/hooks.d"),
        ("yes", "/etc/linebond/hooks.d"),
        ("True", "/etc/linebond/hooks.d"),
        ("/srv/hooks/", "/srv/hooks"),
        (False, None),
        ("false", None),
        ("", None),
        (None, None),
    ],
)
def test_hooks_have_a_unit_of_their_own_where_they_are_on(hooks: Any, directory: str | None) -> None:
    unit = files(hooks=hooks).get(UNIT("teql-monitor-hooks.service"))
    if directory is None:
        assert unit is None
    else:
        assert unit and f"ExecStart=/usr/local/bin/teqlctl hooks --directory {directory}\n" in unit["content"]
        assert "DynamicUser" not in unit["content"]


def test_the_directory_of_the_hooks_is_there_with_a_word_in_it() -> None:
    readme = files(hooks=True)["/etc/linebond/hooks.d/README"]
    assert readme["mode"] == "0644" and "teqlctl hooks --help" in readme["content"]  # no program: it is not run
    for elsewhere in ("/srv/hooks", False):
        assert not any(path.endswith("README") for path in files(hooks=elsewhere))


def test_the_page_for_this_host_and_for_others() -> None:
    path = UNIT("teql-monitor-http.service")
    assert path not in files()
    here = files(http_listen="127.0.0.1:9733")[path]["content"]
    assert "ExecStart=/usr/local/bin/teqlctl serve --listen 127.0.0.1:9733\n" in here
    assert "IPAddressDeny=any\nIPAddressAllow=localhost\n" in here and "\nCapabilityBoundingSet=\n" in here
    assert "AmbientCapabilities" not in here
    there = files(http_listen="[2001:DB8::1]:80800"[:-1])[path]["content"]
    assert "ExecStart=/usr/local/bin/teqlctl serve --listen [2001:db8::1]:8080 --public\n" in there
    assert "IPAddress" not in there


def test_metrics_for_node_exporter() -> None:
    link = files(textfile_directory="/var/lib/prometheus/node-exporter")
    assert link["/var/lib/prometheus/node-exporter/teql-monitor.prom"]["link"] == "/run/teql-monitor/metrics.prom"


def test_services_run_from_these_files_and_are_restarted_with_new_ones() -> None:
    def stamps(**given: Any) -> dict[str, str]:
        return {
            each["name"]: each.get("stamp", "") for each in monitor_units.wanted_units(list(files(**given).values()))
        }

    daemon, hooks, http, reports = monitor_units.UNITS
    assert stamps()[hooks] == stamps()[http] == ""
    alone, both = stamps()[daemon], stamps(hooks=True)
    assert alone and both[daemon] == alone and both[hooks]
    assert stamps(package={**PROGRAMS, "teql_monitor/new.py": ""})[daemon] != alone
    assert stamps(group="others")[daemon] != alone
    # The configuration is read again without a restart.
    assert stamps(settings={**SETTINGS, "fall": 5})[daemon] == alone
    wanted = monitor_units.wanted_units(list(files(hooks=True).values()))
    assert wanted == [
        {"name": daemon, "state": "started", "stamp": alone, "reload": True},
        {"name": hooks, "state": "started", "stamp": both[hooks], "reload": False},
        {"name": http, "state": "stopped"},
        {"name": reports, "state": "stopped"},
    ]
    assert [each["state"] for each in monitor_units.wanted_units([])] == ["stopped"] * 4
    assert monitor_units.STAMP == units.STAMP


def test_every_problem_is_named_by_its_variable() -> None:
    errors = error_of(
        settings={"targets": [], "fall": "many", "latency": {"for": -1}, "damping": {"reuse": 5000}, "tabel": 1},
        group="Root",
        hooks="hooks.d",
        http_listen="localhost:9733",
        textfile_directory="/a b",
    )
    assert errors[0] == "the monitor cannot run so, nothing was touched:"
    found = {line.partition(": ")[0]: line.partition(": ")[2] for line in errors[1:]}
    assert {
        "monitor_targets",
        "monitor_fall",
        "monitor_latency_for",
        "monitor_damping_reuse",
        "monitor_tabel",
        "monitor_group",
        "monitor_hooks",
        "monitor_http_listen",
        "monitor_textfile_directory",
    } == found.keys()
    assert found["monitor_http_listen"] == (
        "'localhost:9733' is no address with port; write it like 127.0.0.1:9733 or [::1]:9733"
    )
    assert all(found.values())


@pytest.mark.parametrize(
    ("option", "value", "part"),
    [
        ("group", "teql-monitor", "is the name of a user that systemd makes up"),
        ("group", None, "is no name of a group"),
        ("hooks", 7, "is no directory"),
        ("hooks", "/srv/../etc", "is no directory"),
        ("hooks", "/srv/$x", "is no directory"),
        ("http_listen", "127.0.0.1:80", "80 is no port for it; take one from 1024 to 65535"),
        ("http_listen", "127.0.0.1:70000", "70000 is no port"),
        ("http_listen", "127.0.0.999:9733", "write it like"),
        ("http_listen", 9733, "is no address with port"),
        ("textfile_directory", "relative", "write an absolute path"),
    ],
)
def test_options_that_are_refused(option: str, value: Any, part: str) -> None:
    [line] = error_of(**{option: value})[1:]
    assert line.startswith(f"monitor_{option}: ") and part in line


def test_problems_of_the_site_keep_its_names() -> None:
    assert monitor_config.variable_of("lines[1].name: x") == "teql_lines[1].name: x"
    assert monitor_config.variable_of("address6: is missing: give it") == "teql_address6: is missing: give it"
    assert monitor_config.variable_of("targets[0]: x") == "monitor_targets[0]: x"
    assert monitor_config.variable_of("latency.window: x") == "monitor_latency_window: x"


@pytest.mark.parametrize("plan", [None, [], {"bond": "teql0"}])
def test_only_a_plan_can_be_rendered(plan: Any) -> None:
    with pytest.raises(ValueError, match=r"is not what linebond\.teql\.plan returns"):
        monitor_files(plan, SETTINGS, PROGRAMS, complaints, Options())


def test_settings_are_a_mapping() -> None:
    assert error_of(settings=["x"])[0].startswith("settings: give a mapping")


def test_the_whole_package_is_found() -> None:
    package = read_package()
    folder = Path(__file__).parents[4] / "roles" / "monitor" / "files"
    assert sorted(package) == sorted(str(path.relative_to(folder)) for path in folder.glob("teql_monitor/**/*.py"))
    apart = {str(path.relative_to(folder)) for path in folder.rglob("*.py")} - set(package)
    assert apart == {name for name in read_reports() if name.startswith("teql_reports/")}
    assert f"{PACKAGE}/__init__.py" in package and not [name for name in package if "__pycache__" in name]


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("192.0.2.3", "the public block 192.0.2.0/29"),
        ("2001:db8:1::9", "the public block 2001:db8:1::/64"),
        ("172.16.0.7", "the network of teql_lines[1] 172.16.0.4/30"),
        ("192.0.2.2", ""),  # our own: the monitor refuses it by itself
        ("172.16.0.9", ""),
        ("198.51.100.1", ""),
        (None, ""),
    ],
)
def test_a_target_on_this_side_of_the_lines(target: Any, where: str) -> None:
    said = list(monitor_config.near_targets(PLAN, [target]))
    assert said == (
        [f"monitor_targets[0]: {target} is in {where}, on this side of the lines; take an address beyond them"]
        if where
        else []
    )
