# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ansible came in, and who is in charge of which interface."""

from __future__ import annotations

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import manager, session
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ADDRESSES = {"lo": ("127.0.0.1/8",), "eth0": ("10.0.0.2/24", "fe80::5/64"), "teql0": ("192.0.2.2/29",)}
CAME_BY_ETH0 = {"interface": "eth0", "address": "10.0.0.2", "network": "10.0.0.0/24"}


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        ("10.0.0.9 4000 10.0.0.2 22", CAME_BY_ETH0),
        ("::ffff:10.0.0.9 4000 ::ffff:10.0.0.2 22", CAME_BY_ETH0),
        ("fe80::9%eth0 4000 fe80::5%eth0 22", {"interface": "eth0", "address": "fe80::5", "network": "fe80::/64"}),
        ("", None),
        ("nonsense", None),
        ("a b c d", None),
    ],
)
def test_the_session_is_found(connection: str, found: dict[str, str] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.os, "getppid", lambda: 1)
    assert session.read_session(SimulatedKernel(), {"SSH_CONNECTION": connection}, ADDRESSES) == found


def test_the_session_is_found_behind_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = SimulatedKernel()
    kernel.files.update(
        {
            "/proc/30/environ": "HOME=/root\0",
            "/proc/30/stat": "30 (sudo (x) y) S 20 30 30",
            "/proc/20/environ": "A=b\0SSH_CONNECTION=10.0.0.9 4000 10.0.0.2 22\0",
        }
    )
    monkeypatch.setattr(session.os, "getppid", lambda: 30)
    assert session.read_session(kernel, {}, ADDRESSES) == CAME_BY_ETH0


def test_behind_address_translation_the_way_back_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = '[{"dst":"10.0.0.9","dev":"eth0","prefsrc":"10.0.0.2","flags":[],"uid":0,"cache":[]}]'
    monkeypatch.setattr(SimulatedKernel, "execute", lambda self, words: answer)
    given = {"SSH_CONNECTION": "10.0.0.9 4000 203.0.113.5 22"}
    assert session.read_session(SimulatedKernel(), given, ADDRESSES) == CAME_BY_ETH0


def test_active_services_are_read() -> None:
    assert manager.parse_active("active\ninactive\nfailed\nactive\n") == {
        "systemd-networkd": True,
        "NetworkManager": False,
        "networking": False,
        "network": True,
    }
    assert not any(manager.parse_active("").values())


def test_a_service_that_reads_its_configuration_anew_or_starts_is_in_charge() -> None:
    found = manager.parse_active("reloading\nactivating\nfailed\ndeactivating\n")
    assert [service for service, runs in found.items() if runs] == ["systemd-networkd", "NetworkManager"]


def test_links_of_networkd_are_read() -> None:
    text = (
        "  1 lo    loopback carrier     unmanaged\n"
        "  2 eth0  ether    routable    configured \n"
        "● 3 eth2  ether    no-carrier  configuring\n"
        "  4 teql0 none     off         unmanaged\n"
    )
    assert manager.parse_networkctl(text) == ["eth0", "eth2"]


def test_devices_of_networkmanager_are_read() -> None:
    text = (
        "eth0:connected\nwan\\:a:disconnected\nlo:connected (externally)\ndocker0:connected (externally)\nx:unmanaged\n"
    )
    assert manager.parse_nmcli(text) == ["eth0", "wan:a"]


def test_stanzas_of_ifupdown_are_read_with_what_they_include() -> None:
    text = "auto lo eth0\niface lo inet loopback\niface eth0 inet dhcp\niface eth0 inet6 auto\nsource interfaces.d/*\n"
    names, included = manager.parse_interfaces(text + "source-directory /etc/network/more\n# iface no inet dhcp\n")
    assert names == ["eth0"]
    assert included == [("source", "interfaces.d/*"), ("source-directory", "/etc/network/more")]


@pytest.mark.parametrize(
    ("text", "file", "device"),
    [
        ('DEVICE="eth2" # the first\nONBOOT=yes\n', "ifcfg-first", "eth2"),
        ("ONBOOT=yes\n", "ifcfg-eth3", "eth3"),
        ("DEVICE=lo\n", "ifcfg-lo", None),
    ],
)
def test_the_interface_of_an_ifcfg_file_is_read(text: str, file: str, device: str | None) -> None:
    assert manager.parse_ifcfg(text, file) == device


class Managed(SimulatedKernel):
    ANSWERS = {
        "systemctl": "active\ninactive\nactive\ninactive\n",
        "networkctl": "2 eth0 ether routable configured\n",
    }

    def has(self, tool: str) -> bool:
        return tool in self.ANSWERS

    def try_run(self, *argv: str) -> tuple[int, str, str]:
        return 3, self.ANSWERS[argv[0]], ""


def test_every_manager_with_something_to_say_is_listed() -> None:
    host = Managed()
    host.files.update(
        {
            "/etc/network/interfaces": "source /etc/network/interfaces.d/*\nsource /etc/network/interfaces\n",
            "/etc/network/interfaces.d/eth2": "iface eth2 inet static\n",
            "/etc/sysconfig/network-scripts/ifcfg-eth5": "DEVICE=eth5\n",
            "/etc/sysconfig/network-scripts/ifcfg-eth5.bak": "DEVICE=eth6\n",
            "/etc/netplan/50-cloud-init.yaml": "",
        }
    )
    assert manager.read_managers(host) == [
        {"name": "networkd", "active": True, "interfaces": ["eth0"], "netplan": True},
        {"name": "ifupdown", "active": True, "interfaces": ["eth2"], "netplan": False},
        {"name": "ifcfg", "active": False, "interfaces": ["eth5"], "netplan": False},
    ]


def test_a_systemd_that_gives_no_answer_is_not_taken_for_a_host_without_managers() -> None:
    host = Managed()
    host.ANSWERS = {"systemctl": ""}
    host.files[manager.BOOTED] = ""
    with pytest.raises(LinebondError, match="systemd does not say which network manager runs here"):
        manager.read_managers(host)
