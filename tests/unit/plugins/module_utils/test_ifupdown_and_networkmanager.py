# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What brings ifupdown and NetworkManager up to date: the plans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import ifupdown
from ansible_collections.linebond.teql.plugins.module_utils import networkmanager as nm

KEPT = "/var/lib/linebond.teql/ifupdown-teql0"
NAMES = ("eth2", "eth3", "teql0")
OURS = {name: nm.profile_uuid("teql0", name) for name in NAMES}
STANZAS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a\n", "b\n"]))


def seen(kept: dict[str, str], up: list[str], missing: dict[str, list[str]] | None = None) -> ifupdown.Seen:
    return ifupdown.Seen(kept, up, missing or {}, before=["eth3"])


def typed(commands: list[tuple[str, ...]]) -> list[str]:
    return [" ".join(argv) for argv in commands]


def test_ports_come_up_before_the_bond() -> None:
    wanted = dict.fromkeys(("teql0", "eth2", "eth3"), "a\n")
    assert typed(ifupdown.plan("teql0", wanted, seen({}, ["eth0"]))) == ["ifup eth2", "ifup eth3", "ifup teql0"]


def test_one_whose_stanza_changed_goes_down_as_it_came_up_and_the_others_stay() -> None:
    kept = dict.fromkeys(NAMES, "a\n")
    commands = ifupdown.plan("teql0", {**kept, "eth3": "b\n"}, seen(kept, list(NAMES)))
    assert typed(commands) == [f"ifdown --interfaces {KEPT} eth3", "ifup eth3"]


def test_one_that_lacks_an_address_is_brought_up_anew() -> None:
    wanted = dict.fromkeys(NAMES, "a\n")
    commands = ifupdown.plan("teql0", wanted, seen({}, list(NAMES), {"eth2": ["172.16.0.2/30"]}))
    assert typed(commands) == ["ifdown eth2", "ifup eth2"]


def test_what_is_given_up_leaves_a_port_up_that_was_up_before() -> None:
    commands = ifupdown.plan("teql0", {}, seen(dict.fromkeys(NAMES, "a\n"), list(NAMES)))
    down = f"ifdown --interfaces {KEPT} "
    assert typed(commands) == [down + "teql0", down + "eth2", down + "eth3", "ip link set dev eth3 up"]


@given(kept=STANZAS, wanted=STANZAS, up=st.lists(st.sampled_from(NAMES), unique=True))
def test_afterwards_all_wanted_and_nothing_else_of_ours_is_up(
    kept: dict[str, str], wanted: dict[str, str], up: list[str]
) -> None:
    state = {name: kept.get(name, "a\n" if name in wanted else "") for name in up}
    for argv in ifupdown.plan("teql0", wanted, seen(kept, up)):
        if argv[0] == "ifdown":
            assert state.pop(argv[-1], None) is not None  # only what is up
        elif argv[0] == "ifup":
            assert argv[1] not in state
            state[argv[1]] = wanted[argv[1]]
    assert {name: text for name, text in state.items() if name in wanted or name in kept} == {
        name: (text if name in kept or name not in up else "a\n") for name, text in wanted.items()
    }
    assert ifupdown.plan("teql0", wanted, seen(wanted, list(state))) == []


def test_the_state_of_ifupdown_is_read() -> None:
    assert ifupdown.parse_state("lo=lo\neth0=eth0\nwlan0=home\n") == ["lo", "eth0", "wlan0"]


def test_fields_of_nmcli_are_told_apart() -> None:
    assert nm.split_terse(r"a\:b:c\\:") == ["a:b", "c\\", ""]
    assert nm.split_terse("eth2") == ["eth2"]
    assert nm.parse_active("eth2:11\n:22\n" + r"wan\:a:33") == {"eth2": "11", "wan:a": "33"}


def test_profiles_that_are_not_active_are_brought_up_the_bonds_last() -> None:
    wanted: dict[str, list[str]] = {"teql0": [], "eth3": [], "eth2": []}
    planned = nm.plan_present("teql0", wanted, {"eth2": OURS["eth2"], "eth3": "another"}, {}, {})
    assert typed(planned.changes) == [
        f"nmcli connection up uuid {OURS['eth3']} ifname eth3",
        f"nmcli connection up uuid {OURS['teql0']} ifname teql0",
    ]
    assert typed(planned.refreshes) == ["nmcli device reapply eth2"]
    assert planned.reads == [nm.RELOAD_CONF, nm.RELOAD]


def test_a_line_that_is_taken_out_goes_back_to_what_its_port_had() -> None:
    before = {"eth3": "site", "eth2": "other"}
    planned = nm.plan_present("teql0", {"eth2": [], "teql0": []}, OURS, {}, before)
    assert typed(planned.changes) == ["nmcli connection reload"]
    assert typed(planned.offers) == ["nmcli --wait 5 connection up uuid site ifname eth3"]
    assert planned.reads == [nm.RELOAD_CONF]
    assert nm.taken_over("teql0", ["eth2", "teql0"], OURS, before) == {"eth2": "other"}


def test_an_active_profile_whose_address_is_missing_is_applied_as_a_change() -> None:
    planned = nm.plan_present("teql0", {name: ["x"] for name in NAMES}, OURS, {"eth2": ["x"]}, {})
    assert typed(planned.changes) == ["nmcli device reapply eth2"] and len(planned.refreshes) == 2


def test_what_was_active_before_ours_is_remembered_once_and_comes_back() -> None:
    before = nm.taken_over("teql0", NAMES, {"eth2": "site", "teql0": "external"}, {})
    assert before == {"eth2": "site"}
    assert nm.taken_over("teql0", NAMES, {"eth2": "later"}, before) == before
    planned = nm.plan_absent("teql0", OURS, before)
    assert typed(planned.offers) == ["nmcli --wait 5 connection up uuid site ifname eth2"]
    planned = nm.plan_absent("teql0", {"eth2": "site"}, before)
    assert planned.changes == [] and ("nmcli", "connection", "reload") in planned.reads
