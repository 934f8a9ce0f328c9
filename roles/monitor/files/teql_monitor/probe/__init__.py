# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks targets over each line: ICMP echo, in turn and on time."""
