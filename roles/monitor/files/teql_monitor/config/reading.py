# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration's JSON becomes a Config, or one error that names every problem at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from teql_monitor.config import fields
from teql_monitor.config.checks import CHECKS
from teql_monitor.config.fields import Report, Values
from teql_monitor.config.model import Config, Damping, Latency, LineConfig, Loss
from teql_monitor.config.values import describe, target

GROUPS = {"latency": Latency, "loss": Loss, "damping": Damping}


class ConfigError(Exception):
    """Every problem at once, each `path: what is wrong; what to do`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def load(path: str) -> Config:
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except FileNotFoundError:
        raise ConfigError([f"{path}: is missing; the role monitor writes it"]) from None
    except OSError as error:
        raise ConfigError(
            [f"{path}: cannot be read: {error.strerror}; mend it, or run the role monitor again"]
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is no UTF-8 text at byte {error.start}; run the role monitor again"]) from None
    return parse(text)


def parse(text: str) -> Config:
    problems: list[str] = []

    def report(path: str, message: str) -> None:
        problems.append(f"{path}: {message}")

    values = fields.read(fields.TOP, read_json(text), defaults_of(Config), "", report)
    for group, kind in GROUPS.items():
        given = values.get(group, {})
        values[group] = fields.read(fields.GROUPS[group], given, defaults_of(kind), f"{group}.", report)
    values["targets"] = read_targets(values.get("targets", []), report)
    values["lines"] = [read_line(line, index, report) for index, line in enumerate(values.get("lines", []))]
    for check in CHECKS:
        for path, message in check(values):
            report(path, message)
    if problems:
        raise ConfigError(problems)
    return build(values)


def defaults_of(kind: Any) -> Values:
    """Without the groups: what a group leaves out has defaults of its own."""
    return {name: value for name, value in kind._field_defaults.items() if name not in GROUPS}


def read_json(text: str) -> Mapping[str, Any]:
    try:
        given = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigError([f"{place}: is no JSON: {error.msg}; mend it, or run the role monitor again"]) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError([f"configuration: {error}"]) from None
    if not isinstance(given, dict):
        raise ConfigError([f"configuration: is {describe(given)}; write an object, {{...}}"])
    return given


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object; keep one of them")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no number to work with; write digits")


def read_targets(given: list[Any], report: Report) -> dict[int, str]:
    """By number; one that was refused keeps its place as an empty string."""
    found = dict.fromkeys(range(len(given)), "")
    for index, each in enumerate(given):
        try:
            found[index] = target(each)
        except ValueError as error:
            report(f"targets[{index}]", str(error))
    return found


def read_line(given: object, index: int, report: Report) -> Values:
    path = f"lines[{index}]"
    if not isinstance(given, dict):
        report(path, f"is {describe(given)}, not an object; write at least its interface")
        return {}
    line = fields.read(fields.LINE, given, defaults_of(LineConfig), f"{path}.", report)
    if given.get("name") is None and "interface" in line:
        line["name"] = line["interface"]
    return line


def build(values: Values) -> Config:
    groups = {group: kind(**values[group]) for group, kind in GROUPS.items()}
    lines = tuple(LineConfig(**line) for line in values["lines"])
    return Config(**{**values, **groups, "targets": tuple(values["targets"].values()), "lines": lines})
