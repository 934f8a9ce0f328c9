# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dead lines leave the bond in time and come back by themselves, with 400 packets a second through it."""

from __future__ import annotations

import time

import pytest

from lab.guest import FAULT, Guest
from lab.monitored import Stream, fresh, history, last_event, lines, outage, status, wait, whole
from lab.traffic import counted_stream


def out_after(guest: Guest, number: int, fault: str) -> tuple[float, int]:
    """Seconds for which a fault cost packets, until the line had left the bond, and how many."""
    before = last_event(guest)
    stream = Stream(guest, 6, then=f"{FAULT} {number} {fault}")
    begun = float(stream.told)
    sent, lost = stream.lost()  # asking before would take the guest's only processor from the monitor
    left = [e for e in history(guest, before) if (e["line"], e["new"]) == ("abcd"[number - 1], "out")]
    assert left, f"{fault}: line {number} did not leave"
    took, told = outage(lost), left[0]["time"] - begun
    print(
        f"{fault}: line {left[0]['line']} lost packets for {took:.3f} s, {len(lost)} of {sent} in all;"
        f" {told:.3f} s from the fault's command to the history: {left[0]['reason']}"
    )
    return took, len(lost)


def test_a_cut_cable_costs_few_packets_and_the_others_share_alike(guest: Guest) -> None:
    fresh(guest)
    _took, lost = out_after(guest, 2, "carrier")
    assert lost <= 20
    count = counted_stream(guest)
    print(count)
    assert count.answered == count.sent and count.lines[1] == 0
    assert [share for share in count.shares if abs(share - 100 / 3) > 1] == [count.shares[1]]
    assert lines(guest)["b"]["reason"] == "no carrier"
    guest.fault("2 mend")
    wait(lambda: whole(guest), 30 * guest.slowness, "whole again")


@pytest.mark.parametrize(
    ("settings", "limit"), [({}, 1.0), ({"interval": 0.1, "timeout": 0.2}, 0.55)], ids=["defaults", "fast"]
)
def test_a_dead_router_or_upstream_is_out_in_time(guest: Guest, settings: dict[str, float], limit: float) -> None:
    fresh(guest, **settings)
    took = {}
    for number, fault in enumerate(("router", "blackhole", "router", "blackhole"), 1):
        took[number], _lost = out_after(guest, number, fault)
        guest.fault(f"{number} mend")
        wait(lambda: whole(guest), 30, "whole again")
    assert max(took.values()) <= limit


def test_a_healthy_line_leaves_and_returns_without_loss(guest: Guest) -> None:
    fresh(guest)
    before = last_event(guest)
    stream = Stream(guest, 8)
    guest.ssh("gw", "teqlctl drain c --for 3s")
    sent, lost = stream.lost()
    wait(lambda: whole(guest), 20, "whole again")
    moves = [(event["line"], event["new"]) for event in history(guest, before)]
    print(f"drained and back: {len(lost)} of {sent} lost")
    assert moves == [("c", "out"), ("c", "in")] and sent >= 2000 and lost == []


def test_when_nothing_answers_the_bond_stays_as_it_is(guest: Guest) -> None:
    fresh(guest)
    before = last_event(guest)
    guest.ssh("gw", "timeout 62 tc monitor > /run/changes 2>&1 &")
    addresses = ("198.51.100.1/32", "2001:db8:ffff::1/128")

    def targets(verb: str) -> None:  # in one process: at the same moment
        commands = "".join(f"address {verb} {address} dev lo\\n" for address in addresses)
        guest.ssh("gw", f"printf '{commands}' | ip -n isp -batch -")

    targets("del")
    try:
        time.sleep(60)
        assert guest.ssh("gw", "cat /run/changes") == ""
        assert status(guest)["fail_open"]
    finally:
        targets("add")
    wait(lambda: whole(guest), 20, "whole again")
    assert history(guest, before) == []


def test_a_flapping_line_is_damped(guest: Guest) -> None:
    fresh(guest)
    for _flap in range(3):
        guest.fault("4 carrier")
        time.sleep(0.5)
        guest.fault("4 mend")
        wait(lambda: lines(guest)["d"]["member"] or "damped" in lines(guest)["d"]["reason"], 30, "back or damped")
    line = lines(guest)["d"]
    print(line["state"], line["reason"])
    assert "damped" in line["reason"] and not line["member"] and line["damped_until"]


def test_killed_under_traffic_it_adopts_what_it_finds(guest: Guest) -> None:
    fresh(guest)
    before = last_event(guest)
    stream = Stream(guest, 8, rate=200)  # the guest has one processor, which the new process needs, too
    killed = float(guest.ssh("gw", "date +%s.%N; systemctl kill -s KILL teql-monitor").split()[0])
    sent, lost = stream.lost()
    started = wait(lambda: history(guest, before, "start"), 20, "started again")
    took = started[0]["time"] - killed
    print(f"killed: watching again after {took:.2f} s, {len(lost)} of {sent} lost")
    assert lost == [] and took <= 2.0
    assert history(guest, before) == []


def test_changes_made_by_hand_are_mended_at_once_and_a_foreign_qdisc_is_left_alone(guest: Guest) -> None:
    fresh(guest)
    guest.ssh("gw", "tc qdisc del dev eth2 root")
    wait(lambda: "teql0" in guest.ssh("gw", "tc qdisc show dev eth2 root"), 2, "joined again")
    guest.ssh("gw", "tc qdisc replace dev eth3 root handle 1: pfifo")
    wait(lambda: lines(guest)["b"]["state"] == "misconfigured", 5, "misconfigured")
    assert "pfifo 1:" in guest.ssh("gw", "tc qdisc show dev eth3 root")
    assert "pfifo" in lines(guest)["b"]["reason"]
    guest.ssh("gw", "tc qdisc del dev eth3 root")
    wait(lambda: whole(guest), 20, "whole again")


def test_observing_it_says_what_is_wrong_and_changes_nothing(guest: Guest) -> None:
    fresh(guest, mode="observe")
    guest.fault("1 blackhole")
    wait(lambda: lines(guest)["a"]["state"] == "down", 5, "down")
    time.sleep(3)
    assert lines(guest)["a"]["member"]
    assert "teql0" in guest.ssh("gw", "tc qdisc show dev eth2 root")
