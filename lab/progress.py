# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what is being done and for how long, on a terminal or in a log."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, the seconds while it lasts, and how long it took."""
    started = time.monotonic()
    done = threading.Event()
    live = sys.stdout.isatty()

    def tick() -> None:
        while not done.wait(1 if live else 15):
            spent = time.monotonic() - started
            print(
                f"\r  {what} ... {spent:.0f} s" if live else f"  {what} ... {spent:.0f} s so far",
                end="" if live else "\n",
                flush=True,
            )

    print(f"  {what} ...", end="" if live else "\n", flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
    print(f"{chr(13) if live else ''}  {what}: done in {time.monotonic() - started:.1f} s", flush=True)
