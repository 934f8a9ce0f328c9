# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True)
class Finding:
    name: str  # of the check
    subject: str  # the line, the bond, the kernel ...
    verdict: str
    message: str
    fix: str = ""  # what to type; empty when all is well


def ok(name: str, subject: str, message: str) -> Finding:
    return Finding(name, subject, OK, message)


def warning(name: str, subject: str, message: str, fix: str) -> Finding:
    return Finding(name, subject, WARNING, message, fix)


def error(name: str, subject: str, message: str, fix: str) -> Finding:
    return Finding(name, subject, ERROR, message, fix)
