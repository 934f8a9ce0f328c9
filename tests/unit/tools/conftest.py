# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's package puts tools/ on the path, where the checks' own modules are."""

import importlib

importlib.import_module("lab")
