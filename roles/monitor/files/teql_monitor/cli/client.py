# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the monitor over its control socket: one JSON object a line each way."""

from __future__ import annotations

import json
import os
import socket

from teql_monitor.cli import NO_MONITOR, USAGE, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SOCKET = "/run/teql-monitor/control"
VERSION = 1  # of the answers this program reads
TIMEOUT = 5.0
LONGEST_ANSWER = 256 * 1024 * 1024  # a report of 256 lines is some 10 MiB


class NotRunning(Failure):
    """It may be back in a moment."""


class NotAllowed(Failure):
    """Waiting does not help."""


class Refused(Failure):
    def __init__(self, message: str) -> None:
        super().__init__(message, USAGE)


def ask(path: str, command: str, timeout: float = TIMEOUT, **fields: Any) -> dict[str, Any]:
    """The result of one command."""
    with _connect(path, timeout) as connection:
        try:
            _send(connection, {"command": command, **fields})
            answer = _first_line(connection, path)
        except socket.timeout:
            raise NotRunning(_silent(path, timeout)) from None
        except OSError as error:
            raise NotRunning(_broken(path, error.strerror or str(error))) from None
    return _result(answer, path, command)


def ask_status(path: str) -> dict[str, Any]:
    status = ask(path, "status")
    check_version(status)
    return status


def check_version(result: dict[str, Any]) -> None:
    found = result.get("version")
    if found != VERSION:
        raise Failure(
            f"The monitor answers in version {found}, this teqlctl reads version {VERSION}. "
            "One of the two was not updated; type: sudo systemctl restart teql-monitor"
        )


def follow(path: str, after: int) -> Iterator[dict[str, Any]]:
    """The events after that number as they come; ends when the monitor goes."""
    with _connect(path, TIMEOUT) as connection:
        try:
            _send(connection, {"command": "events", "after": after})
            connection.settimeout(None)
            with connection.makefile("rb") as lines:
                for line in lines:
                    answer = _parsed(line, path)
                    if "event" in answer:
                        yield answer["event"]
                    elif not answer.get("ok", True):
                        raise Refused(f"The monitor refuses: {answer.get('error', 'no reason given')}")
        except OSError as error:
            raise NotRunning(_broken(path, error.strerror or str(error))) from None


def _connect(path: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    try:
        connection.connect(path)
    except OSError as error:
        connection.close()
        raise _cannot_connect(path, error, timeout) from None
    return connection


def _cannot_connect(path: str, error: OSError, timeout: float) -> Failure:
    if isinstance(error, PermissionError):
        return NotAllowed(_not_allowed(path))
    if isinstance(error, (socket.timeout, BlockingIOError)):
        return NotRunning(_silent(path, timeout))
    if isinstance(error, (FileNotFoundError, ConnectionRefusedError)):
        return NotRunning(
            f"The monitor does not run: nobody answers at {path}. The bond stays as it was.\n"
            "  Start it:        sudo systemctl start teql-monitor\n"
            "  Why it stopped:  journalctl -u teql-monitor -n 20"
        )
    return Failure(f"Cannot open the socket {path}: {error.strerror or error}.")


def _not_allowed(path: str) -> str:
    group = _group(path)
    if group is None:
        return f"You may not open {path}. See its group: ls -ld {os.path.dirname(path)} {path}; or use sudo."
    if group == "root":
        return f"Only root may open {path}. Type the same with sudo."
    return (
        f"You may not open {path}: it is for members of the group {group}.\n"
        f"  Join it:       sudo usermod -aG {group} {_me()}   (then log in again)\n"
        "  Or just once:  type the same with sudo"
    )


def _group(path: str) -> str | None:
    import grp

    for place in (path, os.path.dirname(path)):  # the socket's own cannot be read behind a closed directory
        try:
            return grp.getgrgid(os.stat(place).st_gid).gr_name
        except (OSError, KeyError):
            continue
    return None


def _me() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return "YOU"


def _silent(path: str, timeout: float) -> str:
    return (
        f"The monitor does not answer at {path} within {timeout:g} s. The bond stays as it is.\n"
        "  What it does:  systemctl status teql-monitor\n"
        "  Restart it:    sudo systemctl restart teql-monitor"
    )


def _broken(path: str, why: str) -> str:
    return (
        f"The connection to the monitor at {path} broke: {why}. Is it restarting? Look: systemctl status teql-monitor"
    )


def _send(connection: socket.socket, request: dict[str, Any]) -> None:
    connection.sendall(json.dumps(request).encode() + b"\n")


def _first_line(connection: socket.socket, path: str) -> dict[str, Any]:
    parts, size = [], 0
    while size < LONGEST_ANSWER:
        part = connection.recv(1 << 18)
        if not part:
            break
        end = part.find(b"\n")
        parts.append(part if end < 0 else part[:end])
        size += len(part)
        if end >= 0:
            return _parsed(b"".join(parts), path)
    raise NotRunning(_broken(path, "it closed before the answer was complete"))


def _parsed(line: bytes, path: str) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Failure(f"What answers at {path} is not the monitor: it says {line[:60]!r}.", NO_MONITOR)
    return answer


def _result(answer: dict[str, Any], path: str, command: str) -> dict[str, Any]:
    if answer.get("ok") is not True:
        raise Refused(str(answer.get("error") or f"The monitor refuses '{command}' and gives no reason."))
    result = answer.get("result")
    if not isinstance(result, dict):
        raise Failure(f"The monitor at {path} answers '{command}' without a result.", NO_MONITOR)
    return result
