# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bond as the kernel has it, and how it is brought to what the judge wants."""
