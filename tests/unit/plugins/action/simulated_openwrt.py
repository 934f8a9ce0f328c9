# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An OpenWrt box in a folder: the lab's stand-ins for uci and netifd, and an `ip` that keeps addresses in a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from ansible_collections.linebond.teql.plugins.plugin_utils.openwrt.uci import Section, parse_export

SOURCE = Path(__file__).parents[4] / "lab" / "openwrt" / "root"
ABSOLUTE = re.compile(r"/(?=etc/(?:config|init\.d)\b|tmp/)")
IP = """\
#!/bin/sh
case "$1 $2" in
"link set") ;;
"address add") echo "$3" >>"$SIMULATED/addresses" ;;
"address del") grep -vxF "$3" "$SIMULATED/addresses" >"$SIMULATED/new"; mv "$SIMULATED/new" "$SIMULATED/addresses" ;;
"route add") echo "$3 $4 $5" >>"$SIMULATED/routes" ;;
"route del") grep -vxF "$3 $4 $5" "$SIMULATED/routes" >"$SIMULATED/new"; mv "$SIMULATED/new" "$SIMULATED/routes" ;;
"-o address")
    sed 's/^\\(.*:.*\\)$/2: lan inet6 \\1 scope global/; /inet6/!s/^/2: lan    inet /' "$SIMULATED/addresses"
    ;;
"-4 route") grep -v : "$SIMULATED/routes" | sed 's/$/ dev lan/' ;;
"-6 route") grep : "$SIMULATED/routes" | sed 's/$/ dev lan  metric 1024/' ;;
*) exit 9 ;;
esac
:
"""
QUIET = '#!/bin/sh\necho "$0 $1" >>"$SIMULATED/services"\n'


class Router:
    """Its shell, its files, and a list of the commands that came in."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state, self.asked = folder / "root", folder / "state", list[str]()
        self.way = "172.16.9.9 50000 10.99.0.1 22"
        # What happens in the place of a command that holds the word: a status.
        self.broken: dict[str, int] = {}
        self.meanwhile: Callable[[str], object] = lambda command: None
        for name in ("etc/config", "etc/init.d", "tmp", "bin"):
            (self.root / name).mkdir(parents=True)
        self.state.mkdir()
        for name in ("addresses", "routes", "services"):
            (self.state / name).write_text("")
        for config in (SOURCE / "etc/config").iterdir():
            shutil.copy(config, self.root / "etc/config")
        for name, source in {
            "bin/uci": "sbin/uci",
            "etc/init.d/network": "etc/init.d/network",
            "bin/ifup": "sbin/ifup",
        }.items():
            self.program(name, (SOURCE / source).read_text())
        for name in ("firewall", "dnsmasq", "odhcpd"):
            self.program(f"etc/init.d/{name}", QUIET)
        self.program("bin/ip", IP)
        self.run("/etc/init.d/network boot")

    def program(self, name: str, text: str) -> None:
        path = self.root / name
        path.write_text(self._here(text))
        path.chmod(0o755)

    def _here(self, text: str) -> str:
        return ABSOLUTE.sub(f"{self.root}/", text)

    def run(self, command: str) -> tuple[int, str, str]:
        environment = {**os.environ, "SIMULATED": str(self.state), "SSH_CONNECTION": self.way}
        environment["PATH"] = f"{self.root}/bin:/usr/bin:/bin"
        done = subprocess.run(
            ["sh", "-c", self._here(command)], env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout.replace(str(self.root), ""), done.stderr

    def shell(self, command: str) -> tuple[int, str, str]:
        """As the action plugin runs it."""
        self.asked.append(command)
        self.meanwhile(command)
        for word, status in self.broken.items():
            if word in command:
                return status, "", f"{word} is broken"
        return self.run(f"{command} && sleep 0")  # as Ansible does

    def uci(self, words: str) -> str:
        return self.run(f"uci {words}")[1]

    def configuration(self) -> dict[str, tuple[Section, ...]]:
        """Every config file that there is."""
        names = sorted(path.name for path in (self.root / "etc/config").iterdir())
        return {name: parse_export(self.uci(f"export {name}")) for name in names}

    def live(self) -> tuple[list[str], list[str]]:
        """Addresses and routes."""
        addresses, routes = ((self.state / name).read_text().splitlines() for name in ("addresses", "routes"))
        return addresses, routes
