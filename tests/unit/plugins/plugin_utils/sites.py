# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of most tests, as a plan takes it: without IPv6 and with it."""

from __future__ import annotations

SITE = {
    "bond": "teql0",
    "address": "192.0.2.2/29",
    "common_address": "192.0.2.1",
    "address6": None,
    "common_address6": None,
    "management_network": "172.16.0.0/24",
}
SITE6 = {**SITE, "address6": "2001:db8:1::2/64", "common_address6": "fe80::1"}
