# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what an OpenWrt router is to what it should be: the uci commands. Pure; nothing is touched here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .model import RECORD, Desired, Key, Target
from .uci import Configs, Place, Section, Value, assignments, set_option

# Every name that a section of ours may have, in the order of the configs' commits. The record comes first: a run
# that is killed loses nothing.
OWN = {
    "network": ("linebond_block", "linebond_block6"),
    "dhcp": (),
    "firewall": ("linebond_in", "linebond_out", "linebond_in6", "linebond_out6"),
}
CONFIGS = (RECORD, *OWN)
FILE = f"/etc/config/{RECORD}"
# The firewall goes first, so that nothing is translated once the addresses are there; the network goes last.
SERVICES = {"firewall": ("firewall",), "dnsmasq": ("dhcp",), "odhcpd": ("dhcp",), "network": ("network",)}
NOTHING = Desired({}, {})

Record = Mapping[Key, Value]


@dataclass(frozen=True)
class Plan:
    stage: tuple[str, ...] = ()  # takes no effect yet, and can be reverted
    commit: tuple[str, ...] = ()
    reload: tuple[str, ...] = ()
    before: tuple[str, ...] = ()  # what is changed, as `uci show` prints it
    after: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()  # addresses that an interface has no more

    @property
    def commands(self) -> list[str]:
        return [*self.stage, *self.commit, *self.reload]


def plan(configs: Configs, services: Collection[str], desired: Desired | None) -> Plan:
    """None takes everything off again and puts back what was there before."""
    record = read_record(configs)
    targets = dict((desired or NOTHING).targets)
    targets.update({key: Target(value) for key, value in record.items() if key not in targets})
    kept = {key: value for key, value in record.items() if desired and key in desired.targets}
    staging = _Staging(configs)
    for (place, option), target in targets.items():
        found = place.find(configs)
        if found is None:
            continue  # there is nothing to restore in a section that is gone
        path, section = found
        now = section.options.get(option)
        if not target.met_by(now):
            staging.option(path, option, now, target.value)
            if desired and (place, option) in desired.targets:
                kept.setdefault((place, option), now)
    for config, names in OWN.items():
        for name in names:
            staging.section(config, name, (desired or NOTHING).own.get(Place(config, name)))
    recorded = record_sections(kept)
    if recorded and RECORD not in configs:
        staging.commands.append(f"touch {FILE}")
    known = [section.name for section in configs.get(RECORD, ())]
    for name in dict.fromkeys([*known, *recorded]):
        staging.section(RECORD, name, recorded.get(name), shown=False)
    changed = {config for config in CONFIGS if config in staging.touched}
    commit = [f"uci commit {config}" for config in CONFIGS if config in changed]
    if not recorded and RECORD in configs:
        commit.append(f"rm {FILE}")
    reloads = [
        f"/etc/init.d/{service} reload"
        for service, reads in SERVICES.items()
        if service in services and changed.intersection(reads)
    ]
    return Plan(
        stage=tuple(staging.commands),
        commit=tuple(commit),
        reload=tuple(reloads),
        before=tuple(staging.before),
        after=tuple(staging.after),
        dropped=tuple(sorted(staging.dropped)),
    )


def read_record(configs: Configs) -> dict[Key, Value]:
    """What was there before us."""
    record: dict[Key, Value] = {}
    for section in configs.get(RECORD, ()):
        place, option = section.options.get("section"), section.options.get("option")
        if isinstance(place, str) and isinstance(option, str):
            record[Place.read(place), option] = section.options.get("value")
    return record


def record_sections(record: Record) -> dict[str, Section]:
    """The record as sections of its config file, by name."""
    sections = {}
    for number, ((place, option), value) in enumerate(record.items(), 1):
        name = f"before{number}"
        options: dict[str, Value] = {"section": str(place), "option": option, "value": value}
        sections[name] = Section("before", name, {key: each for key, each in options.items() if each is not None})
    return sections


class _Staging:
    """Collects commands, and for the diff what they change."""

    def __init__(self, configs: Configs) -> None:
        self.configs = configs
        self.commands: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.touched: set[str] = set()
        self.dropped: set[str] = set()

    def option(self, path: str, option: str, now: Value, then: Value) -> None:
        commands = set_option(path, option, now, then)
        if commands:
            self.commands += commands
            self.touched.add(path.partition(".")[0])
            self.before += assignments(path, {option: now})
            self.after += assignments(path, {option: then})
        if option in ("ipaddr", "ip6addr"):
            self.dropped |= _bare(now) - _bare(then)

    def section(self, config: str, name: str, wanted: Section | None, shown: bool = True) -> None:
        """Make a section of ours exact, or delete it; the record's are not shown."""
        found = Place(config, name).find(self.configs)
        now = found[1] if found else None
        path, commands = f"{config}.{name}", []
        if now and (wanted is None or wanted.type != now.type):
            commands.append(f"uci delete {path}")
            now = None
        if wanted:
            commands += [f"uci set {path}={wanted.type}"] if now is None else []
            known = now.options if now else {}
            for option in dict.fromkeys([*known, *wanted.options]):
                commands += set_option(path, option, known.get(option), wanted.options.get(option))
        if not commands:
            return
        self.commands += commands
        self.touched.add(config)
        for lines, section in ((self.before, found[1] if found else None), (self.after, wanted)):
            if section and shown:
                lines += [f"{path}={section.type}", *assignments(path, section.options)]


def _bare(value: Value) -> set[str]:
    """Addresses without their prefixes."""
    each = value.split() if isinstance(value, str) else value or ()
    return {address.partition("/")[0] for address in each}
