# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs on the controller, for the router has no Python: ssh and a shell are enough there."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils.linux_router_model import NEEDED, REQUIRED_BY, SHARED_OPTIONS, TOGETHER, wanted_from
from ..module_utils.runner import LinebondError
from ..plugin_utils.openwrt import router
from ..plugin_utils.openwrt.model import RouterError

OPTIONS: dict[str, t.Any] = {
    **SHARED_OPTIONS,
    "lan_interface": {"type": "str", "default": "lan"},
    "wan_zone": {"type": "str", "default": "wan"},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(
            argument_spec=OPTIONS, required_if=NEEDED, required_together=TOGETHER, required_by=REQUIRED_BY
        )
        result.update(changed=False, commands=[])
        try:
            result.update(self._made(options))
        except router.RouterFailed as error:
            result.update(failed=True, msg=str(error), commands=error.commands, changed=bool(error.commands))
        except (RouterError, LinebondError) as error:
            result.update(failed=True, msg=str(error))
        return result

    def _made(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        lan, zone = options["lan_interface"], options["wan_zone"]
        wanted = wanted_from(options, lan) if options["state"] == "present" else None
        whole = router.plan_all(router.look(self._shell), lan, wanted, zone)
        if whole.changed and not self._task.check_mode:
            router.carry_out(self._patient_shell, whole, zone)
        result: dict[str, t.Any] = {"changed": whole.changed, "commands": whole.plan.commands}
        if self._task.diff:
            result["diff"] = router.difference(whole)
        return result

    def _shell(self, command: str) -> tuple[int, str, str]:
        """By the login's own user, without a terminal: OpenWrt has only root."""
        done = self._low_level_execute_command(command, sudoable=False)
        return done["rc"], done["stdout"], done["stderr"]

    def _patient_shell(self, command: str) -> tuple[int, str, str]:
        """The same while the router takes up new addresses: a connection that is lost is made anew."""
        try:
            return self._shell(command)
        except AnsibleConnectionFailure as error:
            self._connection.reset()
            return router.LOST, "", str(error)
