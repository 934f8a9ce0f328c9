# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `nft -j list ruleset` says about source NAT."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

from ansible_collections.linebond.teql.plugins.module_utils.linux_router_nat import (
    ALWAYS,
    END,
    GO_ON,
    GOTO,
    JUMP,
    MAYBE,
    NAT,
    NEVER,
    RETURN,
    Match,
    Ours,
    Rule,
    Span,
    both,
    from_addresses,
    in_by,
    negated,
    offending,
    out_by,
    span,
    to_addresses,
)

VERDICTS = {
    "masquerade": NAT,
    "snat": NAT,
    "accept": END,
    "drop": END,
    "reject": END,
    "queue": END,
    "return": RETURN,
    "jump": JUMP,
    "goto": GOTO,
}
# What iptables-nft leaves for nft to list without its arguments.
FOREIGN = "xt"
FOREIGN_NAT = ("MASQUERADE", "SNAT", "NETMAP")
SILENT = ("counter", "log", "comment")

Table = Tuple[str, str]  # family, name
Named = Dict[str, List[Any]]  # sets and maps of a table by name


def nft_offending(text: str, ours: Ours, iptables_read: bool = False) -> list[str]:
    """The rules by which a packet of ours could be translated, as commands that would delete them.

    Tables of iptables are left to iptables-save, which tells more, where that was read.
    """
    objects = json.loads(text or "{}").get("nftables", [])
    families = ("inet", "ip" if ours.block.version == 4 else "ip6")
    rules = [item["rule"] for item in objects if "rule" in item]
    foreign = {_table(rule) for rule in rules if any(FOREIGN in part for part in rule["expr"])}
    named: dict[Table, Named] = {}
    for item in objects:
        for kind in ("set", "map"):
            if kind in item:
                named.setdefault(_table(item[kind]), {})["@" + item[kind]["name"]] = item[kind].get("elem", [])
    found: list[str] = []
    for chain in (item["chain"] for item in objects if "chain" in item):
        table = _table(chain)
        left_out = iptables_read and table in foreign
        if (
            chain["family"] not in families
            or left_out
            or (chain.get("type"), chain.get("hook")) != ("nat", "postrouting")
        ):
            continue
        chains: dict[str, list[Rule]] = {}
        for rule in rules:
            if _table(rule) == table:
                chains.setdefault(rule["chain"], []).append(_rule(rule, ours, named.get(table, {})))
        found += offending(chains, chain["name"])
    return list(dict.fromkeys(found))


def told_by_nft(text: str, handle: str) -> str:
    """`nft -a list chain ...` -> the rule with this handle, as nft writes it; empty when it is not there."""
    for line in text.splitlines():
        rule, mark, number = line.rpartition(" # handle ")
        if mark and number.strip() == handle and not rule.endswith("{"):  # tables and chains have handles too
            return rule.strip()
    return ""


def _table(item: dict[str, Any]) -> Table:
    return item["family"], item.get("table", item.get("name", ""))


def _rule(rule: dict[str, Any], ours: Ours, named: Named) -> Rule:
    text = "{family} {table} {chain} handle {handle}".format(**rule)
    matches, verdict, targets = [], GO_ON, []
    for part in rule["expr"]:
        key, value = next(iter(part.items()))
        if key == "match":
            matches.append(_match(value, ours, named))
        elif key == "vmap":
            matches.append(MAYBE)
            verdict, targets = JUMP, _map_targets(value["data"], named)
        elif key == FOREIGN:
            if value.get("name") in FOREIGN_NAT:
                verdict = NAT
            elif value.get("type") == "match" and value.get("name") != "comment":
                matches.append(MAYBE)
        elif key in VERDICTS:
            verdict = VERDICTS[key]
            targets = [value["target"]] if verdict in (JUMP, GOTO) else []
            if key == "snat" and (value or {}).get("family") not in (None, _family(ours)):
                matches.append(NEVER)
        elif key not in SILENT:
            matches.append(MAYBE)
    return Rule(text, both(matches), verdict, tuple(targets))


def _family(ours: Ours) -> str:
    return "ip" if ours.block.version == 4 else "ip6"


def _map_targets(data: Any, named: Named) -> list[str]:
    """The chains that a verdict map may lead to."""
    elements = named.get(data, []) if isinstance(data, str) else data.get("set", [])
    verdicts = [element[1] for element in elements if isinstance(element, list)]
    return [verdict[key]["target"] for verdict in verdicts for key in ("jump", "goto") if key in verdict]


def _match(match: dict[str, Any], ours: Ours, named: Named) -> Match:
    left, right, op = match["left"], match["right"], match["op"]
    if op not in ("==", "!=", "in") or not isinstance(left, dict):
        return MAYBE
    if isinstance(right, str) and right.startswith("@") and right not in named:
        return MAYBE
    values = [_plain(value) for value in _values(right, named)]
    found = MAYBE
    if "payload" in left:
        found = _payload(left["payload"], values, ours)
    elif left.get("meta", {}).get("key") in ("oif", "oifname"):
        found = out_by(map(str, values), ours)
    elif left.get("meta", {}).get("key") in ("iif", "iifname"):
        found = in_by(map(str, values), ours)
    elif left.get("meta", {}).get("key") == "nfproto":
        found = ALWAYS if f"ipv{ours.block.version}" in values else NEVER
    return negated(found) if op == "!=" else found


def _payload(field: dict[str, Any], values: list[Any], ours: Ours) -> Match:
    if field.get("protocol") not in ("ip", "ip6"):
        return MAYBE
    if field["protocol"] != _family(ours):
        return NEVER
    judge = {"saddr": from_addresses, "daddr": to_addresses}.get(field.get("field", ""))
    try:
        return judge([_span(value) for value in values], ours) if judge else MAYBE
    except (ValueError, TypeError, KeyError):
        return MAYBE


def _values(right: Any, named: Named) -> list[Any]:
    if isinstance(right, str) and right in named:
        return named[right]
    if isinstance(right, dict) and "set" in right:
        return list(right["set"])
    return [right]


def _plain(value: Any) -> Any:
    """An element of a set without its timeout, counter or comment."""
    return value["elem"]["val"] if isinstance(value, dict) and "elem" in value else value


def _span(value: Any) -> Span:
    if isinstance(value, str):
        return span(value)
    if "prefix" in value:
        return span("{addr}/{len}".format(**value["prefix"]))
    return span(*value["range"])
