# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the pre-flight of all gateways."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.preflight_table import preflight_table

WELL = {"item": "module", "verdict": "ok", "message": "It is there.", "fix": "", "ignored": False}
BAD = {"item": "arp_ignore", "verdict": "refused", "message": "It is 1.", "fix": "sysctl -w x=0", "ignored": False}


def test_two_gateways() -> None:
    assert preflight_table({"gw": {"verdicts": [WELL, BAD]}, "branch": {"verdicts": [{**BAD, "ignored": True}]}}) == [
        "GATEWAY  ITEM        VERDICT            WHAT WAS FOUND, AND WHAT TO DO",
        "gw       module      ok                 It is there.",
        "gw       arp_ignore  refused            It is 1. Do: sysctl -w x=0",
        "branch   arp_ignore  refused (ignored)  It is 1. Do: sysctl -w x=0",
    ]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"unreachable": True, "msg": "Connection refused\n"}, "unreachable: Connection refused"),
        ({"failed": True, "msg": "The command tc\n is missing"}, "The command tc is missing"),
        ({}, "gave no answer that can be read"),
        (None, "was not looked at"),
    ],
)
def test_a_gateway_without_verdicts(result: Any, reason: str) -> None:
    assert preflight_table({"gw": result})[1].split(maxsplit=3) == ["gw", "-", "-", reason]


def test_no_gateway() -> None:
    assert len(preflight_table({})) == 1
    with pytest.raises(ValueError, match="give a mapping"):
        preflight_table([])
