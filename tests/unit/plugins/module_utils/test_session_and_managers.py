# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ansible came in, and who is in charge of which interface."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import manager, session
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

ADDRESSES = {"lo": ("127.0.0.1/8",), "eth0": ("10.0.0.2/24", "fe80::5/64"), "teql0": ("192.0.2.2/29",)}
NOT_KNOWN = {"back_by": "", "back_via": "", "back_metric": None}
CAME_BY_ETH0 = {
    "interface": "eth0",
    "address": "10.0.0.2",
    "network": "10.0.0.0/24",
    "client": "10.0.0.9",
    "back_by": "eth0",
    "back_via": "",
    "back_metric": None,
}
BY_LINK_LOCAL = {"interface": "eth0", "address": "fe80::5", "network": "fe80::/64", "client": "fe80::9"}
ON_LINK = {
    "10.0.0.9": {"dst": "10.0.0.9", "dev": "eth0", "prefsrc": "10.0.0.2"},
    "fibmatch 10.0.0.9": {"dst": "10.0.0.0/24", "dev": "eth0", "protocol": "kernel", "prefsrc": "10.0.0.2"},
}


class Routes(SimulatedKernel):
    """Answers `ip -j route get` from a table, whatever the source address."""

    def __init__(self, table: dict[str, dict[str, Any]] | None = None) -> None:
        super().__init__()
        self.table = ON_LINK if table is None else table

    def execute(self, words: list[str]) -> str:
        assert words[:4] == ["ip", "-j", "route", "get"]
        asked = " ".join(words[4:]).partition(" from ")[0]
        return json.dumps([self.table[asked]] if asked in self.table else [])


@pytest.mark.parametrize(
    ("connection", "found"),
    [
        ("10.0.0.9 4000 10.0.0.2 22", CAME_BY_ETH0),
        ("::ffff:10.0.0.9 4000 ::ffff:10.0.0.2 22", CAME_BY_ETH0),
        ("fe80::9%eth0 4000 fe80::5%eth0 22", {**BY_LINK_LOCAL, **NOT_KNOWN}),
        ("", None),
        ("nonsense", None),
        ("a b c d", None),
    ],
)
def test_the_session_is_found(connection: str, found: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.os, "getppid", lambda: 1)
    assert session.read_session(Routes(), {"SSH_CONNECTION": connection}, ADDRESSES) == found


def test_the_session_is_found_behind_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Routes()
    kernel.files.update(
        {
            "/proc/30/environ": "HOME=/root\0",
            "/proc/30/stat": "30 (sudo (x) y) S 20 30 30",
            "/proc/20/environ": "A=b\0SSH_CONNECTION=10.0.0.9 4000 10.0.0.2 22\0",
        }
    )
    monkeypatch.setattr(session.os, "getppid", lambda: 30)
    assert session.read_session(kernel, {}, ADDRESSES) == CAME_BY_ETH0


def test_behind_address_translation_the_way_back_tells() -> None:
    given = {"SSH_CONNECTION": "10.0.0.9 4000 203.0.113.5 22"}
    assert session.read_session(Routes(), given, ADDRESSES) == CAME_BY_ETH0


REMOTE = {"dst": "203.0.113.9", "from": "10.0.0.2", "gateway": "10.0.0.1", "dev": "eth0"}
DEFAULT = {"dst": "default", "gateway": "10.0.0.1", "dev": "eth0"}


@pytest.mark.parametrize(
    ("matched", "metric"),
    [
        ({**DEFAULT, "protocol": "dhcp", "metric": 1024}, 1024),
        (DEFAULT, 0),
        ({**DEFAULT, "table": "100"}, None),  # by a rule of its own: the main table does not matter
        ({**DEFAULT, "dst": "203.0.113.0/24"}, None),
    ],
)
def test_a_remote_session_knows_the_default_route_it_hangs_on(matched: dict[str, Any], metric: int | None) -> None:
    kernel = Routes({"203.0.113.9": REMOTE, "fibmatch 203.0.113.9": matched})
    assert session.read_session(kernel, {"SSH_CONNECTION": "203.0.113.9 4000 10.0.0.2 22"}, ADDRESSES) == {
        **CAME_BY_ETH0,
        "client": "203.0.113.9",
        "back_via": "10.0.0.1",
        "back_metric": metric,
    }


def test_an_ipv6_default_route_without_a_metric_has_the_kernels() -> None:
    kernel = Routes({"2001:db8::9": {"dev": "eth0", "gateway": "fe80::1"}, "fibmatch 2001:db8::9": DEFAULT})
    assert session.way_back(kernel, "2001:db8::9", "2001:db8:5::2")["back_metric"] == 1024


def test_active_services_are_read() -> None:
    assert manager.running(manager.parse_states("active\ninactive\nfailed\nactive\n")) == {
        "systemd-networkd": True,
        "NetworkManager": False,
        "networking": False,
        "network": True,
    }
    assert not any(manager.running(manager.parse_states("")).values())


def test_a_service_that_reads_its_configuration_anew_or_starts_is_in_charge() -> None:
    found = manager.running(manager.parse_states("reloading\nactivating\nfailed\ndeactivating\n"))
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
        "eth0:ethernet:connected\nwan\\:a:vlan:disconnected\nlo:loopback:connected (externally)\n"
        "docker0:bridge:connected (externally)\nx:ethernet:unmanaged\n"
    )
    assert manager.parse_nmcli(text) == {"eth0": "ethernet", "wan:a": "vlan"}


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
        {
            "name": "ifupdown",
            "active": True,
            "interfaces": ["eth2"],
            "files": {"eth2": "/etc/network/interfaces.d/eth2"},
            "reads_folder": True,
            "netplan": False,
        },
        {
            "name": "ifcfg",
            "active": False,
            "interfaces": ["eth5"],
            "netplan": False,
            "by_file": {"/etc/sysconfig/network-scripts/ifcfg-eth5": "eth5"},
        },
    ]


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("source /etc/network/interfaces.d/*", True),
        ("source interfaces.d/*", True),
        ("source-directory interfaces.d", True),
        ("source /etc/network/interfaces.d/*.cfg", False),
        ("", False),
    ],
)
def test_whether_ifupdown_would_read_the_roles_file_is_told(line: str, reads: bool) -> None:
    host = Managed()
    host.files["/etc/network/interfaces"] = f"iface eth0 inet dhcp\n{line}\n"
    found = manager.read_managers(host)[1]
    assert found["reads_folder"] is reads and found["files"] == {"eth0": "/etc/network/interfaces"}
    host.files["/etc/network/interfaces.d/linebond-teql0"] = "iface eth2 inet static\n"
    found = manager.read_managers(host)[1]
    assert found["interfaces"] == (["eth0", "eth2"] if reads else ["eth0"])
    assert found["files"] == {"eth0": "/etc/network/interfaces"}


@pytest.mark.parametrize(("systemd", "active"), [(False, True), (True, False)])
def test_without_systemd_the_network_service_tells_by_its_lock(systemd: bool, active: bool) -> None:
    host = Managed()
    host.ANSWERS = {}
    host.files[manager.IFCFG_STARTED] = ""
    if systemd:
        host.files[manager.BOOTED] = ""
    assert [each["name"] for each in manager.read_managers(host) if each["active"]] == ["ifcfg"] * active


@pytest.mark.parametrize(
    ("answer", "lock", "active"),
    [
        ("inactive inactive inactive failed", True, ["ifcfg"]),
        ("inactive inactive inactive failed", False, []),
        ("inactive inactive inactive inactive", True, []),
        ("inactive active inactive failed", True, ["networkmanager"]),
    ],
)
def test_a_network_service_that_one_interface_made_fail_has_the_others(
    answer: str, lock: bool, active: list[str]
) -> None:
    host = Managed()
    host.ANSWERS = {"systemctl": answer}
    host.files[manager.BOOTED] = ""
    if lock:
        host.files[manager.IFCFG_STARTED] = ""
    assert [each["name"] for each in manager.read_managers(host) if each["active"]] == active


def test_a_systemd_that_gives_no_answer_is_not_taken_for_a_host_without_managers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(manager, "PAUSE", 0.0)
    host = Managed()
    host.ANSWERS = {"systemctl": ""}
    host.files[manager.BOOTED] = ""
    with pytest.raises(LinebondError, match="systemd does not say which network manager runs here"):
        manager.read_managers(host)
