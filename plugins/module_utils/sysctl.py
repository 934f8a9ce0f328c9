# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kernel settings: their names, their values, and drop-in files under /etc/sysctl.d.

A name is kept in the form with slashes, `net/ipv4/conf/eth2.5/rp_filter`: the only one that is the same for the
file, the command and /proc/sys, also when an interface has a dot in its name.
"""

from __future__ import annotations

import re
from typing import Callable, Iterable, Mapping, Optional

from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Run, Runner

ROOT = "/proc/sys/"
FOLDER = "/etc/sysctl.d/"
MARK = "# Written by the Ansible module linebond.teql."
SWAP = str.maketrans("./", "/.")
JIFFY = 10  # the longest a kernel has, in ms
ROUNDED = re.compile(r"^net/ipv[46]/neigh/.*_ms$")
# What networkd sets on a link that it takes over, and does not put back.
TAKEN_OVER = (
    "net/ipv4/conf/{}/promote_secondaries",
    "net/ipv6/conf/{}/accept_ra",
    "net/ipv6/conf/{}/addr_gen_mode",
    "net/ipv6/conf/{}/disable_ipv6",
    "net/ipv6/conf/{}/proxy_ndp",
    "net/ipv6/conf/{}/use_tempaddr",
)

Live = Mapping[str, Optional[str]]


def normal(key: str) -> str:
    """Any of sysctl's spellings -> the one with slashes (the first separator decides, as in sysctl(8))."""
    key = key.strip()
    first = re.search(r"[./]", key)
    if first is None or ".." in key or key[:1] in "./":
        raise LinebondError(f"{key!r} is no name of a kernel setting: write it like net.ipv4.ip_forward.")
    return key if first.group() == "/" else key.translate(SWAP)


def taken_over(interface: str) -> list[str]:
    """The settings of an interface that a network manager changes when it takes it over."""
    return [key.format(interface) for key in TAKEN_OVER]


def path(key: str) -> str:
    return ROOT + key


def same(key: str, live: str | None, wanted: str) -> bool:
    """Word by word; times of neighbours are rounded up by the kernel to its own tick (250 reads 252 at 250 Hz)."""
    if live is None:
        return False
    if live.split() == wanted.split():
        return True
    if ROUNDED.match(key) and live.strip().isdigit() and wanted.strip().isdigit():
        return 0 < int(live) - int(wanted) < JIFFY
    return False


def differing(live: Live, wanted: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in wanted.items() if not same(key, live.get(key), value)}


def unknown(live: Live, wanted: Mapping[str, str]) -> list[str]:
    return sorted(key for key in wanted if live.get(key) is None)


def no_such(missing: Iterable[str]) -> str:
    return (
        f"The kernel has no such settings: {', '.join(missing)}. Correct the name (sysctl -a shows all), or load what "
        "brings it."
    )


def write_live(values: Mapping[str, str]) -> Run:
    return Run(("sysctl", "-w", *(f"{key}={value}" for key, value in values.items())))


def take_back_half(old: Mapping[str, str]) -> Callable[[Runner], list[Run]]:
    """sysctl sets what it can before it fails: how to give those the old values again, and only those."""

    def still_to_do(runner: Runner) -> list[Run]:
        changed = differing(read_live(runner, old), old)
        return [write_live(changed)] if changed else []

    return still_to_do


def render(author: str, values: Mapping[str, str]) -> str:
    head = f"{MARK}{author}; changes made here are lost with its next run.\n"
    return head + "".join(f"{key} = {value}\n" for key, value in sorted(values.items()))


def parse(text: str) -> dict[str, str]:
    """The settings a drop-in makes, names in the form with slashes; what is not a setting is skipped."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        line = line.strip()
        if line and line[0] not in "#;" and "=" in line:
            key, value = line.lstrip("-").split("=", 1)
            values[normal(key)] = value.strip()
    return values


def written_by_us(text: str | None) -> bool:
    return text is not None and text.startswith(MARK)


def occupied(file: str, text: str | None) -> list[str]:
    """The complaint about a drop-in that somebody else wrote."""
    if text is None or not text.strip() or written_by_us(text):
        return []
    return [f"{file} exists and was not written by this collection: move it away or choose another name."]


def read_live(runner: Runner, keys: Iterable[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key in keys:
        text = runner.read(path(key))
        found[key] = None if text is None else " ".join(text.split())
    return found


def parse_values(values: Mapping[str, object]) -> tuple[dict[str, str], list[str]]:
    """What a person wrote -> settings in the normal form, and complaints (the same setting twice)."""
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    problems: list[str] = []
    for key, value in values.items():
        try:
            name = normal(str(key))
        except LinebondError as error:
            problems.append(f"values: {error}")
            continue
        if name in found:
            problems.append(f"values: {spelled[name]} and {key} are the same setting: keep one of them.")
        if isinstance(value, bool):
            value = int(value)
        if isinstance(value, (dict, list)) or value is None or "\n" in str(value):
            problems.append(f"values.{key}: {value!r} is not a value: give a number or one line of text.")
        found[name], spelled[name] = " ".join(str(value).split()), str(key)
    return found, problems
