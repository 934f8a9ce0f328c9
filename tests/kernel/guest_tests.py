# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the guest of tests/kernel/run: the modules and the monitor's netlink against a real kernel."""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, sys.argv[1])  # where the collection lies
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "roles" / "monitor" / "files"))

import guest_cases
import host_cases
import ifcfg_cases
import ifcfg_whole_cases
import killed_cases
import monitor_cases
import udev_cases
from guest_host import fresh_host

CASES = [
    *guest_cases.CASES,
    *host_cases.CASES,
    *monitor_cases.CASES,
    *udev_cases.CASES,
    *ifcfg_cases.CASES,
    *ifcfg_whole_cases.CASES,
    *killed_cases.CASES,
]


def main() -> int:
    passed, failed = 0, 0
    only = os.environ.get("LINEBOND_ONLY", "")
    for case in CASES:
        if only not in f"{case.__module__}.{case.__name__}":
            continue
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
    return 1 if failed or not passed else 0


sys.exit(main())
