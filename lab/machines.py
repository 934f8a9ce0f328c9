# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machines a guest can run on, by name."""

from lab.machine import Machine
from lab.qemu import Qemu
from lab.uml import Uml
from lab.upgrade import Upgrade

USUAL = "uml"
MACHINES: dict[str, Machine] = {USUAL: Uml(), "qemu": Qemu(), "upgrade": Upgrade()}
