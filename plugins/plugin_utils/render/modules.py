# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kernel module at boot: loaded, and with enough equalizers."""

from __future__ import annotations

import typing as t

from .text import File, text_file


def equalizers(bond: str) -> int:
    """teql0 needs one equalizer, teql3 needs four."""
    return int(bond[len("teql") :]) + 1


def module_files(plan: dict[str, t.Any], header: str) -> list[File]:
    bond = plan["bond"]
    return [
        text_file(f"/etc/modules-load.d/linebond-{bond}.conf", header, ["sch_teql"]),
        text_file(
            f"/etc/modprobe.d/linebond-{bond}.conf", header, [f"options sch_teql max_equalizers={equalizers(bond)}"]
        ),
    ]
