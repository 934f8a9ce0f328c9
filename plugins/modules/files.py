#!/usr/bin/python
# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: files
short_description: Make a named set of files exact, and put back what was there before
version_added: 1.0.0
description:
  - Writes all files of a set in one call, and removes those that an earlier call wrote and that are no longer wanted.
  - A foreign file or symlink in the way is kept, with its owner, mode and times, and is put back when the set gives the
    path up. Directories that were made for the set are removed when nothing is left in them.
  - What is ours is recorded in C(/var/lib/linebond.teql/files/NAME/) before it is written. A run that was killed at any
    moment can be run again and ends right; an original is never lost.
  - A file of the set that was changed by hand is written again.
  - A path may be in one set only, unless each of the sets has a block of lines there.
extends_documentation_fragment:
  - linebond.teql.attributes
  - linebond.teql.attributes.changes
author:
  - the linebond.teql authors (@linebond)
options:
  name:
    description:
      - The name of the set; letters, digits, V(.), V(_) and V(-).
    type: str
    required: true
  state:
    description:
      - V(present) makes the files of the set exactly those in O(files).
      - V(absent) removes them all and puts back what was in their place.
    type: str
    choices: [present, absent]
    default: present
  files:
    description:
      - The files of the set. Without any, O(state=present) does the same as O(state=absent).
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description:
          - Where the file is; absolute, without V(..).
          - Directories that are missing are made with mode C(0755).
        type: str
        required: true
      content:
        description:
          - The whole content, written as UTF-8 just as given. One of this, O(files[].link) and O(files[].block) is
            required.
        type: str
      block:
        description:
          - Lines of the set's own in a file that belongs to somebody else, between two comments that name the set. All
            else in the file, its owner and its mode stay as they are, also when the set gives the path up.
          - They come last, so that in a file of C(NAME=value) lines they win. A file that is missing is made.
          - Where the path is a symlink, they go into the file that it points to.
        type: str
        version_added: 1.1.0
      script:
        description:
          - Whether O(files[].block) goes into a shell script. There it comes first, after a C(#!) line, so that an
            C(exit) of the script does not skip it. One that is missing is made for C(/bin/sh).
          - A script that is not executable, or is for another interpreter, is an error.
        type: bool
        default: false
        version_added: 1.1.0
      link:
        description:
          - Where the path, a symlink then, points. What it points to need not be there. O(files[].mode) has no meaning
            for it.
        type: str
      mode:
        description:
          - The permissions as four octal digits in quotes. The file belongs to the user that the module runs as.
          - With O(files[].block) they are for a file that is missing.
        type: str
        default: "0644"
      brief:
        description:
          - Whether diff mode names the file's length and checksum in place of its content, for programs of many lines.
        type: bool
        default: false
notes:
  - Diff mode shows the content of the files. Where one holds a secret, set C(diff) to V(false) on the task.
seealso:
  - module: ansible.builtin.copy
"""

EXAMPLES = r"""
- name: The network files of the bond are exactly these two
  linebond.teql.files:
    name: bonding
    files:
      - path: /etc/systemd/network/60-eth2.network
        content: |
          [Match]
          Name=eth2
      - path: /etc/modprobe.d/teql.conf
        content: "options sch_teql max_equalizers=1\n"
        mode: "0644"
      - path: /etc/systemd/system/multi-user.target.wants/bonding.service
        link: /etc/systemd/system/bonding.service

- name: Have a line of the bond's own in files of the site
  linebond.teql.files:
    name: bonding
    files:
      - path: /etc/sysconfig/network
        block: |
          GATEWAYDEV=teql0
      - path: /sbin/ifup-local
        block: |
          logger "$1 is up" || :
        script: true
        mode: "0755"

- name: Take them away and leave what was there before
  linebond.teql.files:
    name: bonding
    state: absent
"""

RETURN = r"""
written:
  description: Paths that were written, in check mode those that would be.
  returned: success
  type: list
  elements: str
  sample: [/etc/systemd/network/60-eth2.network]
removed:
  description: Paths that were removed.
  returned: success
  type: list
  elements: str
  sample: []
restored:
  description: Paths where the original was put back.
  returned: success
  type: list
  elements: str
  sample: []
sets:
  description: The names of the sets that this host has, after the change.
  returned: success
  type: list
  elements: str
  sample: [bonding-teql0, monitor]
  version_added: 1.1.0
"""

import os
import re
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.linebond.teql.plugins.module_utils.file_model import (
    BLOCK,
    LINK,
    SCRIPT,
    FileSetError,
    Wanted,
)
from ansible_collections.linebond.teql.plugins.module_utils.file_set import differences, plan
from ansible_collections.linebond.teql.plugins.module_utils.file_store import Store
from ansible_collections.linebond.teql.plugins.module_utils.runner import told_of

OPTIONS = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "files": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "path": {"type": "str", "required": True},
            "content": {"type": "str"},
            "link": {"type": "str"},
            "block": {"type": "str"},
            "script": {"type": "bool", "default": False},
            "mode": {"type": "str", "default": "0644"},
            "brief": {"type": "bool", "default": False},
        },
        "mutually_exclusive": [["content", "link", "block"]],
        "required_one_of": [["content", "link", "block"]],
    },
}


def wanted_files(store: Store, files: list[dict[str, Any]]) -> dict[str, Wanted]:
    """The files by their real path; an error names the one that cannot be."""
    wanted: dict[str, Wanted] = {}
    for file in files:
        path, mode = store.resolve(file["path"]), file["mode"]
        if file["block"] is not None:
            path = store.resolve(os.path.realpath(path))
        if path in wanted:
            raise FileSetError(f"{file['path']}: is listed twice (it is {path})")
        if not re.match(r"0[0-7]{3}\Z", mode):
            raise FileSetError(f"{path}: mode {mode} is not four octal digits; in YAML write it in quotes, like '0644'")
        if file["link"] is None and file["content"] is None and file["block"] is None:
            raise FileSetError(f"{path}: has neither content nor block nor link; give one of them")
        if file["script"] and file["block"] is None:
            raise FileSetError(f"{path}: script is for a block; leave it out")
        if file["block"] is not None:
            kind = SCRIPT if file["script"] else BLOCK
            wanted[path] = Wanted(file["block"].encode(), int(mode, 8), kind, file["brief"])
        elif file["link"] is None:
            wanted[path] = Wanted(file["content"].encode(), int(mode, 8), brief=file["brief"])
        elif file["link"]:
            wanted[path] = Wanted(os.fsencode(file["link"]), 0, LINK)
        else:
            raise FileSetError(f"{path}: link is empty; say where the symlink shall point")
    return wanted


def make_exact(module: AnsibleModule, result: dict[str, Any]) -> None:
    name = module.params["name"]
    if not re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z", name):
        raise FileSetError(f"name {name!r}: letters, digits, '.', '_' and '-' only, a letter or digit first")
    store = Store(name)
    wanted = {} if module.params["state"] == "absent" else wanted_files(store, module.params["files"])
    store.refuse_other_owners(wanted)
    seen = store.look(wanted)
    planned = plan(wanted, seen)
    result.update(written=planned.written, removed=planned.removed, restored=planned.restored)
    if module._diff:
        result["diff"] = differences(planned, wanted, seen)
    others = {other for other in store.sets() if other != name}
    result["sets"] = sorted(others | ({name} if wanted else set()))
    if module.check_mode:
        result["changed"] = bool(planned.steps)
        return
    for step in planned.steps:
        result["changed"] = True
        store.do(step)
    left = plan(wanted, store.look(wanted)).steps
    if left:
        raise FileSetError("%s changed while it was being written; is another run at work?" % (left[0].path or name))


def main() -> None:
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    result: dict[str, Any] = {"changed": False}
    try:
        make_exact(module, result)
    except FileSetError as error:
        module.fail_json(msg=str(error), **result)
    except OSError as error:
        module.fail_json(
            msg=f"{told_of(error)}; no original is lost: mend this, then run again",
            **result,
        )
    module.exit_json(**result)


if __name__ == "__main__":
    main()
