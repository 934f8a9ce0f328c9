# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ZyNOS routers (Zyxel P660 and its family) by telnet.

Nothing in this package knows Ansible: what runs without it on a gateway can use the same files. `telnet` and `dialogue`
turn bytes into events and touch no socket; `lan`, `adsl` and `plan` are pure; `session` and `way` act.
"""
