# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays the wrong inventories of the table, all at once: each has a gateway and a router of its own.

It is the playbook site, but for one thing: a gateway that is refused does not stop the others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ansible_collections.linebond.teql.tests.unit.roles.conftest import FOUND, ROOT, Stage

GATEWAY = {
    "teql_address": "192.0.2.2/29",
    "teql_common_address": "192.0.2.1",
    "teql_lines": [{"interface": "eth2", "name": "attic"}, {"interface": "eth3", "name": "cellar"}],
}
ROUTER = {"routers_platform": "linux", "routers_line": "attic"}
# Who takes part in which play of the playbook: those who are refused there. Nobody comes any further.
# A good gateway and its router keep them company, for a playbook ends where all hosts of a play have failed.
GOOD = "good"
PLAYS = ("routers", "gateway", "nobody", "routers", "nobody", "nobody", "nobody")
SHARED = {"ansible_connection": "linebond.teql.nowhere", "ansible_become": False}
PLUGIN = """
DOCUMENTATION = "name: refusals\\ntype: aggregate\\nshort_description: x\\ndescription: x\\noptions: {}"
import json, os
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME, CALLBACK_NEEDS_ENABLED = 2.0, "aggregate", "refusals", True

    def v2_runner_on_failed(self, result, ignore_errors=False):
        host = getattr(result, "host", None) or result._host
        task = getattr(result, "task", None) or result._task
        told = getattr(result, "result", None) or result._result
        with open(os.environ["REFUSALS"], "a") as log:
            said = {"host": host.get_name(), "task": task.get_name(), "msg": str(told.get("msg"))}
            log.write(json.dumps(said) + "\\n")
"""


class Refusal(NamedTuple):
    task: str
    message: str


class Outcome(NamedTuple):
    refusals: dict[str, Refusal]  # by host; the first of each
    said: str


def variables(case: dict[str, Any], key: str, good: dict[str, Any]) -> str:
    """A host's variables: the case's own text, as a person wrote it, after those of the good ones that it leaves."""
    text = case.get(key, "")
    given = set(re.findall(r"(?m)^(\w+):", text)) | set(case.get("without", ()))
    kept = {name: value for name, value in good.items() if name not in given}
    return (yaml.safe_dump(kept) if kept else "") + text


def write(folder: Path, cases: dict[str, dict[str, Any]]) -> None:
    """The inventory. By case the hosts are gateway-CASE, router-CASE and, where it has another router, other-CASE."""
    (folder / "host_vars").mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[str]] = {group: [] for group in ("teql_gateways", "teql_routers", *PLAYS)}
    for name, case in {**cases, GOOD: {"router": ""}}.items():
        groups["teql_gateways"].append(f"gateway-{name}")
        hosts = {f"gateway-{name}": variables(case, "gateway", GATEWAY)}
        mine = {**ROUTER, "routers_gateway": f"gateway-{name}"}
        for kind in ("router", "other"):
            if kind in case:
                groups["teql_routers"].append(f"{kind}-{name}")
                hosts[f"{kind}-{name}"] = variables(case, kind, mine)
        judged = ("gateway", "routers") if name == GOOD else ("routers" if case["where"] == "routers" else "gateway",)
        for group in judged:
            groups[group] += hosts
        for host, text in hosts.items():
            (folder / "host_vars" / f"{host}.yml").write_text(text, encoding="utf-8")
    children = {group: {"hosts": dict.fromkeys(hosts)} for group, hosts in groups.items()}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"vars": SHARED, "children": children}}))
    plays = yaml.safe_load((ROOT / "playbooks" / "site.yml").read_text())
    for play, where in zip(plays, PLAYS, strict=True):
        play.pop("any_errors_fatal", None)
        play["hosts"] += f":&{where}"
    (folder / "site.yml").write_text(yaml.safe_dump(plays, sort_keys=False))
    (folder / "callbacks").mkdir(exist_ok=True)
    (folder / "callbacks" / "refusals.py").write_text(PLUGIN)


def judge(stage: Stage, cases: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What the roles say about each host of each case."""
    folder = stage.folder / "bad_input"
    write(folder, cases)
    hosts = {}
    for name, case in cases.items():
        found = {**FOUND, **case.get("found", {})}
        wanted = ("router", "other") if case["where"] == "routers" else ("gateway",)
        hosts.update({f"{kind}-{name}": (case["where"], found) for kind in wanted if kind in case or kind == "gateway"})
    asked = {"inventory": str(folder / "hosts.yml"), "roles": str(ROOT / "roles"), "hosts": hosts}
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("judge.py"))],
        input=json.dumps(asked),
        env=stage.environment(),
        cwd=stage.folder,
        text=True,
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, str] = json.loads(done.stdout)
    return said


def play(stage: Stage, cases: dict[str, dict[str, Any]]) -> Outcome:
    folder = stage.folder / "bad_input"
    write(folder, cases)
    log = folder / "refusals.log"
    log.write_text("")
    answers = {
        f"gateway-{name} bond_info": {**FOUND, **case["found"]} for name, case in cases.items() if "found" in case
    }
    played = stage.run(
        *("-i", str(folder / "hosts.yml"), str(folder / "site.yml")),
        answers=answers,
        ANSIBLE_CALLBACK_PLUGINS=str(folder / "callbacks"),
        ANSIBLE_CALLBACKS_ENABLED="refusals",
        ANSIBLE_FORKS="4",
        REFUSALS=str(log),
    )
    refusals: dict[str, Refusal] = {}
    for line in log.read_text().splitlines():
        told = json.loads(line)
        refusals.setdefault(told["host"], Refusal(told["task"], told["msg"]))
    return Outcome(refusals, played.said)
