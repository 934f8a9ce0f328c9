# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd offers by its sockets, without a library; all of it does nothing elsewhere."""
