# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab: a Debian guest on a machine of its own, in a network namespace of its own.

The guest is the gateway; its routers and its ISP are namespaces inside it (guest/world). On the host there is one
namespace with one tap: nothing of the host's own network is touched.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lab.host import give_back
from lab.image import CACHE, image, key
from lab.machine import TAP, Boot
from lab.machines import MACHINES, USUAL
from lab.progress import step

BOOT_TIMEOUT = 240.0  # seconds; user-mode Linux needs 15 to 25 on a quiet computer, 140 beside three others
FAULT = "python3 /usr/local/lib/lab/fault"  # on the gateway
NAMESPACES = Path("/run/netns")  # of the network
PREFIX = "linebond-"  # of their names


@dataclass
class Guest:
    """A guest by name. Its disk, keys and inventory live in .cache/lab/run/NAME until down()."""

    name: str
    suite: str = "trixie"
    lines: int = 4
    settings: dict[str, str] = field(default_factory=dict)  # lab.* words for guest/world: rate, delay, routers
    manager: str = "networkd"  # the gateway's; its routers always have systemd-networkd
    machine: str = USUAL

    @classmethod
    def load(cls, name: str) -> Guest:
        """The guest that was brought up under this name."""
        file = CACHE / "run" / name / "guest.json"
        if not file.exists():
            raise SystemExit(f"there is no lab {name!r}; `make lab` brings one up")
        return cls(name, **json.loads(file.read_text()))

    @classmethod
    def of_this_checkout(cls) -> list[Guest]:
        """Every lab that was brought up from here, in good order or not. Others are not ours to end."""
        directories = (CACHE / "run").iterdir() if (CACHE / "run").exists() else []
        return [cls(name) for name in sorted(path.name for path in directories)]

    @property
    def exists(self) -> bool:
        """Whether a lab of this name has left something on this machine: a name is taken by any checkout."""
        return self.directory.exists() or (NAMESPACES / self.namespace).exists()

    @property
    def directory(self) -> Path:
        return CACHE / "run" / self.name

    @property
    def namespace(self) -> str:
        return PREFIX + self.name

    @property
    def inventory(self) -> Path:
        """How Ansible reaches gateway and routers; goes beside an inventory that describes the site."""
        return self.directory / "hosts.yml"

    @property
    def slowness(self) -> float:
        """What limits in seconds are to be multiplied by on this guest's machine."""
        return MACHINES[self.machine].slowness

    @property
    def hosts(self) -> list[str]:
        """Those that can be logged in to by ssh."""
        return ["gw", *(router for router, kind in self.routers.items() if kind != "zynos")]

    @property
    def routers(self) -> dict[str, str]:
        """What kind each is: linux, openwrt (busybox and uci instead of Debian) or zynos (simulated, by telnet)."""
        kinds = self.settings.get("routers", "linux").split(",")
        return {f"dsl{number}": kinds[min(number, len(kinds)) - 1] for number in range(1, self.lines + 1)}

    def up(self) -> None:
        """Boot a fresh guest and wait until gateway and routers answer."""
        self.down()
        disks = self._disks()
        self.directory.mkdir(parents=True)
        described = {key: value for key, value in asdict(self).items() if key != "name"}
        (self.directory / "guest.json").write_text(json.dumps(described))
        for command in (
            ["ip", "netns", "add", self.namespace],
            ["ip", "-n", self.namespace, "link", "set", "lo", "up"],
            ["ip", "netns", "exec", self.namespace, "ip", "tuntap", "add", TAP, "mode", "tap"],
            ["ip", "-n", self.namespace, "address", "add", "10.0.0.1/24", "dev", TAP],
            ["ip", "-n", self.namespace, "link", "set", TAP, "up"],
        ):
            subprocess.run(command, check=True)
        self._boot(disks, self.hosts, first=True)

    def down(self) -> None:
        """Stop the guest, if it runs, and remove all that up() made; the last words of one that died are kept."""
        self._close_connections()
        console = self.directory / "console.log"
        if console.exists() and not self._pids():
            console.replace(CACHE / f"{self.name}.console.log")
        self._kill()
        if (NAMESPACES / self.namespace).exists():
            subprocess.run(["ip", "netns", "delete", self.namespace], check=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def reboot(self, wait_for: list[str] | None = None) -> None:
        """Power the guest off in good order and start it again: one on user-mode Linux cannot reopen its own tap.

        Waits until the hosts named answer, every one if none is.
        """
        with step("powering the gateway off"):
            self.ssh("gw", "systemctl start --no-block poweroff.target")
            deadline = time.monotonic() + BOOT_TIMEOUT * self.slowness
            while self._pids() and time.monotonic() < deadline:
                time.sleep(0.2)
        self.power_cut(wait_for)

    def power_cut(self, wait_for: list[str] | None = None) -> None:
        """The same without warning: what is not on its disk by then is lost."""
        self._close_connections()
        self._kill()
        self._boot(self._disks(), wait_for or self.hosts)

    def ssh(self, host: str, command: str, check: bool = True, timeout: float = 600) -> str:
        """Run a shell command on gateway or router; its output. CalledProcessError unless it succeeds."""
        argv = ["ssh", "-F", str(self.directory / "ssh_config"), host, command]
        done = subprocess.run(
            argv, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=timeout, check=False
        )
        if check and done.returncode:
            raise subprocess.CalledProcessError(done.returncode, argv, done.stdout)
        return done.stdout

    def fault(self, words: str) -> str:
        """Break a line or mend it: its number, the kind and the kind's value (guest/fault)."""
        return self.ssh("gw", f"{FAULT} {words}")

    def snapshot(self, host: str) -> dict[str, object]:
        """All that a role could touch on a host (guest/snapshot)."""
        command = "python3 /usr/local/lib/lab/snapshot"
        if self.routers.get(host) == "openwrt":  # it has no Python: looked at from the gateway
            command, host = f"ip netns exec {host} {command} /var/lib/lab/{host}/root", "gw"
        taken: dict[str, object] = json.loads(self.ssh(host, command))
        return taken

    def shell(self, host: str) -> int:
        """An interactive shell on gateway or router."""
        return subprocess.run(["ssh", "-F", str(self.directory / "ssh_config"), host], check=False).returncode

    def _disks(self) -> tuple[Path, Path]:
        """The images that the gateway's disk and those of its routers begin as."""
        modules = MACHINES[self.machine].modules(self.suite)
        gateway, routers = (image(self.suite, manager, self.machine, modules) for manager in (self.manager, "networkd"))
        return gateway, routers

    def _boot(self, disks: tuple[Path, Path], wait_for: list[str], first: bool = False) -> None:
        run = Path("/run") / self.namespace  # sockets: their paths must be short
        run.mkdir(exist_ok=True, mode=0o700)
        self._write_access(run)
        words = {"lines": str(self.lines), **self.settings}
        given = tuple(f"lab.{word}={value}" for word, value in words.items())
        boot = Boot(self.name, self.suite, *disks, self.directory, run, first, given)
        argv = ["setsid", "ip", "netns", "exec", self.namespace, *MACHINES[self.machine].command(boot)]
        with (self.directory / "console.log").open("ab") as console:
            running = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        kind = f"Debian {self.suite}, {self.manager}, {self.machine}"
        with step(f"booting the gateway, {self.lines} routers and the ISP ({kind})"):
            self._wait(running, wait_for)
        if "SUDO_UID" in os.environ:  # the user who called cannot use root's connections
            self._end_masters()
            give_back(self.directory, run)

    def _wait(self, running: subprocess.Popen[bytes], hosts: list[str]) -> None:
        limit = BOOT_TIMEOUT * self.slowness
        deadline = time.monotonic() + limit
        waiting = list(hosts)
        while waiting:
            late = time.monotonic() > deadline
            if late or running.poll() is not None:
                what = f"no answer from {', '.join(waiting)} in {limit:.0f} s" if late else "the guest stopped"
                tail = (self.directory / "console.log").read_text(errors="replace")[-2000:]
                raise SystemExit(f"{what}; the console says:\n{tail}")
            patience = f"ConnectTimeout={3 * self.slowness:.0f}"
            argv = ["ssh", "-F", str(self.directory / "ssh_config"), "-o", patience, waiting[0], "true"]
            if subprocess.run(argv, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0:
                if waiting.pop(0) == "gw" and "failed" in self.ssh("gw", "systemctl is-failed lab-world", check=False):
                    raise SystemExit("the lab's world was not built:\n" + self.ssh("gw", "journalctl -u lab-world"))
            else:
                time.sleep(0.5)

    def _write_access(self, run: Path) -> None:
        """ssh_config and the inventory's connection part, with control sockets of this boot's own."""
        sockets = run / f"ssh-{time.monotonic_ns():x}"  # a socket's path has at most 107 signs
        sockets.mkdir(mode=0o700)
        config = self.directory / "ssh_config"
        sudo = "sudo -n " if "SUDO_UID" in os.environ else ""  # the user who called may come in, too
        common = f"""\
Host *
  User root
  IdentityFile {key()}
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
  ControlMaster auto
  ControlPersist 600
  ControlPath {sockets}/%n
  ServerAliveInterval {15 * self.slowness:.0f}
Host gw
  HostName 10.0.0.2
  ProxyCommand {sudo}ip netns exec {self.namespace} nc %h %p
"""
        routers = "".join(
            f"Host dsl{i}\n  HostName 10.99.0.{10 + i}\n  ProxyCommand ssh -F {config} -W %h:%p gw\n"
            for i in range(1, self.lines + 1)
        )
        config.write_text(common + routers)
        reach = {
            "ansible_user": "root",
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": f"-F {config}",
            "ansible_control_path_dir": str(sockets),
            "ansible_pipelining": True,
            "ansible_ssh_timeout": int(10 * self.slowness),  # seconds, for a connection
        }
        # by name, not by inventory_hostname, which is another one's where a task is delegated
        hosts = {
            host: {
                "ansible_host": host,
                "ansible_control_path": str(sockets / host),  # that of ssh_config: one connection for all
                **reach,
            }
            for host in self.hosts
        }
        for router, kind in self.routers.items():
            if kind == "openwrt":
                hosts[router]["routers_platform"] = kind
        self.inventory.write_text(json.dumps({"all": {"hosts": hosts}}, indent=2) + "\n")

    def _close_connections(self) -> None:
        """One that outlives its guest makes the next guest's connections hang."""
        self._end_masters()
        shutil.rmtree(Path("/run") / self.namespace, ignore_errors=True)

    def _end_masters(self) -> None:
        run = Path("/run") / self.namespace
        for socket in [*run.glob("ssh-*/*")] if run.exists() else []:
            subprocess.run(
                ["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "any"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=10,
                check=False,
            )

    def _pids(self) -> list[str]:
        """Every process in the lab's namespace: the guest is nothing but these."""
        if not (NAMESPACES / self.namespace).exists():
            return []
        listed = subprocess.run(["ip", "netns", "pids", self.namespace], text=True, stdout=subprocess.PIPE, check=False)
        names = {pid: _command_name(pid) for pid in listed.stdout.split()}
        machines = tuple(machine.process for machine in MACHINES.values())
        return [pid for pid, name in names.items() if name.startswith(machines)]

    def _kill(self) -> None:
        while pids := self._pids():
            subprocess.run(["kill", "-9", *pids], stderr=subprocess.DEVNULL, check=False)
            time.sleep(0.1)


def _command_name(pid: str) -> str:
    try:
        return Path("/proc", pid, "comm").read_text()
    except OSError:
        return ""
