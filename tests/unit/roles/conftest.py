# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs playbooks on hosts that are not there: the collection's modules tell what they were asked and answer by a table.

Roles, playbooks and filters are the real ones. Nothing can reach a host: the connection refuses every command.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[3]
REAL = ("meta", "playbooks", "roles", "galaxy.yml", "plugins/filter", "plugins/plugin_utils", "plugins/module_utils")
REAL += ("plugins/modules", "plugins/doc_fragments")

ACTION = """
import json, os
from ansible.plugins.action import ActionBase

class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        name = self._task.action.rpartition(".")[2]
        told = {"host": task_vars["inventory_hostname"], "module": name, "check": self._task.check_mode}
        told["args"] = self._task.args
        with open(os.environ["SIMULATED_LOG"], "a") as log:
            log.write(json.dumps(told) + "\\n")
        with open(os.environ["SIMULATED_ANSWERS"]) as answers:
            return {"changed": False, **json.load(answers).get(name, {})}
"""
CONNECTION = """
DOCUMENTATION = "name: nowhere\\nshort_description: reaches nothing\\ndescription: x\\noptions: {}\\nauthor: x"
from ansible.plugins.connection import ConnectionBase

class Connection(ConnectionBase):
    transport = "nowhere"
    def _connect(self): return self
    def exec_command(self, *args, **kwargs): raise Exception("nothing may be run here")
    put_file = fetch_file = exec_command
    def close(self): pass
"""

FOUND = {
    "bond": {"members": []},
    "session": None,
    "default_routes": [],
    "managers": [{"name": "networkd", "active": True, "interfaces": ["eth2", "eth3"], "netplan": False}],
    "monitor": {"running": False, "out": []},
}
NOTHING_TO_DO = {"files": {"written": [], "removed": [], "restored": []}, "bond": {"commands": []}}


class Played(NamedTuple):
    said: str
    code: int
    calls: list[dict[str, Any]]

    def __str__(self) -> str:
        return self.said

    def names(self, *left_out: str) -> list[str]:
        """The modules that were called, one in check mode with a question mark."""
        called = [call for call in self.calls if call["module"] not in left_out]
        return [call["module"] + ("?" if call["check"] else "") for call in called]

    def arguments(self, module: str) -> list[dict[str, Any]]:
        return [call["args"] for call in self.calls if call["module"] == module]


class Stage:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        collection = folder / "ansible_collections/linebond/teql"
        for path in REAL:
            (collection / path).parent.mkdir(parents=True, exist_ok=True)
            (collection / path).symlink_to(ROOT / path)
        for kind, names, text in (
            ("action", [path.stem for path in (ROOT / "plugins/modules").glob("[a-z]*.py")], ACTION),
            ("connection", ["nowhere"], CONNECTION),
        ):
            (collection / "plugins" / kind).mkdir()
            for name in names:
                (collection / "plugins" / kind / f"{name}.py").write_text(text)

    def play(
        self,
        *words: str,
        answers: dict[str, Any] | None = None,
        gateway: Any = (),
        router: dict[str, Any] | None = None,
        **site: Any,
    ) -> Played:
        """ansible-playbook WORDS with these variables of the gateway, of the only router and of the site."""
        hosts = {
            "teql_gateways": {"hosts": {"gw": {"teql_lines": [{"interface": "eth2"}, {"interface": "eth3"}]}}},
            "teql_routers": {
                "hosts": {"dsl1": {"routers_platform": "linux", "routers_line": "eth2", **(router or {})}}
            },
        }
        if gateway != ():
            hosts["teql_gateways"] = {"hosts": {"gw": gateway}}
        known = {"teql_address": "192.0.2.2/29", "teql_common_address": "192.0.2.1", **site}
        shared = {"ansible_connection": "linebond.teql.nowhere", "ansible_become": False}
        shared.update({name: value for name, value in known.items() if value is not None})
        inventory, log = self.folder / "hosts.yml", self.folder / "log"
        inventory.write_text(yaml.safe_dump({"all": {"vars": shared, "children": hosts}}))
        (self.folder / "answers").write_text(json.dumps({"bond_info": FOUND, **NOTHING_TO_DO, **(answers or {})}))
        log.write_text("")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment.update(
            ANSIBLE_COLLECTIONS_PATH=str(self.folder),
            ANSIBLE_HOME=str(self.folder / "home"),
            ANSIBLE_NOCOLOR="1",
            HOME=str(self.folder),
            SIMULATED_ANSWERS=str(self.folder / "answers"),
            SIMULATED_LOG=str(log),
        )
        command = [sys.executable, "-m", "ansible", "playbook", "-i", str(inventory), *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        calls = [json.loads(line) for line in log.read_text().splitlines()]
        return Played(done.stdout, done.returncode, calls)

    def role(self, text: str, **options: Any) -> Played:
        """A play of these tasks on the gateway."""
        (self.folder / "play.yml").write_text(
            yaml.safe_dump([{"hosts": "teql_gateways", "gather_facts": False, "tasks": yaml.safe_load(text)}])
        )
        return self.play("play.yml", **options)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))
