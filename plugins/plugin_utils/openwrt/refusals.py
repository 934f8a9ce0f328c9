# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an OpenWrt router is left alone, and why. Pure; every refusal says what to do."""

from __future__ import annotations

from collections.abc import Collection

from .model import RouterError
from .reading import Seen


def refuse_staged(seen: Seen) -> None:
    """A commit would make somebody else's half-done work permanent."""
    if seen.staged:
        shown = "; ".join(f"{config}: {', '.join(lines[:3])}" for config, lines in seen.staged.items())
        configs = " ".join(seen.staged)
        raise RouterError(
            f"Somebody changed this router's configuration and did not commit it ({shown}). Look at `uci changes`, "
            f"then run `uci commit` or `uci revert {configs}` there, and run again."
        )


def refuse_cutting_off(seen: Seen, dropped: Collection[str]) -> None:
    """The address that Ansible came in by must outlive the change."""
    if seen.came_in_by in dropped:
        full = [address for _device, address in seen.addresses if address.partition("/")[0] == seen.came_in_by]
        raise RouterError(
            f"Ansible came in by {seen.came_in_by}, which the new configuration would drop: put "
            f"{next(iter(full), seen.came_in_by)} into routers_extra_addresses, or come in another way."
        )
