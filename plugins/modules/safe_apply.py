#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: safe_apply
short_description: Let a host put its old network back by itself unless a change is confirmed in time
version_added: 1.1.0
author:
  - The linebond.teql authors (@linebond)
description:
  - Before the network of a host is changed, O(state=armed) keeps what is there and starts a timer on the host. When the
    controller can still come in after the change, by a connection of its own, O(state=confirmed) ends it. Otherwise the
    host puts everything back by itself, and the next run tells of it.
  - Kept are the files in O(files) and O(file_set), all addresses and routes, and of O(ports) and O(bond) the root
    queueing disciplines, the MTU, the interface group, whether they are up, and their kernel settings. What is missing
    of that afterwards comes back on every interface; what is new goes on O(ports) and O(bond) only.
  - Everything lies in C(/var/lib/linebond.teql/rollback) meanwhile, with the program that puts it back, which needs
    nothing but Python. The timer is the transient unit C(linebond-rollback.timer). When the host is started anew before
    the change was confirmed, C(linebond-rollback-boot.service) puts the files back before the network manager starts.
    On hosts that systemd did not start the timer is a process of its own, which a reboot ends.
  - A host has one timer. While it runs, another run is refused.
  - What a reboot or a kill has cut off, a rollback that was under way or a timer, is done first by the next call.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  check_mode:
    support: full
    details: It arms, confirms and puts back nothing, but refuses and tells what it would otherwise.
  diff_mode:
    support: N/A
    details: What it puts back is listed in RV(log).
options:
  state:
    description:
      - V(armed) keeps what is there and starts the timer.
      - V(confirmed) stops the timer and forgets what was kept.
      - V(restored) puts back at once what was kept under O(ticket), also what has changed since the timer did, and
        returns what was done. Nothing happens where nothing is kept under it.
      - V(idle) tells of what an earlier run left, and is refused while another run has armed the timer.
    type: str
    choices: [armed, confirmed, restored, idle]
    required: true
  ticket:
    description:
      - What O(state=armed) returned as RV(ticket). Needed for V(confirmed) and V(restored).
    type: str
  timeout:
    description:
      - How long the host waits for the confirmation, in seconds from now.
    type: int
    default: 60
  bond:
    description:
      - The bond's device.
    type: str
    default: teql0
  ports:
    description:
      - The interfaces that are about to be changed. Those of an earlier run of M(linebond.teql.bond) count as well.
    type: list
    elements: str
    default: []
  files:
    description:
      - The paths of files that are about to be written or removed.
    type: list
    elements: path
    default: []
  file_set:
    description:
      - The name of a set of M(linebond.teql.files) that is about to be changed.
    type: str
  reload:
    description:
      - The commands, each a list of words, by which the host's network manager takes up its files again once they are
        put back.
    type: list
    elements: list
    default: []
  reason:
    description:
      - Why everything is put back, for the log.
    type: str
    default: the run asked for it
  fresh:
    description:
      - Whether a confirmation has to come by another SSH connection than the one by which the timer was armed. An old
        one may outlive a change by which no new one gets in.
    type: bool
    default: true
seealso:
  - module: linebond.teql.bond
  - module: linebond.teql.files
"""

EXAMPLES = r"""
- name: Keep the network as it is for a minute
  linebond.teql.safe_apply:
    state: armed
    timeout: 60
    ports: [eth2, eth3]
    files: [/etc/systemd/network/10-eth2.network, /etc/systemd/network/10-eth3.network]
    reload:
      - [networkctl, reload]
  register: armed

- name: Change it
  ansible.builtin.include_tasks: change.yml

- name: Come in anew
  ansible.builtin.meta: reset_connection

- name: Keep the change
  linebond.teql.safe_apply:
    state: confirmed
    ticket: "{{ armed.ticket }}"
"""

RETURN = r"""
armed:
  description: Whether a timer of this run is running now.
  returned: success
  type: bool
ticket:
  description: What the confirmation has to show.
  returned: when O(state=armed)
  type: str
timer:
  description: What keeps the time, a unit or a process.
  returned: when O(state=armed)
  type: str
  sample: linebond-rollback.timer
deadline:
  description: When everything is put back unless it is confirmed.
  returned: when O(state=armed)
  type: str
  sample: 2026-01-01 00:01:00 UTC
unsteady:
  description:
    - The commands that putting back would run now, with nothing changed yet. There are none unless somebody else is
      changing the network.
  returned: when O(state=armed)
  type: list
  elements: str
  sample: []
restored:
  description: Whether anything was put back, now or before by the timer.
  returned: when O(state=restored)
  type: bool
reason:
  description: Why it was put back first.
  returned: when something was put back
  type: str
log:
  description: What was done to put it back, in order.
  returned: when something was put back
  type: list
  elements: str
  sample: ["put /etc/systemd/network/10-eth2.network", "networkctl reload", "tc qdisc del dev eth2 root"]
earlier:
  description: A text about a change of an earlier run that was put back; it is also a warning. Empty if there was none.
  returned: when O(state=armed) or O(state=idle)
  type: str
"""

import os
import time
import uuid
from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils import ifcfg_state, ifupdown, networkmanager
from ansible_collections.linebond.teql.plugins.module_utils import rollback_timer as timer
from ansible_collections.linebond.teql.plugins.module_utils.bond_state import default_sysctl_file
from ansible_collections.linebond.teql.plugins.module_utils.file_set import FileSetError
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.plugins.module_utils.record import load_record, record_path
from ansible_collections.linebond.teql.plugins.module_utils.rollback_depot import (
    ARMED,
    CLAIMED,
    DONE,
    PATIENCE,
    Depot,
    boot_id,
    clock,
    overdue,
)
from ansible_collections.linebond.teql.plugins.module_utils.rollback_files import keep
from ansible_collections.linebond.teql.plugins.module_utils.rollback_network import read_network
from ansible_collections.linebond.teql.plugins.module_utils.rollback_program import restore
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner
from ansible_collections.linebond.teql.plugins.module_utils.session import find_connection

ARGUMENTS = {
    "state": {"type": "str", "choices": ["armed", "confirmed", "restored", "idle"], "required": True},
    "ticket": {"type": "str"},
    "timeout": {"type": "int", "default": 60},
    "bond": {"type": "str", "default": "teql0"},
    "ports": {"type": "list", "elements": "str", "default": []},
    "files": {"type": "list", "elements": "path", "default": []},
    "file_set": {"type": "str"},
    "reload": {"type": "list", "elements": "list", "default": []},
    "reason": {"type": "str", "default": "the run asked for it"},
    "fresh": {"type": "bool", "default": True},
}

Result = Dict[str, Any]


def tale(snapshot: Result) -> str:
    """What the next run says of a rollback."""
    return (
        f"An earlier change of this host's network, begun {clock(snapshot['made'])} by a run from "
        f"{snapshot['connection'].split(' ')[0] or 'this host'}, was put back {clock(snapshot['restored'])}: "
        f"{snapshot['reason']}. What was done for it: {'; '.join(snapshot['log']) or 'nothing had changed'}."
    )


def refusal(snapshot: Result) -> LinebondError:
    seconds = max(1, round(snapshot["deadline"] - time.time()))
    return LinebondError(
        f"Another run, from {snapshot['connection'].split(' ')[0] or 'this host'}, is changing the network of this "
        f"host, or was cut off while it did. Unless it confirms its change, the old network is put back at "
        f"{clock(snapshot['deadline'])}, in {seconds} s: run again then. Nothing was touched."
    )


def settle(runner: Runner, depot: Depot, act: bool) -> Result | None:
    """What an earlier run left, put back if need be. For who holds the lock, unless he only looks."""
    found = depot.find()
    if found is None:
        return None
    snapshot = found.snapshot
    if found.stage == ARMED and not overdue(snapshot, time.time(), boot_id()):
        raise refusal(snapshot)
    if found.stage != DONE and act:
        return restore(runner, depot, "the timer or the rollback itself was cut off")
    return snapshot if found.stage == DONE else None


# What modules write beside the role's files: their records, by which a removal would go, and the kernel's settings.
WRITTEN_BESIDE = (
    record_path,
    ifcfg_state.record_path,
    ifupdown.kept_file,
    networkmanager.kept_file,
    default_sysctl_file,
)


def keep_all(module: AnsibleModule, runner: Runner, depot: Depot, ticket: str) -> Result:
    """The snapshot, armed. Nothing but the depot's folder is written."""
    params = module.params
    record_file = record_path(params["bond"])
    record = load_record(runner.read(record_file), record_file)
    below = {below for port in params["ports"] for below in lower(runner, port)}
    ours = sorted({params["bond"], *params["ports"], *record.ports, *record.raised, *below})
    paths = {*params["files"], *(each(params["bond"]) for each in WRITTEN_BESIDE)}
    trees = []
    if params["file_set"]:
        store = Store(params["file_set"])
        trees.append(store.folder)
        paths.update(store.look({}).manifest.files)
    made = time.time()
    snapshot = {
        "ticket": ticket,
        "bond": params["bond"],
        "made": made,
        "deadline": made + params["timeout"],
        "boot": boot_id(),
        "connection": find_connection(runner, os.environ),
        "reload": params["reload"],
        "ours": ours,
        "files": keep(sorted(paths), trees, depot.twins),
        "network": read_network(runner, ours)._asdict(),
    }
    timer.lay_out(depot)
    depot.write(ARMED, snapshot)
    return snapshot


def lower(runner: Runner, port: str) -> list[str]:
    """What a VLAN lies on: the kernel's own links to it."""
    return [name[len("lower_") :] for name in runner.names(f"/sys/class/net/{port}") if name.startswith("lower_")]


def arm(module: AnsibleModule, runner: Runner, depot: Depot) -> Result:
    ticket = uuid.uuid4().hex
    depot.make()
    try:
        snapshot = keep_all(module, runner, depot, ticket)
        unsteady = timer.rehearse(depot, ticket)
        kept = timer.start(runner, depot, ticket, module.params["timeout"])
    except BaseException:
        forget(runner, depot)
        raise
    return {
        "armed": True,
        "ticket": ticket,
        "timer": kept,
        "deadline": clock(snapshot["deadline"]),
        "unsteady": unsteady,
    }


def forget(runner: Runner, depot: Depot) -> None:
    """The folder goes last: by it the next call sees that there is something left."""
    depot.disarm()
    timer.stop(runner)
    depot.clear()


def prepare(module: AnsibleModule, runner: Runner, depot: Depot) -> Result:
    """For V(armed) and V(idle)."""
    wanted = module.params["state"] == "armed"
    if module.check_mode or not (wanted or os.path.isdir(depot.folder)):
        left = settle(runner, depot, act=False)
        return {"armed": False, "earlier": tale(left) if left else ""}
    if os.geteuid() != 0:
        raise LinebondError("Only root may change the network of this host: run this task with become: true.")
    with depot.locked(PATIENCE):
        left = settle(runner, depot, act=True)
        forget(runner, depot)
        result = arm(module, runner, depot) if wanted else {"armed": False}
    return {**result, "earlier": tale(left) if left else ""}


def confirm(module: AnsibleModule, runner: Runner, depot: Depot) -> Result:
    with depot.locked(PATIENCE):
        found = depot.find()
        if found is None or found.snapshot["ticket"] != module.params["ticket"]:
            raise LinebondError("Nothing is armed for this run any more: was another one at work?")
        if found.stage in (CLAIMED, DONE):
            raise LinebondError("The confirmation comes too late: the old network was put back already.")
        armed_by, ours = found.snapshot["connection"], find_connection(runner, os.environ)
        if module.params["fresh"] and armed_by and armed_by == ours:
            raise LinebondError(
                f"The confirmation came by the SSH connection from before the change ({ours}), which proves nothing: "
                "let Ansible manage its connections (no ControlMaster of your own in ssh_args or ssh_config)."
            )
        if not module.check_mode:
            forget(runner, depot)
    return {"armed": False}


def put_back(module: AnsibleModule, runner: Runner, depot: Depot) -> Result:
    with depot.locked(PATIENCE):
        found = depot.find()
        if found is None or found.snapshot["ticket"] != module.params["ticket"]:
            return {"armed": False, "restored": False}
        snapshot = found.snapshot
        if not module.check_mode:
            snapshot = restore(runner, depot, module.params["reason"])
            forget(runner, depot)
    return {
        "armed": False,
        "restored": True,
        "changed": True,
        "reason": snapshot.get("reason", module.params["reason"]),
        "log": snapshot.get("log", []),
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        required_if=[("state", "confirmed", ["ticket"]), ("state", "restored", ["ticket"])],
        supports_check_mode=True,
    )
    act = {"armed": prepare, "idle": prepare, "confirmed": confirm, "restored": put_back}[module.params["state"]]
    try:
        if module.params["timeout"] < 1:
            raise LinebondError(f"timeout: {module.params['timeout']} is no number of seconds to wait.")
        result = act(module, Runner(module), Depot())
    except (LinebondError, FileSetError) as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg=f"What is there cannot be kept or put back: {error}.")
    if result.get("earlier"):
        module.warn(result["earlier"])
    module.exit_json(**{"changed": False, **result})


if __name__ == "__main__":
    main()
