# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program: what the roles say about each host of an inventory, without the time that ansible-playbook takes for it.

The inventory is read by ansible-core, the argument specifications are checked by its validator, and the expressions of
the roles' files are resolved by its template engine with the real filters. Only the engine that runs tasks is missing:
they are walked through here as far as the roles' refusals need it, and no module runs. That a playbook says the same is
seen by playing some of the cases, see test_table.py.

Called with the inventory and, by host, the role to walk through and what bond_info found; prints what was said by host.
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager

# Of each section of the table: the role, the entry point, and its file of tasks.
ENTRIES = {
    "gateway": ("bonding", "check", "tasks/check.yml"),
    "routers": ("routers", "main", "tasks/main.yml"),
    "monitor": ("monitor", "check", "tasks/check.yml"),
}
Values = dict[str, Any]


class Refused(Exception):
    pass


class Judge:
    def __init__(self, inventory: str, roles: Path) -> None:
        self.loader, self.roles = DataLoader(), roles
        sources = InventoryManager(loader=self.loader, sources=[inventory])
        self.hosts = sources.hosts
        self.variables = VariableManager(loader=self.loader, inventory=sources)
        self.hostvars = HostVars(sources, self.variables, self.loader)
        trusted = "trusted_as_template" in inspect.signature(self.loader.load_from_file).parameters
        self.trust = {"trusted_as_template": True} if trusted else {}  # since ansible-core 2.19

    def load(self, role: str, file: str) -> Any:
        return self.loader.load_from_file(str(self.roles / role / file), **self.trust)

    def refusal(self, host: str, where: str, found: Values) -> str:
        role, entry, file = ENTRIES[where]
        known = dict(self.load(role, "defaults/main.yml"))
        known.update(self.variables.get_vars(host=self.hosts[host]))
        known.update(self.load(role, "vars/main.yml"))
        known.update(_bonding_found=found, hostvars=self.hostvars)
        try:
            self.check_options(self.load(role, "meta/argument_specs.yml")["argument_specs"][entry]["options"], known)
            self.walk_file(role, file, known)
        except (AnsibleError, Refused) as error:
            return str(error)
        return ""

    def resolve(self, value: Any, known: Values) -> Any:
        return Templar(loader=self.loader, variables=known).template(value)

    def check_options(self, options: Values, known: Values) -> None:
        given = {name: self.resolve(known[name], known) for name in options if name in known}
        result = ArgumentSpecValidator(options).validate(given)
        if result.error_messages:
            raise Refused("Validation of arguments failed:\n" + "\n".join(result.error_messages))

    def walk_file(self, role: str, file: str, known: Values) -> None:
        for task in self.load(role, file):
            if "ansible.builtin.import_tasks" in task:
                self.walk_file(role, "tasks/" + task["ansible.builtin.import_tasks"], known)
            else:
                self.walk(task, known)

    def walk(self, task: Values, known: Values) -> None:
        if "ansible.builtin.set_fact" in task:
            for name, value in task["ansible.builtin.set_fact"].items():
                known[name] = self.resolve(value, known)
        elif "ansible.builtin.assert" in task:
            wanted = task["ansible.builtin.assert"]
            if not self.resolve("{{ " + wanted["that"] + " }}" if not self.trust else self.condition(wanted), known):
                raise Refused(self.resolve(wanted["fail_msg"], known))

    def condition(self, wanted: Values) -> Any:
        """An expression as a template; one that is joined from parts has to be trusted anew."""
        from ansible.template import trust_as_template

        return trust_as_template("{{ " + wanted["that"] + " }}")


def main() -> None:
    asked = json.load(sys.stdin)
    init_plugin_loader()
    judge = Judge(asked["inventory"], Path(asked["roles"]))
    said = {host: judge.refusal(host, *about) for host, about in asked["hosts"].items()}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
