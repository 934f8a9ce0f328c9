# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network managers a gateway of the lab can have: what its image holds more, and what is in charge of its ports."""

from __future__ import annotations

from dataclasses import dataclass, field

from lab import initscripts

LOOPBACK = "source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n"
CONTROL = "\nauto eth0\niface eth0 inet static\n    address 10.0.0.2/24\n"  # where ssh comes in
# NetworkManager leaves veth alone unless told otherwise, and would ask for an address by DHCP on each port.
OWN_PORTS = """\
[main]
no-auto-default=*

[device-lab-ports]
match-device=interface-name:eth2;interface-name:eth3;interface-name:eth4;interface-name:eth5
managed=1

[device-lab-rest]
match-device=interface-name:mgmt*
managed=0
"""


def netplan(renderer: str) -> dict[str, str]:
    """As Ubuntu delivers it: at each boot it writes the files of another manager, which asks for addresses by DHCP."""
    ports = "".join(f"    eth{i}: {{dhcp4: true, optional: true}}\n" for i in range(2, 6))
    control = "    eth0: {addresses: [10.0.0.2/24]}\n"
    return {
        "etc/netplan/50-lab.yaml": f"network:\n  version: 2\n  renderer: {renderer}\n  ethernets:\n{control}{ports}"
    }


@dataclass(frozen=True)
class Manager:
    """What is different in the gateway's image."""

    packages: tuple[str, ...] = ()
    enabled: tuple[str, ...] = ()
    configuration: dict[str, str] = field(default_factory=dict)
    initscripts: bool = False  # it has the classic network scripts


MANAGERS = {
    "networkd": Manager(
        enabled=("systemd-networkd",),
        configuration={
            "etc/systemd/network/05-lab-eth0.network": "[Match]\nName=eth0\n[Network]\nAddress=10.0.0.2/24\n"
        },
    ),
    # As Debian's desktop has it: ifupdown runs beside it, and keeps what it is told to.
    "networkmanager": Manager(
        packages=("network-manager", "ifupdown"),
        enabled=("NetworkManager", "networking"),
        configuration={
            "etc/network/interfaces": LOOPBACK + CONTROL,
            "etc/NetworkManager/conf.d/lab.conf": OWN_PORTS,
        },
    ),
    "ifupdown": Manager(
        packages=("ifupdown",),
        enabled=("networking",),
        configuration={"etc/network/interfaces": LOOPBACK + CONTROL},
    ),
    "netplan": Manager(
        packages=("netplan.io",),
        enabled=("systemd-networkd",),
        configuration=netplan("networkd"),
    ),
    "netplan-nm": Manager(
        packages=("netplan.io", "network-manager"),
        enabled=("NetworkManager",),
        configuration={**netplan("NetworkManager"), "etc/NetworkManager/conf.d/lab.conf": OWN_PORTS},
    ),
    "ifcfg": Manager(
        packages=initscripts.PACKAGES,
        enabled=("network",),
        configuration=initscripts.CONFIGURATION,
        initscripts=True,
    ),
}
