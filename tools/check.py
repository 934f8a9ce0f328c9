# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks of this collection: tools/check [STAGE ...], tools/check --list."""

from __future__ import annotations

import os
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "tools/check needs Python 3.11 or newer, this is {}.{} ({}): run it with another one, e.g. "
        "'python3.12 tools/check' or 'make test PYTHON=python3.12'".format(*sys.version_info[:2], sys.executable)
    )
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

from checks.cli import main

if __name__ == "__main__":
    sys.exit(main())
