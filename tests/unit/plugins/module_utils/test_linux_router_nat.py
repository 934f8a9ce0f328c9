# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rules could translate packets from the public block: rules recorded from nft 1.0.6 and iptables 1.8.9."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import linux_router_nat as nat
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_iptables import iptables_offending
from ansible_collections.linebond.teql.plugins.module_utils.linux_router_nft import nft_offending, told_by_nft

OURS = nat.Ours(ipaddress.ip_network("192.0.2.0/29"), "lan")
OURS6 = nat.Ours(ipaddress.ip_network("2001:db8:1::/64"), "lan")


def recorded(name: str) -> str:
    return (Path(__file__).parent / "recorded" / name).read_text()


def only(table: str, handle: int) -> str:
    """The recorded rules with but one left in the chain that the kernel calls, all others chains whole."""

    def kept(item: dict[str, Any]) -> bool:
        rule = item.get("rule", {})
        return rule.get("chain") not in ("postrouting", "out") or (rule["table"], rule["handle"]) == (table, handle)

    return json.dumps(
        {"nftables": [item for item in json.loads(recorded("nft-router.json"))["nftables"] if kept(item)]}
    )


@pytest.mark.parametrize(
    ("handle", "rule", "hit"),
    [
        (7, 'ip saddr 192.168.178.0/24 oifname "wan" masquerade', ""),
        (8, 'ip saddr @inside oifname "wan" masquerade', ""),
        (10, "ip saddr { 10.1.0.0/16, 10.2.0.1 } snat to 100.64.1.2", ""),
        (11, 'ip saddr != 192.0.2.0/29 oifname "wan" masquerade', ""),
        (12, 'oifname "lan" masquerade', ""),
        (14, 'oifname { "lan", "wan" } counter masquerade comment "all"', "postrouting handle 14"),
        (15, "oifname @ports masquerade", "postrouting handle 15"),
        (16, 'oif != "lo" masquerade random', "postrouting handle 16"),
        (17, 'iifname "guest*" masquerade', ""),
        (18, "meta mark 0x00000001 snat to 100.64.1.2", "postrouting handle 18"),
        (19, "ip saddr 10.9.0.1-10.9.0.7 masquerade", ""),
        (20, "ip saddr 10.0.0.0/8 masquerade", ""),
        (21, "ip daddr 192.0.2.0/29 masquerade", ""),
        (22, "ip saddr vmap @where", ""),
        (24, "ip saddr vmap { 10.0.0.1 : accept, 192.0.2.2 : jump side }", "side handle 29"),
        (25, "ip saddr 192.0.2.3 return", ""),
        (26, "jump side", "side handle 29"),
        (27, "ip saddr 192.0.2.0/24 accept", ""),
        (28, "goto side", "side handle 29"),
    ],
)
def test_each_rule_of_nft(handle: int, rule: str, hit: str) -> None:
    assert nft_offending(only("nat", handle), OURS) == ([f"ip nat {hit}"] if hit else [])


@pytest.mark.parametrize(("ours", "hits"), [(OURS, [2]), (OURS6, [5])])
def test_rules_for_both_families(ours: nat.Ours, hits: list[int]) -> None:
    found = [handle for handle in (2, 3, 4, 5) if nft_offending(only("fw", handle), ours)]
    assert found == hits


def test_a_rule_that_all_packets_meet_hides_the_later_ones() -> None:
    assert nft_offending(recorded("nft-router.json"), OURS) == [
        "ip nat postrouting handle 14",
        "ip nat postrouting handle 15",
        "ip nat postrouting handle 16",
        "inet fw out handle 2",
    ]


def test_no_rules_at_all() -> None:
    assert nft_offending("", OURS) == nft_offending('{"nftables": []}', OURS) == iptables_offending("", OURS) == []


def test_rules_of_iptables_are_left_to_iptables_save() -> None:
    text = recorded("nft-of-iptables.json")
    assert nft_offending(text, OURS, iptables_read=True) == []
    # The block is accepted before the rules that would hit it.
    assert nft_offending(text, OURS) == iptables_offending(recorded("iptables-save.txt.golden"), OURS) == []


def test_without_the_exception_iptables_rules_are_found_in_either_listing() -> None:
    accept = "-A POSTROUTING -s 192.0.2.0/29 -j ACCEPT\n"
    assert iptables_offending(recorded("iptables-save.txt.golden").replace(accept, ""), OURS) == [
        "-A POSTROUTING -o wan+ -m conntrack --ctstate NEW -j MASQUERADE",
        "-A side -j MASQUERADE",
    ]
    listing = json.loads(recorded("nft-of-iptables.json"))["nftables"]
    rest = [item for item in listing if item.get("rule", {}).get("handle") != 7]
    found = nft_offending(json.dumps({"nftables": rest}), OURS)
    assert found == ["ip nat POSTROUTING handle 8", "ip nat side handle 2"]


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ("-o wan -j MASQUERADE", True),
        ("-j SNAT --to-source 100.64.1.2", True),
        ("-o wan -j NETMAP --to 10.0.0.0/29", True),
        ("-s 192.0.2.4/30 -o wan -j MASQUERADE", True),
        ("-s 10.0.0.0/255.0.0.255 -j MASQUERADE", True),
        ("! -s 192.168.0.0/16 -j MASQUERADE", True),
        ("-p tcp -j MASQUERADE", True),
        ("-m set ! --match-set home src -j MASQUERADE", True),
        ("-m iprange --src-range 192.0.2.3-192.0.2.9 -j MASQUERADE", True),
        ("-m iprange ! --src-range 192.0.2.0-192.0.2.9 -j MASQUERADE", False),
        ("! -o lan -j MASQUERADE", True),
        ("-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE", False),
        ("! -d 192.0.2.0/29 -o lan -j MASQUERADE", False),
        ("-o lo -j MASQUERADE", False),
        ("-o wan -j ACCEPT", False),
        ("-o wan -j elsewhere", False),
        ("-o wan", False),
    ],
)
def test_each_rule_of_iptables(rule: str, hit: bool) -> None:
    mangle = "*mangle\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n"
    text = f"{mangle}*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING {rule}\nCOMMIT\n"
    assert iptables_offending(text, OURS) == ([f"-A POSTROUTING {rule}"] if hit else [])


@pytest.mark.parametrize(
    ("before", "hit"),
    [
        (["-A POSTROUTING -s 192.0.2.0/29 -j RETURN"], False),
        (["-A POSTROUTING -s 192.0.2.0/30 -j ACCEPT"], True),
        (["-A POSTROUTING -j ours", "-A ours -s 192.0.2.0/24 -j ACCEPT"], False),
        (["-A POSTROUTING -j ours", "-A ours -s 192.0.2.0/24 -j RETURN"], True),
        (["-A POSTROUTING -g ours", "-A ours -s 192.0.2.0/24 -j RETURN"], False),
        (["-A POSTROUTING -o wan -g ours", "-A ours -s 192.0.2.0/24 -j RETURN"], True),
        (["-A POSTROUTING -j ours", "-A ours -j ours"], True),
    ],
)
def test_what_comes_before_the_rule(before: list[str], hit: bool) -> None:
    rule = "-A POSTROUTING -o wan -j MASQUERADE"
    text = "\n".join(["*nat", ":POSTROUTING ACCEPT [0:0]", ":ours - [0:0]", *before, rule, "COMMIT"])
    assert iptables_offending(text, OURS) == ([rule] if hit else [])


def test_the_rule_as_nft_writes_it() -> None:
    chain = recorded("nft-chain.txt.golden")
    assert told_by_nft(chain, "2") == 'meta nfproto ipv4 oifname "wan" ct state new masquerade fully-random'
    assert told_by_nft(chain, "77") == ""


FIRST = int(ipaddress.ip_address("192.0.2.0"))
spans = st.lists(st.tuples(st.integers(-3, 11), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@given(spans)
def test_sources_are_judged_address_by_address(ranges: list[tuple[int, int]]) -> None:
    hit = [any(low <= number <= high for low, high in ranges) for number in range(8)]
    found = nat.from_addresses([(FIRST + low, FIRST + high) for low, high in ranges], OURS)
    assert found == nat.Match(any(hit), all(hit))
    assert nat.negated(found) == nat.Match(not all(hit), not any(hit))


@given(st.lists(st.sampled_from([nat.NEVER, nat.MAYBE, nat.ALWAYS])))
def test_more_conditions_never_hit_more(matches: list[nat.Match]) -> None:
    together = nat.both(matches)
    assert together.could == (nat.NEVER not in matches) and together.always <= together.could
