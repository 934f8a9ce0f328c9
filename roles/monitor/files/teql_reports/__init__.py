# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the lines' routers how their DSL does, and writes it down for the monitor.

A process of its own, with the passwords. It needs nothing but the standard library and `teql_zynos`, which is the
package that the modules zynos_lan and zynos_info use (plugins/module_utils/zynos).
"""
