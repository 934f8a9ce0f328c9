# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of teqlctl."""

from __future__ import annotations

import argparse

from teql_monitor.cli.client import SOCKET
from teql_monitor.cli.duration import parse_duration
from teql_monitor.cli.terminal import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIG = "/etc/linebond/monitor.json"

EXAMPLES = """\
examples:
  teqlctl status                 who is in the bond, and why not
  teqlctl watch                  the same, each second
  teqlctl history dsl2           what happened to line dsl2
  teqlctl drain dsl2 --for 2h    take line dsl2 out for two hours
  teqlctl doctor                 what is wrong here, and what to type about it
  teqlctl report -o page.html    25 hours of all lines in one page

exit status: 0 fine; 1 something is wrong with the bond; 2 wrong usage;
3 the monitor does not run, or you may not ask it.
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = build()
    options = parser.parse_args(arguments)
    if options.module is None:
        parser.error("a command is missing; most wanted: teqlctl status")
    return options


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Told its width, argparse does not load a measuring library, even when nobody asks for help."""
    return argparse.RawDescriptionHelpFormatter(prog, width=min(look().width or 80, 100) - 2)


def _duration(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of events: 1 or more")
    return int(text)


def build() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="teqlctl",
        description="Shows and steers the bond that teql-monitor watches.",
        epilog=EXAMPLES,
        formatter_class=_formatter,
    )
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    parser.add_argument("--socket", metavar="PATH", default=SOCKET, help="the monitor's socket (default: %(default)s)")
    parser.set_defaults(module=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _reading(commands)
    _steering(commands)
    _running(commands)
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_others: object) -> None:
        from teql_monitor import VERSION

        print(f"teqlctl {VERSION}")
        parser.exit()


Commands = argparse._SubParsersAction  # what add_subparsers returns has no public name


def _add(commands: Commands, name: str, what: str, example: str, module: str | None = None) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog="examples:\n" + example,
        formatter_class=_formatter,
    )
    parser.add_argument("--socket", metavar="PATH", default=argparse.SUPPRESS, help="the monitor's socket")
    parser.set_defaults(module=module or name)
    return parser


def _reading(commands: Commands) -> None:
    status = _add(
        commands,
        "status",
        "show the state of every line",
        "  teqlctl status\n  teqlctl status --json | jq '.lines[] | select(.member | not) | .name'",
    )
    status.add_argument("--json", action="store_true", help="for programs; keys are only ever added")
    _add(commands, "watch", "show the state of every line each second until Ctrl-C", "  teqlctl watch")
    history = _add(commands, "history", "show what happened", "  teqlctl history -n 20\n  teqlctl history dsl2")
    history.add_argument("line", nargs="?", metavar="LINE", help="only this line")
    history.add_argument("-n", type=_count, default=50, dest="count", metavar="N", help="the newest N (default: 50)")
    history.add_argument("--json", action="store_true", help="for programs: one event a line")
    doctor = _add(
        commands,
        "doctor",
        "check everything the bond needs and say what to type; works without the monitor too",
        "  sudo teqlctl doctor\n  teqlctl doctor --json | jq '.checks[] | select(.verdict != \"ok\")'",
    )
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument(
        "--config", metavar="FILE", default=CONFIG, help="the monitor's settings (default: %(default)s)"
    )
    check = _add(
        commands, "check", "check the monitor's settings; needs no monitor", "  teqlctl check\n  teqlctl check new.json"
    )
    check.add_argument("file", nargs="?", metavar="FILE", default=CONFIG, help="default: %(default)s")


def _steering(commands: Commands) -> None:
    drain = _add(
        commands,
        "drain",
        "take a line out of the bond by hand; it stays out over restarts",
        "  sudo teqlctl drain dsl2             until 'undrain'\n  sudo teqlctl drain dsl2 --for 2h    for two hours",
    )
    drain.add_argument("line", metavar="LINE", help="its name or its port, as status shows them")
    drain.add_argument(
        "--for", type=_duration, dest="seconds", metavar="TIME", help="90s, 30m, 2h or 1d; then it is back"
    )
    undrain = _add(
        commands,
        "undrain",
        "let a drained line back in; it joins when it is well",
        "  sudo teqlctl undrain dsl2",
        "drain",
    )
    undrain.add_argument("line", metavar="LINE", help="its name or its port, as status shows them")
    drain.set_defaults(command="drain")
    undrain.set_defaults(command="undrain", seconds=None)


def _running(commands: Commands) -> None:
    report = _add(
        commands, "report", "write the page: 25 hours of every line", "  teqlctl report -o page.html", "report"
    )
    report.add_argument("-o", dest="file", metavar="FILE", help="where to (default: standard output)")
    _add(commands, "metrics", "print the metrics in Prometheus' text format", "  teqlctl metrics | grep loss", "export")
    serve = _add(
        commands,
        "serve",
        "serve the page, /metrics and /status.json, for reading only",
        "  teqlctl serve\n  teqlctl serve --listen [::1]:8080\n  teqlctl serve --public --listen 10.0.0.1:9733",
    )
    serve.add_argument(
        "--listen", metavar="ADDRESS:PORT", default="127.0.0.1:9733", help="a loopback address (default: %(default)s)"
    )
    serve.add_argument("--public", action="store_true", help="allow an address others can reach; there is no password")
    hooks = _add(
        commands,
        "hooks",
        "run the programs in a directory at every event",
        "  teqlctl hooks --directory ./hooks.d\n\n"
        "a hook finds in its environment: TEQL_KIND (state, member, bond, config, start), TEQL_LINE,\n"
        "TEQL_INTERFACE, TEQL_OLD, TEQL_NEW, TEQL_REASON, TEQL_MEMBER (true, false), TEQL_BOND,\n"
        "TEQL_TIME, TEQL_SEQ. They run in the order of their names, one at a time, 30 s each at most.",
    )
    hooks.add_argument("--directory", metavar="DIR", default="/etc/linebond/hooks.d", help="default: %(default)s")
