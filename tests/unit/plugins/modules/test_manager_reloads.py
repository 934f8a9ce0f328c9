# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules networkmanager_reload and ifupdown_reload, before simulated managers on a simulated kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import given, ifupdown, networkmanager
from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT
from ansible_collections.linebond.teql.plugins.modules import ifupdown_reload, networkmanager_reload
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import Refused, SimulatedKernel

ModuleRunner = Callable[..., dict[str, Any]]
WANTED = {"eth2": ["172.16.0.2/30"], "teql0": ["192.0.2.2/29", "192.0.2.1"]}
DEFAULT = ("default", "via", "192.0.2.1", "dev", "teql0", "onlink")
OURS = {networkmanager.profile_uuid("teql0", name): name for name in WANTED}


class Gateway(SimulatedKernel):
    """Its bond is up with one member, and has no address yet."""

    def __init__(self) -> None:
        super().__init__()
        self.add_port("eth2")
        for command in (
            "modprobe sch_teql",
            "ip link set dev eth2 up",
            "tc qdisc replace dev eth2 root teql0",
            "ip link set dev teql0 up",
        ):
            self.run(*command.split())
        self.history.clear()

    def give(self, interface: str) -> None:
        self.run("ip", "addr", "replace", WANTED[interface][0], "dev", interface)
        if interface == "teql0":
            self.run("ip", "-4", "route", "replace", *DEFAULT)

    def take(self, interface: str) -> None:
        self.routes = [route for route in self.routes if route["dev"] != interface]
        self.addresses[interface] = []


class NetworkManager(Gateway):
    def __init__(self) -> None:
        super().__init__()
        self.alive, self.active, self.profiles = True, {"eth2": "site"}, {"site"}
        self.written = set(OURS)  # the files of the role
        self.calls: list[str] = []
        self.waits_for_dhcp = ""

    def has(self, tool: str) -> bool:
        return tool == "nmcli" or super().has(tool)

    def execute(self, words: list[str]) -> str:
        if words[0] != "nmcli":
            return super().execute(words)
        if words[1] == "-t":
            shown = "".join(f"{device}:{uuid}\n" for device, uuid in self.active.items())
            return shown if words[-1] == "--active" else ("running\n" if self.alive else "not running\n")
        self.calls.append(" ".join(words))
        words = [word for word in words if word not in ("--wait", "5")]
        if words[1:3] == ["connection", "reload"]:
            self.profiles = {"site", *self.written}
            for device in [device for device, uuid in self.active.items() if uuid not in self.profiles]:
                del self.active[device]
                self.take(device)
        elif words[1:3] == ["connection", "up"]:
            if words[4] not in self.profiles:
                raise Refused(f"Error: unknown connection '{words[4]}'.")
            if words[4] == self.waits_for_dhcp:
                raise Refused("Error: Connection activation failed: IP configuration could not be reserved.")
            self.active[words[6]] = words[4]
            if words[4] in OURS:
                self.give(words[6])
        elif words[1:3] == ["device", "reapply"]:
            self.give(words[3])
        return ""


class Ifupdown(Gateway):
    def __init__(self) -> None:
        super().__init__()
        self.up, self.calls, self.broken = ["eth0"], [], ""

    def has(self, tool: str) -> bool:
        return tool in ("ifup", "ifdown", "ifquery") or super().has(tool)

    def execute(self, words: list[str]) -> str:
        if words[0] == "ifquery":
            return "".join(f"{name}={name}\n" for name in self.up)
        if words[0] not in ("ifup", "ifdown"):
            return super().execute(words)
        self.calls.append(" ".join(words))
        name = words[-1]
        if name == self.broken:
            raise Refused(f"ifup: failed to bring up {name}")
        if words[0] == "ifup":
            self.up.append(name)
            self.give(name)
        else:
            assert len(words) == 2 or name in ifupdown.parse_stanzas(self.files[words[2]])
            self.up.remove(name)
            self.take(name)
        return ""


@pytest.fixture
def nm(monkeypatch: pytest.MonkeyPatch) -> NetworkManager:
    host = NetworkManager()
    monkeypatch.setattr(networkmanager_reload, "Runner", lambda module: host)
    monkeypatch.setattr(networkmanager_reload.os, "geteuid", lambda: 0)
    monkeypatch.setattr(given.time, "sleep", lambda _seconds: None)
    return host


@pytest.fixture
def ifs(monkeypatch: pytest.MonkeyPatch) -> Ifupdown:
    host = Ifupdown()
    monkeypatch.setattr(ifupdown_reload, "Runner", lambda module: host)
    monkeypatch.setattr(ifupdown_reload.os, "geteuid", lambda: 0)
    return host


def test_networkmanager_takes_the_profiles_up_once(nm: NetworkManager, run_module: ModuleRunner) -> None:
    predicted = run_module(networkmanager_reload, check=True, wanted=WANTED)
    assert nm.calls == [] and nm.history == [] and KEPT + "networkmanager-teql0.json" not in nm.files
    result = run_module(networkmanager_reload, wanted=WANTED)
    assert result["changed"] and result["commands"] == predicted["commands"] == nm.calls[2:]
    assert list(nm.active.values()) == list(OURS) and nm.addresses["teql0"] == ["192.0.2.2/29"]
    again = run_module(networkmanager_reload, wanted=WANTED)
    assert not again["changed"] and again["commands"] == []
    nm.take("eth2")
    assert run_module(networkmanager_reload, wanted=WANTED)["commands"] == ["nmcli device reapply eth2"]


def test_networkmanager_gives_up_and_goes_back_to_what_it_had(nm: NetworkManager, run_module: ModuleRunner) -> None:
    run_module(networkmanager_reload, wanted=WANTED)
    nm.written.clear()
    predicted = run_module(networkmanager_reload, check=True, gone=WANTED)
    result = run_module(networkmanager_reload, gone=WANTED)
    assert result["changed"] and predicted["commands"] == result["commands"] and result["left"] == {}
    assert nm.active == {"eth2": "site"} and nm.addresses == {"eth2": [], "teql0": []} and nm.routes == []
    assert not any(path.startswith(KEPT) for path in nm.files)
    assert not run_module(networkmanager_reload, gone=WANTED)["changed"]


def test_a_former_profile_that_does_not_come_up_is_no_failure(nm: NetworkManager, run_module: ModuleRunner) -> None:
    run_module(networkmanager_reload, wanted=WANTED)
    nm.written.clear()
    nm.waits_for_dhcp = "site"
    result = run_module(networkmanager_reload, gone=WANTED)
    assert result["changed"] and not result.get("failed") and nm.active == {}
    (told,) = (text for text in map(str, result["warnings"]) if "eth2 has its former profile again" in text)
    assert "it is not active yet: Error: Connection activation failed" in told


def test_networkmanager_must_run_to_put_on_and_need_not_to_take_off(
    nm: NetworkManager, run_module: ModuleRunner
) -> None:
    nm.alive = False
    assert "NetworkManager does not run here" in run_module(networkmanager_reload, wanted=WANTED)["msg"]
    assert not run_module(networkmanager_reload, gone=WANTED)["changed"] and nm.calls == []


def test_a_profile_that_cannot_be_activated_is_told_with_where_to_look(
    nm: NetworkManager, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(nm.__dict__, "give", lambda interface: nm.run("ip", "broken"))
    result = run_module(networkmanager_reload, wanted=WANTED)
    assert result["failed"] and not result["changed"] and len(result["commands"]) == 1
    assert "`journalctl -u NetworkManager` may say why" in result["msg"]


STANZAS = """\
# ours
auto eth2
iface eth2 inet static
    address 172.16.0.2/30

auto teql0
iface teql0 inet static
    address 192.0.2.2/29
    gateway 192.0.2.1
"""


def test_ifupdown_takes_the_stanzas_up_once(ifs: Ifupdown, run_module: ModuleRunner) -> None:
    asked = {"stanzas": STANZAS, "wanted": WANTED}
    assert run_module(ifupdown_reload, check=True, **asked)["commands"] == ["ifup eth2", "ifup teql0"]
    assert ifs.calls == []
    result = run_module(ifupdown_reload, **asked)
    assert result["changed"] and result["commands"] == ifs.calls == ["ifup eth2", "ifup teql0"]
    assert run_module(ifupdown_reload, **asked)["commands"] == []
    assert ifs.files[ifupdown.kept_file("teql0")] == STANZAS
    changed = STANZAS.replace("iface eth2", "# another\niface eth2").replace(
        "    address 172", "    mtu 1400\n    address 172"
    )
    again = run_module(ifupdown_reload, stanzas=changed, wanted=WANTED)
    assert again["commands"] == [f"ifdown --interfaces {ifupdown.kept_file('teql0')} eth2", "ifup eth2"]
    assert run_module(ifupdown_reload, stanzas=changed, wanted=WANTED)["commands"] == []


def test_ifupdown_gives_up_all_that_it_had_brought_up(ifs: Ifupdown, run_module: ModuleRunner) -> None:
    run_module(ifupdown_reload, stanzas=STANZAS, wanted=WANTED)
    predicted = run_module(ifupdown_reload, check=True)
    result = run_module(ifupdown_reload)
    assert result["changed"] and result["commands"] == predicted["commands"]
    assert ifs.up == ["eth0"] and ifs.addresses == {"eth2": [], "teql0": []}
    assert not any(path.startswith(KEPT) for path in ifs.files)
    assert run_module(ifupdown_reload) == {**run_module(ifupdown_reload), "changed": False, "commands": []}


def test_taking_off_needs_no_ifupdown(ifs: Ifupdown, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ifupdown, "has", SimulatedKernel.has)
    assert not run_module(ifupdown_reload)["changed"]
    assert "The command ifquery is missing" in run_module(ifupdown_reload, stanzas=STANZAS, wanted=WANTED)["msg"]


def test_an_interface_that_does_not_come_up_is_told_with_what_was_done(ifs: Ifupdown, run_module: ModuleRunner) -> None:
    ifs.broken = "teql0"
    result = run_module(ifupdown_reload, stanzas=STANZAS, wanted=WANTED)
    assert result["failed"] and result["changed"] and result["commands"] == ["ifup eth2", "ifup teql0"]
    assert "failed to bring up teql0" in result["msg"] and "Done before it: ifup eth2." in result["msg"]
    ifs.broken = ""
    assert run_module(ifupdown_reload, stanzas=STANZAS, wanted=WANTED)["commands"] == ["ifup teql0"]


@pytest.mark.parametrize("module", [networkmanager_reload, ifupdown_reload])
def test_only_root_may(
    module: Any, nm: NetworkManager, ifs: Ifupdown, run_module: ModuleRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    more = {"stanzas": STANZAS} if module is ifupdown_reload else {}
    result = run_module(module, wanted=WANTED, **more)
    assert "run this task with become: true" in result["msg"] and nm.calls == ifs.calls == []
