# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pre-flight's verdicts, on the kernels of real distributions and on gateways with something wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import preflight, user_namespaces
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import CONF4, State
from ansible_collections.linebond.teql.plugins.module_utils.kernel import Kernel
from ansible_collections.linebond.teql.plugins.module_utils.kernel_traps import TRAPS
from ansible_collections.linebond.teql.plugins.module_utils.link import Link
from ansible_collections.linebond.teql.plugins.module_utils.qdisc_owners import Owner, Owners
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError
from ansible_collections.linebond.teql.plugins.module_utils.tc import Qdisc
from ansible_collections.linebond.teql.plugins.module_utils.verdict import (
    OK,
    REFUSED,
    UNKNOWN,
    WARNING,
    Readings,
    Verdict,
)

DEBIAN13 = ("6.12.117+deb13-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1 (2026-11-01)", ("debian",))
PORTS = ("eth2", "eth3")
CLOSED = {user_namespaces.MOST: "0"}
OPEN = {user_namespaces.MOST: "31000"}


def settings(**changes: str) -> dict[str, str | None]:
    """`all_arp_ignore="1"` and the like; the rest is 0."""
    names = [(each, name) for each in ("all", *PORTS) for name in ("arp_ignore", "rp_filter")]
    return {CONF4 % (each, name): changes.get(f"{each}_{name}", "0") for each, name in names}


def gateway(kernel: tuple[str, str, tuple[str, ...]] = DEBIAN13, **changes: Any) -> Readings:
    """A gateway with which nothing is wrong, but for the changes."""
    release, version, distributions = kernel
    links = {port: Link(port, up=True, carrier=True) for port in PORTS}
    state = State(kernel=Kernel(release, True, "available", "linux-image"), links=links, sysctls=settings())
    plain = Readings(state, "teql0", PORTS, release, version, distributions, CLOSED, monitored=True)
    return replace(plain, **changes)


def with_state(**changes: Any) -> Readings:
    plain = gateway()
    return replace(plain, state=replace(plain.state, **changes))


def with_links(*links: Link, **changes: Any) -> Readings:
    found = with_state(links={link.name: link for link in links})
    return replace(found, ports=tuple(link.name for link in links), **changes)


def verdicts(readings: Readings, *ignored: str) -> dict[str, Verdict]:
    return {each.item: each for each in preflight.judge(readings, ignored)}


def words(readings: Readings) -> dict[str, str]:
    """Only what is not well."""
    return {item: each.verdict for item, each in verdicts(readings).items() if each.verdict != OK}


def test_a_gateway_that_is_well() -> None:
    found = preflight.judge(gateway())
    assert [each.item for each in found] == list(preflight.ITEMS)
    assert {each.verdict for each in found} == {OK} and not any(each.fix for each in found)
    assert preflight.refusals(found) == "" and preflight.remarks(found) == []


CVES = {trap.name for trap in TRAPS if trap.ports == ("any",)}
ASKED = CVES | {"dead_member"}


@pytest.mark.parametrize(
    ("kernel", "warned", "asked", "command"),
    [
        # Debian 12 and 13, with and without the fixes
        (
            ("6.1.0-50-amd64", "Debian 6.1.192-2 (2026-10-01)", ("debian",)),
            {"slaves_lock_deadlock", "dead_member"},
            (),
            "",
        ),
        (("6.1.0-40-cloud-amd64", "Debian 6.1.153-1", ("debian",)), CVES - {"slaves_lock_deadlock"}, (), ""),
        (DEBIAN13, {"dead_member"}, (), ""),
        (("6.12.90+deb13-amd64", "Debian 6.12.90-2", ("debian",)), {"CVE-2026-72390"}, (), ""),
        (("6.12.47+rpt-rpi-v8", "Debian 1:6.12.47-1+rpt1", ("debian",)), CVES - {"slaves_lock_deadlock"}, (), ""),
        (("5.10.0-35-amd64", "Debian 5.10.237-1", ("debian",)), CVES - {"slaves_lock_deadlock"}, (), ""),
        # they follow the stable releases
        (("6.17.8-300.fc43.x86_64", "#1 SMP", ("fedora",)), CVES - {"slaves_lock_deadlock"}, (), ""),
        (("7.1.5-arch1-1", "#1 SMP PREEMPT_DYNAMIC", ("arch",)), {"slaves_lock_deadlock", "dead_member"}, (), ""),
        (("6.6.157", "#0 SMP Mon Oct 19 16:37:26 2026", ("openwrt",)), {"slaves_lock_deadlock", "dead_member"}, (), ""),
        (("6.18.44-0-lts", "#1-Alpine SMP", ("alpine",)), {"slaves_lock_deadlock", "dead_member"}, (), ""),
        # their numbers say nothing
        (("6.8.0-45-generic", "#45-Ubuntu SMP", ("ubuntu", "debian")), (), ASKED, "apt changelog"),
        (("6.17.0-1007-aws", "#7-Ubuntu SMP", ("ubuntu", "debian")), (), ASKED, "pro fix --dry-run CVE"),
        (("5.14.0-611.5.1.el9_7.x86_64", "#1 SMP", ("rhel", "fedora")), (), ASKED, "rpm -q --changelog"),
        (("4.18.0-553.el8_10.x86_64", "#1 SMP", ("rocky", "rhel")), (), ASKED, "kernel-core"),
        (("6.1.158-178.288.amzn2023.x86_64", "#1 SMP", ("amzn", "fedora")), (), ASKED, "rpm -qf"),
        (("6.4.0-150600.23.60-default", "#1 SMP", ("opensuse-leap", "suse")), (), ASKED, "kernel-default"),
        (("6.8.12-15-pve", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-15", ("debian",)), (), ASKED, "-kernel-"),
    ],
)
def test_kernels_of_real_distributions(
    kernel: tuple[str, str, tuple[str, ...]], warned: set[str], asked: set[str], command: str
) -> None:
    found = verdicts(gateway(kernel, monitored=False))
    assert found["kernel"].verdict == OK
    assert {item for item, each in found.items() if each.verdict == WARNING} == set(warned)
    assert {item for item, each in found.items() if each.verdict == UNKNOWN} == set(asked)
    assert not any(each.verdict == REFUSED for each in found.values())
    for item in set(asked) - {"dead_member"}:
        assert command in found[item].fix or not item.startswith("CVE-")
        assert kernel[0] in found[item].message


@pytest.mark.parametrize(
    ("release", "word"),
    [
        ("2.6.30", OK),
        ("2.6.31", REFUSED),
        ("2.6.34.15", REFUSED),
        ("2.6.35", OK),
        ("2.6.32-754.el6.x86_64", UNKNOWN),
        ("odd", UNKNOWN),
    ],
)
def test_the_kernels_with_which_nothing_arrives(release: str, word: str) -> None:
    assert verdicts(gateway((release, "#1 SMP", ())))["kernel"].verdict == word


def test_a_bug_of_stacked_ports_matters_where_there_is_one() -> None:
    old = {"release": "6.12.100-arch1-1", "version": ""}
    assert "CVE-2026-90071" not in words(gateway(**old))
    assert words(with_links(Link("ppp0", kind="ppp"), **old))["CVE-2026-90071"] == WARNING
    assert words(with_links(Link("eth2.7", made="vlan", lower="eth2"), **old))["CVE-2026-99282"] == WARNING
    assert "CVE-2026-23277" not in words(with_links(Link("eth2.7", made="vlan", lower="eth2"), **old))


def test_the_monitor_is_the_cure_for_dead_members() -> None:
    ubuntu = ("6.8.0-45-generic", "#45-Ubuntu SMP", ("ubuntu",))
    assert verdicts(gateway(ubuntu))["dead_member"].verdict == OK
    assert "monitor_targets" in verdicts(gateway(ubuntu, monitored=False))["dead_member"].fix
    assert verdicts(gateway(("6.1.176", "", ()), monitored=False))["dead_member"].verdict == OK


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({user_namespaces.MOST: "31000\n"}, WARNING),
        ({user_namespaces.MOST: "31000", user_namespaces.CLONE: "1"}, WARNING),
        ({user_namespaces.MOST: "31000", user_namespaces.CLONE: "0\n"}, OK),
        ({user_namespaces.MOST: "0\n", user_namespaces.CLONE: "1"}, OK),
        ({user_namespaces.MOST: "31000", user_namespaces.CONFINED: "1"}, OK),
        ({user_namespaces.MOST: None}, OK),  # a kernel without them
    ],
)
def test_who_else_may_join(files: dict[str, str | None], word: str) -> None:
    assert verdicts(gateway(namespaces=files))["user_namespaces"].verdict == word


BROKEN: list[tuple[Readings, str, str, str]] = [
    # the gateway, the item, its verdict, what its fix says
    (
        with_state(kernel=Kernel("6.1.0-50-amd64", False, "missing", "linux-image-6.1.0-50-amd64")),
        *("module", REFUSED, "install linux-image-6.1.0-50-amd64"),
    ),
    (gateway(ports=("eth2", "eth9")), "ports", WARNING, "ip -br link"),
    (with_links(Link("eth2"), Link("ppp0", kind="ppp")), "kinds", REFUSED, "tc qdisc del dev ppp0 root"),
    (with_links(Link("eth2"), Link("eth3", noarp=True)), "kinds", WARNING, "ip link set dev eth3 arp on"),
    (with_links(Link("eth2"), Link("eth3", mtu=1492)), "mtu", WARNING, "ip link set dev eth3 mtu 1500"),
    (with_links(Link("eth2"), Link("eth2.5", lower="eth2", made="vlan")), "stacked", REFUSED, "del dev eth2 root"),
    (with_state(qdiscs={"eth3": Qdisc("cake", "8001:")}), "foreign_qdisc", REFUSED, "tc qdisc del dev eth3 root"),
    (with_state(sysctls=settings(all_arp_ignore="1")), "arp_ignore", REFUSED, "net/ipv4/conf/all/arp_ignore=0"),
    (with_state(sysctls=settings(eth2_rp_filter="1")), "rp_filter", WARNING, "net/ipv4/conf/eth2/rp_filter=2"),
    (gateway(namespaces=OPEN), "user_namespaces", WARNING, "user.max_user_namespaces=0"),
    (
        gateway(owners=Owners((Owner("eth2", "SQM", "/etc/config/sqm", "disable it"),))),
        *("qdisc_owner", WARNING, "disable it"),
    ),
    (gateway(owners=Owners(unread=("/etc/secret",))), "qdisc_owner", UNKNOWN, "become"),
]


@pytest.mark.parametrize(("readings", "item", "word", "fix"), BROKEN)
def test_what_is_wrong_is_told_with_what_to_do(readings: Readings, item: str, word: str, fix: str) -> None:
    found = verdicts(readings)[item]
    assert found.verdict == word and fix in found.fix and found.message.endswith(".")


def test_what_is_the_same_on_several_ports_is_said_once() -> None:
    found = verdicts(with_state(sysctls=settings(all_arp_ignore="1")))["arp_ignore"]
    assert found.message.startswith("arp_ignore is 1 on eth2, eth3: its router") and found.message.count("arp_") == 1
    found = verdicts(with_links(Link("eth3.5", lower="eth3"), Link("eth3")))["stacked"]
    assert found.message.startswith("eth3.5 is stacked on eth3, a port")


def test_strict_filtering_is_outweighed_by_the_setting_for_all() -> None:
    assert words(with_state(sysctls=settings(eth2_rp_filter="1", all_rp_filter="2"))) == {}


def test_a_ppp_session_has_no_arp() -> None:
    readings = with_links(Link("ppp0", kind="ppp"))
    silent: dict[str, str | None] = {CONF4 % ("all", "arp_ignore"): "1", CONF4 % ("ppp0", "arp_ignore"): "0"}
    readings = replace(readings, state=replace(readings.state, sysctls=silent))
    assert "arp_ignore" not in words(readings)


def test_without_ports_nothing_is_said_to_be_well_that_was_not_seen() -> None:
    unseen = {"kinds", "mtu", "stacked", "foreign_qdisc", "qdisc_owner", "arp_ignore", "rp_filter", "ports"}
    assert {item for item, word in words(gateway(ports=())).items() if word == UNKNOWN} == unseen


def test_what_is_ignored_is_judged_and_neither_refuses_nor_warns() -> None:
    readings = replace(with_state(sysctls=settings(all_arp_ignore="1")), namespaces=OPEN)
    found = preflight.judge(readings)
    assert preflight.refusals(found).splitlines()[-1] == "To accept it as it is: bonding_preflight_ignore: [arp_ignore]"
    assert [each.split(":")[0] for each in preflight.remarks(found)] == ["Pre-flight, user_namespaces"]
    found = preflight.judge(readings, ["arp_ignore", "user_namespaces", "mtu"])
    assert preflight.refusals(found) == "" and preflight.remarks(found) == []
    assert {each.item for each in found if each.ignored} == {"arp_ignore", "user_namespaces"}
    assert {each.item: each.verdict for each in found}["arp_ignore"] == REFUSED


def test_all_that_is_unknown_is_told_in_one() -> None:
    found = preflight.judge(gateway(("5.14.0-611.el9.x86_64", "#1 SMP", ("rhel",))))
    [told] = preflight.remarks(found)
    assert all(name in told for name in CVES) and "rpm -q --changelog" in told


@pytest.mark.parametrize(
    ("name", "near"),
    [("arp_ignor", "arp_ignore"), ("cve-2026-72390", "CVE-2026-72390"), ("userns", "user_namespaces"), ("MTU", "mtu")],
)
def test_an_item_that_is_none_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(LinebondError, match=f"^preflight_ignore.1.: '{name}' is no item.*did you mean {near}\\?$"):
        preflight.check_ignored(["mtu", name])


def test_an_item_like_no_other_is_refused_with_all_of_them() -> None:
    with pytest.raises(LinebondError, match="the items are module, kernel, "):
        preflight.check_ignored(["zzz"])
    preflight.check_ignored(list(preflight.ITEMS))


PORT = st.builds(
    Link,
    st.sampled_from(("eth2", "eth3", "ppp0", "eth2.5")),
    mtu=st.integers(68, 9000),
    kind=st.sampled_from(("ethernet", "ppp", "other")),
    lower=st.sampled_from((None, "eth2")),
    made=st.sampled_from(("", "veth", "vlan", "gretap")),
    noarp=st.booleans(),
)


@given(
    st.lists(PORT, unique_by=lambda link: link.name),
    st.text(max_size=30),
    st.text(max_size=40),
    st.sampled_from(((), ("debian",), ("ubuntu", "debian"), ("rhel", "fedora"))),
    st.booleans(),
)
def test_whatever_a_gateway_is_like_each_item_has_one_verdict_with_what_to_do(
    links: list[Link], release: str, version: str, distributions: tuple[str, ...], monitored: bool
) -> None:
    readings = with_links(*links, release=release, version=version, distributions=distributions, monitored=monitored)
    found = preflight.judge(readings)
    assert [each.item for each in found] == list(preflight.ITEMS)
    for each in found:
        assert each.verdict in (OK, WARNING, REFUSED, UNKNOWN) and each.message.endswith(".")
        assert bool(each.fix) == (each.verdict != OK)


@given(st.tuples(st.integers(3, 7), st.integers(0, 20), st.integers(0, 300)))
def test_no_kernel_of_kernel_org_since_3_is_refused(version: tuple[int, int, int]) -> None:
    found = preflight.judge(gateway((".".join(map(str, version)), "", ())))
    assert {each.verdict for each in found} <= {OK, WARNING}
