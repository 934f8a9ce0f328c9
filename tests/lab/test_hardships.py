# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What administrators and hardware do to a gateway; afterwards the bond is whole, with nothing run by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab.guest import FAULT, Guest
from lab.traffic import ping, settle

MANAGER = os.environ.get("LAB_MANAGER", "networkd")
EVERY_CARRIER = "; ".join(f"{FAULT} {i} carrier" for i in (1, 2, 3, 4))
EVERY_MEND = "; ".join(f"{FAULT} {i} mend" for i in (1, 2, 3, 4))
# What is done to the manager itself.
OWN = {
    "networkd": {
        "networkctl reload": "networkctl reload",
        "networkctl reconfigure": "networkctl reconfigure eth2 eth3 teql0",
        "networkd restarted": "systemctl restart systemd-networkd",
    },
    "networkmanager": {
        "a port's profile is activated again": "nmcli connection up linebond-eth3",
        "the bond's profile is activated again": "nmcli connection up linebond-teql0",
        "profiles are reloaded and applied again": "nmcli connection reload; nmcli device reapply eth2",
        "NetworkManager restarted": "systemctl restart NetworkManager",
    },
    "ifupdown": {
        "a port is taken down and up": "ifdown eth3; sleep 1; ifup eth3",
        "the bond is taken down and up": "ifdown teql0; ifup teql0",
        "networking restarted": "systemctl restart networking",
    },
    # Its service takes down the way in, too, so the restart has to outlive the connection that asks for it.
    "ifcfg": {
        "a port is taken down and up": "ifdown eth3; sleep 1; ifup eth3",
        "the bond is taken down and up": "ifdown teql0; ifup teql0",
        "the network service restarted": "systemctl restart --no-block network; sleep 1;"
        " while systemctl is-active network | grep -q activating; do sleep 1; done",
    },
}
# netplan writes the files of either anew, and has them taken up.
PLANNED = {"netplan": "networkd", "netplan-nm": "networkmanager"}
OWN.update({name: {"netplan apply": "netplan apply", **OWN[renderer]} for name, renderer in PLANNED.items()})
# What happens to the ports under each of them.
PORTS = {
    "one carrier flaps": f"{FAULT} 2 carrier; sleep 8; {FAULT} 2 mend",
    "all carriers flap": f"{EVERY_CARRIER}; sleep 8; {EVERY_MEND}",
    "a port is unplugged and replugged": f"{FAULT} 3 unplug; sleep 1; {FAULT} 3 replug",
}
# What is the kernel's and udev's affair alone.
KERNEL = {
    "sysctl --system": "sysctl --system",
    "udev's coldplug again": "udevadm trigger --action=add --subsystem-match=net && udevadm settle",
    "a port is down and up": "ip link set eth4 down; sleep 1; ip link set eth4 up",
    "a port is renamed to its name": "ip link set eth5 down; ip link set eth5 name lost; sleep 2;"
    " tc qdisc del dev lost root; ip link set lost name eth5; ip link set eth5 up",
    "a router restarts": "systemctl restart lab-router@dsl1",
}
HARDSHIPS = {**OWN[MANAGER], **PORTS, **(KERNEL if MANAGER == "networkd" else {})}
# The command, and how many of 1000 packets at 100 a second it may cost.
COSTS = {
    # systemd 252 takes the addresses off and on again when it restarts: 3 to 5 packets.
    "networkd": [("networkctl reload", 0), ("systemctl restart systemd-networkd", 10)],
    "networkmanager": [("nmcli general reload; nmcli connection reload", 0), ("systemctl restart NetworkManager", 10)],
    "ifupdown": [("ifup -a", 0)],
    "ifcfg": [("ifup eth3", 0), ("ifup teql0", 0)],
}
# With NetworkManager, netplan itself stops that and takes the addresses off the ports that it names: 3 to 4 seconds.
COSTS.update(
    {name: [("netplan apply", cost), *COSTS[PLANNED[name]]] for name, cost in (("netplan", 10), ("netplan-nm", 600))}
)


@pytest.fixture(scope="module", autouse=True)
def unwatched(guest: Guest) -> Iterator[None]:
    """The bond has to come back by what the role bonding put there, without a monitor that repairs it."""
    guest.ssh("gw", "systemctl stop teql-monitor")
    yield
    guest.ssh("gw", "systemctl start teql-monitor")


@pytest.mark.parametrize("command", HARDSHIPS.values(), ids=HARDSHIPS.keys())
def test_the_bond_is_whole_after(guest: Guest, command: str) -> None:
    guest.ssh("gw", command)
    assert settle(guest), str(ping(guest)) + guest.ssh("gw", "tc qdisc show; ip -br addr; ip route; ip neigh")
    count = ping(guest, 400)
    print(count)
    assert count.answered == 400
    assert [share for share in count.shares if abs(share - 25) > 1] == []


@pytest.mark.parametrize(("command", "most"), COSTS[MANAGER])
def test_packets_lost_during(guest: Guest, command: str, most: int) -> None:
    """1000 pings in ten seconds, in the middle of which the network manager is disturbed."""
    guest.ssh("gw", f"(sleep 3; {command}) >/dev/null 2>&1 &")
    count = ping(guest, 1000, 0.01)
    print(count)
    assert count.sent == 1000
    assert count.sent - count.answered <= most
