# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets: ours, and those that a router prints in clear (`wan node display` shows the PPP password)."""

from __future__ import annotations

import re
from typing import Iterable

HIDDEN = "(hidden)"
TELLTALE = re.compile(
    r"(?im)^(?P<label>[^=:\r\n]*(?:pass ?(?:word|phrase|wd)?|secret|\bkey\b|community|psk)[^=:\r\n]*[=:])[^\r\n]*"
)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """What a router printed, with HIDDEN in place of all that is labelled as a secret, and of the given ones."""
    return without(TELLTALE.sub(lambda found: f"{found.group('label')} {HIDDEN}", text), secrets)


def without(text: str, secrets: Iterable[str]) -> str:
    """The text with HIDDEN in place of these secrets."""
    for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
