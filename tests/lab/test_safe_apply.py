# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that cuts the controller off is taken back by the gateway alone, and the run says so."""

from __future__ import annotations

import itertools
import re
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

from lab.controller import Run, run
from lab.guest import Guest
from lab.monitored import wait
from tests.lab.test_untouched import differences

TIMEOUT = 90  # seconds
FORGET = "rm -r /var/lib/linebond.teql/rollback; rmdir --ignore-fail-on-non-empty /var/lib/linebond.teql"
BONDING = ("--tags", "bonding", "--limit", "gw")
# What the gateway says that it has run so that the manager takes up the old files; the others read theirs when called.
REREADS = {"networkd": "networkctl reload", "networkmanager": "nmcli connection reload"}
TAKING_UP = re.compile(r"Let \S.* set addresses and routes\]")  # the task by which the manager takes up the new ones
# The bond's network has the controller, 10.0.0.1, in it: answers to it leave by the bond.
CUTTING = {
    "teql_address": "10.0.0.5/29",
    "teql_common_address": "10.0.0.6",
    "teql_address6": "",
    "teql_common_address6": "",
    "monitor_targets": ["198.51.100.1"],
    "bonding_confirm_timeout": TIMEOUT,
}


def lines_of(guest: Guest) -> list[dict[str, str]]:
    """A lab may have fewer lines than the inventory."""
    return [{"interface": f"eth{number + 1}"} for number in range(1, guest.lines + 1)]


class Watch:
    """Asks every second whether the gateway answers the controller, at a port that nobody listens at: it refuses."""

    def __init__(self, guest: Guest) -> None:
        self.argv = ["ip", "netns", "exec", guest.namespace, "nc", "-vz", "-w", "2", "10.0.0.2", "9"]
        self.answered = [time.monotonic()]
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self) -> None:
        while not self.over.wait(1):
            if "refused" in subprocess.run(self.argv, text=True, capture_output=True, check=False).stderr:
                self.answered.append(time.monotonic())

    def longest_outage(self) -> float:
        """In seconds."""
        self.over.set()
        self.thread.join()
        return max(later - earlier for earlier, later in itertools.pairwise([*self.answered, time.monotonic()]))


@pytest.fixture(autouse=True)
def noted(guest: Guest) -> Iterator[None]:
    """Whatever happens, the gateway ends as it was, and can be reached."""
    before = guest.snapshot("gw")
    yield
    assert differences(before, guest.snapshot("gw")) == []


def outcome(said: str) -> str:
    """The message of the last task that failed, as it stands in the log."""
    return re.findall(r'"msg": "(.*?[^\\])"[,}]', said)[-1]


def test_a_plan_that_would_cut_off_is_refused_without_safe_apply(guest: Guest) -> None:
    ran = run(guest, "site", *BONDING, teql_lines=lines_of(guest), **CUTTING)
    assert ran.code != 0 and "the network that Ansible came in by, and it would be cut off" in ran.said
    assert ran.sums("changed") == 0


def test_a_change_that_cuts_off_the_controller_goes_back_by_itself(guest: Guest) -> None:
    watch = Watch(guest)
    ran = run(guest, "site", *BONDING, teql_lines=lines_of(guest), bonding_keep_session=False, **CUTTING)
    outage = watch.longest_outage()
    told = outcome(ran.said)
    print(f"cut off for {outage:.0f} s; the run says: {told}")
    assert 10 <= outage < TIMEOUT + 60
    assert ran.code != 0
    assert f"was not confirmed by a new connection within {TIMEOUT} s, so the gateway has put the old one back" in told
    assert guest.ssh("gw", "systemctl --failed --plain --no-legend") == ""
    for said in (told, guest.ssh("gw", "journalctl -u linebond-rollback.service --no-pager")):
        assert "qdisc del" in said and REREADS.get(guest.manager, "") in said


def test_a_killed_run_goes_back_by_itself_and_the_next_one_says_so(guest: Guest) -> None:
    """Meanwhile another one is refused."""
    timeout = {"bonding_confirm_timeout": TIMEOUT, "teql_lines": lines_of(guest)}
    running = Run(guest, "site", *BONDING, **timeout)
    wait(lambda: "Bring the bond to its running state]" in running.said() or running.process.poll(), 600, "changing")
    time.sleep(1)
    running.kill()
    refused = run(guest, "site", *BONDING, **timeout)
    assert refused.code != 0 and "Another run, from 10.0.0.1, is changing the network of this host" in refused.said
    assert refused.sums("changed") == 0
    ask = "test ! -e /var/lib/linebond.teql/rollback/done.json || echo put back"
    wait(lambda: guest.ssh("gw", ask), 300, "put back")
    told = run(guest, "site", *BONDING, "--check", **timeout)
    assert told.code == 0 and "An earlier change of this host's network" in told.said, told.said
    guest.ssh("gw", FORGET)


def test_a_loss_of_power_before_the_change_is_confirmed_takes_it_back(guest: Guest) -> None:
    options = {"bonding_confirm_timeout": 900, "teql_lines": lines_of(guest)}
    running = Run(guest, "site", *BONDING, **options)
    wait(lambda: TAKING_UP.search(running.said()) or running.process.poll() is not None, 600, "changed")
    running.kill()
    guest.power_cut()
    assert TAKING_UP.search(running.said())
    told = run(guest, "site", *BONDING, "--check", **options)
    assert told.code == 0 and "started anew before anybody confirmed it" in told.said, told.said
    assert guest.ssh("gw", "ls /etc/systemd/system/linebond* 2>/dev/null", check=False) == ""
    assert guest.ssh("gw", "systemctl --failed --plain --no-legend") == ""
    guest.ssh("gw", FORGET)
