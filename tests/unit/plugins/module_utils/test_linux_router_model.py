# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module linux_router: what they make, and every complaint about them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import (
    Before,
    Route,
    Wanted,
    dump_record,
    load_record,
    wanted_from,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError

PARAMS: dict[str, Any] = {
    "address": "172.16.0.1/30",
    "gateway": "172.16.0.2",
    "common_address": "192.0.2.1",
    "public_network": "192.0.2.0/29",
    "extra_addresses": ["192.168.1.1/24"],
}


def wanted(**changes: Any) -> Wanted:
    return wanted_from({**PARAMS, **changes}, "lan")


def test_the_options() -> None:
    assert wanted() == Wanted(
        "lan", ("172.16.0.1/30", "192.0.2.1/32", "192.168.1.1/24"), (Route("192.0.2.0/29", "172.16.0.2"),)
    )


def test_a_router_that_the_gateway_knows_by_its_mac_has_no_common_address() -> None:
    six = {"public_network6": "2001:db8:1::/64", "gateway6": "2001:db8:1::2", "common_address6": None}
    alone = wanted(**six, common_address=None, extra_addresses=[])
    assert alone.addresses == ("172.16.0.1/30",) and alone.ipv6
    assert alone.routes == (Route("192.0.2.0/29", "172.16.0.2"), Route("2001:db8:1::/64", "2001:db8:1::2"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": "172.16.0.1"}, "address: '172.16.0.1' is wrong, write it like 172.16.0.1/30."),
        ({"gateway": "gw"}, "gateway: 'gw' is wrong, write it like 172.16.0.2."),
        ({"gateway": "172.16.0.6"}, "gateway: 172.16.0.6 is outside the network of address 172.16.0.1/30."),
        (
            {"gateway": "172.16.0.1"},
            "gateway: 172.16.0.1 is the router's own address; give that of the gateway on this line.",
        ),
        ({"common_address": "192.0.2.9"}, "common_address: 192.0.2.9 is outside public_network 192.0.2.0/29."),
        ({"public_network": "192.0.2.2/29"}, "public_network: '192.0.2.2/29' is wrong, write it like 192.0.2.0/29."),
        (
            {"extra_addresses": ["192.168.1.1/24", "192.168.2.1"]},
            "extra_addresses: '192.168.2.1' is wrong, write it like 192.168.1.1/24.",
        ),
        (
            {"public_network6": "2001:db8::/64", "gateway6": "::g", "common_address6": "fe80::1/64"},
            (
                "gateway6: '::g' is wrong, write it like 2001:db8:1::2. "
                "common_address6: 'fe80::1/64' is wrong, write it like fe80::1."
            ),
        ),
    ],
)
def test_wrong_options(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(LinebondError) as caught:
        wanted(**changes)
    assert str(caught.value) == message


def test_a_record_is_read_as_it_was_written() -> None:
    record = {"lan": Before(True, ("192.168.1.1/24",), {"net/ipv6/conf/lan/accept_ra": "1"}), "eth7": Before()}
    assert load_record(dump_record(record)) == record
    assert dump_record({}) is None and load_record(None) == {}
