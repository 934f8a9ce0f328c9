# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor's words: what is wrong first, each with what to type; then what is well, in short."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence

from teql_monitor.cli.doctor.facts import Facts
from teql_monitor.cli.doctor.finding import ERROR, OK, WARNING, Finding
from teql_monitor.cli.terminal import Terminal
from teql_monitor.cli.wording import counted, listed, plain

COLOURS = {ERROR: "alarm", WARNING: "yellow"}
VERSION = 1
INDENT = 9


def as_json(facts: Facts, findings: Sequence[Finding]) -> str:
    result = {
        "version": VERSION,
        "bond": facts.bond,
        "errors": _count(findings, ERROR),
        "warnings": _count(findings, WARNING),
        "checks": [vars(finding) for finding in findings],
    }
    return json.dumps(result, ensure_ascii=False, indent=2)


def render(facts: Facts, findings: Sequence[Finding], terminal: Terminal) -> Iterator[str]:
    yield from _summary(facts, findings, terminal)
    for verdict in (ERROR, WARNING):
        for finding in (each for each in findings if each.verdict == verdict):
            yield ""
            told = f"{plain(finding.subject)}: {plain(finding.message)}"
            yield from _labelled(terminal, verdict.upper(), COLOURS[verdict], told)
            yield from terminal.wrap(f"do: {plain(finding.fix)}", INDENT, INDENT + 4)
    well = [finding for finding in findings if finding.verdict == OK]
    if well:
        yield ""
    for name in dict.fromkeys(finding.name for finding in well):
        told = _together([finding for finding in well if finding.name == name])
        yield from _labelled(terminal, "ok", "green", f"{name}: {told}")


def _labelled(terminal: Terminal, label: str, colour: str, text: str) -> Iterator[str]:
    first, *more = terminal.wrap(text, INDENT)
    yield terminal.paint(label, colour) + " " * (INDENT - len(label)) + first[INDENT:]
    yield from more


def _summary(facts: Facts, findings: Sequence[Finding], terminal: Terminal) -> Iterator[str]:
    errors, warnings = _count(findings, ERROR), _count(findings, WARNING)
    found = listed([counted(n, word) for n, word in ((errors, ERROR), (warnings, WARNING)) if n]) or "all is well"
    where = f"{facts.bond} on {os.uname().nodename}"
    sentence = f"{where}: {found}, {counted(len(findings), 'check')} made"
    colour = "alarm" if errors else "yellow" if warnings else "green"
    yield from (terminal.paint(line, colour) for line in terminal.wrap(sentence))


def _together(findings: Sequence[Finding]) -> str:
    """Lines that are well are told in a word."""
    if len(findings) == 1:
        return f"{plain(findings[0].subject)} {plain(findings[0].message)}"
    subjects = list(dict.fromkeys(plain(finding.subject) for finding in findings))
    if len(subjects) == 1:
        return f"{subjects[0]} {listed([plain(finding.message) for finding in findings])}"
    return listed(subjects)


def _count(findings: Sequence[Finding], verdict: str) -> int:
    return sum(1 for finding in findings if finding.verdict == verdict)
