# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: uninstalled
short_description: Which of these collections the control machine does not have
version_added: 1.1.0
author: The linebond.teql authors (@linebond)
description:
  - Looks for collections that are needed for some platforms only, before a task names a module of theirs.
options:
  _input:
    description:
      - Full names of collections.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: See that cisco.ios is there
  ansible.builtin.assert:
    that: (['cisco.ios'] | linebond.teql.uninstalled) == []
    fail_msg: "install it: ansible-galaxy collection install cisco.ios"
"""

RETURN = r"""
_value:
  description: The names of those that are missing.
  type: list
  elements: str
  sample: []
"""

import importlib.util
import typing as t


def uninstalled(collections: list[str]) -> list[str]:
    return [name for name in collections if not _found(name)]


def _found(name: str) -> bool:
    try:
        return importlib.util.find_spec(f"ansible_collections.{name}") is not None
    except ImportError:  # not even its namespace
        return False


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"uninstalled": uninstalled}
