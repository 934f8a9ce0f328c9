# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with a router, each with a text that a person can act on."""

from __future__ import annotations


class ZynosError(Exception):
    """Something a person has to put right; the text is the whole message."""


class LoginRefused(ZynosError):
    """User name or password; it is not tried a second time."""


class Unreachable(ZynosError):
    """No address of the router answers."""


class Dropped(ZynosError):
    """The connection ended, or the router fell silent, while it was asked something."""


class Refused(ZynosError):
    """The router takes none of the commands that were tried."""
