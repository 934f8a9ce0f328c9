# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of words -> lines in which the columns stand below each other."""

from __future__ import annotations

import typing as t

Row = tuple[str, ...]


def laid_out(rows: t.Sequence[Row], right: t.Collection[str] = ()) -> list[str]:
    """The first row has the headings; columns whose heading is in `right` are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    aligned = [str.rjust if heading in right else str.ljust for heading in rows[0]]
    return [
        "  ".join(align(cell, width) for cell, width, align in zip(row, widths, aligned, strict=True)).rstrip()
        for row in rows
    ]
