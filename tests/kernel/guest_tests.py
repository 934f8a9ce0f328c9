# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the guest of tests/kernel/run: the modules against a real kernel."""

from __future__ import annotations

import sys
import time
import traceback

sys.path.insert(0, sys.argv[1])  # where the collection lies

from guest_cases import CASES
from guest_host import fresh_host


def main() -> int:
    passed, failed = 0, 0
    for case in CASES:
        begun = time.monotonic()
        fresh_host()
        name = case.__name__.replace("_", " ")
        try:
            case()
        except Exception:
            failed += 1
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
        else:
            passed += 1
            print(f"passed {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


sys.exit(main())
