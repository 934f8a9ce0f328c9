# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated DSL router with ZyNOS (Zyxel P660 and its family), for tests: nobody needs the device.

`device` is what it does with a command, `console` the conversation, `server` the socket. All of it was derived from
what public scripts and recordings show of such routers. The display of an IP alias is in none of them: two dialects
differ in it, so that nothing gets used to one guess. It runs in a lab router's namespace (`python3 -m zynos`).
"""
