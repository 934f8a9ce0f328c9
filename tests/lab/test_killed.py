# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks killed at random moments on a bonded gateway: running again makes it right. KILL_SEED repeats the moments.

tests/kernel/killed_cases.py does the same to the modules, many more times.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from lab.controller import Run, run
from lab.guest import Guest
from lab.monitored import wait
from lab.traffic import settle
from tests.lab.test_untouched import differences

SEED = int(os.environ.get("KILL_SEED") or time.time_ns() % 1_000_000)
KILLS = int(os.environ.get("KILLS") or 6)
SENT = 3.0  # seconds in which a module that was on its way has begun
TIMEOUT = 60  # seconds that a killed run leaves the gateway waiting; the one after it has the inventory's
BONDING = ("--tags", "bonding", "--limit", "gw")


def waited(guest: Guest) -> None:
    """Until the module that was at work has ended, which a killed playbook leaves running, and nothing is armed.

    A worker of ansible-core 2.19 is in a session of its own: it still starts the module that it was about to.
    """
    time.sleep(SENT * guest.slowness)
    armed = " || ".join(f"test -e /var/lib/linebond.teql/rollback/{name}.json" for name in ("armed", "claimed"))
    ask = f"pgrep -x python3 >/dev/null || {armed}"
    wait(lambda: guest.ssh("gw", f"{ask} || echo free", check=False), 300, "free")


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_is_made_right_by_running_again(guest: Guest, number: int) -> None:
    chance = random.Random(f"{SEED} {number}")
    lines = [{"interface": f"eth{place + 2}", "name": "abcd"[place]} for place in range(guest.lines)]
    fewer = lines[:-1]
    before = guest.snapshot("gw")
    begun = time.monotonic()
    running = Run(guest, "site", *BONDING, teql_lines=fewer, bonding_confirm_timeout=TIMEOUT)
    # the beginning only reads: most kills fall into what comes after
    wait(lambda: "TASK [linebond.teql.bonding : Keep what is there" in running.said(), 600, "begun")
    time.sleep(chance.uniform(0, 1.5 * (time.monotonic() - begun)))
    running.kill()
    tasks = [line for line in running.said().splitlines() if line.startswith("TASK")]
    print(f"seed {SEED}, kill {number} after {time.monotonic() - begun:.1f} s: {tasks[-1].strip('* ')}")
    waited(guest)
    assert settle(guest) or guest.ssh("gw", "tc qdisc show").count("qdisc teql0") == len(fewer)
    ran = run(guest, "site", *BONDING, teql_lines=lines)
    assert ran.code == 0, ran.said
    assert settle(guest)
    assert differences(before, guest.snapshot("gw")) == []
