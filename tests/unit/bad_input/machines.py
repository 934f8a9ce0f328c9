# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that are not fit, by the description in the table, and what our own code says on them.

The modules run from arguments to result; only what touches the system is simulated. Keys of a machine:
ports (name: mtu, kind, lower, master), qdiscs, done (commands typed before), files, without (commands), user, os,
without_module, without_modules, disabled_module, without_ipv6, old_ip, read_only, fails (command: what it prints) for
a gateway; services, addresses, answers, session for a router; heard, sysfs for the lines; answer for the monitor.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.linebond.teql.plugins.module_utils import (
    arp_probe,
    file_store,
    linux_router_apply,
    linux_router_plan,
)
from ansible_collections.linebond.teql.plugins.module_utils.arp import Heard
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.plugins.module_utils.runner import CommandFailed, Runner
from ansible_collections.linebond.teql.plugins.modules import (
    bond,
    bond_info,
    drain,
    files,
    linux_router,
    router_probe,
    sysctl,
)
from ansible_collections.linebond.teql.plugins.plugin_utils.monitor_package import complaints
from ansible_collections.linebond.teql.plugins.plugin_utils.render.monitor import launcher
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel
from ansible_collections.linebond.teql.tests.unit.plugins.modules.simulated_router import SimulatedRouter
from ansible_collections.linebond.teql.tests.unit.plugins.modules.test_drain import Teqlctl

Machine = dict[str, Any]
ModuleRunner = Callable[..., dict[str, Any]]
LINE = {
    "address": "172.16.0.1/30",
    "gateway": "172.16.0.2",
    "common_address": "192.0.2.1",
    "public_network": "192.0.2.0/29",
}


def refuse_writing(path: str) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)


class Gateway(SimulatedKernel):
    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine
        for name, port in machine.get("ports", {"eth2": {}, "eth3": {}}).items():
            self.add_port(name, **port)
        self.files.update({"/proc/sys/net/ipv4/ip_forward": "0\n", "/proc/sys/net/ipv4/conf/all/arp_ignore": "0\n"})
        self.files.update(machine.get("files", {}))
        self.files["/etc/os-release"] = machine.get("os", "ID=debian\n")
        if machine.get("without_ipv6"):
            self.files = {path: text for path, text in self.files.items() if "/net/ipv6/" not in path}
        for command in machine.get("done", ()):
            self.run(*command.split())
        self.qdiscs.update(machine.get("qdiscs", {}))
        self.missing_tools = set(machine.get("without", ()))
        self.module_there = not machine.get("without_module")
        self.history.clear()

    def perform(self, action: Any) -> None:
        told = self.machine.get("fails", {}).get(" ".join(getattr(action, "argv", ())))
        if told:
            raise CommandFailed(action.argv, 2, told)
        super().perform(action)

    def exists(self, path: str) -> bool:
        if path.startswith("/lib/modules/") and self.machine.get("without_modules"):
            return False
        return super().exists(path)

    def execute(self, words: list[str]) -> str:
        if words[:2] == ["ip", "-j"] and self.machine.get("old_ip"):
            return "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"
        if words[:2] == ["modprobe", "-n"] and self.machine.get("disabled_module"):
            return "install /bin/false\n"
        return super().execute(words)

    def write(self, path: str, text: str) -> None:
        if "read_only" not in self.machine:
            super().write(path, text)
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "makedirs", lambda *_words, **_options: refuse_writing(path))
            Runner.write(self, path, text)


class Said:
    """What our code says about a case: `Said(run_module, patch, folder).of(case)`."""

    def __init__(self, run_module: ModuleRunner, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.run_module, self.patch, self.folder = run_module, patch, folder

    def of(self, case: dict[str, Any]) -> str:
        answer: str = getattr(self, case["module"])(case.get("machine", {}), case["options"])
        return answer.replace(str(self.folder), "")

    def result(self, module: Any, options: dict[str, Any]) -> str:
        told = self.run_module(module, **options)
        assert told.get("failed"), told
        assert "Traceback" not in told["msg"]
        return str(told["msg"])

    def on_gateway(self, module: Any, machine: Machine, options: dict[str, Any]) -> str:
        gateway = Gateway(machine)
        self.patch.setattr(module, "Runner", lambda _module: gateway)
        self.patch.setattr(os, "geteuid", lambda: machine.get("user", 0))
        self.patch.setattr(os, "uname", lambda: os.uname_result(("Linux", "gw", "6.1.0-49-amd64", "", "x86_64")))
        before = gateway.picture()
        said = self.result(module, options)
        assert gateway.picture() == before
        return said

    def bond(self, machine: Machine, options: dict[str, Any]) -> str:
        return self.on_gateway(bond, machine, options)

    def sysctl(self, machine: Machine, options: dict[str, Any]) -> str:
        return self.on_gateway(sysctl, machine, options)

    def bond_info(self, machine: Machine, options: dict[str, Any]) -> str:
        gateway = Gateway(machine)
        self.patch.setattr(bond_info, "Runner", lambda _module: gateway)
        return self.result(bond_info, options)

    def files(self, machine: Machine, options: dict[str, Any]) -> str:
        self.patch.setattr(files, "Store", partial(file_store.Store, base=str(self.folder / "kept")))
        if machine.get("read_only"):
            self.patch.setattr(Store, "do", lambda _store, step: refuse_writing(options["files"][0]["path"]))
        return self.result(files, options)

    def drain(self, machine: Machine, options: dict[str, Any]) -> str:
        monitor = Teqlctl()
        if "answer" in machine:
            monitor.answer = tuple(machine["answer"])
        if "without" in machine:
            monitor.found = dict.fromkeys(machine["without"])
            self.patch.setattr(monitor, "has", lambda _tool: False)
            self.patch.setattr(monitor, "try_run", partial(Runner.try_run, monitor))
        self.patch.setattr(drain, "Runner", lambda _module: monitor)
        return self.result(drain, options)

    def linux_router(self, machine: Machine, options: dict[str, Any]) -> str:
        folder = self.folder / "network"
        folder.mkdir()
        box = SimulatedRouter(folder)
        box.services = machine.get("services", box.services)
        box.addresses.update(machine.get("addresses", {}))
        box.outputs.update({tool: (0, text, "") for tool, text in machine.get("answers", {}).items()})
        session = machine.get("session", "10.0.0.1 4711 10.0.0.9 22")
        self.patch.setattr(linux_router_plan, "FOLDER", str(folder))
        self.patch.setattr(linux_router, "Runner", lambda _module: box)
        self.patch.setattr(linux_router, "store", lambda: Store("linux_router", str(self.folder / "kept")))
        self.patch.setattr(linux_router.os, "geteuid", lambda: machine.get("user", 0))
        self.patch.setattr(linux_router.os, "environ", {"SSH_CONNECTION": session} if session else {})
        self.patch.setattr(linux_router_apply, "PATIENCE", 0.0)
        before = box.picture()
        said = self.result(linux_router, {**LINE, **options})
        assert box.picture() == before and not list(folder.iterdir())
        return said

    def router_probe(self, machine: Machine, options: dict[str, Any]) -> str:
        for name, attributes in machine.get("sysfs", {}).items():
            for attribute, text in attributes.items():
                path = self.folder / "sys" / name / attribute
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.patch.setattr(arp_probe, "SYSFS", str(self.folder / "sys"))
        heard = {line: Heard(*map(tuple, macs)) for line, macs in machine.get("heard", {}).items()}
        if heard:
            self.patch.setattr(router_probe, "probe", lambda _lines, _attempts, _timeout: heard)
        return self.result(router_probe, options)

    def config(self, _machine: Machine, options: dict[str, Any]) -> str:
        return "\n".join(complaints(options["text"]))

    def teqlctl(self, _machine: Machine, options: dict[str, Any]) -> str:
        """The installed program, by a Python that takes itself for another one."""
        program = launcher("/usr/local/bin/teqlctl", "teql_monitor.cli")["content"]
        older = f"import sys; sys.version_info = {(*options['python'], 0)}\n{program}"
        done = subprocess.run([sys.executable, "-c", older], text=True, capture_output=True, check=False)
        assert done.returncode == 1 and not done.stdout
        return done.stderr.strip()
