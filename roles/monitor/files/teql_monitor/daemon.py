# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program teql-monitor: starts, waits for whatever comes next, and stops without touching the bond.

SIGHUP reads the configuration anew, and keeps the old one when the new one is refused. SIGTERM ends the program; the
bond, the rules and the tables stay as they are. Exit codes: 0 ended, 1 the kernel refuses what is needed, 78 the
configuration is refused (sysexits.h EX_CONFIG).
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from teql_monitor import VERSION, metrics, status
from teql_monitor.clock import Clock
from teql_monitor.commands import answer
from teql_monitor.config import Config, ConfigError, load
from teql_monitor.control import Control
from teql_monitor.monitor import Monitor
from teql_monitor.netlink import pinning, upkeep
from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.kernel import Kernel
from teql_monitor.probe.sockets import EchoSocket
from teql_monitor.recorder import Recorder
from teql_monitor.store import write_whole
from teql_monitor.systemd.journal import NOTICE, Journal
from teql_monitor.systemd.notify import Notifier

CONFIG = "/etc/linebond/monitor.json"
EX_CONFIG = 78
METRICS_EVERY = 15  # seconds


class Daemon:
    def __init__(self, config: Config, path: str, run: str, state: str) -> None:
        self.path, self.run = path, run
        self.clock, self.notifier, self.journal = Clock(), Notifier.from_environment(), Journal()
        self.selector = selectors.DefaultSelector()
        self.config_error = ""
        self.stopping = self.reloading = False
        self.seconds = 0
        self.kernel = Kernel()
        self.links = {family: EchoSocket(family) for family in families(config)}
        self.control = Control(os.path.join(run, "control"), self.selector, lambda *asked: answer(self, *asked))
        recorder = Recorder(state, self.journal, self.clock, self.control.tell)
        self.monitor = Monitor(config, self.kernel, self.links, recorder, self.clock, run)
        self.selector.register(self.kernel, selectors.EVENT_READ, self.kernel)
        self._catch_signals()

    def loop(self) -> None:
        members = [line.name for line in self.monitor.judge.lines.values() if line.member]
        self.monitor.recorder.event(
            "start",
            f"teql-monitor {VERSION} watches {self.monitor.config.bond}, members: {', '.join(members) or 'none'}",
            new=VERSION,
        )
        self.notifier.ready()
        gc.collect()  # what only the start needed
        second = self.clock.now()
        while not self.stopping:
            due = min(self.monitor.prober.due(), second)
            ready = self.selector.select(max(0.0, due - self.clock.now()))
            now = self.clock.now()
            for key, events in ready:
                self._attend(key, events)
            if self.monitor.stale:
                self.monitor.look()
            self.monitor.finished(self.monitor.prober.run(now))
            if now >= second:
                second = max(second + 1, now)
                self._second()
            if self.reloading:
                self.reload()

    def _attend(self, key: selectors.SelectorKey, events: int) -> None:
        if key.data is self.kernel:
            self.monitor.news(self.kernel.events())
        elif isinstance(key.data, Control):
            key.data.ready(key.fileobj, events)

    def _second(self) -> None:
        self.monitor.tick()
        self.notifier.alive()
        headline = status.headline(self.monitor)
        if self.seconds % METRICS_EVERY == 0 or headline != self.notifier.status:
            self._write_metrics()
        self.notifier.tell(headline)
        self.seconds += 1

    def _write_metrics(self) -> None:
        text = metrics.render(status.counters(self.monitor, self.config_error))
        with suppress(OSError):
            path = os.path.join(self.run, "metrics.prom")
            write_whole(path, text.encode())
            os.chmod(path, 0o644)

    def reload(self) -> None:
        self.reloading = False
        self.notifier.reloading()
        try:
            config = load(self.path)
            if config == self.monitor.config:  # the role asks each time
                self.config_error = ""
                self.notifier.ready()
                return
            missing = families(config) - self.links.keys()
            self.links.update({family: EchoSocket(family) for family in missing})
            self.monitor.reload(config)
            self.config_error = ""
            self.monitor.recorder.event("config", "the configuration was read anew", new="taken")
        except (ConfigError, OSError) as error:
            self.config_error = str(error)
            text = f"the new configuration is refused, the old one stays: {error}"
            self.monitor.recorder.event("config", text, new="refused", reason=str(error))
        self.notifier.ready()

    def stop(self) -> None:
        """The bond stays as it is."""
        self.notifier.stopping()
        self.monitor.recorder.flush()
        self.monitor.recorder.keep(self.monitor.judge)
        self.control.close()
        with suppress(OSError):
            os.unlink(os.path.join(self.run, "out"))
        self.journal.say("start", "teql-monitor ends; the bond stays as it is", NOTICE)

    def _catch_signals(self) -> None:
        """A signal wakes the selector."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        self.wakers = (ours, theirs)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        self.selector.register(ours, selectors.EVENT_READ)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)

    def _signalled(self, number: int, _frame: object) -> None:
        with suppress(BlockingIOError):
            self.wakers[0].recv(64)
        if number == signal.SIGHUP:
            self.reloading = True
        else:
            self.stopping = True


def families(config: Config) -> set[int]:
    """Those of the targets; routers are asked by IPv4."""
    return {socket.AF_INET} | {socket.AF_INET6 for target in config.targets if ":" in target}


def remove() -> int:
    """Take off the rules, tables and neighbours that probing needed; what was done is printed."""
    kernel = Kernel(subscribe=False)
    nothing = pinning.Pins()
    changes = pinning.missing(nothing, upkeep.found(kernel, nothing))
    problems = upkeep.carry_out(kernel, changes)
    gone = changes.remove
    if changes:
        print(f"removed: {len(gone.rules)} rules, {len(gone.routes)} routes, {len(gone.neighbours)} neighbours")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


class Options:
    def __init__(self) -> None:
        self.config = CONFIG
        self.run = os.environ.get("RUNTIME_DIRECTORY", "/run/teql-monitor")
        self.state = os.environ.get("STATE_DIRECTORY", "/var/lib/teql-monitor")
        self.remove = False


def parse(arguments: Sequence[str]) -> Options:
    import argparse  # not needed by the service, where it would stay in memory

    parser = argparse.ArgumentParser(prog="teql-monitor", description="Watches the lines of a teql bond.")
    parser.add_argument("--config", help=f"default: {CONFIG}")
    parser.add_argument("--run", metavar="DIRECTORY", help="for the control socket and the metrics")
    parser.add_argument("--state", metavar="DIRECTORY", help="for what is kept over a restart")
    parser.add_argument("--remove", action="store_true", help="remove the rules and tables of the probes, and end")
    return parser.parse_args(arguments, Options())


def main() -> NoReturn:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    options = parse(arguments) if arguments else Options()
    try:
        if options.remove:
            return remove()
        config = load(options.config)
        for directory in (options.run, options.state):
            os.makedirs(directory, exist_ok=True)
        daemon = Daemon(config, options.config, options.run, options.state)
    except ConfigError as error:
        print(
            "\n".join(["teql-monitor: the configuration is refused, nothing was touched:", *error.problems]),
            file=sys.stderr,
        )
        return EX_CONFIG
    except (KernelError, OSError) as error:
        print(f"teql-monitor: {error}", file=sys.stderr)
        return 1
    daemon.loop()
    daemon.stop()
    return 0


if __name__ == "__main__":
    main()
