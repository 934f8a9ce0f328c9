# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools print (recorded on Debian 12, kernel 6.1) -> data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import kernel, link, route, sysctl, tc
from ansible_collections.linebond.teql.plugins.module_utils.record import Record, dump_record, load_record
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Run, parse_rows


def recorded(name: str) -> list[dict[str, Any]]:
    return parse_rows([name], (Path(__file__).parent / "recorded" / name).read_text())


def test_root_qdiscs_are_read_and_no_others() -> None:
    found = tc.parse_qdiscs(recorded("tc-qdisc.json"))
    assert {port: qdisc.kind for port, qdisc in found.items()} == {
        "lo": "noqueue",
        "teql0": "pfifo_fast",
        "r2": "htb",
        "eth2": "teql0",
        "eth3": "fq_codel",
    }
    assert found["r2"].handle == "1:"


@pytest.mark.parametrize("text", ["", "[]", "[ ]\n", "[{},{}]"])
def test_a_host_without_qdiscs_or_links_is_read(text: str) -> None:
    rows = parse_rows(["tc"], text)
    assert tc.parse_qdiscs(rows) == {} and link.parse_links(rows) == {} and link.parse_addresses(rows) == {}


def test_what_is_no_json_is_said_with_the_command_that_printed_it() -> None:
    with pytest.raises(LinebondError, match=r"^`tc -j qdisc show` prints what is no JSON \("):
        parse_rows(["tc", "-j", "qdisc", "show"], '[{"kind":"hfsc","options":{default 1 }}]')


def test_root_qdiscs_are_read_from_plain_text_too() -> None:
    text = (
        "qdisc noqueue 0: dev lo root refcnt 2 \n"
        "qdisc hfsc 1: dev eth0 root refcnt 2 default 1 \n"
        "qdisc fq_codel 8002: dev eth0 parent 1:1 limit 10240p flows 1024 \n"
        "qdisc teql0 8001: dev eth2 root refcnt 3 \n"
        "qdisc ingress ffff: dev eth2 parent ffff:fff1 ---------------- \n"
    )
    assert tc.parse_plain_qdiscs(text) == {
        "lo": tc.Qdisc("noqueue", "0:"),
        "eth0": tc.Qdisc("hfsc", "1:"),
        "eth2": tc.Qdisc("teql0", "8001:"),
    }


@pytest.mark.parametrize(
    ("kind", "handle", "foreign"),
    [
        ("teql0", "8001:", False),
        ("pfifo_fast", "0:", False),
        ("mq", "0:", False),
        ("cake", "8002:", True),
        ("pfifo_fast", "8003:", True),
        ("teql1", "8004:", True),
    ],
)
def test_foreign_is_what_neither_we_nor_the_kernel_attached(kind: str, handle: str, foreign: bool) -> None:
    assert tc.foreign(tc.Qdisc(kind, handle), "teql0") is foreign


def test_the_words_of_a_qdisc_are_those_that_tc_reads() -> None:
    text = (
        "qdisc fq_codel 7: root refcnt 2 limit 500p flows 1024 quantum 1514 target 5ms interval 100ms memory_limit 32Mb"
        " ecn drop_batch 64 \nqdisc ingress ffff: parent ffff:fff1 ---------------- \n"
    )
    words = tc.parse_spec(text)
    assert words[:4] == ("limit", "500", "flows", "1024") and words[-1] == "64"
    assert tc.parse_spec("") == ()


def test_links_are_read() -> None:
    found = link.parse_links(recorded("ip-addr.json"))
    assert found["eth2"] == link.Link("eth2", True, True, 1500, "ethernet", None, None, 20, "veth")
    assert found["eth2.5"].lower == "eth2", "a VLAN lies on its port"
    assert found["eth3"].master == "br0" and not found["eth3"].up
    assert found["eth3"].lower is None, "a veth's peer is not below it"
    assert found["gre1"].kind == "ppp"
    assert found["teql0"].up and found["teql0"].carrier
    assert found["lo"].kind == "other"


def test_names_of_groups_are_read() -> None:
    groups = link.parse_groups("# reserved\n0\tdefault\n20\tlines # ours\n")
    rows = [{"ifname": "a", "mtu": 1500, "group": "lines"}, {"ifname": "b", "mtu": 1500, "group": "who"}]
    found = link.parse_links(rows, groups)
    assert (found["a"].group, found["b"].group) == (20, -1)


def test_addresses_are_read() -> None:
    assert link.parse_addresses(recorded("ip-addr.json"))["teql0"] == ("192.0.2.2/29", "2001:db8:1::2/64")


def test_default_routes_are_read_with_the_words_that_make_them() -> None:
    ours, scoped, several = route.parse_defaults(recorded("ip-route-4.json"), 4)
    assert ours == route.default_via("192.0.2.1", "teql0")
    assert " ".join(scoped.argv("replace")) == "ip -4 route replace default dev r2 scope link metric 50"
    assert several.device == "" and " ".join(several.words) == (
        "default proto static metric 99 nexthop via 10.1.0.1 dev r2 weight 2 nexthop via 10.1.0.9 dev r2 weight 1"
    )
    assert several.hops == (("10.1.0.1", "r2"), ("10.1.0.9", "r2")) and several.leads_elsewhere("teql0")
    (six,) = route.parse_defaults(recorded("ip-route-6.json"), 6)
    assert (six.gateway, six.device, six.metric) == ("fe80::1", "teql0", 1024)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("net.ipv4.ip_forward", "net/ipv4/ip_forward"),
        ("net/ipv4/conf/eth2.5/rp_filter", "net/ipv4/conf/eth2.5/rp_filter"),
        ("net.ipv4.conf.eth2/5.rp_filter", "net/ipv4/conf/eth2.5/rp_filter"),
    ],
)
def test_every_spelling_of_a_setting_has_one_normal_form(written: str, normal: str) -> None:
    assert sysctl.normal(written) == normal
    assert sysctl.normal(normal) == normal


@pytest.mark.parametrize("name", ["forward", "", "/etc/passwd", "net/../../etc"])
def test_what_is_no_name_of_a_setting_is_refused(name: str) -> None:
    with pytest.raises(LinebondError, match="no name of a kernel setting"):
        sysctl.normal(name)


def test_a_drop_in_is_rendered_and_read_again() -> None:
    values = {"net/ipv4/conf/eth2.5/rp_filter": "2", "net/ipv4/tcp_rmem": "4096 1 2"}
    text = sysctl.render("bond for teql0", values)
    assert sysctl.parse(text) == values and sysctl.written_by_us(text)
    assert sysctl.parse("; old\n-net.ipv4.ip_forward=1\nnonsense\n") == {"net/ipv4/ip_forward": "1"}


@pytest.mark.parametrize(
    ("key", "live", "wanted", "same"),
    [
        ("net/ipv4/tcp_rmem", "4096\t1\t2", "4096 1 2", True),
        ("net/ipv4/neigh/a/retrans_time_ms", "252", "250", True),
        ("net/ipv4/neigh/a/retrans_time_ms", "248", "250", False),
        ("net/ipv4/neigh/a/retrans_time_ms", "260", "250", False),
        ("net/ipv4/neigh/a/ucast_solicit", "3", "2", False),
        ("net/ipv4/ip_forward", None, "0", False),
    ],
)
def test_values_are_compared_as_the_kernel_means_them(key: str, live: str | None, wanted: str, same: bool) -> None:
    assert sysctl.same(key, live, wanted) is same


def test_all_settings_are_written_by_one_command() -> None:
    assert sysctl.write_live({"a/b": "1", "c/d": "4 5"}) == Run(("sysctl", "-w", "a/b=1", "c/d=4 5"))


@pytest.mark.parametrize(
    ("rc", "out", "found"),
    [
        (0, "insmod /lib/modules/6.1.0/kernel/net/sched/sch_teql.ko \n", "available"),
        (0, "", "available"),
        (0, "install /bin/false \n", "disabled"),
        (1, "", "missing"),
    ],
)
def test_the_dry_run_of_modprobe_is_understood(rc: int, out: str, found: str) -> None:
    assert kernel.parse_dry_run(rc, out) == found


@pytest.mark.parametrize(
    ("text", "package"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "linux-image-6.1"),
        ("ID=ubuntu\nID_LIKE=debian\n", "linux-modules-6.1"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'\n", "linux-modules-6.1"),
        ('ID="fedora"\n', "kernel-modules-extra-6.1"),
        ('ID="ol"\nID_LIKE="fedora"\n', "kernel-modules-extra-6.1"),
        ('ID="openwrt"\nID_LIKE="lede openwrt"\n', "kmod-sched"),
        ("ID=alpine\n", "linux-lts"),
        ("ID=arch\n", "the package with all modules of kernel 6.1 (linux-modules, kernel-modules-extra or kmod-sched)"),
    ],
)
def test_the_package_with_the_module_is_named(text: str, package: str) -> None:
    assert kernel.package_for(kernel.parse_os_release(text), "6.1") == package


def test_a_record_is_kept_and_a_broken_one_is_told() -> None:
    record = Record(sysctls={"a/b": "1"}, ports=("eth2",), group=20, routes=(("default", "dev", "eth0"),))
    assert load_record(dump_record(record), "x.json") == record
    assert load_record(None, "x.json").empty
    with pytest.raises(LinebondError, match=r"x\.json, which keeps what was there before"):
        load_record("{", "x.json")
