# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The monitor's configuration, from the plan and the role's variables."""

from __future__ import annotations

import ipaddress
import json
import math
import re
import typing as t

PATH = "/etc/linebond/monitor.json"
VERSION = 1
LINE_KEYS = ("name", "interface", "kind", "enabled", "address", "router", "router_mac", "rate_kbit")
# Where the inventory has what the configuration calls by the same name.
OF_THE_SITE = ("bond", "address", "address6", "common_address", "common_address6", "neighbours", "lines")
NEIGHBOURS = {"arp": "dynamic", "static": "static"}  # the inventory's word, and the monitor's


def config_text(plan: dict[str, t.Any], settings: t.Mapping[str, t.Any]) -> str:
    addresses = {key: host_of(plan[key]) for key in ("address", "address6")}
    common = {key: plan[key] for key in ("common_address", "common_address6")}
    lines = [{key: line[key] for key in LINE_KEYS} for line in plan["lines"]]
    site = {"bond": plan["bond"], **addresses, **common, "neighbours": NEIGHBOURS[plan["neighbours"]]}
    config = {"version": VERSION, **site, **plain(settings), "lines": lines}
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def host_of(address: str | None) -> str | None:
    return address.partition("/")[0] if address else None


def plain(value: t.Any) -> t.Any:
    """Ansible's own kinds of values become JSON's. Jinja makes text of numbers and of nothing."""
    if isinstance(value, t.Mapping):
        return {plain_text(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    written = plain_text(value)  # what JSON does not know, a date or infinity, is refused as text
    if re.fullmatch(r"-?[0-9]{1,18}", written):
        return int(written)
    if re.fullmatch(r"-?[0-9]{1,18}\.[0-9]{1,18}", written):
        return float(written)
    return written or None


def near_targets(plan: dict[str, t.Any], targets: object) -> t.Iterator[str]:
    """The targets on this side of the lines, which answer though a line is dead. Our own the monitor refuses itself."""
    sides = [("the public block", plan["address"]), ("the public block", plan.get("address6"))]
    sides += [(f"the network of teql_lines[{line['index']}]", line["address"]) for line in plan["lines"]]
    near = [(what, ipaddress.ip_interface(address)) for what, address in sides if address]
    own = {address.ip for _what, address in near}
    own |= {ipaddress.ip_address(each) for each in (plan["common_address"], plan.get("common_address6")) if each}
    own |= {ipaddress.ip_address(line["router"]) for line in plan["lines"] if line["router"]}
    for index, target in enumerate(targets if isinstance(targets, (list, tuple)) else ()):
        try:
            address = ipaddress.ip_address(str(target))
        except ValueError:
            continue  # refused already
        for what, side in near:
            if address in side.network and address not in own:
                where = f"{what} {side.network}, on this side of the lines"
                yield f"monitor_targets[{index}]: {address} is in {where}; take an address beyond them"


def plain_text(value: object) -> str:
    return str.__str__(value) if isinstance(value, str) else str(value)


def variable_of(complaint: str) -> str:
    """The same complaint, with its path, and others that it names, as the inventory writes them."""
    path, colon, message = complaint.partition(": ")
    message = re.sub(
        r"(?<![\w.])(lines(?=\[)|(common_)?address6|common_address|(?<= is )address(?=;))", r"teql_\1", message
    )
    message = re.sub(r"(?<![\w.])targets(?=\[)", "monitor_targets", message)
    head = re.split(r"[.\[]", path)[0]
    if head in OF_THE_SITE:
        return f"teql_{path}{colon}{message}"
    return f"monitor_{path.replace('.', '_')}{colon}{message}"
