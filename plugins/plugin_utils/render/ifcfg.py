# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the classic network scripts (initscripts, network-scripts): addresses and the default route.

A port's ifcfg file may have been the site's, with what it says of the hardware (HWADDR, ETHTOOL_OPTS, VLAN, ZONE); ours
is a block at its end, for the scripts read the file as a shell does. So it is with /etc/sysconfig/network.
"""

from __future__ import annotations

import re
import typing as t

from ...module_utils.ifcfg import GLOBAL, hook_file, ifcfg_file
from .ifcfg_hook import HOOKS, hook_call, hook_script
from .text import File, text_file
from .udev import by_port, rule

Settings = dict[str, t.Any]

# The scripts write these names into commands without quotes, and leave out files with such names.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
LEFT_OUT = re.compile(r"(\.bak|\.old|\.orig|\.rpmnew|\.rpmorig|\.rpmsave)$|-range|^lo$")
# What a port's file may have said before, and must not say any more: addresses, routes, another owner of the port.
GIVEN_UP = (
    *("IPADDR0", "IPADDR1", "IPADDR2", "NETMASK", "NETWORK", "BROADCAST", "GATEWAY", "METRIC", "BRIDGE", "MASTER"),
    *("TEAM_MASTER", "DHCPV6C", "IPV6ADDR", "IPV6ADDR_SECONDARIES", "IPV6_DEFAULTGW", "IPV6_DEFAULTDEV"),
)


def ifcfg_files(
    plan: dict[str, t.Any], header: str, route_metric: int | None = None, mtu: int | None = None
) -> list[File]:
    """ValueError names a line whose port the scripts cannot have."""
    for line in plan["lines"]:
        refuse_name(line)
    bond = plan["bond"]
    return [
        text_file(f"/etc/udev/rules.d/91-linebond-{bond}-ifcfg.rules", header, by_port(f"{bond}_ifcfg", plugged(plan))),
        # By this the scripts find the module when they look for the bond's device.
        text_file(f"/etc/modprobe.d/linebond-{bond}-ifcfg.conf", header, [f"alias {bond} sch_teql"]),
        # The ifcfg file of a ppp interface holds its user and password and is the site's.
        *(
            block_file(ifcfg_file(line["interface"]), header, port_settings(line, plan))
            for line in plan["lines"]
            if line["kind"] == "router"
        ),
        text_file(ifcfg_file(bond), header, assignments(bond_settings(plan, route_metric))),
        block_file(GLOBAL, header, global_settings(plan)),
        {**text_file(hook_file(bond), header, hook_script(plan, mtu)), "mode": "0755"},
        *(
            {"path": f"/sbin/{hook}", "block": hook_call(bond, does), "script": True, "mode": "0755"}
            for hook, does in HOOKS.items()
        ),
    ]


def refuse_name(line: dict[str, t.Any]) -> None:
    name = line["interface"]
    if not NAME.fullmatch(name) or LEFT_OUT.search(name):
        raise ValueError(
            f"teql_lines[{line['index']}].interface: the network scripts cannot have a port named {name!r}; give it "
            "another name, of letters, digits, '_', '.' and '-'"
        )


def plugged(plan: dict[str, t.Any]) -> t.Iterator[str]:
    """What the scripts did by themselves until RHEL 6: a port that appears, or what it is a VLAN of, is brought up."""
    yield "# The network scripts leave a port that is plugged in later to somebody else."
    for line in plan["lines"]:
        if line["kind"] == "router":
            name = line["interface"]
            command = f"/bin/sh {hook_file(plan['bond'])} plugged {name}"
            # A VLAN appears when its own ifup makes it.
            either = "|".join(filter(None, (name, name.rpartition(".")[0])))
            yield rule(either, ['ENV{DEVTYPE}!="vlan"'], [command])


def port_settings(line: dict[str, t.Any], plan: dict[str, t.Any]) -> Settings:
    address, _slash, prefix = line["address"].partition("/")
    return {
        **dict.fromkeys(GIVEN_UP, ""),
        "DEVICE": line["interface"],
        "TYPE": "Ethernet",
        "SLAVE": "no",
        **static(address, prefix),
        # Only the router is there. One that answers for all addresses would keep the port down.
        "ARPCHECK": "no",
        "HOTPLUG": "yes",
        "DEFROUTE": "no",
        # For the link-local address that routers are asked for their MAC from. What is set in the kernel is set by
        # the bond's drop-in and by the hook.
        "IPV6INIT": "yes" if plan["address6"] else "no",
        "IPV6_AUTOCONF": "no",
        "IPV6_SET_SYSCTLS": "no",
    }


def bond_settings(plan: dict[str, t.Any], route_metric: int | None) -> Settings:
    address, _slash, prefix = plan["address"].partition("/")
    settings = {
        "DEVICE": plan["bond"],
        "TYPE": "Ethernet",
        **static(address, prefix),
        # It has no neighbours of its own to ask or to tell.
        "ARPCHECK": "no",
        "ARPUPDATE": "no",
        "HOTPLUG": "no",
        "DEFROUTE": "yes",
    }
    if route_metric is not None:
        settings["METRIC"] = route_metric
    if plan["address6"]:
        settings.update({"IPV6INIT": "yes", "IPV6ADDR": plan["address6"]})
    else:
        settings["IPV6INIT"] = "no"
    return {**settings, "IPV6_AUTOCONF": "no", "IPV6_SET_SYSCTLS": "no"}


def static(address: str, prefix: str) -> Settings:
    return {
        "BOOTPROTO": "none",
        "ONBOOT": "yes",
        "NM_CONTROLLED": "no",
        "USERCTL": "no",
        "NOZEROCONF": "yes",
        "IPADDR": address,
        "PREFIX": prefix,
    }


def global_settings(plan: dict[str, t.Any]) -> Settings:
    settings = {"GATEWAYDEV": plan["bond"], "GATEWAY": plan["common_address"]}
    if plan["common_address6"]:
        settings.update({"IPV6_DEFAULTDEV": plan["bond"], "IPV6_DEFAULTGW": plan["common_address6"]})
    return settings


def assignments(settings: Settings) -> list[str]:
    return [f"{name}={value}" for name, value in settings.items()]


def block_file(path: str, header: str, settings: Settings) -> File:
    comment = [f"# {line}".rstrip() for line in header.splitlines()]
    return {"path": path, "block": "\n".join([*comment, *assignments(settings)]) + "\n", "mode": "0644"}
