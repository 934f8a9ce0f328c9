# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated router in a network namespace of the lab: its LAN addresses are those of the port `lan` there."""

from __future__ import annotations

import argparse
import json
import subprocess
import threading
from pathlib import Path

from .console import Manners
from .device import DIALECTS, FAULTS, Device
from .server import Pace, Server

PORT = "lan"


def ip(*words: str) -> str:
    return subprocess.run(["ip", *words], text=True, stdout=subprocess.PIPE, check=True).stdout


def apply(addresses: list[str], routes: list[tuple[str, str]]) -> None:
    """The port gets exactly these addresses and routes; to an alias the public block's other addresses are next."""
    shown = json.loads(ip("-j", "-4", "address", "show", "dev", PORT))
    now = [f"{entry['local']}/{entry['prefixlen']}" for row in shown for entry in row.get("addr_info", [])]
    for address in now:
        if address not in addresses:
            ip("address", "del", address, "dev", PORT)
    for address in addresses:
        if address not in now:
            ip("address", "add", address, "dev", PORT)
    ip("route", "flush", "dev", PORT, "protocol", "static")
    for network, gateway in routes:
        ip("route", "add", network, "via", gateway, "dev", PORT, "protocol", "static")


def main() -> None:
    parser = argparse.ArgumentParser(prog="zynos", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--flash", type=Path, help="the file in which settings outlive a reboot")
    parser.add_argument("--dialect", choices=sorted(DIALECTS), default="classic")
    parser.add_argument("--login", choices=["password", "user", "menu"], default="password")
    parser.add_argument("--password", default="1234")
    parser.add_argument("--fault", action="append", default=[], choices=FAULTS)
    parser.add_argument("--piece", type=int, default=0, help="bytes of output at a time")
    options = parser.parse_args()
    # the kernel forwards here; a router of this family would do so by itself
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    Path("/proc/sys/net/ipv4/conf/lan/promote_secondaries").write_text("1")
    device = Device(options.dialect, options.flash, set(options.fault), apply)
    ip("link", "set", PORT, "up")
    manners = Manners(login=options.login, password=options.password, negotiates=options.login == "user")
    Server(device, lambda: manners, port=23, pace=Pace(options.piece, 0.002 if options.piece else 0.0))
    threading.Event().wait()


if __name__ == "__main__":
    main()
