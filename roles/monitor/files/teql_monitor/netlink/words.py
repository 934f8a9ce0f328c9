# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How messages name what they are about."""

from __future__ import annotations

import socket

from teql_monitor.netlink.channel import KernelError
from teql_monitor.netlink.route import Route
from teql_monitor.netlink.rule import Rule

NO_ROUTE = ("ENETUNREACH", "EHOSTUNREACH")


def interface_name(index: int) -> str:
    try:
        return socket.if_indextoname(index)
    except OSError:
        return f"interface number {index}"


def route_words(route: Route) -> str:
    words = [route.destination]
    if route.gateway:
        words += ["via", route.gateway]
    if route.device:
        words += ["dev", interface_name(route.device)]
    return " ".join([*words, "table", str(route.table)])


def rule_words(rule: Rule) -> str:
    words = [f"IPv{rule.family} priority {rule.priority}"]
    if rule.source:
        words += ["from", rule.source]
    if rule.out_interface:
        words += ["oif", rule.out_interface]
    words += ["lookup", str(rule.table)]
    if rule.but_default:
        words += ["suppress_prefixlength", "0"]
    return " ".join(words)


def no_route_words(problem: KernelError, target: str, port: str) -> str:
    """Why the kernel knows no way; what is no such answer is raised again."""
    if problem.errno in NO_ROUTE:
        return f"no route to {target} over {port}"
    if problem.errno in ("EINVAL", "EACCES"):
        return f"the route to {target} over {port} discards what it gets"
    if problem.errno == "ENODEV":
        return f"{port} is not there"
    raise problem
