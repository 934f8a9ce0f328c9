# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches the lines of a teql bond: probes them, judges them, takes harmful ones out and puts them back.

Standard library only, Python 3.9 or newer. Reading (netlink, probe), judging (judge) and acting (actor) are apart.
"""

VERSION = "1.0.0"
