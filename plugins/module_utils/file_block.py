# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A block of our lines in a file that belongs to the site: put in, taken out, told from the rest. Pure."""

from __future__ import annotations

import re

SHEBANG = b"#!/bin/sh\n"
MARK = b"linebond.teql "  # what begins the marks of all sets
SHELL = re.compile(rb"#!\s*(\S*/env\s+)?\S*\b(ba|da|k|z)?sh\b")


class BlockError(Exception):
    """The file cannot take the block; the message says why and what to do."""


def take_out(content: bytes, name: str = "") -> bytes:
    """The content without the block of the set of that name, without a name those of all sets."""
    mark = MARK + re.escape(name.encode()) + (b"" if name else rb"[^\n]+")
    pattern = b"(?m)^# BEGIN (" + mark + b")\n(?s:.*?)^# END \\1(\n|\\Z)"
    rest = re.sub(pattern, b"", content)
    if re.search(b"(?m)^# BEGIN " + mark + b"$", rest):
        raise BlockError(
            "has the line '# BEGIN linebond.teql ...' and not the one that ends the block; remove by hand what it began"
        )
    return rest


def put_in(content: bytes, name: str, lines: bytes, script: bool = False) -> bytes:
    """The content with these lines as its block: at its end, in a shell script at its beginning.

    There whatever the script does, `exit` included, comes after ours. One that is missing is made.
    """
    rest = take_out(content, name)
    mark = MARK + name.encode()
    block = b"# BEGIN " + mark + b"\n" + _whole(lines) + b"# END " + mark + b"\n"
    if not script:
        return _whole(rest) + block
    if not rest:
        return SHEBANG + block
    if not rest.startswith(b"#!"):
        return block + rest if not rest.startswith(b"\x7f") and b"\0" not in rest else _no_shell()
    if not SHELL.match(rest):
        return _no_shell()
    first, _newline, others = rest.partition(b"\n")
    return first + b"\n" + block + others


def is_bare(content: bytes) -> bool:
    """Nothing in it but what put_in() made of a missing file."""
    return content in (b"", SHEBANG)


def same(content: bytes, other: bytes) -> bool:
    """The same but for the end of the last line, which put_in() completes."""
    return _whole(content) == _whole(other)


def _whole(content: bytes) -> bytes:
    return content + b"\n" if content and not content.endswith(b"\n") else content


def _no_shell() -> bytes:
    raise BlockError("is no shell script, so that nothing can be put before its first command; call it from one")
