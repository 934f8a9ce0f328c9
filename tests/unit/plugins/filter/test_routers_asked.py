# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How routers are asked for the monitor: from their hosts' variables to a file, and the units that go with it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.linebond.teql.plugins.filter import monitor_files, monitor_units, plan, routers_asked
from ansible_collections.linebond.teql.plugins.plugin_utils import monitor_package
from ansible_collections.linebond.teql.plugins.plugin_utils.render.reports import VARIABLES

PLAN = plan.plan(
    [{"interface": "eth2", "name": "attic"}, {"interface": "eth3"}],
    address="192.0.2.2/29",
    common_address="192.0.2.1",
)
ROUTER = {"inventory_hostname": "dsl1", "routers_platform": "zynos", "routers_line": "attic"}
ROUTER["routers_zynos_password"] = "s3cret"


def asked(*routers: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(routers_asked.routers_asked(routers, PLAN, "gw", interval=20))
    return found


def test_one_router_with_the_roles_defaults() -> None:
    found = asked(ROUTER, {"routers_platform": "linux"}, {**ROUTER, "routers_gateway": "other"})
    assert found == {
        "version": 1,
        "interval": 20,
        "routers": [
            {
                "interface": "eth2",
                "address": "172.16.0.1",
                "source": "172.16.0.2",
                "password": "s3cret",
                "username": None,
                "port": 23,
                "timeout": 10.0,
                "commands": {},
            }
        ],
    }


def test_a_sites_own_words_are_taken() -> None:
    own = {"routers_zynos_username": "admin", "routers_zynos_port": "2323", "routers_zynos_commands": {"leave": "quit"}}
    (found,) = asked({**ROUTER, **own, "routers_zynos_password": 1234})["routers"]
    assert (found["username"], found["port"], found["commands"]) == ("admin", 2323, {"leave": "quit"})
    assert found["password"] == "1234"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"routers_zynos_password": ""}, "dsl1: routers_zynos_password is missing"),
        ({"routers_line": "eth9"}, "dsl1: routers_line: no line has the name or interface 'eth9'"),
    ],
)
def test_errors_name_host_and_variable_and_no_password(change: dict[str, Any], told: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        asked({**ROUTER, **change})
    assert told in str(caught.value) and "s3cret" not in str(caught.value)


def test_the_program_takes_what_is_written(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in monitor_package.read_reports().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith(("teql_zynos", "teql_reports"))]:
        monkeypatch.delitem(sys.modules, name)
    from teql_reports.config import parse  # type: ignore[import-not-found]

    config = parse(json.dumps(asked(ROUTER)))
    (router,) = config.routers
    assert (router.interface, router.access.ways[0].source, config.interval) == ("eth2", "172.16.0.2", 20.0)
    assert "s3cret" not in repr(config)


def test_the_service_goes_along_only_where_it_is_wanted() -> None:
    settings = {"targets": ["198.51.100.1"]}
    without, with_it = (monitor_files.monitor_files(PLAN, settings, reports=reports) for reports in (False, True))
    more = {file["path"] for file in with_it} - {file["path"] for file in without}
    assert "/usr/local/lib/linebond/teql_zynos/dialogue.py" in more
    assert "/usr/local/sbin/teql-reports" in more
    unit = next(file["content"] for file in with_it if file["path"] == "/etc/systemd/system/teql-reports.service")
    assert "IPAddressDeny=any\nIPAddressAllow=172.16.0.1\nIPAddressAllow=172.16.0.5\n" in unit
    assert "CapabilityBoundingSet=CAP_NET_RAW\n" in unit
    states = {unit["name"]: unit["state"] for unit in monitor_units.monitor_units(with_it)}
    assert states["teql-reports.service"] == "started"


def test_defaults_are_those_of_the_role_routers() -> None:
    import yaml

    defaults = yaml.safe_load((monitor_package.FOLDER.parents[1] / "routers/defaults/main.yml").read_text())
    assert {name: defaults.get(f"routers_zynos_{name}") for name in VARIABLES} == VARIABLES
