# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask on all lines at once, through raw packet sockets, and collect who answers."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time

from ansible_collections.linebond.teql.plugins.module_utils.arp import (
    ETHERTYPE,
    Heard,
    Line,
    parse_answer,
    request,
)

SYSFS = "/sys/class/net"
ETHERNET_DEVICE = "1"
UP = 1  # IFF_UP
# How long to go on listening once all have answered: a second device with the same address shows then.
GRACE = 0.3


class Asked:
    """One line while it is being asked."""

    def __init__(self, line: Line) -> None:
        self.line = line
        # With a protocol it would hear all ports until it is bound to one, packet(7).
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setblocking(False)
        self.socket.bind((line.interface, ETHERTYPE))
        self.mac = ":".join(f"{byte:02x}" for byte in self.socket.getsockname()[4])
        self.macs: dict[str, list[str]] = {address: [] for address in (line.router, line.common_address) if address}

    def ask(self) -> None:
        for address, macs in self.macs.items():
            if not macs:
                self.socket.send(request(self.mac, self.line.source, address))

    def listen(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                answer = parse_answer(self.socket.recv(2048))
                if answer and answer.address in self.macs and answer.mac not in self.macs[answer.address]:
                    self.macs[answer.address].append(answer.mac)

    def answered(self) -> bool:
        return all(self.macs.values())

    def heard(self) -> Heard:
        common = self.macs[self.line.common_address] if self.line.common_address else []
        return Heard(tuple(sorted(self.macs[self.line.router])), tuple(sorted(common)))


def probe(lines: list[Line], attempts: int, timeout: float) -> dict[str, Heard]:
    """What is heard on each line, by its name."""
    obstacles = {line.name: obstacle(line.interface) for line in lines}
    heard = {name: Heard(obstacle=text) for name, text in obstacles.items() if text}
    with contextlib.ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        asked = []
        for line in lines:
            if line.name in heard:
                continue
            one = Asked(line)
            stack.enter_context(one.socket)
            selector.register(one.socket, selectors.EVENT_READ, one)
            asked.append(one)
        for _attempt in range(attempts):
            silent = [one for one in asked if one.line.name not in heard and not one.answered()]
            if not silent:
                break
            _ask(silent, heard)
            _collect(selector, heard, timeout, silent)
        if asked:
            _collect(selector, heard, GRACE)
        for one in asked:
            heard.setdefault(one.line.name, one.heard())
    return heard


def obstacle(interface: str) -> str:
    """Why this interface cannot be asked on; '' if it can."""
    if not os.path.isdir(os.path.join(SYSFS, interface)):
        return "there is no such interface: is its name right, and its driver loaded?"
    if _read(interface, "type") != ETHERNET_DEVICE:
        return "is no ethernet port, so there is no ARP on it; leave lines like ppp out"
    if _read(interface, "carrier") == "":
        return f"the interface is down: ip link set {interface} up"
    if _read(interface, "carrier") == "0":
        return "no carrier: plug the cable in, and is the router switched on?"
    return ""


def is_up(interface: str) -> bool:
    return bool(int(_read(interface, "flags") or "0", 16) & UP)


def _ask(silent: list[Asked], heard: dict[str, Heard]) -> None:
    for one in silent:
        try:
            one.ask()
        except OSError as error:
            heard[one.line.name] = Heard(obstacle=f"cannot send there: {error.strerror}")


def _collect(
    selector: selectors.BaseSelector, heard: dict[str, Heard], seconds: float, silent: list[Asked] | None = None
) -> None:
    """Listen for so long, or until none of those is silent any more."""
    end = time.monotonic() + seconds
    while silent is None or any(one.line.name not in heard and not one.answered() for one in silent):
        left = end - time.monotonic()
        if left <= 0:
            return
        for key, _events in selector.select(left):
            _listen(key.data, heard)


def _listen(one: Asked, heard: dict[str, Heard]) -> None:
    try:
        one.listen()
    except OSError as error:
        heard.setdefault(one.line.name, Heard(obstacle=f"cannot listen there: {error.strerror}"))


def _read(interface: str, name: str) -> str:
    """An attribute of the interface; '' where the kernel refuses, as it does for the carrier of one that is down."""
    try:
        with open(os.path.join(SYSFS, interface, name), encoding="ascii") as stream:
            return stream.read().strip()
    except OSError:
        return ""
