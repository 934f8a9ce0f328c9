# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated ZyNOS router on the loopback network, and the options by which a module reaches it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from lab.zynos.console import Manners
from lab.zynos.device import Device
from lab.zynos.server import Pace, Server

FACTORY, OWN, COMMON = "127.0.10.1/24", "127.0.20.1/30", "127.0.30.1/29"
PASSWORD = "correct horse"


class SimulatedZynos:
    def __init__(self, folder: Path) -> None:
        self.device = Device(file=folder / "flash.json")
        lan = self.device.flash["lan"]["1"]
        lan["address"], lan["mask"] = "127.0.10.1", "255.255.255.0"
        self.device.reboot()
        self.manners = Manners(password=PASSWORD)
        self.server = Server(self.device, lambda: self.manners)

    def behave(self, **changes: Any) -> None:
        self.manners = dataclasses.replace(self.manners, **changes)

    def pace(self, piece: int, pause: float = 0.0) -> None:
        self.server.pace = Pace(piece, pause)

    @property
    def options(self) -> dict[str, Any]:
        return {
            "address": OWN,
            "factory_addresses": [FACTORY],
            "common_address": COMMON,
            "password": PASSWORD,
            "port": self.server.port,
            "timeout": 3,
        }
