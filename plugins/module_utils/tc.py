# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `tc` says about root qdiscs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Sequence

from ansible_collections.linebond.teql.plugins.module_utils.runner import NoJson, Runner

TEQL = re.compile(r"teql(0|[1-9][0-9]{0,2})\Z")
CLASSFUL = ("atm", "cbq", "drr", "dsmark", "ets", "hfsc", "htb", "mqprio", "multiq", "prio", "qfq", "taprio")
SHOW_OWN_CLASSES = ("cake", "choke", "fq_codel", "fq_pie", "netem", "red", "sfb", "sfq", "skbprio", "tbf")


@dataclass(frozen=True)
class Qdisc:
    """A root qdisc; spec are the words that would make tc attach it again."""

    kind: str
    handle: str
    spec: tuple[str, ...] = ()
    branches: bool = False  # it has classes or filters, which no one command makes again

    @property
    def kernels_own(self) -> bool:
        return self.handle == "0:"

    @property
    def equalizer(self) -> bool:
        return TEQL.match(self.kind) is not None


def parse_qdiscs(rows: Sequence[dict[str, Any]]) -> dict[str, Qdisc]:
    """`tc -j qdisc show` -> root qdisc by interface; one without a queue (down, never set) is left out."""
    found: dict[str, Qdisc] = {}
    for entry in rows:
        if entry.get("root") and entry.get("dev"):
            found[entry["dev"]] = Qdisc(entry["kind"], entry.get("handle", "0:"))
    return found


def parse_plain_qdiscs(text: str) -> dict[str, Qdisc]:
    """The same from `tc qdisc show`."""
    found: dict[str, Qdisc] = {}
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["qdisc"] and words[3:4] == ["dev"] and words[5:6] == ["root"]:
            found[words[4]] = Qdisc(words[1], words[2])
    return found


def read_qdiscs(runner: Runner) -> dict[str, Qdisc]:
    try:
        return parse_qdiscs(runner.json("tc", "-j", "qdisc", "show"))
    except NoJson:  # iproute2 6.1 prints the options of one hfsc on any interface as plain text amid the JSON
        return parse_plain_qdiscs(runner.run("tc", "qdisc", "show"))


def parse_spec(text: str) -> tuple[str, ...]:
    """`tc qdisc show dev X root` -> the option words of the root qdisc."""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["qdisc"] and "root" in words:
            words = words[words.index("root") + 1 :]
            words = words[2:] if words[:1] == ["refcnt"] else words
            return tuple(
                re.sub(r"^(\d+)p$", r"\1", word) for word in words
            )  # tc shows packets as it does not read them
    return ()


def parse_branches(kind: str, classes: str, filters: str) -> bool:
    """`tc class show dev X` and `tc filter show dev X`, where X has a root qdisc of this kind."""
    listed = [line.split() for line in classes.splitlines() if line.startswith("class ")]
    made = [words for words in listed if "leaf" in words or words[1] not in SHOW_OWN_CLASSES]
    return kind in CLASSFUL or bool(made) or bool(filters.strip())


def read_words(runner: Runner, qdisc: Qdisc, port: str) -> Qdisc:
    """The qdisc with all that it takes to attach it again."""
    spec = parse_spec(runner.run("tc", "qdisc", "show", "dev", port, "root"))
    classes, filters = (runner.run("tc", kind, "show", "dev", port) for kind in ("class", "filter"))
    return Qdisc(qdisc.kind, qdisc.handle, spec, parse_branches(qdisc.kind, classes, filters))


def foreign(qdisc: Qdisc, bond: str) -> bool:
    """Somebody else attached it: neither the bond's own kind nor one the kernel put there by itself."""
    return qdisc.kind != bond and not qdisc.kernels_own
