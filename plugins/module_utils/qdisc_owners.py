# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else is configured to give a port its root qdisc, as far as files tell: network managers, shapers, scripts.

Nothing but names is taken from the files: a profile of NetworkManager may hold passwords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator

from ansible_collections.linebond.teql.plugins.module_utils.networkd import file_in_use
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner

PROFILES = tuple(f"{root}/NetworkManager/system-connections" for root in ("/etc", "/run", "/usr/lib"))
# systemd.network(5): sections that make a queueing discipline, at the root unless Parent= says otherwise.
NETWORKD_SECTIONS = (
    "NetworkEmulator",
    "TokenBucketFilter",
    "PIE",
    "FlowQueuePIE",
    "StochasticFairBlue",
    "StochasticFairnessQueueing",
    "BFIFO",
    "PFIFO",
    "PFIFOHeadDrop",
    "PFIFOFast",
    "CAKE",
    "ControlledDelay",
    "DeficitRoundRobinScheduler",
    "EnhancedTransmissionSelection",
    "GenericRandomEarlyDetection",
    "FairQueueingControlledDelay",
    "FairQueueing",
    "TrivialLinkEqualizer",
    "HierarchyTokenBucket",
    "HeavyHitterFilter",
    "QuickFairQueueing",
    "BandMultiQueueing",
)
# Shapers: file, by which expression of the port it names it, how it is called.
SHAPERS = (
    ("/etc/firehol/fireqos.conf", r"(?m)^\s*interface(4|6|46)?\s+{port}\s", "FireQOS"),
    ("/etc/shorewall/tcdevices", r"(?m)^\s*(\d+:)?{port}\s", "Shorewall"),
    ("/etc/shorewall/tcinterfaces", r"(?m)^\s*{port}\s", "Shorewall"),
    ("/etc/systemd/wondershaper.conf", r"(?m)^\s*IFACE=[\"']?{port}\b", "wondershaper"),
    ("/etc/conf.d/wondershaper.conf", r"(?m)^\s*IFACE=[\"']?{port}\b", "wondershaper"),
    ("/etc/sqm/{name}.iface.conf", r"", "SQM"),
)
# Where scripts of the site are that run when a port comes up.
SCRIPTS = (
    "/etc/network/interfaces",
    "/etc/network/interfaces.d",
    "/etc/network/if-pre-up.d",
    "/etc/network/if-up.d",
    "/etc/NetworkManager/dispatcher.d",
    "/etc/NetworkManager/dispatcher.d/pre-up.d",
    "/etc/networkd-dispatcher/configured.d",
    "/etc/networkd-dispatcher/routable.d",
    "/etc/udev/rules.d",
    "/etc/systemd/system",
    "/etc/rc.local",
    "/etc/rc.d/rc.local",
    "/sbin/ifup-local",
    "/etc/hotplug.d/iface",
)
SQM_CONFIG = "/etc/config/sqm"  # OpenWrt's
OURS = "linebond"


@dataclass(frozen=True)
class Owner:
    """`port` gets a root qdisc from somebody else, and what to do about that."""

    port: str
    who: str
    where: str
    fix: str


@dataclass(frozen=True)
class Owners:
    found: tuple[Owner, ...] = ()
    unread: tuple[str, ...] = ()  # files that this user may not read


def parse_sections(text: str) -> list[tuple[str, dict[str, str]]]:
    """An ini file as systemd and NetworkManager write it -> (section, its keys), in order; sections may repeat."""
    sections: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            sections.append((line[1:-1], {}))
        elif sections and "=" in line and line[:1] not in "#;":
            key, _equals, value = line.partition("=")
            sections[-1][1][key.strip()] = value.strip()
    return sections


def parse_profile(text: str, port: str, mac: str) -> str | None:
    """A keyfile of NetworkManager -> its name if it is for this port and sets qdiscs."""
    sections = dict(parse_sections(text))
    sets = [key for key in sections.get("tc", {}) if key.startswith(("qdisc.", "qdiscs"))]
    connection = sections.get("connection", {})
    wanted = connection.get("interface-name", "")
    ethernet = sections.get("ethernet", sections.get("802-3-ethernet", {}))
    for_mac = ethernet.get("mac-address", "")
    fits = wanted == port if wanted else for_mac.lower() in ("", mac.lower())
    return connection.get("id", "") if sets and fits else None


def parse_networkd(text: str) -> list[str]:
    """A .network file or drop-in -> its sections that set a root qdisc."""
    return [
        name
        for name, keys in parse_sections(text)
        if name in NETWORKD_SECTIONS and keys.get("Parent", "root") in ("", "root")
    ]


def parse_sqm(text: str) -> list[str]:
    """/etc/config/sqm of OpenWrt -> the interfaces of its enabled queues."""
    found = []
    for section in re.split(r"(?m)^\s*config\s+", text)[1:]:
        options = dict(re.findall(r"(?m)^\s*option\s+(\w+)\s+['\"]?([^'\"\n]*)", section))
        if options.get("enabled", "0").strip() == "1" and options.get("interface"):
            found.append(options["interface"].strip())
    return found


def sets_qdisc(text: str, port: str) -> bool:
    """Whether a script gives this port a root qdisc other than an equalizer."""
    command = (
        rf"\bqdisc\s+(add|replace|change)\b.*\bdev\s+{re.escape(port)}(?![\w.-]).*\broot\b(?!\s+(handle\s+\S+\s+)?teql)"
    )
    return any(re.search(command, line) for line in text.splitlines() if not line.lstrip().startswith("#"))


class Files:
    """Reads each file once, and remembers what could not be read."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.known: dict[str, str] = {}
        self.unread: list[str] = []

    def read(self, path: str) -> str:
        if path not in self.known:
            try:
                self.known[path] = self.runner.read(path) or ""
            except LinebondError:
                self.unread.append(path)
                self.known[path] = ""
        return self.known[path]

    def below(self, path: str) -> list[str]:
        """The files of a folder; of a file itself."""
        names = [f"{path}/{name}" for name in self.runner.names(path)]
        return [each for each in names or [path] if not self.runner.is_folder(each)]


def read_owners(runner: Runner, ports: tuple[str, ...]) -> Owners:
    files = Files(runner)
    found = [
        owner
        for port in ports
        for reader in (_networkmanager, _networkd, _shapers, _scripts)
        for owner in reader(files, port)
    ]
    return Owners(tuple(found), tuple(files.unread))


def _networkmanager(files: Files, port: str) -> Iterator[Owner]:
    mac = files.read(f"/sys/class/net/{port}/address").strip()
    for folder in PROFILES:
        for name in files.runner.names(folder):
            profile = parse_profile(files.read(f"{folder}/{name}"), port, mac)
            if profile is not None:
                fix = f"nmcli connection modify '{profile}' tc.qdiscs ''"
                yield Owner(port, f"NetworkManager's profile {profile}", f"{folder}/{name}", fix)


def _networkd(files: Files, port: str) -> Iterator[Owner]:
    index = files.read(f"/sys/class/net/{port}/ifindex").strip()
    state = (
        dict(re.findall(r"(?m)^(\w+)=\"?([^\"\n]*)", files.read(f"/run/systemd/netif/links/{index}"))) if index else {}
    )
    for path in (file_in_use(files.runner, port), *state.get("NETWORK_FILE_DROPINS", "").split()):
        for section in parse_networkd(files.read(path)) if path else ():
            fix = f"remove the section [{section}] from {path}, then networkctl reload"
            yield Owner(port, f"systemd-networkd's [{section}]", path, fix)


def _shapers(files: Files, port: str) -> Iterator[Owner]:
    for pattern, names, who in SHAPERS:
        path = pattern.replace("{name}", port)
        text = files.read(path) if files.runner.exists(path) else ""
        if text and re.search(names.replace("{port}", re.escape(port)), text):
            yield Owner(port, who, path, f"take {port} out of {path}; shape the bond as a whole instead")
    if port in parse_sqm(files.read(SQM_CONFIG)):
        yield Owner(
            port, "SQM", SQM_CONFIG, f"disable the queue of {port} in {SQM_CONFIG}, then /etc/init.d/sqm restart"
        )


def _scripts(files: Files, port: str) -> Iterator[Owner]:
    for place in SCRIPTS:
        for path in files.below(place):
            text = files.read(path)
            if OURS not in path + text and sets_qdisc(text, port):
                yield Owner(
                    port, f"a command in {path}", path, f"take the line with 'tc qdisc' for {port} out of {path}"
                )
