# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story, each claim checked: bond four lines, count, break one in two ways, mend it, reboot, count again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lab import control
from lab.guest import Guest
from lab.monitored import lines, whole
from lab.progress import step
from lab.traffic import Count, counted_stream

SECONDS = 2  # of 400 pings a second each
POINTS = 1.5  # that a share may be off: the monitor's probes shift the turn


class Broken(SystemExit):
    """A step of the demo does not hold."""


def check(count: Count, wanted: list[float]) -> None:
    """Print the count; Broken unless nothing was lost and each line has its share in percent."""
    print(f"    {count}", flush=True)
    if count.answered < count.sent:
        raise Broken(f"DOES NOT HOLD: {count.sent - count.answered} of {count.sent} pings lost")
    if any(abs(share - want) > POINTS for share, want in zip(count.shares, wanted, strict=True)):
        raise Broken(f"DOES NOT HOLD: the shares should be {wanted} percent")


def headline(number: int, text: str) -> None:
    print(f"\n{number}. {text}", flush=True)


def run(guest: Guest) -> int:
    """Returns 0, or raises with what does not hold. Leaves nothing running."""
    started = time.monotonic()
    print(
        "This boots a Debian guest on a real kernel with sch_teql, in a network namespace of its own, and bonds its"
        " lines."
    )
    venv = control.set_up()
    try:
        _story(guest, venv)
    finally:
        with step("taking the lab down"):
            guest.down()
    print(f"\nEvery step held. {time.monotonic() - started:.0f} s in all.")
    return 0


def _story(guest: Guest, venv: Path) -> None:
    equal = [100 / guest.lines] * guest.lines
    without_2 = [0 if i == 1 else 100 / (guest.lines - 1) for i in range(guest.lines)]

    headline(1, f"A gateway with {guest.lines} lines, as delivered")
    guest.up()
    print(_indented(guest.ssh("gw", "uname -sr; ip -brief address show | grep '^eth[2-9]'; echo No bond yet.")))

    headline(2, "One run of site.yml bonds them, and has them watched")
    control.playbook(guest, venv, "site")
    shown = "tc qdisc show | grep ' teql'; ip -brief address show | grep -E '^(eth[2-9]|teql)'; ip route show default"
    print(_indented(guest.ssh("gw", shown)))

    headline(3, "400 pings a second to an address beyond the lines, counted at the ISP by the line they came in on")
    _wait(guest, lambda: whole(guest), "all lines are up")
    check(counted_stream(guest, SECONDS), equal)

    headline(4, "Line 2 loses its cable: the others carry on")
    guest.fault("2 carrier")
    check(counted_stream(guest, SECONDS), without_2)

    headline(5, "The cable is back, and so is the line; then it is dead beyond its router, which only the monitor sees")
    guest.fault("2 mend")
    _wait(guest, lambda: whole(guest), "line 2 is back")
    guest.fault("2 blackhole")
    _wait(guest, lambda: not lines(guest)["b"]["member"], "the monitor has taken line 2 out")
    print(_indented(guest.ssh("gw", "teqlctl status", check=False)))
    check(counted_stream(guest, SECONDS), without_2)

    headline(6, "The line is mended and the gateway rebooted; nothing is run by hand")
    guest.fault("2 mend")
    guest.reboot(wait_for=["gw"])
    _wait(guest, lambda: whole(guest), "all lines are up and in the bond")
    check(counted_stream(guest, SECONDS), equal)


def _wait(guest: Guest, true: Callable[[], bool], what: str, seconds: float = 90) -> None:
    limit = seconds * guest.slowness
    deadline = time.monotonic() + limit
    with step(f"waiting until {what}"):
        while not true():
            if time.monotonic() > deadline:
                raise Broken(
                    f"DOES NOT HOLD: not within {limit:.0f} s:\n{guest.ssh('gw', 'teqlctl status', check=False)}"
                )
            time.sleep(0.5)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
