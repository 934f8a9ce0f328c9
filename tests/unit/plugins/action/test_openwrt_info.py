# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module openwrt_info: what ubus prints, in few words with units."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.action import openwrt_info

METRICS = {
    "up": True,
    "state": "Showtime with TC-Layer sync",
    "uptime": 86400,
    "upstream": {"latn": 9.1, "snr": 8.5, "attndr": 12345000, "data_rate": 9999600},
    "downstream": {"latn": 18.5, "snr": 6.2, "attndr": 61234000, "data_rate": 50000000},
}
WAN = {
    "up": True,
    "uptime": 86300,
    "l3_device": "pppoe-wan",
    "proto": "pppoe",
    "ipv4-address": [{"address": "203.0.113.7", "mask": 32}],
    "ipv6-address": [{"address": "2001:db8::7", "mask": 64}],
}


def asked(said: str, status: int = 0, **options: Any) -> dict[str, Any]:
    task = SimpleNamespace(args=options, async_val=0, check_mode=False, diff=False, action="linebond.teql.openwrt_info")
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None), become=None)

    class Asked(openwrt_info.ActionModule):
        def _low_level_execute_command(self, cmd: str, sudoable: bool = True, **_more: Any) -> dict[str, Any]:
            assert f"network.interface.{options.get('wan_interface', 'wan')} status" in cmd
            return {"rc": status, "stdout": said, "stderr": "no ubus" if status else ""}

    result: dict[str, Any] = Asked(task, connection, None, None, None, None).run(task_vars={})
    return result


def printed(dsl: object, wan: object) -> str:
    parts = {"dsl": dsl, "wan": wan}
    return "".join(f"=== linebond {name}\n{json.dumps(part) if part else ''}\n" for name, part in parts.items())


def test_a_line_in_sync() -> None:
    result = asked(printed(METRICS, WAN))
    assert result["dsl"]["upstream"] == {
        "rate_kbit": 10000,
        "attainable_kbit": 12345,
        "margin_db": 8.5,
        "attenuation_db": 9.1,
    }
    assert (result["dsl"]["up"], result["dsl"]["uptime"]) == (True, 86400)
    assert result["wan"] == {
        "up": True,
        "device": "pppoe-wan",
        "protocol": "pppoe",
        "uptime": 86300,
        "addresses": ["203.0.113.7/32", "2001:db8::7/64"],
    }
    assert result["changed"] is False


def test_a_line_that_trains_has_no_rates() -> None:
    state = asked(printed({"up": False, "state": "Handshake"}, None))
    assert state["dsl"]["up"] is False and state["dsl"]["downstream"]["rate_kbit"] is None
    assert state["wan"] is None


def test_a_box_without_a_modem() -> None:
    assert asked(printed(None, WAN), wan_interface="wan")["dsl"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"said": "", "status": 1}, "The router cannot be asked by ubus, is it OpenWrt? no ubus"),
        ({"said": "=== linebond dsl\n{\n"}, "`ubus call` about dsl prints what is no JSON"),
        ({"said": "", "wan_interface": "wan; reboot"}, "wan_interface: 'wan; reboot' is no name of an interface"),
    ],
)
def test_what_cannot_be_read_is_told(arguments: dict[str, Any], message: str) -> None:
    result = asked(**arguments)
    assert result["failed"] and result["msg"].startswith(message)
