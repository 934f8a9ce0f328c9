# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the monitor knows about itself over a restart: one JSON object in one file."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any


def write_whole(path: str, content: bytes) -> None:
    """The file appears under its name as a whole, or stays as it was.

    Without fsync, which would block the probing loop on a slow disk. What a power cut can do then is lose the last
    change or leave a damaged file, and whoever reads one here starts anew.
    """
    scratch = f"{path}.new"
    try:
        with open(scratch, "wb") as stream:
            stream.write(content)
        os.replace(scratch, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(scratch)
        raise


class Store:
    """A full or read-only disk is told by `error`, never by an exception: the lines matter more."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.error = ""

    def load(self) -> dict[str, Any]:
        """Empty when there is nothing yet; a damaged file is put aside as evidence."""
        try:
            with open(self.path, "rb") as stream:
                content = stream.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.error = f"{self.path} cannot be read: {error.strerror}"
            return {}
        try:
            found = json.loads(content.decode())
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        self._put_aside()
        return {}

    def save(self, content: dict[str, Any]) -> None:
        written = json.dumps(content, indent=1, sort_keys=True) + "\n"
        try:
            write_whole(self.path, written.encode())
            self.error = ""
        except OSError as error:
            self.error = f"{self.path} cannot be written: {error.strerror}"

    def _put_aside(self) -> None:
        self.error = f"{self.path} was damaged; it is kept as {self.path}.damaged"
        try:
            os.replace(self.path, f"{self.path}.damaged")
        except OSError as error:
            self.error = f"{self.path} is damaged and cannot be moved: {error.strerror}"
