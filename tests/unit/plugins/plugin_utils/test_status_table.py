# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of all gateways' lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.status_table import status_table

LINE = {
    "name": "attic",
    "interface": "eth2",
    "state": "up",
    "member": True,
    "reason": "",
    "since": "2026-01-01T00:00:00Z",
    "rtt_ms": 10.2,
    "rtt_excess_ms": 0.1,
    "loss": 0.0,
    "share": 1,
}
DEAD = {**LINE, "name": "cellar", "interface": "eth3", "state": "down", "member": False, "reason": "no cable"}
DEAD.update(rtt_ms=None, rtt_excess_ms=None, loss=0.125, share=0.0)


def answer(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rc": 1, "stdout": json.dumps({"version": 1, "bond": "teql0", "lines": lines, **more}), "stderr": ""}


def test_two_gateways() -> None:
    assert status_table({"gw": answer(LINE, DEAD), "gw-of-the-branch": answer(LINE)}) == [
        "GATEWAY           LINE    PORT  STATE  BOND  SINCE                 RTT ms  +PEERS  LOSS %  SHARE %  REASON",
        "gw                attic   eth2  up     in    2026-01-01T00:00:00Z    10.2     0.1     0.0      100",
        "gw                cellar  eth3  down   out   2026-01-01T00:00:00Z       -       -    12.5        0  no cable",
        "gw-of-the-branch  attic   eth2  up     in    2026-01-01T00:00:00Z    10.2     0.1     0.0      100",
    ]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"unreachable": True, "msg": "Connection refused\n"}, "unreachable: Connection refused"),
        (
            {"rc": 3, "stdout": "", "stderr": "teqlctl: The monitor\n  does not run"},
            "teqlctl: The monitor does not run",
        ),
        ({"rc": 2, "msg": "No such file or directory: teqlctl"}, "No such file or directory: teqlctl"),
        ({"rc": 0, "stdout": "[]", "stderr": ""}, "gave no answer that can be read"),
        ({"rc": 0, "stdout": '{"lines": [{}]}', "stderr": ""}, "gave no answer that can be read"),
        (None, "was not asked"),
    ],
)
def test_a_gateway_without_an_answer(result: Any, reason: str) -> None:
    assert status_table({"gw": result})[1].split(maxsplit=10) == ["gw", *["-"] * 9, reason]


def test_what_concerns_the_whole_bond() -> None:
    rows = status_table({"gw": answer(LINE, fail_open=True, mode="observe", bond_exists=False, config_error="x: y")})
    assert [row.split(maxsplit=10)[-1] for row in rows[2:]] == [
        "all lines fail at once: the last set is kept (fail open)",
        "it only observes",
        "teql0 does not exist",
        "the new configuration is refused: x: y",
    ]
    assert len(status_table({"gw": answer(LINE, fail_open=False, mode="enforce", bond_exists=True)})) == 2


def test_no_gateway() -> None:
    assert len(status_table({})) == 1
    with pytest.raises(ValueError, match="give a mapping"):
        status_table([])
