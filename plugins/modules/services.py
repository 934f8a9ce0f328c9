#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: services
short_description: Bring systemd services to the wanted state, each running what its files say
version_added: 1.0.0
description:
  - Starts, restarts and stops all services of a list in one call. Their files are the business of
    M(linebond.teql.files); so is whether they start at boot, which is a symlink.
  - A service is restarted when it was started from other files than those there are now, however long ago they were
    written. A run that was cut off between files and services can be run again and ends right.
  - systemd reads unit files anew when they differ from what it has read.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: none
    details: The result has the commands.
author:
  - the linebond.teql authors (@linebond)
options:
  units:
    description:
      - The services, in the order in which they are started.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The unit's name with its suffix, such as V(teql-monitor.service).
        type: str
        required: true
      state:
        description:
          - Whether it shall run. A unit that is not there counts as stopped.
        type: str
        choices: [started, stopped]
        default: started
      stamp:
        description:
          - What tells one state of the service's files from another, a digest of them.
          - The unit file has to give it to the service in its environment, as C(LINEBOND_STAMP). A service that has
            another one, or none, is restarted.
        type: str
      reload:
        description:
          - Whether a service that goes on running shall read its configuration again, each time. That is no change;
            the service has to make nothing of it where nothing differs.
        type: bool
        default: false
  checks:
    description:
      - Commands that judge what the services will read, each a list of words, run in this order before any service is
        touched. One that fails ends the module; no service has been touched then.
      - They are no change and are not run in check mode.
    type: list
    elements: list
    default: []
    version_added: 1.1.0
seealso:
  - module: linebond.teql.files
  - module: ansible.builtin.systemd_service
"""

EXAMPLES = r"""
- name: Run the monitor from the files there are now
  linebond.teql.services:
    checks:
      - [/usr/local/bin/teqlctl, check]
    units:
      - name: teql-monitor.service
        stamp: 3f2a9c11d0e4
        reload: true
      - name: teql-monitor-http.service
        state: stopped
"""

RETURN = r"""
commands:
  description: The commands that were run, in check mode those that would be.
  returned: always
  type: list
  elements: str
  sample: [systemctl daemon-reload, systemctl start teql-monitor.service]
"""

from typing import Any, Mapping

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.runner import CommandFailed, LinebondError, Runner, typed
from ansible_collections.linebond.teql.plugins.module_utils.units import WantedUnit, plan, read_units

OPTIONS = {
    "units": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["started", "stopped"], "default": "started"},
            "stamp": {"type": "str"},
            "reload": {"type": "bool", "default": False},
        },
    },
    "checks": {"type": "list", "elements": "list", "default": []},
}
LAST_WORDS = 10  # lines of the journal that a failure shows


def wanted_unit(option: Mapping[str, Any]) -> WantedUnit:
    return WantedUnit(option["name"], option["state"] == "started", option["stamp"] or "", option["reload"])


def bring_about(module: AnsibleModule, runner: Runner, result: dict[str, Any]) -> None:
    wanted = [wanted_unit(option) for option in module.params["units"]]
    planned = plan(wanted, read_units(runner, [unit.name for unit in wanted]))
    if module.check_mode:
        result.update(changed=bool(planned.changes), commands=[typed(argv) for argv in planned.changes])
        return
    for check in module.params["checks"]:
        judged(runner, [str(word) for word in check])
    for argv in planned.changes + planned.refreshes:
        result["commands"].append(typed(argv))
        result["changed"] = bool(planned.changes)
        try:
            runner.run(*argv)
        except CommandFailed as error:
            raise LinebondError(f"{error}{last_words(runner, argv[-1])}") from error


def judged(runner: Runner, check: list[str]) -> None:
    if not check:
        raise LinebondError("checks: one of them has no words: leave it out.")
    rc, out, err = runner.try_run(*check)
    if rc != 0:
        raise LinebondError(f"{typed(check)} failed with status {rc}: {(out + err).strip() or 'no message'}")


def last_words(runner: Runner, unit: str) -> str:
    """What the service itself said about it."""
    if not (unit.endswith(".service") and runner.has("journalctl")):
        return ""
    count = f"--lines={LAST_WORDS}"
    _rc, out, _err = runner.try_run("journalctl", "--unit", unit, count, "--no-pager", "--output=cat")
    return f"\nIts last words (journalctl --unit {unit}):\n{out.strip()}" if out.strip() else ""


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    result: dict[str, Any] = {"changed": False, "commands": []}
    try:
        bring_about(module, Runner(module), result)
    except LinebondError as error:
        module.fail_json(msg=str(error), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
