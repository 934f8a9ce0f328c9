# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that look at a running lab, named by LAB_NAME; molecule brings it up (python3 -m lab up does too)."""

from __future__ import annotations

import os

import pytest

from lab.guest import Guest


@pytest.fixture(scope="session")
def guest() -> Guest:
    return Guest.load(os.environ.get("LAB_NAME", "lab"))
