# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `iptables-save` says about source NAT."""

from __future__ import annotations

import shlex

from ansible_collections.linebond.teql.plugins.module_utils.linux_router_nat import (
    END,
    GO_ON,
    GOTO,
    JUMP,
    MAYBE,
    NAT,
    RETURN,
    Chains,
    Match,
    Ours,
    Rule,
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
    "MASQUERADE": NAT,
    "SNAT": NAT,
    "NETMAP": NAT,
    "ACCEPT": END,
    "DROP": END,
    "RETURN": RETURN,
}
SILENT = ("-m", "--match", "--comment")


def iptables_offending(text: str, ours: Ours) -> list[str]:
    """The rules of table nat by which a packet of ours could be translated, as iptables-save writes them."""
    chains: Chains = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif table == "nat" and line.startswith(":"):
            chains[line[1:].split()[0]] = []
        elif table == "nat" and line.startswith("-A "):
            words = shlex.split(line)
            chains.setdefault(words[1], []).append(_rule(line.strip(), words[2:], ours, chains))
    return offending(chains, "POSTROUTING")


def _rule(text: str, words: list[str], ours: Ours, chains: Chains) -> Rule:
    matches: list[Match] = []
    inverse = False
    for at, word in enumerate(words):
        value = words[at + 1] if at + 1 < len(words) else ""
        if word in ("-j", "-g"):
            known = value in chains
            verdict = (GOTO if word == "-g" else JUMP) if known else VERDICTS.get(value, GO_ON)
            return Rule(text, both(matches), verdict, (value,) if known else ())
        if word.startswith("-") and word not in SILENT:
            match = _match(word, value, ours)
            matches.append(negated(match) if inverse else match)
        inverse = word == "!"
    return Rule(text, both(matches), GO_ON)


def _match(option: str, value: str, ours: Ours) -> Match:
    names = [value[:-1] + "*" if value.endswith("+") else value]
    try:
        if option in ("-o", "--out-interface"):
            return out_by(names, ours)
        if option in ("-i", "--in-interface"):
            return in_by(names, ours)
        if option in ("-s", "--source"):
            return from_addresses([span(value)], ours)
        if option in ("-d", "--destination"):
            return to_addresses([span(value)], ours)
        if option == "--src-range":
            return from_addresses([span(*value.split("-"))], ours)
    except (ValueError, TypeError):
        pass  # a mask with holes, or a newer spelling
    return MAYBE
