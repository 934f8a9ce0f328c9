# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenWrt's configuration: what `uci export` prints, where a section is found, how it is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Value = str | tuple[str, ...] | None  # an option, a list, or not there
PLACE = re.compile(r"(\w+)\.(?:@(\w+)\[(\w+)=(.*)\]|@(\w+)\[0\]|(\w+))")


@dataclass(frozen=True)
class Section:
    type: str
    name: str = ""  # empty for an anonymous one
    options: Mapping[str, Value] = field(default_factory=dict)

    def words(self, option: str) -> tuple[str, ...]:
        """A list, which older files write as one string with blanks."""
        value = self.options.get(option) or ()
        return tuple(value.split()) if isinstance(value, str) else value


Configs = Mapping[str, tuple[Section, ...]]  # by name; a missing one is not installed


@dataclass(frozen=True)
class Place:
    """A section by its name, by the value of one option, or as the first of its type."""

    config: str
    name: str = ""
    type: str = ""
    option: str = ""
    value: str = ""

    def __str__(self) -> str:
        if self.name:
            return f"{self.config}.{self.name}"
        return f"{self.config}.@{self.type}[{f'{self.option}={self.value}' if self.option else 0}]"

    @classmethod
    def read(cls, text: str) -> Place:
        """The reverse of str(); ValueError when it is none."""
        found = PLACE.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} names no section")
        config, of, option, value, first, name = found.groups(default="")
        return cls(config, name, of or first, option, value)

    def _fits(self, section: Section) -> bool:
        if self.name:
            return section.name == self.name
        return section.type == self.type and (not self.option or section.options.get(self.option) == self.value)

    def find(self, configs: Configs) -> tuple[str, Section] | None:
        """How uci addresses the section now, and the section; None when there is none."""
        counted: dict[str, int] = {}
        for section in configs.get(self.config, ()):
            number = counted.get(section.type, 0)
            counted[section.type] = number + 1
            if self._fits(section):
                return f"{self.config}.{section.name or f'@{section.type}[{number}]'}", section
        return None


def quoted(value: str) -> str:
    """As uci and the shell both read it."""
    return "'" + value.replace("'", "'\\''") + "'"


def assignments(path: str, options: Mapping[str, Value]) -> list[str]:
    """Options as `uci show` prints them."""
    shown = []
    for option, value in options.items():
        if value is not None:
            values = (value,) if isinstance(value, str) else value
            shown.append(f"{path}.{option}={' '.join(quoted(each) for each in values)}")
    return shown


def set_option(path: str, option: str, now: Value, then: Value) -> list[str]:
    """The commands that turn an option from one value into another; none when they are the same."""
    if now == then:
        return []
    commands = [f"uci delete {path}.{option}"] if now is not None and not isinstance(then, str) else []
    if isinstance(then, str):
        return [*commands, f"uci set {path}.{option}={quoted(then)}"]
    return commands + [f"uci add_list {path}.{option}={quoted(each)}" for each in then or ()]


def parse_export(text: str) -> tuple[Section, ...]:
    """The sections of one config file, or of what `uci export` prints of it; ValueError names the line."""
    sections: list[Section] = []
    options: dict[str, Value] = {}
    for number, words in _statements(text):
        kind, rest = words[0], words[1:]
        if kind == "config" and 1 <= len(rest) <= 2:
            options = {}
            sections.append(Section(rest[0], rest[1] if len(rest) == 2 else "", options))
        elif kind == "option" and len(rest) == 2 and sections:
            options[rest[0]] = rest[1]
        elif kind == "list" and len(rest) == 2 and sections:
            before = options.get(rest[0]) or ()
            options[rest[0]] = ((before,) if isinstance(before, str) else before) + (rest[1],)
        elif kind != "package":
            raise ValueError(f"line {number}: {' '.join(words)!r} is nothing that uci writes")
    return tuple(sections)


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines as words: quotes keep blanks and line ends together, # starts a comment."""
    words: list[str] = []
    word, quote, number, started, skipping = "", "", 1, False, False
    position = 0
    while position <= len(text):
        letter = text[position] if position < len(text) else "\n"
        if letter == "\\" and quote != "'" and not skipping and position + 1 < len(text):
            position += 1
            word, started = word + text[position], True
        elif quote and position < len(text):
            word, quote = (word, "") if letter == quote else (word + letter, quote)
        elif skipping and letter != "\n":
            pass
        elif letter in "'\"":
            quote, started = letter, True
        elif letter == "#" and not started:
            skipping = True
        elif letter.isspace():
            words += [word] if started else []
            word, started = "", False
            if letter == "\n":
                if words:
                    yield number, words
                words, skipping = [], False
        else:
            word, started = word + letter, True
        number += letter == "\n"
        position += 1
