# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""All files of the role monitor on a gateway: the programs, their configuration and their units."""

from __future__ import annotations

import ipaddress
import re
import typing as t

from . import monitor_config, monitor_units
from .text import File, text_file

LIBRARY = "/usr/local/lib/linebond"
LAUNCHERS = {
    "/usr/local/sbin/teql-monitor": "teql_monitor.daemon",
    "/usr/local/bin/teqlctl": "teql_monitor.cli",
}
REPORTS = "/usr/local/sbin/teql-reports"
METRICS = "/run/teql-monitor/metrics.prom"
TEXTFILE = "teql-monitor.prom"
HOOKS = "/etc/linebond/hooks.d"
OLDEST_PYTHON = (3, 9)
SMALLEST_PORT = 1024  # without a capability
# systemd gives these names to the users it makes up for the units.
TAKEN_GROUPS = ("teql-monitor", "teql-monitor-http")
HOOKS_README = (
    "Each program here is run at every event, as root, in the order of the names.",
    "What it finds in its environment: teqlctl hooks --help",
)
HEADER = """\
Managed by the Ansible role linebond.teql.monitor: changes made here are lost.
To remove it, run the role with monitor_state: absent."""

Problems = list[str]


class Options(t.NamedTuple):
    group: object = "teql"
    hooks: object = False
    http_listen: object = ""
    textfile_directory: object = ""
    reports: t.Mapping[str, str] | None = None  # the programs that ask routers, where they are wanted


class Listen(t.NamedTuple):
    written: str
    loopback: bool


def monitor_files(
    plan: object,
    settings: object,
    package: t.Mapping[str, str],
    complaints: t.Callable[[str], Problems],
    options: Options,
) -> list[File]:
    """`complaints` is the monitor's own opinion of a configuration. ValueError names every problem, one a line."""
    if not (isinstance(plan, dict) and {"bond", "address", "common_address", "neighbours", "lines"} <= plan.keys()):
        raise ValueError("plan: this is not what linebond.teql.plan returns; give its result unchanged")
    if not isinstance(settings, t.Mapping):
        raise ValueError("settings: give a mapping with the keys of the monitor's configuration")
    problems: Problems = []
    text = monitor_config.config_text(plan, settings)
    problems += map(monitor_config.variable_of, complaints(text))
    problems += monitor_config.near_targets(plan, settings.get("targets"))
    group = checked("monitor_group", group_name, options.group, problems)
    hooks = checked("monitor_hooks", hooks_directory, options.hooks, problems)
    listen = checked("monitor_http_listen", listen_address, options.http_listen, problems)
    textfile = checked("monitor_textfile_directory", directory, options.textfile_directory, problems)
    if problems:
        raise ValueError("the monitor cannot run so, nothing was touched:\n" + "\n".join(problems))

    programs = program_files(package)
    made_of = dict.fromkeys(monitor_units.UNITS, repr(programs))
    if options.reports:
        others = [*module_files(options.reports), launcher(REPORTS, "teql_reports.daemon")]
        made_of[monitor_units.REPORTS] = repr(others)
        programs = [*programs, *others]
    bond = plan["bond"]
    units = {monitor_units.DAEMON: monitor_units.daemon_unit(bond, group)}
    if hooks:
        units[monitor_units.HOOKS] = monitor_units.hooks_unit(bond, hooks)
    if options.reports:
        units[monitor_units.REPORTS] = monitor_units.reports_unit(bond, routers_of(plan))
    if listen:
        units[monitor_units.HTTP] = monitor_units.http_unit(bond, group, *listen)
    return [
        *programs,
        {"path": monitor_config.PATH, "content": text, "mode": "0644"},
        *monitor_units.device_files(bond, HEADER),
        *(file for name, unit in units.items() for file in monitor_units.unit_files(name, unit, HEADER, made_of[name])),
        *([{"path": f"{textfile}/{TEXTFILE}", "link": METRICS}] if textfile else []),
        *([text_file(f"{HOOKS}/README", HEADER, HOOKS_README)] if hooks == HOOKS else []),
    ]


def routers_of(plan: t.Mapping[str, t.Any]) -> list[str]:
    """The management addresses of the lines."""
    return [line["router"] for line in plan["lines"] if line["kind"] == "router"]


def program_files(package: t.Mapping[str, str]) -> list[File]:
    return [*module_files(package), *(launcher(path, module) for path, module in LAUNCHERS.items())]


def module_files(package: t.Mapping[str, str]) -> list[File]:
    return [
        {"path": f"{LIBRARY}/{name}", "content": content, "mode": "0644", "brief": True}
        for name, content in sorted(package.items())
    ]


def launcher(path: str, module: str) -> File:
    needed = (
        f"{path.rpartition('/')[2]} needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, but /usr/bin/python3 is"
    )
    advice = "upgrade this system, or set monitor_state: absent"
    lines = [
        "import sys",
        "",
        f"if sys.version_info < {OLDEST_PYTHON}:",
        f'    sys.exit("{needed} %d.%d: {advice}" % sys.version_info[:2])',
        f'sys.path.insert(0, "{LIBRARY}")',
        f"from {module} import main",
        "",
        "sys.exit(main())",
    ]
    file = text_file(path, HEADER, lines)
    return {**file, "content": "#!/usr/bin/python3\n" + file["content"], "mode": "0755"}


def checked(name: str, check: t.Callable[[object], t.Any], value: object, problems: Problems) -> t.Any:
    try:
        return check(value)
    except ValueError as error:
        problems.append(f"{name}: {error}")
        return None


def group_name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z_][a-z0-9_-]{0,30}", value):
        raise ValueError(f"{value!r} is no name of a group; take small letters, digits, - and _, such as teql")
    if value in TAKEN_GROUPS:
        raise ValueError(f"{value} is the name of a user that systemd makes up; take another one, such as teql")
    return str.__str__(value)


def directory(value: object) -> str:
    """An absolute path that needs no quoting anywhere; empty for none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"(/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*)+/?", value):
        raise ValueError(f"{value!r} is no directory that can be used; write an absolute path of plain characters")
    return str.__str__(value).rstrip("/")


def hooks_directory(value: object) -> str:
    truth = {"true": True, "yes": True, "false": False, "no": False}
    wanted = truth.get(value.lower(), value) if isinstance(value, str) else value
    if isinstance(wanted, bool):
        return HOOKS if wanted else ""
    return directory(wanted)


def listen_address(value: object) -> Listen | None:
    if value is None or value == "":
        return None
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):([0-9]{1,5})", value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is no address with port; write it like 127.0.0.1:9733 or [::1]:9733")
    try:
        address = ipaddress.ip_address(found[1] or found[2])
    except ValueError as error:
        raise ValueError(f"{error}; write it like 127.0.0.1:9733 or [::1]:9733") from None
    if not SMALLEST_PORT <= int(found[3]) <= 65535:
        raise ValueError(f"{found[3]} is no port for it; take one from {SMALLEST_PORT} to 65535")
    host = f"[{address}]" if address.version == 6 else str(address)
    return Listen(f"{host}:{int(found[3])}", address.is_loopback)
