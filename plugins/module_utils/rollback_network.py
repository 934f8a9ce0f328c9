# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network as it is at one moment, in the words that would make it again. Reading and parsing, no change."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Sequence

from ansible_collections.linebond.teql.plugins.module_utils import tc
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import GROUP_FILES
from ansible_collections.linebond.teql.plugins.module_utils.link import parse_groups, parse_links
from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner

FOREVER = 4294967295  # seconds, how `ip` says that an address does not expire
# What `ip route show` prints of the moment, and `ip route add` does not take.
PASSING = ("linkdown", "dead", "pervasive", "offload", "offload_failed", "rt_offload", "rt_trap", "trap", "cache")
KERNELS = ("local", "broadcast", "anycast", "multicast")  # types of the kernel's own routes
SETTINGS = ("net/ipv4/conf", "net/ipv4/neigh", "net/ipv6/conf", "net/ipv6/neigh")
# They follow from something else: the link's MTU, the setting in ms, or they have no value at all.
FOLLOWING = ("mtu", "stable_secret", "base_reachable_time", "retrans_time")


class Network(NamedTuple):
    """Plain lists and dicts throughout, so that JSON gives back the same."""

    links: dict[str, dict[str, Any]]  # by interface: up, mtu, group
    qdiscs: dict[str, list[str]]  # root qdiscs by interface: kind, handle, further words
    addresses: dict[str, dict[str, list[str]]]  # by interface and address with prefix: words of `ip addr add`
    routes: list[list[str]]  # family, then words of `ip route add`
    sysctls: dict[str, str]  # of the interfaces that are asked for


def parse_address_words(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """`ip -j -d addr show` -> how to add each address again. Link-local and temporary IPv6 ones come by themselves."""
    found: dict[str, dict[str, list[str]]] = {}
    for entry in rows:
        if "ifname" not in entry:
            continue
        own = found.setdefault(entry["ifname"], {})
        for info in entry.get("addr_info", []):
            passing = info.get("temporary") or (info.get("family") == "inet6" and info.get("scope") == "link")
            if "local" in info and not passing:
                own[f"{info['local']}/{info['prefixlen']}"] = _address_words(info, entry["ifname"])
    return found


def _address_words(info: dict[str, Any], interface: str) -> list[str]:
    words = [f"{info['local']}/{info['prefixlen']}"]
    if "address" in info:  # the far end of a point-to-point link
        words = [info["local"], "peer", f"{info['address']}/{info['prefixlen']}"]
    for key in ("broadcast", "metric"):
        if key in info:
            words += [key, str(info[key])]
    if info.get("scope", "global") != "global":
        words += ["scope", str(info["scope"])]
    if info.get("label", interface) != interface:
        words += ["label", info["label"]]
    if info.get("valid_life_time", FOREVER) != FOREVER:
        words += ["valid_lft", str(info["valid_life_time"]), "preferred_lft", str(info["preferred_life_time"])]
    if info.get("noprefixroute"):
        words.append("noprefixroute")
    if info.get("family") == "inet6":
        words.append("nodad")
    return words


def parse_routes(text: str, family: int) -> list[list[str]]:
    """`ip -o -FAMILY route show table all` -> each route that the kernel does not make by itself."""
    found: list[list[str]] = []
    for line in text.splitlines():
        words = [word for word in line.replace("\\", " ").split() if word not in PASSING]
        if not words or words[0] in KERNELS or after(words, "proto") == "kernel" or after(words, "table") == "local":
            continue
        if "expires" in words:  # printed as 1790sec, read as 1790
            place = words.index("expires") + 1
            words[place] = words[place].rstrip("sec")
        found.append([str(family), *words])
    return found


def after(words: Sequence[str], word: str) -> str:
    """The word behind another one, empty when it is not there."""
    place = list(words).index(word) + 1 if word in words else len(words)
    return words[place] if place < len(words) else ""


def read_network(runner: Runner, ours: Iterable[str]) -> Network:
    """Every interface; settings and the words of qdiscs only of those that are ours."""
    names = sorted(ours)
    rows = runner.json("ip", "-j", "-d", "addr", "show")
    groups = parse_groups("\n".join(runner.read(path) or "" for path in GROUP_FILES))
    links = {
        name: {"up": link.up, "mtu": link.mtu, "group": max(0, link.group)}
        for name, link in parse_links(rows, groups).items()
    }
    qdiscs: dict[str, list[str]] = {}
    for name, qdisc in tc.read_qdiscs(runner).items():
        words: Iterable[str] = ()
        if name in names and not qdisc.kernels_own and not qdisc.equalizer:
            words = tc.parse_spec(runner.run("tc", "qdisc", "show", "dev", name, "root"))
        qdiscs[name] = [qdisc.kind, qdisc.handle, *words]
    routes: list[list[str]] = []
    for family in (4, 6):  # a kernel without IPv6 fails here
        rc, out, _err = runner.try_run("ip", "-o", f"-{family}", "route", "show", "table", "all")
        routes += parse_routes(out, family) if rc == 0 else []
    return Network(links, qdiscs, parse_address_words(rows), routes, _read_settings(runner, names))


def _read_settings(runner: Runner, names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        for folder in SETTINGS:
            for key in runner.names(f"/proc/sys/{folder}/{name}"):
                text = None if key in FOLLOWING else runner.read(f"/proc/sys/{folder}/{name}/{key}")
                if text is not None:
                    found[f"{folder}/{name}/{key}"] = " ".join(text.split())
    return found
