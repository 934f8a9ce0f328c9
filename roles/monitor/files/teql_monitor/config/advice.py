# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a valid configuration will disappoint with. A check yields (path, what comes of it; what to do)."""

from __future__ import annotations

from collections.abc import Iterator

from teql_monitor.config.model import Config
from teql_monitor.config.values import shown

Advice = Iterator[tuple[str, str]]

SLOW_DETECTION = 5.0  # seconds
LOADED_RTT = 0.1  # seconds: what a line that is busy with its own upload may take to answer


def slow_lines(config: Config) -> Advice:
    """Turns are equal, so the slowest sets the pace: N lines give N times the least rate of them."""
    rated = [(line.rate_kbit, index) for index, line in enumerate(config.lines) if line.enabled and line.rate_kbit]
    if not rated or len(rated) < sum(line.enabled for line in config.lines):
        return
    rated.sort(reverse=True)
    total, best = max((count * rate, count) for count, (rate, _index) in enumerate(rated, 1))
    for rate, index in sorted(rated[best:], key=lambda each: each[1]):
        yield (
            f"lines[{index}].rate_kbit",
            (
                f"at {shown(rate)} kbit/s this line slows the bond: all {len(rated)} lines give "
                f"{shown(len(rated) * rated[-1][0])} kbit/s, the fastest {best} alone {shown(total)}; "
                "set `enabled: false`, or get it the others' speed"
            ),
        )


def few_targets(config: Config) -> Advice:
    if len(config.targets) == 1:
        yield "targets", f"{config.targets[0]} is the only one; when it fails, dead lines stay in: name a second one"


def slow_detection(config: Config) -> Advice:
    if config.detection > SLOW_DETECTION:
        yield (
            "interval",
            (
                f"a dead line loses its share of the packets for up to {shown(config.detection)} s "
                "(fall x interval + timeout); take a shorter interval or timeout"
            ),
        )


def odd_timeout(config: Config) -> Advice:
    if config.timeout > config.fall * config.interval:
        yield (
            "timeout",
            (
                f"at {shown(config.timeout)} s most of the time to notice a dead line is spent on waiting; "
                f"fall x interval is {shown(config.fall * config.interval)} s"
            ),
        )
    if config.timeout < LOADED_RTT:
        yield (
            "timeout",
            f"at {shown(config.timeout)} s the answers of a busy line count as lost; take at least {LOADED_RTT}",
        )


def hasty_fall(config: Config) -> Advice:
    if config.fall == 1:
        yield "fall", "a single lost probe takes a line out; take 2 or more"


def few_lines(config: Config) -> Advice:
    enabled = sum(line.enabled for line in config.lines)
    if enabled < config.min_lines:
        yield "min_lines", f"is {config.min_lines}, but {enabled} of the lines are enabled; enable more or lower it"
    elif enabled == 1:
        yield "lines", "only one is enabled: there is nothing to compare its latency with, and nothing to take over"


def ambiguous_names(config: Config) -> Advice:
    owners = {line.interface: index for index, line in enumerate(config.lines)}
    for index, line in enumerate(config.lines):
        owner = owners.get(line.name, index)
        if owner != index:
            yield (
                f"lines[{index}].name",
                f"{line.name} is the interface of lines[{owner}]; take a name that misleads nobody",
            )


ADVICE = (slow_lines, few_targets, slow_detection, odd_timeout, hasty_fall, few_lines, ambiguous_names)


def warnings(config: Config) -> list[str]:
    return [f"{path}: {message}" for check in ADVICE for path, message in check(config)]
