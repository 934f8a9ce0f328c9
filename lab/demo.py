# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole story, each claim checked: bond four lines, count, break one, mend it, reboot, count again."""

from __future__ import annotations

import time

from lab import control
from lab.guest import Guest
from lab.progress import step
from lab.traffic import Count, ping, settle


class Broken(SystemExit):
    """A step of the demo does not hold."""


def check(count: Count, wanted: list[float]) -> None:
    """Print the count; Broken unless nothing was lost and each line has its share (percent, one point off at most)."""
    print(f"    {count}", flush=True)
    if count.answered < count.sent:
        raise Broken(f"DOES NOT HOLD: {count.sent - count.answered} of {count.sent} pings lost")
    if any(abs(share - want) > 1 for share, want in zip(count.shares, wanted, strict=True)):
        raise Broken(f"DOES NOT HOLD: the shares should be {wanted} percent")


def headline(number: int, text: str) -> None:
    print(f"\n{number}. {text}", flush=True)


def run(name: str, suite: str, lines: int) -> int:
    """Returns 0, or raises with what does not hold. Leaves nothing running."""
    started = time.monotonic()
    print(
        "This boots a Debian guest on a real kernel with sch_teql, in a network namespace of its own, and bonds its"
        " lines."
    )
    venv = control.set_up()
    guest = Guest(name, suite, lines)
    try:
        _story(guest, venv, [100 / lines] * lines)
    finally:
        with step("taking the lab down"):
            guest.down()
    print(f"\nEvery step held. {time.monotonic() - started:.0f} s in all.")
    return 0


def _story(guest: Guest, venv: control.Path, equal: list[float]) -> None:
    headline(1, f"A gateway with {guest.lines} lines, as delivered")
    guest.up()
    print(_indented(guest.ssh("gw", "uname -sr; ip -brief address show | grep '^eth[2-9]'; echo No bond yet.")))

    headline(2, "One run of site.yml bonds them")
    control.playbook(guest, venv, "site")
    print(
        _indented(
            guest.ssh(
                "gw",
                "tc qdisc show | grep ' teql'; ip -brief address show | grep -E '^(eth[2-9]|teql)';"
                " ip route show default",
            )
        )
    )

    headline(3, "400 pings to an address beyond the lines, counted at the ISP by the line they came in on")
    check(ping(guest), equal)

    headline(4, "Line 2 loses its cable: the others carry on")
    guest.fault("2 carrier")
    check(ping(guest), [0 if i == 1 else 100 / (guest.lines - 1) for i in range(guest.lines)])

    headline(5, "The cable is back, and so is the line")
    guest.fault("2 mend")
    settle(guest)
    check(ping(guest), equal)

    headline(6, "The gateway is rebooted; nothing is run by hand")
    guest.reboot(wait_for=["gw"])
    with step("waiting until the routers are back, too"):
        settle(guest)
    check(ping(guest), equal)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
