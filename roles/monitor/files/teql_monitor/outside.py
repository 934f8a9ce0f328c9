# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else knows of a line: a small file a line, written by whoever can ask its router.

The monitor asks no router itself: it has no passwords, and nothing that may hang. Another program, with rights of its
own, writes /run/linebond/lines/INTERFACE.json as a whole (a new file, renamed), as often as it likes:

    {"version": 1, "sync": false, "rate_kbit": 832, "valid_s": 60, "reason": "modem status: down"}

`sync` false: the line is down at once. `rate_kbit`: the upload speed, in place of the configured one. Both may be left
out or null. After `valid_s` seconds (60, unless given) without a new one the file says nothing any more.
"""

from __future__ import annotations

import json
import os
from typing import NamedTuple

DIRECTORY = "/run/linebond/lines"
VALID = 60.0  # seconds
LONGEST_VALID = 3600.0
LARGEST = 4096  # bytes
FASTEST = 1e8  # kbit/s
WORDS = 80  # characters of a reason


class Report(NamedTuple):
    sync: bool | None = None
    rate_kbit: float | None = None
    reason: str = ""
    written: float = 0.0  # seconds since 1970


NOTHING = Report()


class Reports:
    """Reads them; `error` says what is wrong with the last one that could not be used."""

    def __init__(self, directory: str = DIRECTORY) -> None:
        self.directory = directory
        self.error = ""

    def there(self) -> set[str]:
        """The interfaces that there is a file of: most gateways have none, and looking for each would cost more."""
        self.error = ""
        try:
            return {name[: -len(".json")] for name in os.listdir(self.directory) if name.endswith(".json")}
        except FileNotFoundError:
            return set()
        except OSError as error:
            self.error = f"{self.directory} cannot be read: {error.strerror}"
            return set()

    def read(self, interface: str, wall: float) -> Report:
        """NOTHING where there is none, it is too old or damaged. `wall` is seconds since 1970."""
        path = os.path.join(self.directory, f"{interface}.json")
        self.error = ""
        try:
            # a pipe or a device under that name must not hang the monitor
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return NOTHING
        except OSError as error:
            self.error = f"{path} cannot be read: {error.strerror}"
            return NOTHING
        try:
            with os.fdopen(handle, "rb") as stream:
                written = os.fstat(stream.fileno()).st_mtime
                return parse(stream.read(LARGEST + 1), written, wall)
        except (OSError, ValueError, RecursionError) as error:
            self.error = f"{path} is ignored: {error}"
            return NOTHING


def parse(content: bytes, written: float, wall: float) -> Report:
    """ValueError names what is wrong."""
    if len(content) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} bytes")
    try:
        told = json.loads(content.decode())
    except ValueError:
        raise ValueError("it is no JSON") from None
    if not isinstance(told, dict) or told.get("version") != 1:
        raise ValueError('it is no object with "version": 1')
    sync, rate, valid = told.get("sync"), told.get("rate_kbit"), told.get("valid_s", VALID)
    reason = told.get("reason", "")
    if sync not in (True, False, None) or not (sync is None or isinstance(sync, bool)):
        raise ValueError(f"sync: {sync!r} is not true, false or null")
    if rate is not None and not (_number(rate) and 0 <= rate < FASTEST):
        raise ValueError(f"rate_kbit: {rate!r} is no rate")
    if not (_number(valid) and 0 < valid <= LONGEST_VALID):
        raise ValueError(f"valid_s: {valid!r} is not between 0 and {LONGEST_VALID:.0f} seconds")
    if not isinstance(reason, str):
        raise ValueError(f"reason: {reason!r} is no text")
    if not written - LONGEST_VALID <= wall <= written + valid:
        return NOTHING
    shown = "".join(sign for sign in reason if sign.isprintable())[:WORDS]
    return Report(sync, rate or None, shown, written)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
