# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python3 -m teql_monitor.cli`: teqlctl without its launcher."""

from __future__ import annotations

from teql_monitor.cli import main

main()
