# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans that would cut Ansible off or come to nothing on the gateway as it is, and what is said about them."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import PlanError, plan_lines
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE6

LINES = [{"interface": "eth2"}, {"interface": "eth3"}]
LOCAL = {"interface": "eth0", "address": "10.0.0.2", "network": "10.0.0.0/24", "client": "10.0.0.9", "back_by": "eth0"}
REMOTE = {**LOCAL, "client": "203.0.113.9", "back_via": "10.0.0.1", "back_metric": 1024}
REMOTE6 = {
    "interface": "eth0",
    "address": "2001:db8:5::2",
    "network": "2001:db8:5::/64",
    "client": "2001:db8:9::9",
    "back_by": "eth0",
    "back_via": "fe80::5",
    "back_metric": 2048,
}
BY_BOND = {
    "interface": "teql0",
    "address": "192.0.2.2",
    "network": "192.0.2.0/29",
    "client": "203.0.113.9",
    "back_by": "teql0",
    "back_via": "192.0.2.1",
    "back_metric": 0,
}
BY_LINE = {**LOCAL, "interface": "eth2", "address": "172.16.0.2", "network": "172.16.0.0/30", "client": "172.16.0.1"}


def route(interface: str, gateway: str, metric: int = 0, family: int = 4) -> dict[str, Any]:
    return {"family": family, "interface": interface, "gateway": gateway, "metric": metric}


def refusal(session: Any = None, **more: Any) -> str:
    """What is said, empty when nothing is."""
    try:
        plan_lines(LINES, {**SITE6, **more.pop("site", {})}, session, **more)
    except PlanError as error:
        return str(error)
    return ""


ADVICE = "come in from a network that eth0 is in, or give eth0 a route of its own to {0} by {1}"


@pytest.mark.parametrize(
    "session",
    [
        LOCAL,
        {**REMOTE, "back_metric": None},  # a narrower route, or a table of its own
        {**REMOTE, "back_by": "teql0", "back_via": "192.0.2.1"},
        {**REMOTE, "back_metric": 0},
        {**REMOTE, "client": "10.0.0.77"},
        {**REMOTE6, "back_metric": 1024},
        BY_BOND,
        BY_LINE,
    ],
)
def test_answers_that_go_on_as_before(session: Any) -> None:
    assert refusal(session) == ""


def test_a_bond_that_takes_the_answers_to_ansible_is_refused() -> None:
    assert refusal(REMOTE) == (
        "teql_common_address: the answers to Ansible at 203.0.113.9 take the default route of eth0 (metric 1024), and "
        "that of teql0 (metric 0) would come before it: Ansible would be cut off; "
        + ADVICE.format("203.0.113.9", "10.0.0.1")
    )
    assert refusal(REMOTE6) == (
        "teql_common_address6: the answers to Ansible at 2001:db8:9::9 take the default route of eth0 (metric 2048), and "
        "that of teql0 (metric 1024) would come before it: Ansible would be cut off; "
        + ADVICE.format("2001:db8:9::9", "fe80::5")
    )
    assert refusal(REMOTE6, site={"common_address6": None}) == ""


@pytest.mark.parametrize(
    ("metric", "refused"), [(None, True), (1023, True), ("1023", True), (1024, False), (2000, False)]
)
def test_the_metric_decides(metric: Any, refused: bool) -> None:
    assert bool(refusal(REMOTE, route_metric=metric)) == refused


def test_a_route_metric_that_is_none() -> None:
    assert (
        refusal(route_metric="x")
        == "bonding_route_metric: 'x' is no number from 1 to 4294967295; correct it or leave it out"
    )


@pytest.mark.parametrize(("client", "path", "network"), [
    ("192.0.2.3", "teql_address", "192.0.2.2/29"),
    ("172.16.0.5", "teql_lines[1].address", "172.16.0.6/30"),
])  # fmt: skip
def test_a_client_that_the_plan_would_look_for_elsewhere(client: str, path: str, network: str) -> None:
    session = {**REMOTE, "client": client, "back_metric": None}
    assert refusal(session) == (
        f"{path}: {network} has the address that Ansible came from, {client}, in it: Ansible would be cut off; "
        + ADVICE.format(client, "10.0.0.1")
    )


def test_the_bonds_address_cannot_be_changed_over_itself() -> None:
    assert refusal(BY_BOND) == ""
    assert refusal(BY_BOND, site={"address": "192.0.2.3/29"}).splitlines()[0] == (
        "teql_address: Ansible came in by 192.0.2.2 on teql0, which the plan does not keep: it would be cut off; "
        "come in by another network, or by the address that the plan gives"
    )
    by_six = {**BY_BOND, "address": "2001:db8:1::2", "network": "2001:db8:1::/64"}
    assert refusal(by_six) == ""
    assert "2001:db8:1::2 on teql0" in refusal(by_six, site={"address6": "2001:db8:1::3/64"})


RIVAL = (
    "teql_common_address{0}: the default route of {1} (metric {2}) would come before the one over teql0 (metric {3}), "
    "and packets leave by {1}; remove it, or give it a greater metric"
)
OURS, OTHER = route("teql0", "192.0.2.1"), route("eth0", "10.0.0.1")


@pytest.mark.parametrize(
    ("routes", "options", "message"),
    [
        ([OTHER], {}, RIVAL.format("", "eth0", 0, 0)),
        ([route("eth0", "10.0.0.1", 1024)], {"route_metric": 2000}, RIVAL.format("", "eth0", 1024, 2000)),
        ([route("eth0", "fe80::5", 512, 6)], {}, RIVAL.format("6", "eth0", 512, 1024)),
        ([OTHER, OURS], {}, RIVAL.format("", "eth0", 0, 0)),
        ([OURS, route("eth0", "10.0.0.1", 100)], {"route_metric": 300}, RIVAL.format("", "eth0", 100, 300)),
        ([OURS, OTHER], {}, ""),
        ([route("eth0", "10.0.0.1", 1024)], {}, ""),
        ([route("eth2", "192.168.1.1"), route("eth3", "192.168.2.1")], {}, ""),  # go with the ports' new files
        ([route("eth0", "fe80::5", 512, 6)], {"site": {"common_address6": None}}, ""),
    ],
)  # fmt: skip
def test_a_default_route_that_would_win(routes: Any, options: dict[str, Any], message: str) -> None:
    assert refusal(default_routes=routes, **options) == message


def test_the_default_route_of_a_ppp_line_does_not_go_by_itself() -> None:
    with pytest.raises(PlanError, match=r"the default route of ppp0 \(metric 0\)"):
        plan_lines([{"interface": "ppp0", "kind": "pppoe"}], SITE6, default_routes=[route("ppp0", "")])


def test_default_routes_of_another_shape() -> None:
    assert refusal(default_routes=[{}]).startswith("default_routes: are not what linebond.teql.bond_info returns")


TAKEN_OFF = "which is to be taken off; come in by an address that stays"


@pytest.mark.parametrize(
    ("session", "routes", "message"),
    [
        (BY_BOND, [], f"teql_address: Ansible came in by 192.0.2.2 on teql0, {TAKEN_OFF}"),
        (BY_LINE, [], f"teql_lines[0].address: Ansible came in by 172.16.0.2 on eth2, {TAKEN_OFF}"),
        ({**REMOTE, "back_by": "teql0", "back_via": "192.0.2.1"}, [OURS],
         "teql_common_address: the answers to Ansible at 203.0.113.9 leave by teql0, which is to be taken off; come in from a network that eth0 is in"),
        ({**REMOTE, "back_by": "teql0", "back_via": "192.0.2.1"}, [OURS, route("eth0", "10.0.0.1", 1024)], ""),
        ({**BY_LINE, "address": "172.16.0.77"}, [], ""),  # somebody else's address on the port
        (LOCAL, [], ""),
        (REMOTE, [], ""),
        (None, [OTHER], ""),
    ],
)  # fmt: skip
def test_taking_the_bond_off(session: Any, routes: Any, message: str) -> None:
    assert refusal(session, default_routes=routes, state="absent") == message
