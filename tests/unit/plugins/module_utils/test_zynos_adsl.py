# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's account of its DSL line becomes values with units; what is not told is None."""

from __future__ import annotations

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.zynos.adsl import parse_dsl, parse_system
from lab.zynos.device import Device, Shell

ASKED = {
    "adsl_status": "wan adsl status",
    "adsl_rates": "wan adsl chandata",
    "adsl_near": "wan adsl linedata near",
    "adsl_far": "wan adsl linedata far",
    "adsl_errors": "wan adsl perfdata",
    "adsl_mode": "wan adsl opmode",
}


def told(**dsl: object) -> dict[str, str]:
    device = Device()
    device.dsl.update(dsl)
    shell = Shell(device)
    return {name: str(shell.answer(command)) for name, command in ASKED.items()}


def test_a_line_in_sync() -> None:
    found = parse_dsl(told())
    assert (found["status"], found["sync"], found["uptime_s"], found["error_seconds"]) == ("up", True, 5799, 7)
    assert found["mode"] == "ITU G.992.1(G.DMT)"
    assert found["downstream"] == {
        "rate_kbit": 8064,
        "noise_margin_db": 12.0,
        "attenuation_db": 39.0,
        "power_dbm": 11.0,
        "fec_errors": 0,
        "crc_errors": 3,
        "hec_errors": None,
    }
    assert (found["upstream"]["rate_kbit"], found["upstream"]["noise_margin_db"]) == (832, 9.0)
    assert found["upstream"]["fec_errors"] == 12


@pytest.mark.parametrize("status", ["down", "initializing"])
def test_a_line_out_of_sync(status: str) -> None:
    found = parse_dsl(told(status=status))
    assert (found["status"], found["sync"], found["uptime_s"]) == (status, False, None)
    assert found["downstream"]["rate_kbit"] == 0


def test_adsl2_has_one_rate_and_interleaved_and_fast_are_added() -> None:
    found = parse_dsl({"adsl_rates": "near-end bit rate: 16384 kbps\nfar-end bit rate: 1024 kbps"})
    assert (found["downstream"]["rate_kbit"], found["upstream"]["rate_kbit"]) == (16384, 1024)
    both = "near-end interleaved channel bit rate: 4032 kbps\r\nnear-end fast channel bit rate: 64 kbps\r\n"
    assert parse_dsl({"adsl_rates": both})["downstream"]["rate_kbit"] == 4096


def test_what_is_not_told_is_none() -> None:
    found = parse_dsl({})
    assert found["sync"] is None and found["status"] is None
    assert set(found["downstream"].values()) == {None}
    assert parse_dsl({"adsl_errors": "ADSL uptime  2 days, 3:04:05"})["uptime_s"] == 2 * 86400 + 3 * 3600 + 245


def test_the_router_itself() -> None:
    found = parse_system(str(Shell(Device()).answer("sys version")))
    assert found == {"firmware": "V3.40(AGD.2)", "uptime_s": 159 * 3600 + 32 * 60 + 31}
