# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a bond and its ports: what is wanted, what there is, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

from ansible_collections.linebond.teql.plugins.module_utils import kernel as kernels
from ansible_collections.linebond.teql.plugins.module_utils import link as links
from ansible_collections.linebond.teql.plugins.module_utils import route as routing
from ansible_collections.linebond.teql.plugins.module_utils import sysctl, tc
from ansible_collections.linebond.teql.plugins.module_utils.record import Record, load_record, record_path
from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner

CONF4 = "net/ipv4/conf/%s/%s"
CONF6 = "net/ipv6/conf/%s/%s"
NEIGH = "net/ipv%d/neigh/%s/%s"
IPV6_NEIGH = "/proc/sys/net/ipv6/neigh"
GROUP_FILES = ("/usr/share/iproute2/group", "/etc/iproute2/group")


def default_sysctl_file(bond: str) -> str:
    return f"{sysctl.FOLDER}60-linebond-{bond}.conf"


@dataclass(frozen=True)
class Wanted:
    name: str = "teql0"
    members: tuple[str, ...] = ()
    standby: tuple[str, ...] = ()
    kept_out: tuple[str, ...] = ()  # of the members, by the monitor, which alone joins and parts them
    equalizers: int = 1
    rp_filter: int = 2
    neighbour_probing: Mapping[str, int] = field(default_factory=dict)
    ipv6_forwarding: bool = False
    group: int | None = None
    mtu: int | None = None
    addresses: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    replace_foreign: bool = False
    sysctl_file: str = default_sysctl_file("teql0")

    @property
    def ports(self) -> tuple[str, ...]:
        return self.members + self.standby


@dataclass(frozen=True)
class State:
    kernel: kernels.Kernel
    links: Mapping[str, links.Link] = field(default_factory=dict)
    qdiscs: Mapping[str, tc.Qdisc] = field(default_factory=dict)
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: tuple[routing.Route, ...] = ()  # the default routes of this host
    sysctls: Mapping[str, str | None] = field(default_factory=dict)
    ipv6_ports: frozenset[str] = frozenset()
    drop_in: str | None = None
    record: Record = field(default_factory=Record)
    shadowing: Mapping[str, str] = field(default_factory=dict)  # the .network files in use that hide the role's

    def members(self, bond: str) -> tuple[str, ...]:
        return tuple(sorted(port for port, qdisc in self.qdiscs.items() if qdisc.kind == bond))

    def below(self, port: str) -> tuple[str, ...]:
        """What the port lies on, the nearest first: of a VLAN in a VLAN both."""
        found: list[str] = []
        link = self.links.get(port)
        while link is not None and link.lower is not None and link.lower not in (port, *found):
            found.append(link.lower)
            link = self.links.get(link.lower)
        return tuple(found)

    @property
    def equalizers(self) -> tuple[str, ...]:
        return tuple(sorted((name for name in self.links if tc.TEQL.match(name)), key=lambda name: (len(name), name)))

    def in_use(self, equalizer: str) -> bool:
        return self.links[equalizer].up or bool(self.members(equalizer)) or bool(self.addresses.get(equalizer))

    def gateways(self, bond: str) -> tuple[str, ...]:
        hops = [hop for route in self.routes for hop in route.hops]
        return tuple(gateway for gateway, device in hops if device == bond and gateway)


def settings(wanted: Wanted, state: State) -> dict[str, str]:
    """The kernel settings the ports should have. Ports the kernel does not show to IPv6 get none for it."""
    values: dict[str, str] = {}
    for port in wanted.ports:
        values[CONF4 % (port, "rp_filter")] = str(wanted.rp_filter)
        if wanted.ipv6_forwarding and port in state.ipv6_ports:
            values[CONF6 % (port, "forwarding")] = "1"
        link = state.links.get(port)
        if link is not None and link.kind == "ppp":  # a point-to-point link has no neighbours to resolve
            continue
        for family in (4, 6):
            if family == 4 or port in state.ipv6_ports:
                for name, value in wanted.neighbour_probing.items():
                    values[NEIGH % (family, port, name)] = str(value)
    return values


def wanted_mtu(wanted: Wanted, state: State) -> int | None:
    """As the kernel chooses it when the bond goes up: ports on standby do not count."""
    if wanted.mtu is not None:
        return wanted.mtu
    return min((state.links[port].mtu for port in wanted.members if port in state.links), default=None)


def read_network(runner: Runner, ports: Iterable[str] = (), bond: str = "") -> State:
    """Everything but the settings; the words of foreign qdiscs only for the ports given."""
    rows = runner.json("ip", "-j", "-d", "addr", "show")
    groups = links.parse_groups("\n".join(runner.read(path) or "" for path in GROUP_FILES))
    found = links.parse_links(rows, groups)
    qdiscs = tc.read_qdiscs(runner)
    for port in ports:
        if port in qdiscs and tc.foreign(qdiscs[port], bond):
            qdiscs[port] = tc.read_words(runner, qdiscs[port], port)
    routes: tuple[routing.Route, ...] = ()
    for family in (4, 6):  # a kernel without IPv6 fails here
        routes += routing.parse_defaults(runner.try_json("ip", "-j", f"-{family}", "route", "show", "default"), family)
    return State(
        kernel=kernels.read_kernel(runner, sum(1 for name in found if tc.TEQL.match(name))),
        links=found,
        qdiscs=qdiscs,
        addresses=links.parse_addresses(rows),
        routes=routes,
        ipv6_ports=frozenset(runner.names(IPV6_NEIGH)),
    )


def read_state(runner: Runner, wanted: Wanted) -> State:
    network = read_network(runner, wanted.members if wanted.replace_foreign else (), wanted.name)
    path = record_path(wanted.name)
    record = load_record(runner.read(path), path)
    keys = {CONF4 % ("all", "rp_filter"), *settings(wanted, network), *record.sysctls, *record.taken_over}
    keys.update(key for port in wanted.ports for key in sysctl.taken_over(port))
    return State(
        **dict(
            vars(network),
            sysctls=sysctl.read_live(runner, sorted(keys)),
            drop_in=runner.read(wanted.sysctl_file),
            record=record,
        )
    )


def describe(state: State, wanted: Wanted) -> dict[str, Any]:
    """The part of the state that the module answers for, as it appears in before, after and the diff."""
    bond = state.links.get(wanted.name)
    ports = sorted(set(wanted.ports) | set(state.record.ports) | set(state.members(wanted.name)))
    return {
        "bond": {
            "name": wanted.name,
            "exists": bond is not None,
            "up": bond is not None and bond.up,
            "mtu": bond.mtu if bond is not None else None,
            "addresses": sorted(state.addresses.get(wanted.name, ())),
            "gateways": sorted(state.gateways(wanted.name)),
            "members": list(state.members(wanted.name)),
        },
        "equalizers": len(state.equalizers),
        "module_loaded": state.kernel.loaded,
        "ports": {port: _describe_port(state, wanted.name, port) for port in ports if port in state.links},
        "sysctls": {key: value for key, value in sorted(state.sysctls.items()) if value is not None},
    }


def _describe_port(state: State, bond: str, port: str) -> dict[str, Any]:
    link, qdisc = state.links[port], state.qdiscs.get(port)
    named = qdisc is not None and not qdisc.kernels_own
    return {
        "up": link.up,
        "mtu": link.mtu,
        "group": link.group,
        "member": named and qdisc is not None and qdisc.kind == bond,
        "qdisc": qdisc.kind if named and qdisc is not None else None,  # none: the kernel's own
    }
