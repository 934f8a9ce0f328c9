# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ifcfg_reload, before network scripts that only add."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import hook_file, ifcfg_file, pending_file
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_plan import plan
from ansible_collections.linebond.teql.plugins.module_utils.ifcfg_state import (
    Interface,
    dump_record,
    load_record,
    read_state,
    record_path,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError
from ansible_collections.linebond.teql.plugins.modules import ifcfg_reload
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_scripts import NetworkScripts

Call = Callable[..., dict[str, Any]]
MAC = "02:00:5e:00:53:01"
SITE: dict[str, Any] = {
    "addresses": ["192.0.2.2/29"],
    "gateways": ["192.0.2.1"],
    "port_addresses": {"eth2": "172.16.0.2/30", "zz0": "172.16.0.6/30"},
}
IPV6 = {"addresses": ["192.0.2.2/29", "2001:db8:1::2/64"], "gateways": ["192.0.2.1", "fe80::1"]}
FIRST = [f"/etc/sysconfig/network-scripts/ifup {name}" for name in ("eth2", "zz0", "teql0")]


def asked(**options: Any) -> dict[str, Any]:
    return {"name": "teql0", "state": "present", "route_metric": 0, "router_macs": {}, **SITE, **options}


@pytest.fixture
def host() -> NetworkScripts:
    return NetworkScripts("eth2", "zz0")


@pytest.fixture
def call(host: NetworkScripts, run_module: Any, monkeypatch: pytest.MonkeyPatch) -> Call:
    """The module with the role's files written before."""
    monkeypatch.setattr(ifcfg_reload, "Runner", lambda module: host)
    monkeypatch.setattr(ifcfg_reload.os, "geteuid", lambda: 0)

    def run(check: bool = False, **options: Any) -> dict[str, Any]:
        host.configure(ifcfg_reload.wanted_from(asked(**options)))
        host.history.clear()
        given = {} if options.get("state") == "absent" else SITE
        return run_module(ifcfg_reload, check=check, **{**given, **options})

    return run


def test_only_what_is_missing_is_brought_up(call: Call, host: NetworkScripts) -> None:
    before = host.seen()
    told = call(check=True)
    assert (told["changed"], told["commands"]) == (True, FIRST)
    assert host.seen() == before
    done = call()
    assert (done["changed"], done["commands"]) == (True, FIRST), done
    assert (call()["changed"], call()["commands"]) == (False, [])
    host.addresses["zz0"] = []
    assert call()["commands"] == FIRST[1:2]


def test_taking_off_leaves_no_trace(call: Call, host: NetworkScripts) -> None:
    before = host.seen()
    call(**IPV6, router_macs={"eth2": MAC})
    assert host.neighbours["eth2"] == {"192.0.2.1": MAC, "fe80::1": MAC} and host.proxies["zz0"] == {"2001:db8:1::2"}
    told = call(check=True, state="absent")
    done = call(state="absent")
    assert done["commands"] == told["commands"] == host.history
    assert done["commands"][:2] == [
        "ip -4 route del default via 192.0.2.1 dev teql0",
        "ip -6 route del default via fe80::1 dev teql0 metric 1",
    ]
    assert host.seen() == before and host.proxies == {"eth2": set(), "zz0": set(), "teql0": set()}
    assert call(state="absent")["changed"] is False


def test_a_gateway_that_never_had_us_is_left_alone(call: Call, host: NetworkScripts) -> None:
    host.run("ip", "addr", "replace", "192.0.2.2/29", "dev", "teql0")
    done = call(state="absent")
    assert (done["changed"], done["commands"], host.history) == (False, [], [])


def test_a_port_that_had_another_address_is_taken_over(call: Call, host: NetworkScripts) -> None:
    host.addresses["zz0"] = ["10.9.9.9/24", "fe80::5/64"]
    host.files["/var/run/dhclient-zz0.pid"] = "77\n"
    assert call()["commands"] == [FIRST[1].replace("ifup", "ifdown"), *FIRST]
    assert host.addresses["zz0"] == ["172.16.0.6/30"]
    # Later it is somebody's who knows what he does.
    host.addresses["zz0"].append("10.9.9.9/24")
    assert not call()["changed"]
    # The bond itself is never taken down.
    host.addresses["teql0"].append("192.0.2.3/29")
    assert not call()["changed"]


def test_a_line_less_and_another_address(call: Call, host: NetworkScripts) -> None:
    call()
    host.files[ifcfg_file("zz0")] = "IPADDR=site\n# BEGIN linebond.teql x\nA=1\n# END linebond.teql x\n"
    host.config["zz0"] = Interface(("10.9.9.9/24",))
    done = call(port_addresses={"eth2": "172.16.0.9/30"})
    assert done["commands"] == [
        "ip addr del 172.16.0.2/30 dev eth2",
        "ip addr del 172.16.0.6/30 dev zz0",
        FIRST[0],
        f"{FIRST[1]} boot",
    ]
    assert host.addresses["zz0"] == ["10.9.9.9/24"] and host.addresses["eth2"] == ["172.16.0.9/30"]


def test_another_common_address_is_replaced_in_one_step(call: Call, host: NetworkScripts) -> None:
    call()
    assert call(gateways=["192.0.2.6"])["commands"] == [FIRST[2]]
    assert call(gateways=["192.0.2.6"], route_metric=50)["commands"] == [
        "ip -4 route del default via 192.0.2.6 dev teql0",
        FIRST[2],
    ]


def test_neighbours_alone_take_no_line_down(call: Call, host: NetworkScripts) -> None:
    call()
    hook = f"sh {hook_file('teql0')} up eth2"
    assert call(router_macs={"eth2": MAC})["commands"] == [hook]
    assert call(router_macs={"eth2": MAC[:-1] + "2"})["commands"] == [hook]
    assert call(router_macs={"eth2": None})["commands"] == ["ip neigh del 192.0.2.1 dev eth2"]


def test_what_fails_is_said_and_done_again(call: Call, host: NetworkScripts) -> None:
    host.broken = {"zz0"}
    failed = call()
    assert "ifup zz0 failed with status 2: ERROR : [ifup-eth] Device does not seem to be present" in failed["msg"]
    assert failed["changed"] is True and failed["commands"] == FIRST[:2]
    host.broken = set()
    assert call()["commands"] == FIRST[1:]
    host.config, host.addresses["eth2"] = {}, []
    monkeyed = host.configure
    host.configure = lambda wanted: None  # type: ignore[method-assign]
    assert "still to be done: /etc/sysconfig/network-scripts/ifup eth2" in call()["msg"]
    host.configure = monkeyed  # type: ignore[method-assign]


def test_a_failed_ifup_of_the_bond_is_forgotten(call: Call, host: NetworkScripts) -> None:
    call()
    host.files[pending_file("teql0")] = ""
    call(state="absent")
    assert pending_file("teql0") not in host.files


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"addresses": ["x/30"]}, "addresses: 'x/30' is no address."),
        ({"gateways": ["1.2.3"]}, "gateways: '1.2.3' is no address."),
        ({"port_addresses": {"eth2": 5}}, "port_addresses.eth2: 5 is no address."),
    ],
)
def test_what_is_no_address(options: dict[str, Any], message: str) -> None:
    with pytest.raises(LinebondError) as caught:
        ifcfg_reload.wanted_from(asked(**options))
    assert str(caught.value) == message


def test_a_broken_record_is_named() -> None:
    with pytest.raises(LinebondError, match="keeps what the network scripts set for the bond, cannot be read"):
        load_record("[1]", "x")


SITES = st.fixed_dictionaries(
    {
        "addresses": st.sampled_from([["192.0.2.2/29"], ["192.0.2.3/29"], IPV6["addresses"]]),
        "gateways": st.sampled_from([["192.0.2.1"], ["192.0.2.6"], IPV6["gateways"], ["192.0.2.1", "fe80::2"]]),
        "route_metric": st.sampled_from([0, 50]),
        "port_addresses": st.dictionaries(
            st.sampled_from(["eth2", "zz0", "zz1"]), st.sampled_from(["172.16.0.2/30", "172.16.0.6/30"])
        ),
        "router_macs": st.dictionaries(st.sampled_from(["eth2", "zz0"]), st.sampled_from([MAC, "02:00:5e:00:53:02"])),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SITES, st.integers(0, 12)), min_size=1, max_size=3))
def test_whatever_is_asked_and_whenever_it_is_killed(asks: list[tuple[dict[str, Any], int]]) -> None:
    host = NetworkScripts("eth2", "zz0", "zz1")
    before = copy.deepcopy(host.seen())
    for number, (options, killed_after) in enumerate(asks):
        wanted = ifcfg_reload.wanted_from(asked(**options))
        host.configure(wanted)
        if number == 0:
            host.addresses["zz0"] = ["10.9.9.9/24"] if "zz0" in wanted else []
        for action in plan(read_state(host, "teql0", wanted), wanted, "teql0")[:killed_after]:
            host.perform(action)
        for action in plan(read_state(host, "teql0", wanted), wanted, "teql0"):
            host.perform(action)
        state = read_state(host, "teql0", wanted)
        assert plan(state, wanted, "teql0") == [] and state.record == wanted
        assert {name: set(state.interfaces[name].addresses) for name in wanted} == {
            name: set(each.addresses) for name, each in wanted.items()
        }
        assert load_record(dump_record(wanted), "x") == wanted and record_path("teql0") in host.files
    for action in plan(read_state(host, "teql0", {}), {}, "teql0"):
        host.perform(action)
    assert host.seen() == before
    assert not any("link" in command or "ifdown teql0" in command for command in host.history)
