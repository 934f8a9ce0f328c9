# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kernels from 6.1.178 and 6.12.97 on do about a dead member by themselves: why carriers are monitored, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.guest import Guest
from lab.monitored import wait, whole
from lab.traffic import counted_stream, ping, settle

FIRST = {"6.1": 178, "6.12": 97}  # of each of Debian's series: the first release that collapses
PATIENCE = 30.0  # seconds


@pytest.fixture
def unwatched(guest: Guest) -> Iterator[None]:
    wait(lambda: whole(guest), 3 * PATIENCE * guest.slowness, "four whole lines")
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.fault("2 mend")
    guest.ssh("gw", "systemctl start teql-monitor")
    wait(lambda: whole(guest), PATIENCE * guest.slowness, "whole again")


def test_the_kernel_is_one_that_collapses(guest: Guest) -> None:
    version = guest.ssh("gw", "uname -v").split("Debian ")[1].split("-")[0]
    series, release = version.rsplit(".", 1)
    print(f"kernel {version}")
    assert int(release) >= FIRST[series]


@pytest.mark.usefixtures("unwatched")
def test_without_the_monitor_a_cut_cable_leaves_one_line_to_carry_everything(guest: Guest) -> None:
    quiet = ping(guest, 400)
    print("quiet:", quiet)
    assert quiet.answered == quiet.sent == 400
    assert [share for share in quiet.shares if abs(share - 25) > 1] == []

    guest.fault("2 carrier")
    cut = counted_stream(guest)
    print("line 2 cut:", cut)
    assert max(cut.shares) > 95

    guest.ssh("gw", "tc qdisc del dev eth3 root")  # what the monitor does
    parted = counted_stream(guest)
    print("line 2 parted:", parted)
    assert parted.answered == parted.sent
    assert [share for share in parted.shares if abs(share - 100 / 3) > 1] == [parted.shares[1]] == [0.0]

    guest.fault("2 mend")
    guest.ssh("gw", "tc qdisc add dev eth3 root teql0")
    assert settle(guest, PATIENCE * guest.slowness)
