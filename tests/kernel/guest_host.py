# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest as a test sees it: its ports, a picture of all that matters, and calls of modules."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ansible.module_utils import basic

from ansible_collections.linebond.teql.plugins.module_utils import runner as runners

MODULES = "ansible_collections.linebond.teql.plugins.modules."
PORTS = {"eth2": 1500, "eth3": 1500, "eth4": 1400}


def sh(command: str) -> str:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def shown(command: str) -> list[dict[str, Any]]:
    return json.loads(sh(command) or "[]")


def fresh_host() -> None:
    """No module, no record, three ports whose far ends are up; eth2.5 is a VLAN, gre1 point-to-point."""
    for link in shown("ip -j link show"):
        name = link["ifname"]
        if name in (*PORTS, "gre1"):  # the far ends and the VLAN go with them
            sh(f"ip link del {name}")
    sh("modprobe -r sch_teql; rm -rf /var/lib/linebond.teql /etc/sysctl.d/60-* /etc/modprobe.d/test.conf")
    sh("modprobe ipv6; modprobe ip_gre; ip link set lo up; sysctl -qw net.ipv4.conf.all.rp_filter=0")
    for port, mtu in PORTS.items():
        far = port.replace("eth", "r")
        sh(f"ip link add {port} mtu {mtu} type veth peer name {far} mtu {mtu}; ip link set {far} up")
    sh("ip link add link eth2 name eth2.5 type vlan id 5")
    sh("ip tunnel add gre1 mode gre remote 10.9.9.9 local 10.9.9.8 ttl 64")


def picture() -> dict[str, Any]:
    """All that a module may change, without what moves by itself."""
    addresses = {
        link["ifname"]: [
            "UP" in link["flags"],
            link["mtu"],
            link["group"],
            sorted(f"{info['local']}/{info['prefixlen']}" for info in link["addr_info"] if info["scope"] == "global"),
        ]
        for link in shown("ip -j addr show")
    }
    qdiscs = {
        qdisc["dev"]: [qdisc["kind"], qdisc["handle"], qdisc["options"]]
        for qdisc in shown("tc -j qdisc show")
        if qdisc.get("root") and qdisc["handle"] != "0:" and not qdisc["kind"].startswith("teql")
    }
    members = {qdisc["dev"]: qdisc["kind"] for qdisc in shown("tc -j qdisc show") if qdisc["kind"].startswith("teql")}
    keys = ("conf/eth*/rp_filter", "neigh/eth*/*_ms", "neigh/eth*/*_solicit", "neigh/eth*/delay_first_probe_time")
    settings = {}
    for family in ("ipv4", "ipv6"):
        for key in keys:
            for path in sorted(Path("/proc/sys/net", family).glob(key)):
                settings[str(path)] = path.read_text()
    files = [*Path("/etc/sysctl.d").glob("*"), *Path("/var/lib").glob("linebond.teql/*")]
    return {
        "addresses": addresses,
        "qdiscs": qdiscs,
        "members": members,
        "settings": settings,
        "routes": sorted(sh("ip -4 route show default; ip -6 route show default").splitlines()),
        "files": {str(path): path.read_text() for path in files if path.is_file()},
    }


def call(module_name: str, check: bool = False, fail_at: int | None = None, **arguments: Any) -> dict[str, Any]:
    """Runs a module in a child process, as Ansible would; fail_at makes that many-th action fail, for the rollback."""
    module = importlib.import_module(MODULES + module_name)
    with tempfile.TemporaryFile("w+") as answer:
        child = os.fork()
        if child == 0:
            os.dup2(answer.fileno(), 1)
            _run_module(module, {**arguments, "_ansible_check_mode": check, "_ansible_diff": True}, fail_at)
        os.waitpid(child, 0)
        answer.seek(0)
        text = answer.read()
    try:
        return json.loads(text.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise AssertionError(f"{module_name} answered {text!r}") from None


def _run_module(module: Any, arguments: dict[str, Any], fail_at: int | None) -> None:
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    if fail_at is not None:
        _break_action(fail_at)
    try:
        module.main()
    except SystemExit:
        pass
    finally:
        os._exit(0)


def _break_action(number: int) -> None:
    perform = runners.Runner.perform
    count = 0

    def failing(self: Any, action: Any) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise runners.CommandFailed(("broken",), 1, "on purpose")
        perform(self, action)

    runners.Runner.perform = failing  # type: ignore[method-assign]
