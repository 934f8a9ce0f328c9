# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A span of time as people write it. Pure.

The one home of it: the monitor has this very file (a link), so it imports nothing of Ansible.
"""

from __future__ import annotations

import re

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """`90s`, `30m`, `2h`, `1d` or `1h30m` -> seconds; ValueError says what is right."""
    parts = re.findall(r"([0-9]{1,9})([smhd])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"'{text}' is no duration: write 90s, 30m, 2h or 1d")
    seconds = sum(int(number) * UNITS[unit] for number, unit in parts)
    if not 0 < seconds <= 365 * UNITS["d"]:
        raise ValueError(f"'{text}' is not between a second and a year (365d)")
    return seconds
