# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the monitor costs: processor time, memory and start, by the number of lines. As root: bench/monitor_cost.py

It makes two network namespaces, a gateway and one far end that is every line's router and the target, and takes them
away again. The gateway has no teql device: probing and judging cost the same without.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "roles/monitor/files"
GATEWAY, FAR = "bench-gw", "bench-far"
CASES = ((4, 1.0), (4, 0.2), (64, 1.0), (64, 0.2), (256, 1.0), (256, 0.1))
TICKS = os.sysconf("SC_CLK_TCK")


def batch(commands: list[str], namespace: str = "") -> None:
    where = ["-n", namespace] if namespace else []
    subprocess.run(["ip", *where, "-batch", "-"], input="\n".join(commands), text=True, check=True)


def network(line: int) -> tuple[str, str]:
    """The router's and the gateway's address of a line."""
    first = line * 4 + 1
    return (
        f"172.{16 + first // 65536}.{first // 256 % 256}.{first % 256}",
        f"172.16.{(first + 1) // 256}.{(first + 1) % 256}",
    )


@contextmanager
def world(lines: int) -> Iterator[None]:
    batch([f"netns add {GATEWAY}", f"netns add {FAR}"])
    try:
        batch(["link set lo up", "addr add 192.0.2.2/32 dev lo"], GATEWAY)
        batch(["link set lo up", "addr add 198.51.100.1/32 dev lo", "addr add 192.0.2.1/32 dev lo"], FAR)
        numbers = range(lines)
        batch([f"link add up{i} type veth peer name l{i} netns {FAR}" for i in numbers], GATEWAY)
        batch(
            [f"addr add {network(i)[1]}/30 dev up{i}" for i in numbers] + [f"link set up{i} up" for i in numbers],
            GATEWAY,
        )
        batch([f"addr add {network(i)[0]}/30 dev l{i}" for i in numbers] + [f"link set l{i} up" for i in numbers], FAR)
        batch([f"route append 192.0.2.2 via {network(0)[1]} dev l0"], FAR)
        yield
    finally:
        subprocess.run(["ip", "netns", "del", GATEWAY], check=False)
        subprocess.run(["ip", "netns", "del", FAR], check=False)


def configuration(lines: int, interval: float) -> str:
    plan = [
        {"name": f"l{i}", "interface": f"up{i}", "address": f"{network(i)[1]}/30", "router": network(i)[0]}
        for i in range(lines)
    ]
    settings = {"version": 1, "bond": "teql0", "address": "192.0.2.2", "common_address": "192.0.2.1"}
    settings |= {"targets": ["198.51.100.1"], "interval": interval, "timeout": 2 * interval, "lines": plan}
    settings |= {"latency": {"window": max(8.0, 10 * interval)}}
    return json.dumps(settings)


def measure(lines: int, interval: float, seconds: float, python: str) -> tuple[float, float, float]:
    """Processor time in percent of one core, memory in MiB, start until READY in ms."""
    with world(lines), tempfile.TemporaryDirectory() as folder:
        Path(folder, "monitor.json").write_text(configuration(lines, interval))
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ready.bind(f"{folder}/notify")
        ready.settimeout(60)
        command = [
            "ip",
            "netns",
            "exec",
            GATEWAY,
            python,
            "-m",
            "teql_monitor.daemon",
            f"--config={folder}/monitor.json",
        ]
        command += [f"--run={folder}/run", f"--state={folder}/state"]
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "NOTIFY_SOCKET": f"{folder}/notify"}
        begun = time.monotonic()
        daemon = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            while b"READY=1" not in ready.recv(4096):
                pass
            started = time.monotonic() - begun
            ready.close()
            time.sleep(5 + 3 * interval)
            before = spent(daemon.pid)
            time.sleep(seconds)
            used = (spent(daemon.pid) - before) / seconds
            text = Path(f"/proc/{daemon.pid}/status").read_text()
            memory = int(text.partition("VmRSS:")[2].split()[0]) / 1024
        finally:
            daemon.terminate()
            daemon.wait()
    return used * 100, memory, started * 1000


def spent(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def interpreter(python: str) -> float:
    """Its own start, in ms."""
    begun = time.monotonic()
    subprocess.run([python, "-c", "pass"], check=True)
    return (time.monotonic() - begun) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=20, help="how long each case is measured (default 20)")
    parser.add_argument("--python", default="/usr/bin/python3")
    chosen = parser.parse_args()
    subprocess.run([chosen.python, "-m", "compileall", "-q", str(PACKAGE)], check=True)  # as the role does
    print(f"{chosen.python}: starts in {interpreter(chosen.python):.0f} ms by itself")
    print("| lines | interval | processor | memory | start |\n| --- | --- | --- | --- | --- |")
    for lines, interval in CASES:
        used, memory, started = measure(lines, interval, chosen.seconds, chosen.python)
        print(f"| {lines} | {interval} s | {used:.2f} % | {memory:.1f} MiB | {started:.0f} ms |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
