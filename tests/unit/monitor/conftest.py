# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon's package lies among the role's files, as it is copied to the gateway; fakes.py is beside the tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "roles/monitor/files"))
sys.path.insert(0, str(Path(__file__).parent))
