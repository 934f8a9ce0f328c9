# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab from the command line: python3 -m lab --help"""

from __future__ import annotations

import argparse
import json
import signal
import sys

from lab import demo, host
from lab.guest import Guest
from lab.image import CACHE, SUITES
from lab.machines import MACHINES, USUAL
from lab.managers import MANAGERS
from lab.traffic import ping


def settings(options: argparse.Namespace) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in options.set)


def up(options: argparse.Namespace) -> None:
    guest = Guest(options.name, options.suite, options.lines, settings(options), options.manager, options.machine)
    try:
        guest.up()
    except BaseException:
        guest.down()
        raise
    print(f"\nThe lab runs. Its inventory: -i lab/site.yml -i {guest.inventory}")
    print("  make shell                         a shell on the gateway")
    print("  python3 -m lab fault 2 carrier     break line 2 (mend: python3 -m lab fault 2 mend)")
    print("  python3 -m lab ping                count pings by line")
    print("  python3 -m lab down                end it")


def down(guests: list[Guest]) -> int:
    """End them; root is asked for only where there is something to end."""
    if guests:
        host.become_root()
    for guest in guests:
        guest.down()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m lab", description="A gateway, its DSL routers and an ISP on a real kernel."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str, called: str = "lab") -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.add_argument("--name", default=called, help=f"the guest's name (default {called})")
        return added

    for added in (command("demo", "the whole story in two minutes", "demo"), command("up", "boot a guest and keep it")):
        added.add_argument("--suite", choices=SUITES, default="trixie", help="the guest's Debian (default trixie)")
        added.add_argument("--lines", type=int, default=4, help="how many lines (default 4)")
        added.add_argument("--machine", choices=MACHINES, default=USUAL, help=f"what it runs on (default {USUAL})")
        added.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="WORD=VALUE",
            help="rate=10mbit, delay=5ms, routers=linux,openwrt,zynos",
        )
    added.add_argument("--manager", choices=MANAGERS, default="networkd", help="the gateway's (default networkd)")
    ending = command("down", "end a guest and remove all it made")
    ending.add_argument("--all", action="store_true", help="every guest of this checkout")
    command("reboot", "power the gateway off and start it again")
    command("snapshot", "note what every host is like now, for the tests to compare with")
    shell = command("shell", "a shell on a host of the lab")
    shell.add_argument("host", nargs="?", default="gw", help="gw, dsl1, dsl2 ... (default gw)")
    fault = command("fault", "break a line, or mend it (fault --help on the guest tells the kinds)")
    fault.add_argument("words", nargs="+", help="number of the line, kind, value: 2 carrier; 3 delay 30; 3 mend")
    pings = command("ping", "ping through the bond and count by line")
    pings.add_argument("--count", type=int, default=400)
    options = parser.parse_args()

    for cause in (signal.SIGTERM, signal.SIGHUP):  # so that what is up is brought down
        signal.signal(cause, lambda number, _: sys.exit(128 + number))
    if options.command in ("demo", "up"):
        host.prepare(MACHINES[options.machine])
        if options.command == "demo":
            words = {"routers": "openwrt,linux,openwrt", **settings(options)}  # as different as those of an office
            return demo.run(Guest(options.name, options.suite, options.lines, words, machine=options.machine))
        up(options)
        return 0
    if options.command == "down":
        chosen = Guest.of_this_checkout() if options.all else [Guest(options.name)]
        return down([guest for guest in chosen if guest.exists])
    host.become_root()
    guest = Guest.load(options.name)
    if options.command == "reboot":
        guest.reboot()
    if options.command == "snapshot":
        noted = {host: guest.snapshot(host) for host in guest.hosts}
        (guest.directory / "snapshot.json").write_text(json.dumps(noted, indent=1))
    if options.command == "shell":
        return guest.shell(options.host)
    if options.command == "fault":
        print(guest.fault(" ".join(options.words)), end="")
    if options.command == "ping":
        print(ping(guest, options.count))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        host.give_back(CACHE.parent)
