# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened: numbered events, the newest in memory and on disk as one JSON object a line."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any

from teql_monitor.store import write_whole

Event = dict[str, Any]


def time_text(epoch: float) -> str:
    """UTC with milliseconds; texts of this form sort as the times do."""
    milliseconds = round(epoch * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(milliseconds // 1000))}.{milliseconds % 1000:03}Z"


class History:
    """The last `keep` events; numbers go on over restarts. A disk error is told by `error`, never raised."""

    def __init__(self, path: str, keep: int = 2000) -> None:
        self.path, self.keep, self.error = path, keep, ""
        # As text, which takes a fifth of the memory of dictionaries; few are ever asked for.
        self._texts: deque[str] = deque(maxlen=keep)
        self._seq = 0  # of the newest event
        self._on_disk = 0  # lines in the file
        self._stale = False  # the file is not what memory holds, so the next event writes it anew
        self._load()

    def append(
        self,
        epoch: float,
        kind: str,
        *,
        line: str = "",
        interface: str = "",
        old: str = "",
        new: str = "",
        reason: str = "",
        member: bool = False,
    ) -> Event:
        self._seq += 1
        event: Event = {
            "seq": self._seq,
            "time": time_text(epoch),
            "line": line,
            "interface": interface,
            "old": old,
            "new": new,
            "reason": reason,
            "member": member,
            "kind": kind,
        }
        self._texts.append(json.dumps(event, separators=(",", ":")))
        self._write()
        return event

    def last(self, count: int) -> list[Event]:
        return _oldest_first(islice(self._newest_first(), max(count, 0)))

    def after(self, seq: int) -> list[Event]:
        return _oldest_first(takewhile(lambda event: event["seq"] > seq, self._newest_first()))

    def since(self, epoch: float) -> list[Event]:
        """By the clock of their time: all are looked at, because a clock that was set back leaves them out of order."""
        start = time_text(epoch)
        return _oldest_first(event for event in self._newest_first() if event["time"] >= start)

    def _newest_first(self) -> Iterator[Event]:
        return map(json.loads, reversed(self._texts))

    def _load(self) -> None:
        try:
            with open(self.path, "rb") as stream:
                content = stream.read()
        except FileNotFoundError:
            return
        except OSError as error:
            self._failed(error)
            return
        # A power cut leaves a last line without its end, or a stretch of zeros.
        *lines, rest = content.split(b"\n")
        self._stale = rest != b""
        for line in lines[-self.keep :]:
            seq = _sequence(line)
            if seq <= self._seq:
                self._stale = True
                continue
            self._seq = seq
            self._texts.append(line.decode())
        self._on_disk = len(lines)

    def _write(self) -> None:
        try:
            if self._stale or self._on_disk >= 2 * self.keep:
                write_whole(self.path, "".join(f"{text}\n" for text in self._texts).encode())
                self._on_disk = len(self._texts)
            else:
                self._add(f"{self._texts[-1]}\n".encode())
                self._on_disk += 1
            self._stale, self.error = False, ""
        except OSError as error:
            self._failed(error)

    def _add(self, content: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            if os.write(descriptor, content) < len(content):
                raise OSError(0, "the disk took a part only")
        finally:
            os.close(descriptor)

    def _failed(self, error: OSError) -> None:
        self._stale = True
        self.error = f"{self.path}: {error.strerror}; new events are kept in memory only"


def _oldest_first(events: Iterator[Event]) -> list[Event]:
    return list(events)[::-1]


def _sequence(line: bytes) -> int:
    """The number of the event in a line; 0 when there is none."""
    try:
        event = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        return 0
    if not isinstance(event, dict) or not isinstance(event.get("time"), str):
        return 0
    number = event.get("seq")
    return number if isinstance(number, int) and not isinstance(number, bool) else 0
