# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gateway and routers are as they were noted when the lab was delivered: after check mode, and after a removal."""

from __future__ import annotations

import json
import os
import re

import pytest

from lab.guest import Guest

# Where profiles of the site's wait for DHCP, which nobody answers in the lab, NetworkManager sets these by whether the
# port has a carrier, and the routers have brought one.
WAITING = re.compile(r"/sysctls/net\.ipv6\.conf\.eth\d\.(accept_ra|addr_gen_mode): was [01], is [01]")


def differences(before: object, now: object, path: str = "") -> list[str]:
    """What differs between two snapshots, one line each."""
    if isinstance(before, dict) and isinstance(now, dict):
        return [d for k in sorted({*before, *now}) for d in differences(before.get(k), now.get(k), f"{path}/{k}")]
    if isinstance(before, list) and isinstance(now, list):
        return [f"{path}: gone: {x}" for x in before if x not in now] + [
            f"{path}: new: {x}" for x in now if x not in before
        ]
    return [] if before == now else [f"{path}: was {before}, is {now}"]


@pytest.mark.parametrize("host", ["gw", "dsl1", "dsl2", "dsl3", "dsl4"])
def test_host_is_as_delivered(guest: Guest, host: str) -> None:
    noted = json.loads((guest.directory / "snapshot.json").read_text())[host]
    found = differences(noted, guest.snapshot(host))
    if os.environ.get("LAB_MANAGER") == "netplan-nm":
        found = [each for each in found if not WAITING.fullmatch(each)]
    assert found == []
