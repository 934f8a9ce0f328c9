# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on the controller, for the router has no Python: ssh and a shell are enough there."""

from __future__ import annotations

import re
import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils.openwrt import dsl

OPTIONS: dict[str, t.Any] = {"wan_interface": {"type": "str", "default": "wan"}}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(argument_spec=OPTIONS)
        result["changed"] = False
        wan = options["wan_interface"]
        if not re.fullmatch(r"[\w-]+", wan):
            return {**result, "failed": True, "msg": f"wan_interface: {wan!r} is no name of an interface, such as wan."}
        done = self._low_level_execute_command(dsl.look(wan), sudoable=False)
        if done["rc"] != 0:
            complaint = (done["stderr"] or done["stdout"]).strip()[-500:]
            return {**result, "failed": True, "msg": f"The router cannot be asked by ubus, is it OpenWrt? {complaint}"}
        try:
            said = dsl.parse_look(done["stdout"])
        except ValueError as error:
            return {**result, "failed": True, "msg": str(error)}
        return {**result, "dsl": dsl.line_state(said["dsl"]), "wan": dsl.wan_state(said["wan"])}
