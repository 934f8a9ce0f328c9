# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenWrt's configuration as data: what is exported is read back, and a plan leads where it says from anywhere."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils.linux_router_model import wanted_from
from ansible_collections.linebond.teql.plugins.plugin_utils.openwrt.model import desired
from ansible_collections.linebond.teql.plugins.plugin_utils.openwrt.plan import RECORD, plan
from ansible_collections.linebond.teql.plugins.plugin_utils.openwrt.uci import (
    Place,
    Section,
    Value,
    parse_export,
    quoted,
)

SIDE: dict[str, Any] = {
    "address": "172.16.0.1/30",
    "gateway": "172.16.0.2",
    "common_address": "192.0.2.1",
    "public_network": "192.0.2.0/29",
    "extra_addresses": [],
}
SIX = {"common_address6": "fe80::1", "public_network6": "2001:db8:1::/64", "gateway6": "2001:db8:1::2"}
SERVICES = ("network", "firewall", "dnsmasq", "odhcpd")
Boxes = dict[str, tuple[Section, ...]]

words = st.text(alphabet="aZ09 '\"\\#\n\té", min_size=1, max_size=8)
values = st.one_of(words, st.lists(words, min_size=1, max_size=3).map(tuple))
names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
sections = st.builds(Section, names, st.one_of(st.just(""), names), st.dictionaries(names, values, max_size=3))


def exported(content: tuple[Section, ...]) -> str:
    text = "package any\n"
    for section in content:
        text += f"\nconfig {section.type}{f' {quoted(section.name)}' if section.name else ''}\n"
        for option, value in section.options.items():
            kind, each = ("option", (value,)) if isinstance(value, str) else ("list", value or ())
            text += "".join(f"\t{kind} {option} {quoted(one)}\n" for one in each)
    return text + "\n"


@settings(deadline=None)
@given(st.lists(sections, max_size=4).map(tuple))
def test_what_is_exported_is_read_back(content: tuple[Section, ...]) -> None:
    assert parse_export(exported(content)) == content


@pytest.mark.parametrize("text", ["option a b\n", "config\n", "config a b c\n", "config a\n\toption b\n", "set a b\n"])
def test_what_uci_does_not_write_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line \d: .* is nothing that uci writes"):
        parse_export(text)


@pytest.mark.parametrize(
    "place",
    [
        Place("network", "lan"),
        Place("firewall", "", "zone", "name", "wan"),
        Place("firewall", "", "zone", "name", "my zone=[1]"),
        Place("firewall", "", "defaults"),
    ],
)
def test_a_place_is_read_back(place: Place) -> None:
    assert Place.read(str(place)) == place


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="names no section"):
        Place.read("network")


class Box:
    """Does to a configuration what the commands say, as uci does."""

    def __init__(self, configs: Boxes) -> None:
        self.configs = {
            name: [Section(s.type, s.name, dict(s.options)) for s in each] for name, each in configs.items()
        }

    def frozen(self) -> Boxes:
        return {name: tuple(each) for name, each in self.configs.items()}

    def run(self, command: str) -> None:
        verb, *rest = shlex.split(command)
        if verb == "touch":
            self.configs[RECORD] = []
        elif verb == "rm":
            del self.configs[RECORD]
        elif verb == "uci" and rest[0] in ("set", "add_list", "delete"):
            self._uci(rest[0], rest[1])

    def _uci(self, verb: str, tuple_: str) -> None:
        path, _equals, value = tuple_.partition("=")
        config, name, option = (*path.split("."), "")[:3]
        held = self.configs[config]
        if name.startswith("@"):
            kind, _bracket, number = name[1:-1].partition("[")
            section = [each for each in held if each.type == kind][int(number)]
        else:
            found = [each for each in held if each.name == name]
            if not found and not option and verb == "set":
                held.append(Section(value, name, {}))
                return
            (section,) = found
        options: dict[str, Value] = section.options  # type: ignore[assignment]
        if verb == "set":
            assert option
            options[option] = value
        elif verb == "add_list":
            now = options.get(option) or ()
            options[option] = ((now,) if isinstance(now, str) else now) + (value,)
        elif option:
            del options[option]
        else:
            held.remove(section)


switches = st.sampled_from(["0", "1", "on", "no", "disabled"])
lans = st.fixed_dictionaries(
    {"proto": st.sampled_from(["static", "dhcp"])},
    optional={
        "ipaddr": st.sampled_from(["192.168.1.1", "172.16.0.1/30", ("10.0.0.1/8", "192.0.2.1/32")]),
        "netmask": st.just("255.255.255.0"),
        "ip6addr": st.just(("fe80::9/64",)),
    },
)
pools = st.fixed_dictionaries(
    {"interface": st.just("lan")}, optional={"ignore": switches, "ra": st.sampled_from(["server", "disabled"])}
)
wans = st.fixed_dictionaries({"name": st.just("wan"), "network": st.just(("wan",))}, optional={"masq": switches})


@st.composite
def boxes(draw: Any) -> Boxes:
    leftover = Section("rule", "linebond_in", {"src": "nowhere", "enabled": "0"})
    return {
        "network": (Section("interface", "lan", draw(lans)), Section("route", "", {"target": "10.0.0.0/8"})),
        "dhcp": (Section("dhcp", draw(st.sampled_from(["lan", ""])), draw(pools)),),
        "firewall": (
            Section("defaults", "", draw(st.dictionaries(st.just("drop_invalid"), switches))),
            Section("zone", "", {"name": "lan", "network": "lan guest"}),
            Section("zone", "", draw(wans)),
            *([leftover] if draw(st.booleans()) else []),
        ),
    }


def made(configs: Boxes, side: dict[str, Any] | None) -> tuple[Boxes, list[str]]:
    """The configuration after a run, and the commands."""
    settings = desired(configs, wanted_from(side, "lan"), "wan") if side else None
    steps = plan(configs, SERVICES, settings)
    box = Box(configs)
    for command in steps.commands:
        box.run(command)
    return box.frozen(), steps.commands


@settings(deadline=None)
@given(boxes(), st.booleans())
def test_from_anywhere_one_run_is_enough_and_a_removal_leads_back(configs: Boxes, six: bool) -> None:
    side = {**SIDE, **(SIX if six else {})}
    first, _commands = made(configs, side)
    assert made(first, side) == (first, [])
    moved, _commands = made(first, {**SIDE, "address": "172.16.0.5/30", "gateway": "172.16.0.6"})
    gone, _commands = made(moved, None)
    assert made(gone, None) == (gone, [])
    left = {**configs, "firewall": tuple(each for each in configs["firewall"] if each.name != "linebond_in")}
    assert gone == left


@settings(deadline=None)
@given(boxes())
def test_only_what_is_committed_is_reloaded(configs: Boxes) -> None:
    commands = made(configs, SIDE)[1]
    for service, config in {"network": "network", "firewall": "firewall", "dnsmasq": "dhcp", "odhcpd": "dhcp"}.items():
        assert (f"/etc/init.d/{service} reload" in commands) == (f"uci commit {config}" in commands)
