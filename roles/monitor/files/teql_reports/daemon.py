# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program teql-reports: goes round the routers for ever, and writes one file a line.

A router that does not answer has said nothing: its file is left to grow old, and the monitor's own probes tell what
there is to tell. Nothing is lent to a port here; a line whose port is not set up is left out until it is.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from teql_zynos import adsl
from teql_zynos.errors import LoginRefused, ZynosError
from teql_zynos.redact import without
from teql_zynos.router import Router, alone
from teql_zynos.setting import ask

from teql_reports.config import Asked, Config, ConfigError, parse

CONFIG = "/etc/linebond/routers.json"
DIRECTORY = "/run/linebond/lines"
EX_CONFIG = 78
VALID_ROUNDS = 3  # a report holds for as many rounds, within these seconds
VALID_LEAST, VALID_MOST = 60.0, 3600.0
REFUSED_PAUSE = 3600.0  # seconds until a password that was refused is tried again: many tries may lock the router


def report(dsl: Mapping[str, Any], valid: float) -> dict[str, Any]:
    """What the monitor reads (teql_monitor/outside.py)."""
    status = dsl["status"]
    return {
        "version": 1,
        "sync": dsl["sync"],
        "rate_kbit": dsl["upstream"]["rate_kbit"] or None,
        "reason": "" if dsl["sync"] in (True, None) else f"modem status: {status}",
        "valid_s": valid,
    }


def write(directory: str, interface: str, content: Mapping[str, Any]) -> None:
    """As a whole, so that nobody reads half of it."""
    path = os.path.join(directory, f"{interface}.json")
    with open(f"{path}.new", "w", encoding="utf-8") as stream:
        json.dump(content, stream)
    os.chmod(f"{path}.new", 0o644)
    os.replace(f"{path}.new", path)


def ask_router(asked: Asked) -> dict[str, Any]:
    """Sync and rates; ZynosError or OSError when it does not tell."""
    router = Router(asked.access, _lend_nothing, _addresses)
    with alone(asked.access.name):
        replies = ask(router, asked.commands, adsl.QUICK)
    return adsl.parse_dsl(replies)


class Rounds:
    def __init__(self, config: Config, directory: str = DIRECTORY) -> None:
        self.config, self.directory = config, directory
        self.valid = min(VALID_MOST, max(VALID_LEAST, VALID_ROUNDS * config.interval))
        self.told: dict[str, str] = {}  # by interface: the last trouble, told once
        self.not_before: dict[str, float] = {}

    def round(self, now: float) -> None:
        for asked in self.config.routers:
            if now < self.not_before.get(asked.interface, 0.0):
                continue
            try:
                write(self.directory, asked.interface, report(ask_router(asked), self.valid))
                self._tell(asked, "")
            except LoginRefused as error:
                self.not_before[asked.interface] = now + REFUSED_PAUSE
                self._tell(asked, str(error))
            except (ZynosError, OSError) as error:
                self._tell(asked, str(error))

    def _tell(self, asked: Asked, trouble: str) -> None:
        trouble = without(trouble, [asked.access.password])
        if trouble and trouble != self.told.get(asked.interface):
            print(f"{asked.interface}: {trouble}", file=sys.stderr, flush=True)
        elif not trouble and self.told.get(asked.interface):
            print(f"{asked.interface}: answers again", file=sys.stderr, flush=True)
        self.told[asked.interface] = trouble


def _lend_nothing(*argv: str) -> tuple[int, str, str]:
    return 1, "", "the port is not set up yet"


def _addresses() -> Sequence[Mapping[str, Any]]:
    done = subprocess.run(["ip", "-j", "address", "show"], stdout=subprocess.PIPE, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout or b"[]")
    return rows


def load(path: str) -> tuple[tuple[int, int], Config]:
    """The configuration, and what tells whether the file is still the same."""
    with open(path, encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        return (status.st_ino, status.st_mtime_ns), parse(stream.read())


def main() -> NoReturn:
    os.makedirs(DIRECTORY, exist_ok=True)
    read, rounds = (0, 0), None
    while True:
        try:
            stamp, config = load(CONFIG)
        except (ConfigError, ZynosError, OSError) as error:
            print(f"teql-reports: {CONFIG}: {error}", file=sys.stderr)
            sys.exit(EX_CONFIG)
        if rounds is None or stamp != read:  # the role has written it anew
            read, rounds = stamp, Rounds(config)
        rounds.round(time.monotonic())
        time.sleep(config.interval)


if __name__ == "__main__":
    main()
