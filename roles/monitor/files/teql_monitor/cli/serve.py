# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`teqlctl serve`: the page, the metrics and the status over HTTP, for reading only, on loopback."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Callable

from teql_monitor.cli import FINE, USAGE, Failure, export, report
from teql_monitor.cli.client import Refused, ask_status

if TYPE_CHECKING:
    import argparse

PAGE_SECONDS = 10.0  # a page costs some time: many browsers get the same one
METHODS = "GET, HEAD"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


class Cache:
    """What one call made, given to all for some seconds."""

    def __init__(self, make: Callable[[], str], seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.make, self.seconds, self.now = make, seconds, now
        self.lock = threading.Lock()
        self.until, self.text = float("-inf"), ""

    def get(self) -> str:
        with self.lock:
            if self.now() >= self.until:
                self.text = self.make()
                self.until = self.now() + self.seconds
            return self.text


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], monitor: str, public: bool) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.public = public
        page = Cache(lambda: report.page(monitor), PAGE_SECONDS)
        self.rooms: dict[str, tuple[str, Callable[[], str]]] = {
            "/": ("text/html; charset=utf-8", page.get),
            "/metrics": ("text/plain; version=0.0.4; charset=utf-8", lambda: export.text(monitor)),
            "/status.json": ("application/json", lambda: json.dumps(ask_status(monitor)) + "\n"),
        }
        super().__init__(address, Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):  # a browser that went away is nobody's trouble
            print(f"teqlctl serve: {error!r}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 15.0  # a client that says nothing does not stay

    def do_GET(self) -> None:
        if not self.server.public and not local_name(self.headers.get("Host", "")):
            # A page elsewhere whose name was made to lead here must not read this one.
            self._answer(421, "text/plain; charset=utf-8", "Ask by address or by the name localhost.\n")
            return
        room = self.server.rooms.get(self.path.partition("?")[0])
        if room is None:
            self._answer(404, "text/plain; charset=utf-8", f"There are: {' '.join(self.server.rooms)}\n")
            return
        try:
            self._answer(200, room[0], room[1]())
        except Failure as failure:
            self._answer(500 if isinstance(failure, Refused) else 503, "text/plain; charset=utf-8", f"{failure}\n")

    do_HEAD = do_GET

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code == 501:  # the library's word for any other method
            self._answer(405, "text/plain; charset=utf-8", "Only for reading.\n", Allow=METHODS)
        else:
            self._answer(code, "text/plain; charset=utf-8", f"{message or explain or code}\n")

    def _answer(self, code: int, kind: str, text: str, **more: str) -> None:
        body = text.encode()
        self.close_connection = self.close_connection or code != 200  # a body that came with it is not read
        self.send_response(code)
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", **HEADERS}
        for name, value in {**headers, **more}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        return "teqlctl"

    def log_message(self, *_arguments: Any) -> None:
        """A scrape each few seconds is no news."""


def local_name(host: str) -> bool:
    """An address or localhost, with or without a port: no name that somebody else's DNS decides about."""
    name = host.rpartition(":")[0] if host.count(":") == 1 or host.rfind("]:") > 0 else host
    name = name.strip("[]").lower()
    if name in ("", "localhost"):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def parse_listen(text: str, public: bool) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    host = "127.0.0.1" if host == "localhost" else host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if not colon or address is None or not port.isdigit() or int(port) >= 65536:
        raise Failure(f"'{text}' is no address to listen at. Write 127.0.0.1:9733 or [::1]:9733.", USAGE)
    if not address.is_loopback and not public:
        raise Failure(
            f"Others can reach {host}, and there is no password. Listen at 127.0.0.1, or add --public.", USAGE
        )
    return host, int(port)


def run(options: argparse.Namespace) -> int:
    address = parse_listen(options.listen, options.public)
    try:
        server = Server(address, options.socket, options.public)
    except OSError as error:
        raise Failure(f"Cannot listen at {options.listen}: {error.strerror}.", USAGE) from None
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    print(f"Serving http://{host}:{server.server_address[1]}/ /metrics /status.json", flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return FINE
