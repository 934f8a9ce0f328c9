# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one self-contained HTML page: what the lines of a bond did in the last 25 hours. Pure."""

from __future__ import annotations

from teql_monitor.page.document import render

__all__ = ["render"]
