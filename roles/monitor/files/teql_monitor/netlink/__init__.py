# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's links, qdiscs, routes, rules and neighbours by rtnetlink.

Pure: wire (bytes), link, qdisc, route, rule, neighbour, event (their meaning), pinning (what every line needs).
With a socket: channel (question and answer), kernel (what the monitor asks and does), upkeep (pinning carried out).
"""
