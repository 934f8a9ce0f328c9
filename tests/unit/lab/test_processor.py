# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests are spread over the processors."""

from __future__ import annotations

import os

import pytest

from lab import processor


@pytest.mark.parametrize(
    ("allowed", "taken", "wanted"),
    [
        ({0, 1}, [], 1),
        ({0, 1}, [1], 0),
        ({0, 1}, [1, 0], 1),
        ({0, 1}, [1, 1, 0], 0),
        ({3}, [3, 3], 3),
        ({2, 3}, [0, 0, 3], 2),  # what others have on processors that are not ours does not count
    ],
)
def test_the_processor_with_the_fewest_guests_is_chosen(allowed: set[int], taken: list[int], wanted: int) -> None:
    assert processor.choose(allowed, taken) == wanted


def test_one_is_chosen_on_this_machine() -> None:
    assert processor.quietest() in os.sched_getaffinity(0)
