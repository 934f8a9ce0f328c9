# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else is configured to give a port its root qdisc."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.linebond.teql.plugins.module_utils import qdisc_owners
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

PROFILE = """[connection]
id=Line two
type=ethernet
interface-name=eth2

[ethernet]

[tc]
qdisc.root=fq_codel
tfilter.ffff=matchall

[wifi-security]
psk=secret
"""
NETWORKD = "[Match]\nName=eth2\n\n[Network]\nDHCP=yes\n\n[CAKE]\nBandwidth=10M\n"
STATE = (
    'ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/lan.network\nNETWORK_FILE_DROPINS="/a.conf /b.conf"\n'
)
SQM = """config queue 'eth1'
\toption enabled '1'
\toption interface 'eth2'

config queue
\toption enabled '0'
\toption interface 'eth3'
"""


def found(files: dict[str, str], *ports: str) -> list[tuple[str, str]]:
    host = SimulatedKernel()
    host.files.update(files)
    owners = qdisc_owners.read_owners(host, ports or ("eth2",))
    assert owners.unread == () and all(owner.fix and owner.where for owner in owners.found)
    assert "secret" not in str(owners)
    return [(owner.port, owner.who) for owner in owners.found]


NM = "/etc/NetworkManager/system-connections/two.nmconnection"
LINK = {"/sys/class/net/eth2/ifindex": "3\n", "/run/systemd/netif/links/3": STATE}


@pytest.mark.parametrize(
    ("files", "who"),
    [
        ({NM: PROFILE}, "NetworkManager's profile Line two"),
        ({"/run" + NM[4:]: PROFILE.replace("qdisc.root", "qdiscs")}, "NetworkManager's profile Line two"),
        ({NM: PROFILE.replace("interface-name=eth2", "")}, "NetworkManager's profile Line two"),
        (
            {
                NM: PROFILE.replace("interface-name=eth2", "").replace(
                    "[ethernet]", "[ethernet]\nmac-address=02:AB:00:00:00:01"
                ),
                "/sys/class/net/eth2/address": "02:ab:00:00:00:01\n",
            },
            "NetworkManager's profile Line two",
        ),
        ({**LINK, "/etc/systemd/network/lan.network": NETWORKD}, "systemd-networkd's [CAKE]"),
        ({**LINK, "/b.conf": "[TrivialLinkEqualizer]\nId=0\n"}, "systemd-networkd's [TrivialLinkEqualizer]"),
        ({"/etc/config/sqm": SQM}, "SQM"),
        ({"/etc/sqm/eth2.iface.conf": "UPLINK=1000\n"}, "SQM"),
        ({"/etc/firehol/fireqos.conf": "interface46 eth2 world bidirectional\n"}, "FireQOS"),
        ({"/etc/shorewall/tcdevices": "1:eth2 10mbit 1mbit\n"}, "Shorewall"),
        ({"/etc/systemd/wondershaper.conf": 'IFACE="eth2"\n'}, "wondershaper"),
        (
            {"/etc/network/interfaces.d/lan": "iface eth2 inet dhcp\n up tc qdisc add dev eth2 root tbf rate 1mbit\n"},
            "a command in /etc/network/interfaces.d/lan",
        ),
        (
            {"/etc/rc.local": "#!/bin/sh\n/sbin/tc qdisc replace dev eth2 handle 1: root cake\n"},
            "a command in /etc/rc.local",
        ),
    ],
)
def test_an_owner_is_found(files: dict[str, str], who: str) -> None:
    assert found(files) == [("eth2", who)]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {NM: PROFILE.replace("eth2", "eth20")},
        {NM: PROFILE.replace("qdisc.root", "x")},
        {
            NM: PROFILE.replace("interface-name=eth2", "").replace(
                "[ethernet]", "[ethernet]\nmac-address=02:00:00:00:00:09"
            )
        },
        {"/etc/systemd/network/lan.network": NETWORKD},  # networkd does not use it for the port
        {**LINK, "/etc/systemd/network/lan.network": NETWORKD.replace("[CAKE]", "[CAKE]\nParent=1:2")},
        {**LINK, "/etc/systemd/network/lan.network": NETWORKD.replace("[CAKE]", "[QDisc]")},
        {"/etc/config/sqm": SQM.replace("'1'", "'0'")},
        {"/etc/rc.local": "#tc qdisc add dev eth2 root tbf\ntc qdisc add dev eth2.7 root tbf\n"},
        {"/etc/rc.local": "tc qdisc replace dev eth2 root teql0\ntc qdisc add dev eth2 ingress\n"},
        {"/etc/udev/rules.d/70-linebond.rules": 'RUN+="/sbin/tc qdisc replace dev eth2 root pfifo"\n'},
        {"/etc/shorewall/tcdevices": "#eth2 10mbit\neth20 1mbit 1mbit\n"},
    ],
)
def test_nobody_is_found(files: dict[str, str]) -> None:
    assert found(files) == []


def test_what_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    host = SimulatedKernel()
    host.files[NM] = PROFILE
    read = host.read

    def refusing(path: str) -> str | None:
        if path == NM:
            raise LinebondError(f"Cannot read {path}: Permission denied.")
        return read(path)

    monkeypatch.setattr(host, "read", refusing)
    owners = qdisc_owners.read_owners(host, ("eth2", "eth3"))
    assert (owners.found, owners.unread) == ((), (NM,))


@given(st.text(alphabet="[]=\n#;ab \t\\\"'", max_size=80))
def test_any_text_can_be_parsed(text: str) -> None:
    assert all(isinstance(keys, dict) for _name, keys in qdisc_owners.parse_sections(text))
    qdisc_owners.parse_profile(text, "a", "")
    assert not qdisc_owners.parse_networkd(text) and not qdisc_owners.sets_qdisc(text, "a")
    qdisc_owners.parse_sqm(text)
