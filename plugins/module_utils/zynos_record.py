# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a ZyNOS router was like before us: kept on the gateway, so that `absent` can put it back."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.linebond.teql.plugins.module_utils.runner import KEPT, LinebondError
from ansible_collections.linebond.teql.plugins.module_utils.zynos.lan import Route, Slot
from ansible_collections.linebond.teql.plugins.module_utils.zynos.plan import State

FOLDER = f"{KEPT}zynos_lan/"


def record_path(name: str) -> str:
    """By what the router is known as: the port that it is plugged into, or its address."""
    return FOLDER + "".join(sign if sign.isalnum() or sign in ".-_" else "-" for sign in name) + ".json"


def as_data(state: State) -> dict[str, Any]:
    """As the module returns it, and as it is kept."""
    slots = [
        {"slot": slot, "active": value.active, "address": value.address, "dhcp": value.dhcp}
        for slot, value in sorted(state.slots.items())
    ]
    data = {"lan": slots, "nat": [{"node": node, "mode": mode} for node, mode in sorted(state.nat.items())]}
    if state.routes:
        data["routes"] = [
            {"index": index, "network": route.network, "gateway": route.gateway}
            for index, route in sorted(state.routes.items())
        ]
    return data


def dump(state: State) -> str:
    return json.dumps(as_data(state), indent=2) + "\n"


def load(text: str, path: str) -> State:
    try:
        data = json.loads(text)
        slots = {int(each["slot"]): Slot(bool(each["active"]), each["address"], each["dhcp"]) for each in data["lan"]}
        routes = {int(each["index"]): Route(each["network"], each["gateway"]) for each in data.get("routes", [])}
        return State(slots, {int(each["node"]): str(each["mode"]) for each in data["nat"]}, routes)
    except (ValueError, KeyError, TypeError) as error:
        raise LinebondError(
            f"{path}, which keeps what was there before, cannot be read ({error}): mend it, or remove it to start anew."
        ) from error


def completed(kept: State | None, before: State) -> State:
    """The first value ever seen is the one kept; what is looked after since then is added."""
    if kept is None:
        return before
    return State({**before.slots, **kept.slots}, {**before.nat, **kept.nat}, {**before.routes, **kept.routes})


def given_up(kept: State | None, wanted: State) -> State:
    """What is wanted, with what was there before us in place of addresses and routes that are not wanted any more."""
    if kept is None:
        return wanted
    return State({**kept.slots, **wanted.slots}, wanted.nat, {**kept.routes, **wanted.routes})
