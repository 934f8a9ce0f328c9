# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The monitor's configuration, from the plan and the role's variables."""

from __future__ import annotations

import json
import re
import typing as t

PATH = "/etc/linebond/monitor.json"
VERSION = 1
LINE_KEYS = ("name", "interface", "kind", "enabled", "address", "router", "router_mac", "rate_kbit")
# Where the inventory has what the configuration calls by the same name.
OF_THE_SITE = ("bond", "address", "address6", "common_address", "common_address6", "lines")


def config_text(plan: dict[str, t.Any], settings: t.Mapping[str, t.Any]) -> str:
    addresses = {key: host_of(plan[key]) for key in ("address", "address6")}
    common = {key: plan[key] for key in ("common_address", "common_address6")}
    lines = [{key: line[key] for key in LINE_KEYS} for line in plan["lines"]]
    config = {"version": VERSION, "bond": plan["bond"], **addresses, **common, **plain(settings), "lines": lines}
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def host_of(address: str | None) -> str | None:
    return address.partition("/")[0] if address else None


def plain(value: t.Any) -> t.Any:
    """Ansible's own kinds of values become JSON's. Jinja makes text of numbers and of nothing."""
    if isinstance(value, t.Mapping):
        return {plain_text(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if not isinstance(value, str):
        return value
    written = plain_text(value)
    if re.fullmatch(r"-?[0-9]+", written):
        return int(written)
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", written):
        return float(written)
    return written or None


def plain_text(value: object) -> str:
    return str.__str__(value) if isinstance(value, str) else str(value)


def variable_of(complaint: str) -> str:
    """The same complaint, with its path as the inventory writes it."""
    path, colon, message = complaint.partition(": ")
    head = re.split(r"[.\[]", path)[0]
    if head in OF_THE_SITE:
        return f"teql_{path}{colon}{message}"
    return f"monitor_{path.replace('.', '_')}{colon}{message}"
