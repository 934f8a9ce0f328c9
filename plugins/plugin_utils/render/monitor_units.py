# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The monitor's systemd units."""

from __future__ import annotations

import hashlib
import re
import typing as t

from .text import File, text_file

Value = str | int | list[str]
Section = dict[str, Value]

FOLDER = "/etc/systemd/system"
DAEMON, HOOKS, HTTP = "teql-monitor.service", "teql-monitor-hooks.service", "teql-monitor-http.service"
REPORTS = "teql-reports.service"
UNITS = (DAEMON, HOOKS, HTTP, REPORTS)
STAMP = "LINEBOND_STAMP"  # the module `services` compares it with that of the running process

# Nothing but what the programs need; `systemd-analyze security` rates it.
HARDENED: Section = {
    "DynamicUser": "yes",
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectControlGroups": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "PrivateDevices": "yes",
    "PrivateMounts": "yes",
    "PrivateTmp": "yes",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RemoveIPC": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "SystemCallErrorNumber": "EPERM",
}
FOREVER: Section = {"Restart": "always", "RestartSec": "100ms"}


def daemon_unit(bond: str, group: str) -> list[tuple[str, Section]]:
    device = device_unit(bond)
    return [
        # Wanted, not required: the monitor has to live on where the bond is missing, and say so.
        ("Unit", unit(f"Monitor of the lines of {bond}", Wants=device, After=device)),
        (
            "Service",
            {
                "Type": "notify",
                "NotifyAccess": "main",
                "ExecStart": "/usr/local/sbin/teql-monitor",
                "ExecReload": "/bin/kill -HUP $MAINPID",
                **FOREVER,
                "RestartPreventExitStatus": 78,  # the configuration is wrong: another try would not mend it
                "WatchdogSec": 15,
                "OOMScoreAdjust": -500,
                "LimitNOFILE": 4096,
                # Not preserved over a restart: with DynamicUser it would lie where only root gets.
                "RuntimeDirectory": "teql-monitor",
                "RuntimeDirectoryMode": "0755",
                "StateDirectory": "teql-monitor",
                # Its files, the socket first of all, are the group's without any chown, which is forbidden here.
                "Group": group,
                "AmbientCapabilities": "CAP_NET_ADMIN CAP_NET_RAW",
                "CapabilityBoundingSet": "CAP_NET_ADMIN CAP_NET_RAW",
                "RestrictAddressFamilies": "AF_INET AF_INET6 AF_NETLINK AF_UNIX",
                **HARDENED,
            },
        ),
    ]


def hooks_unit(bond: str, directory: str) -> list[tuple[str, Section]]:
    """Hooks are other people's programs: they run as root and unhampered, apart from the monitor."""
    return [
        ("Unit", unit(f"Hooks of the monitor of {bond}", After=DAEMON)),
        (
            "Service",
            {
                "ExecStart": f"/usr/local/bin/teqlctl hooks --directory {directory}",
                **FOREVER,
                "StateDirectory": "teql-monitor-hooks",  # the number of the last event that they have been told
            },
        ),
    ]


def reports_unit(bond: str, routers: list[str]) -> list[tuple[str, Section]]:
    """Reads passwords, so it is root, without root's powers but to bind to a port; it reaches the routers only."""
    rest: Section = {key: value for key, value in HARDENED.items() if key not in ("DynamicUser", "UMask")}
    return [
        ("Unit", unit(f"Asks the routers of {bond} for sync and rate", After=DAEMON)),
        (
            "Service",
            {
                "ExecStart": "/usr/local/sbin/teql-reports",
                "Restart": "always",
                "RestartSec": "10s",
                "RestartPreventExitStatus": 78,
                "RuntimeDirectory": "linebond/lines",
                "ReadWritePaths": "/run/lock",
                "CapabilityBoundingSet": "CAP_NET_RAW",
                "RestrictAddressFamilies": "AF_INET AF_NETLINK",
                "IPAddressDeny": "any",
                "IPAddressAllow": routers,
                **rest,
            },
        ),
    ]


def http_unit(bond: str, group: str, listen: str, loopback: bool) -> list[tuple[str, Section]]:
    public = "" if loopback else " --public"
    here: Section = {"IPAddressDeny": "any", "IPAddressAllow": "localhost"} if loopback else {}
    return [
        ("Unit", unit(f"Page and metrics of the monitor of {bond}", After=DAEMON)),
        (
            "Service",
            {
                "ExecStart": f"/usr/local/bin/teqlctl serve --listen {listen}{public}",
                **FOREVER,
                "Group": group,
                "CapabilityBoundingSet": "",
                "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
                **here,
                **HARDENED,
            },
        ),
    ]


def unit(description: str, **more: Value) -> Section:
    return {
        "Description": description,
        "Documentation": "https://github.com/linebond/ansible-teql",
        **more,
        "StartLimitIntervalSec": 0,
    }


def device_unit(interface: str) -> str:
    """The unit by which systemd knows a network interface (systemd-escape --path)."""
    name = re.sub(r"[^A-Za-z0-9:_.]", lambda found: "".join(f"\\x{byte:02x}" for byte in found[0].encode()), interface)
    return f"sys-subsystem-net-devices-{name}.device"


def device_files(bond: str, header: str) -> list[File]:
    """Where the kernel has no bond, nobody shall wait the usual 90 seconds for it."""
    path = f"{FOLDER}/{device_unit(bond)}.d/linebond.conf"
    return [text_file(path, header, ["[Unit]", "JobRunningTimeoutSec=10s"])]


def unit_files(name: str, sections: list[tuple[str, Section]], header: str, programs: str) -> list[File]:
    """The unit, started at boot. The stamp in it changes with the programs, so that they are restarted."""
    digest = hashlib.sha256((programs + repr(sections)).encode()).hexdigest()[:12]
    lines: list[str] = []
    for title, section in sections:
        lines += [f"[{title}]"]
        for key, value in section.items():
            lines += [f"{key}={each}" for each in (value if isinstance(value, list) else [value])]
        lines += [f"Environment={STAMP}={digest}", ""] if title == "Service" else [""]
    lines += ["[Install]", "WantedBy=multi-user.target"]
    path = f"{FOLDER}/{name}"
    return [
        text_file(path, header, lines),
        {"path": f"{FOLDER}/multi-user.target.wants/{name}", "link": path},
    ]


def wanted_units(files: t.Iterable[File]) -> list[dict[str, t.Any]]:
    """For the module `services`: what shall run from these files, and what shall not."""
    contents = {file["path"]: file.get("content", "") for file in files}
    wanted: list[dict[str, t.Any]] = []
    for name in UNITS:
        stamp = re.search(rf"^Environment={STAMP}=(\w+)$", contents.get(f"{FOLDER}/{name}", ""), re.MULTILINE)
        if stamp:
            wanted.append({"name": name, "state": "started", "stamp": stamp[1], "reload": name == DAEMON})
        else:
            wanted.append({"name": name, "state": "stopped"})
    return wanted
