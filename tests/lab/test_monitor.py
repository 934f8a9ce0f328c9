# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor as a service: its limits, its configuration, its tools."""

from __future__ import annotations

import json
import re
import subprocess
import time

import pytest

from lab.guest import Guest
from lab.monitored import CONFIG, fresh, history, last_event, lines, status, wait


@pytest.fixture(scope="module", autouse=True)
def fresh_once(guest: Guest) -> None:
    fresh(guest)


def test_the_unit_is_locked_down(guest: Guest) -> None:
    told = guest.ssh("gw", "systemd-analyze security teql-monitor.service --no-pager", check=False)
    found = re.search(r"Overall exposure level for teql-monitor.service: ([\d.]+)", told)
    assert found, told[-500:]
    print(found[0])
    assert float(found[1]) <= 2.0


def test_a_quiet_while_writes_nothing_but_the_start(guest: Guest) -> None:
    since = guest.ssh("gw", "sleep 2; date '+%Y-%m-%d %H:%M:%S'").strip()
    guest.ssh("gw", "sleep 30")
    assert "-- No entries --" in guest.ssh("gw", f"journalctl -u teql-monitor --no-pager --since '{since}'")


def test_a_change_is_one_line_with_its_fields(guest: Guest) -> None:
    guest.ssh("gw", "teqlctl drain b --for 1s")
    wait(lambda: lines(guest)["b"]["state"] == "up", 15, "up again")
    told = guest.ssh("gw", "journalctl -u teql-monitor LINE=b -o json --no-pager").splitlines()
    fields = [json.loads(line) for line in told]
    assert [(each["OLD_STATE"], each["NEW_STATE"]) for each in fields][-4:] == [
        ("in", "out"),
        ("up", "drained"),
        ("out", "in"),
        ("drained", "up"),
    ]


def test_a_wrong_configuration_is_refused_and_the_old_one_stays(guest: Guest) -> None:
    guest.ssh("gw", f"cp {CONFIG} /root/good.json; sed -i 's/eth3/eth2/' {CONFIG}; systemctl reload teql-monitor")
    wait(lambda: status(guest)["config_error"], 10, "refused")
    assert "eth2 is already lines[0].interface" in status(guest)["config_error"]
    assert lines(guest)["b"]["interface"] == "eth3" and lines(guest)["b"]["state"] == "up"
    code = guest.ssh("gw", "systemctl restart teql-monitor; systemctl show -P ExecMainStatus teql-monitor", check=False)
    members = guest.ssh("gw", "tc qdisc show | grep -c 'qdisc teql0'").strip()
    guest.ssh("gw", f"cp /root/good.json {CONFIG}; systemctl restart teql-monitor")
    assert (code.strip(), members) == ("78", "4")


def test_members_of_the_group_may_look_and_nobody_else(guest: Guest) -> None:
    guest.ssh("gw", "useradd -G teql watcher; useradd stranger")
    try:
        shown = guest.ssh("gw", "setpriv --reuid=watcher --regid=watcher --init-groups teqlctl status --json")
        assert json.loads(shown)["bond"] == "teql0"
        refused = guest.ssh(
            "gw", "setpriv --reuid=watcher --regid=watcher --init-groups teqlctl drain a 2>&1; echo $?", check=False
        )
        assert refused.strip().endswith("3") and "root" in refused
        stranger = guest.ssh(
            "gw", "setpriv --reuid=stranger --regid=stranger --init-groups teqlctl status 2>&1; echo $?", check=False
        )
        assert stranger.strip().endswith("3") and "teql" in stranger
    finally:
        guest.ssh("gw", "userdel watcher; userdel stranger")


def test_doctor_finds_nothing_wrong(guest: Guest) -> None:
    found = json.loads(guest.ssh("gw", "teqlctl doctor --json"))
    assert found["errors"] == 0, found


def test_the_page_and_the_metrics_are_made(guest: Guest) -> None:
    page = guest.ssh("gw", "teqlctl report -o /run/page.html >&2; cat /run/page.html")
    assert "</html>" in page and "http" not in re.sub(r"http://www.w3.org/\S+", "", page)
    told = guest.ssh("gw", "cat /run/teql-monitor/metrics.prom")
    assert 'teql_line_state{line="a",iface="eth2",state="up"} 1' in told


def test_the_tables_come_back_when_somebody_takes_them(guest: Guest) -> None:
    before = last_event(guest)
    guest.ssh("gw", "ip rule del priority 20401; ip rule del priority 20401; ip route flush table 20402")
    time.sleep(3)
    assert len(guest.ssh("gw", "ip rule show priority 20401").splitlines()) == 2
    assert "default" in guest.ssh("gw", "ip route show table 20402")
    assert history(guest, before) == []


def test_ready_soon_and_small(guest: Guest) -> None:
    """Figures to read; the limits are those of a slow guest."""
    guest.ssh("gw", "systemctl restart teql-monitor; sleep 2")
    bare = guest.ssh("gw", "bash -c 'time /usr/bin/python3 -c pass' 2>&1 | grep real").strip()
    memory = int(re.findall(r"\d+", guest.ssh("gw", "grep VmRSS /proc/$(pidof -x teql-monitor)/status"))[0])
    took = guest.ssh(
        "gw",
        "systemd-analyze --no-pager critical-chain teql-monitor.service | grep 'teql-monitor.service'",
        check=False,
    )
    print(f"RSS {memory / 1024:.1f} MiB; python alone: {bare}; {took.strip()}")
    assert memory <= 16 * 1024


def test_a_run_that_follows_leaves_out_what_the_monitor_keeps_out(guest: Guest) -> None:
    guest.fault("3 blackhole")
    wait(lambda: not lines(guest)["c"]["member"], 10, "out")
    assert json.loads(guest.ssh("gw", "cat /run/teql-monitor/out")) == ["eth4"]
    guest.fault("3 mend")
    wait(lambda: json.loads(guest.ssh("gw", "cat /run/teql-monitor/out")) == [], 30, "back")


def test_calling_the_program_by_hand_explains_itself(guest: Guest) -> None:
    told = guest.ssh("gw", "/usr/local/sbin/teql-monitor --config /nowhere 2>&1; echo $?", check=False)
    assert "nothing was touched" in told and told.strip().endswith("78")
    with pytest.raises(subprocess.CalledProcessError):
        guest.ssh("gw", "teqlctl drain nosuchline")
