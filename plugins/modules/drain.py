#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: drain
short_description: Take a line out of the bond by hand, or let it back in
version_added: 1.0.0
description:
  - Asks the monitor of a gateway to keep a line out of the bond, for work on it, without the loss of a packet. The line
    stays out over restarts and reboots, until its time is over or it is let back in.
  - A line that is let back in joins as soon as it is well.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
attributes:
  diff_mode:
    support: none
    details: The result has the command.
  idempotent:
    support: partial
    details: With O(for) the time counts from each call, which is a change.
author:
  - the linebond.teql authors (@linebond)
requirements:
  - the role P(linebond.teql.monitor#role) on the managed host
options:
  line:
    description:
      - The line's name, or its interface.
    type: str
    required: true
  state:
    description:
      - Whether the line is kept out by hand.
    type: str
    choices: [drained, undrained]
    default: drained
  for:
    description:
      - For how long, such as V(90s), V(30m), V(2h), V(1h30m) or V(1d). Without it, until the line is let back in.
    type: str
seealso:
  - module: linebond.teql.bond_info
"""

EXAMPLES = r"""
- name: The line in the cellar is worked on for two hours
  linebond.teql.drain:
    line: cellar
    for: 2h

- name: The work is done
  linebond.teql.drain:
    line: cellar
    state: undrained
"""

RETURN = r"""
line:
  description: The line as the monitor sees it, in check mode as it was.
  returned: success
  type: dict
  sample: {name: cellar, interface: eth3, state: drained, member: false, drained_until: "2026-01-01T02:00:00Z"}
commands:
  description: The command that was run, in check mode the one that would be.
  returned: success
  type: list
  elements: str
  sample: [teqlctl drain cellar --for 2h]
"""

from typing import Any, Mapping

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.duration import parse_duration
from ansible_collections.linebond.teql.plugins.module_utils.monitor_link import (
    drain_command,
    find_line,
    read_status,
)
from ansible_collections.linebond.teql.plugins.module_utils.runner import LinebondError, Runner, typed

OPTIONS = {
    "line": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["drained", "undrained"], "default": "drained"},
    "for": {"type": "str"},
}


def drain(runner: Runner, params: Mapping[str, Any], check: bool) -> dict[str, Any]:
    span, drained = params["for"], params["state"] == "drained"
    if span is not None:
        try:
            parse_duration(span)
        except ValueError as error:
            raise LinebondError(f"for: {error}.") from None
        if not drained:
            raise LinebondError(f"for: a line that is let back in has no end to it; leave {span!r} out.")
    line = find_line(read_status(runner), params["line"])
    command = drain_command(line, drained, span)
    if command and not check:
        runner.run(*command)
        line = find_line(read_status(runner), params["line"])
    return {"changed": bool(command), "line": line, "commands": [typed(command)] if command else []}


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    try:
        result = drain(Runner(module), module.params, module.check_mode)
    except LinebondError as error:
        module.fail_json(msg=str(error))
    else:
        module.exit_json(**result)


if __name__ == "__main__":
    main()
