# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to write on this terminal: its width, whether it takes colours, tables that fit."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

COLOURS = {"green": "32", "yellow": "33", "red": "31", "blue": "36", "dim": "2", "bold": "1", "alarm": "1;31"}
NARROWEST = 24


class Terminal:
    """width None: as wide as it takes (a pipe, a file)."""

    def __init__(self, width: int | None = None, height: int | None = None, colour: bool = False) -> None:
        self.width, self.height, self.colour = width, height, colour

    def paint(self, text: str, colour: str) -> str:
        if not self.colour or not colour or not text:
            return text
        return f"\033[{COLOURS[colour]}m{text}\033[0m"

    def wrap(self, text: str, indent: int = 0, more: int | None = None) -> list[str]:
        """The text in lines that fit, the first indented by indent, the others by more."""
        hanging = indent if more is None else more
        room = max(self.width, NARROWEST) - hanging if self.width else None
        first, *others = wrapped(text, room)
        return [" " * indent + first, *(" " * hanging + line for line in others)]


def look(stream: TextIO | None = None) -> Terminal:
    """What this stream can show."""
    out = sys.stdout if stream is None else stream
    if not out.isatty():
        return Terminal()
    try:
        size = os.get_terminal_size(out.fileno())
        width, height = size.columns, size.lines
    except (OSError, ValueError):
        width, height = 0, 0
    asked = os.environ.get("COLUMNS", "")
    width = int(asked) if asked.isdigit() and int(asked) else width
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
    return Terminal(width or 80, height or None, not plain)


def wrapped(text: str, width: int | None) -> list[str]:
    """In lines of at most that width, unless a word is longer."""
    if width is None:
        return [text]
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


class Column:
    """keep: the higher, the sooner it goes when the terminal is narrow; 0 stays."""

    def __init__(self, title: str, keep: int = 0, right: bool = False) -> None:
        self.title, self.keep, self.right = title, keep, right


class Cell:
    def __init__(self, text: str, colour: str = "") -> None:
        self.text, self.colour = text, colour


GAP = "  "


def widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [max(len(column.title), *(len(row[i].text) for row in rows), 0) for i, column in enumerate(columns)]


def total(sizes: Sequence[int]) -> int:
    return sum(sizes) + len(GAP) * max(0, len(sizes) - 1)


def fitting(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None) -> list[int]:
    """Which columns fit, by number."""
    shown, sizes = list(range(len(columns))), widths(columns, rows)
    while width is not None and total([sizes[i] for i in shown]) > width:
        droppable = [i for i in shown if columns[i].keep]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda i: columns[i].keep))
    return shown


def table(
    terminal: Terminal, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], sizes: Sequence[int]
) -> Iterator[str]:
    """The head and then a line for each row."""
    yield terminal.paint(_line(columns, [column.title for column in columns], sizes).rstrip(), "dim")
    for row in rows:
        texts = _cells(columns, [cell.text for cell in row], sizes)
        yield GAP.join(_coloured(terminal, text, cell) for text, cell in zip(texts, row)).rstrip()


def _coloured(terminal: Terminal, padded: str, cell: Cell) -> str:
    return padded.replace(cell.text, terminal.paint(cell.text, cell.colour), 1) if cell.text.strip() else padded


def _cells(columns: Sequence[Column], texts: Sequence[str], sizes: Sequence[int]) -> list[str]:
    return [text.rjust(size) if column.right else text.ljust(size) for column, text, size in zip(columns, texts, sizes)]


def _line(columns: Sequence[Column], texts: Sequence[str], sizes: Sequence[int]) -> str:
    return GAP.join(_cells(columns, texts, sizes))
