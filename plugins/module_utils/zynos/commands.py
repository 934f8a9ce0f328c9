# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands as data, so that a site whose router words them otherwise can say so.

`sourced` marks what is written in a public script or manual for this family; what is not is a guess that no device has
confirmed yet, and is proved at each run by reading back. A value is a command, or several to be tried in order until
the router does not refuse one.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Any, Mapping

from .errors import ZynosError


@dataclass(frozen=True)
class Word:
    commands: tuple[str, ...]
    takes: tuple[str, ...] = ()  # what stands in braces in it
    sourced: bool = False


TABLE = {
    # LAN: slot 1 is the interface itself, 2 its first alias
    "lan_select": Word(("lan index {slot}",), ("slot",), sourced=True),
    "lan_show": Word(("lan display",)),
    "lan_address": Word(("lan ipaddr {address} {mask}",), ("address", "mask"), sourced=True),
    "lan_on": Word(("lan active yes", "lan active on")),
    "lan_off": Word(("lan active no", "lan active off")),
    "lan_dhcp": Word(("lan dhcp mode {mode}",), ("mode",), sourced=True),
    "lan_save": Word(("lan save",), sourced=True),
    "live": Word(("ip ifconfig",), sourced=True),
    # WAN: remote node N
    "wan_select": Word(("wan node index {node}",), ("node",), sourced=True),
    "wan_show": Word(("wan node display",), sourced=True),
    "wan_nat": Word(("wan node nat {mode}",), ("mode",), sourced=True),
    "wan_save": Word(("wan node save",), sourced=True),
    # static route N
    "route_select": Word(("ip route addrom index {index}",), ("index",), sourced=True),
    "route_name": Word(("ip route addrom name {label}",), ("label",), sourced=True),
    "route_set": Word(("ip route addrom set {network} {gateway} 1",), ("network", "gateway"), sourced=True),
    "route_on": Word(("ip route addrom active on", "ip route addrom active yes"), sourced=True),
    "route_off": Word(("ip route addrom active off", "ip route addrom active no")),
    "route_save": Word(("ip route addrom save",), sourced=True),
    "route_show": Word(("ip route status",)),
    # state
    "version": Word(("sys version", "sys ver"), sourced=True),
    "adsl_status": Word(("wan adsl status",), sourced=True),
    "adsl_rates": Word(("wan adsl chandata",), sourced=True),
    "adsl_near": Word(("wan adsl linedata near",), sourced=True),
    "adsl_far": Word(("wan adsl linedata far",), sourced=True),
    "adsl_errors": Word(("wan adsl perfdata",), sourced=True),
    "adsl_mode": Word(("wan adsl opmode",), sourced=True),
    "leave": Word(("exit",), sourced=True),
}
REFUSAL = re.compile(
    r"(?i)\s*(?:%|\*+)?\s*(?:usage\b|valid commands|unknown|invalid|illegal|bad\b|error\b|can ?not\b|can't|fail|refus"
    r"|denied|not allowed|wrong|ambiguous|incomplete)"
)
BRACES = re.compile(r"\{(\w*)\}")

Commands = Mapping[str, "tuple[str, ...]"]


def table(changes: Mapping[str, Any] | None = None) -> dict[str, tuple[str, ...]]:
    """The commands by name with a site's changes; ZynosError names the key and what it may be."""
    found = {name: word.commands for name, word in TABLE.items()}
    for name, given in (changes or {}).items():
        if name not in TABLE:
            near = difflib.get_close_matches(str(name), TABLE, 1)
            raise ZynosError(
                f"commands.{name}: is no command of the table; "
                + (f"did you mean {near[0]}?" if near else f"there are {', '.join(TABLE)}.")
            )
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
            raise ZynosError(f"commands.{name}: give a command, or a list of commands to be tried in order")
        found[name] = tuple(_checked(name, text) for text in texts if text)
    return found


def _checked(name: str, text: str) -> str:
    if any(ord(sign) < 32 or ord(sign) > 126 for sign in text):
        raise ZynosError(f"commands.{name}: {text!r} holds more than one line, or signs that are not ASCII")
    given, taken = set(BRACES.findall(text)), set(TABLE[name].takes)
    if given - taken or "{" in BRACES.sub("", text):
        wanted = ", ".join(f"{{{word}}}" for word in TABLE[name].takes) or "nothing"
        raise ZynosError(f"commands.{name}: {text!r} may have {wanted} in braces, and nothing else")
    return text


def filled(commands: Commands, name: str, **values: object) -> tuple[str, ...]:
    """The command and its alternatives with the values in place; none where the site has taken it out."""
    return tuple(BRACES.sub(lambda found: str(values[found.group(1)]), text) for text in commands[name])


def refused(reply: str) -> bool:
    """Whether a reply's first line says that the command was not taken: there are no error codes."""
    return bool(REFUSAL.match(reply.strip()))
