# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed at random moments, on a real kernel. SEED=n repeats the moments of an earlier time."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from guest_cases import WHOLE, done
from guest_host import call, fresh_host, picture, sh

from ansible_collections.linebond.teql.plugins.module_utils.rollback_depot import Depot
from ansible_collections.linebond.teql.plugins.module_utils.rollback_timer import program_argv

SEED = int(os.environ.get("LINEBOND_SEED") or time.time_ns() % 1_000_000)
ROUNDS = 10  # of each of three kinds
FILES = [
    {"path": "/etc/sysctl.d/60-test-new.conf", "content": "new\n"},
    {"path": "/etc/sysctl.d/61-test-there.conf", "content": "ours\n"},
    {"path": "/etc/sysctl.d/made/62-test.conf", "content": "ours too\n"},
]
PATHS = [file["path"] for file in FILES]


def host_with_a_file() -> dict[str, Any]:
    fresh_host()
    sh("rm -rf /etc/sysctl.d/6?-test* /etc/sysctl.d/made")
    Path(PATHS[1]).write_text("theirs\n")
    sh("ip link set eth3 up; ip addr add 10.0.0.2/24 dev eth3; ip route add default via 10.0.0.1 dev eth3")
    return everything()


def everything() -> dict[str, Any]:
    made = sorted(str(path) for path in Path("/etc/sysctl.d").rglob("*"))
    return {**picture(), "made": made, "eth3": sh("ip -4 addr show dev eth3 | grep inet || true")}


def put_on() -> None:
    call("files", name="bonding-teql0", files=FILES)
    call("bond", **WHOLE)


def take_off() -> None:
    call("files", name="bonding-teql0", state="absent")
    call("bond", state="absent")


def arm() -> dict[str, Any]:
    asked = {"ports": ["eth2", "eth3", "eth4"], "files": PATHS, "file_set": "bonding-teql0"}
    return call("safe_apply", state="armed", timeout=3600, **asked)


def guarded() -> None:
    if arm().get("armed"):
        put_on()


def started(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        with contextlib.suppress(BaseException):
            work()
        os._exit(0)
    return child


def killed(work: Callable[[], None], after: float, whole: bool) -> None:
    """The run alone, or all that it has started as well; whatever lives on is waited for."""
    group = started(work)
    time.sleep(after)
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if whole else os.kill)(group, signal.SIGKILL)
    os.waitpid(group, 0)
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(group, 0)
            time.sleep(0.02)


def measured(work: Callable[[], None]) -> float:
    begun = time.monotonic()
    os.waitpid(started(work), 0)
    return time.monotonic() - begun


class Chance:
    """The moments of one kind of kills; says what they are."""

    def __init__(self, kind: str, took: float) -> None:
        self.kind, self.took, self.number = kind, took, 0
        self.random = random.Random(f"{SEED} {kind}")
        print(f"{kind}: seed {SEED}, {ROUNDS} kills within {took:.2f} s", flush=True)

    def kill(self, work: Callable[[], None]) -> str:
        after, whole = self.random.uniform(0, self.took), self.random.random() < 0.7
        killed(work, after, whole)
        self.number += 1
        what = f"{self.kind}, kill {self.number} after {after:.3f} s{'' if whole else ' (the run alone)'}"
        print(what, flush=True)
        return f"{what}, seed {SEED}"


def same(one: dict[str, Any], other: dict[str, Any], what: str) -> None:
    assert one == other, (what, list(differing(one, other)))


def differing(one: Any, other: Any, path: str = "") -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differing(one.get(key), other.get(key), f"{path} {key}")
    elif one != other:
        yield f"{path}: {one!r} and not {other!r}"


def a_run_or_a_removal_that_was_killed_is_made_right_by_running_again() -> None:
    first = host_with_a_file()
    putting = Chance("put on", measured(put_on))
    bonded = everything()
    taking = Chance("take off", measured(take_off))
    same(everything(), first, "without a kill")
    for _round in range(ROUNDS):
        what = putting.kill(put_on)
        put_on()
        same(everything(), bonded, what)
        what = taking.kill(take_off)
        take_off()
        same(everything(), first, what)


def fire() -> None:
    """What the timer would run by now: on a slow machine it would have to be set to minutes."""
    depot = Depot()
    found = depot.find()
    if found is not None:
        sh(f"PYTHONPATH={depot.program} {' '.join(program_argv(depot, found.snapshot['ticket']))}")


def a_guarded_run_that_was_killed_is_taken_back_by_the_host_alone() -> None:
    first = host_with_a_file()
    guard = Chance("guarded", measured(guarded))
    taken_back = 0
    for _round in range(ROUNDS + 1):  # the first one was not killed, and nobody confirmed it
        fire()
        same(everything(), first, f"guarded, round {_round}, seed {SEED}")
        told = call("safe_apply", state="idle")
        assert not told.get("failed"), told
        assert not Path(Depot().folder).exists()
        taken_back += bool(told["earlier"])
        if _round < ROUNDS:
            guard.kill(guarded)
    print(f"{taken_back} of {ROUNDS + 1} runs had come so far that there was something to tell", flush=True)
    assert taken_back > 1
    done(**WHOLE)
    done(state="absent")
    same(everything(), first, "run again")


def what_cuts_the_controller_off_goes_back_by_itself() -> None:
    """The timer is a process here; the controller lives in a namespace of its own behind eth3."""
    sh("ip netns del controller 2>/dev/null; ip netns add controller; ip link set r3 netns controller")
    sh("ip -n controller addr add 10.0.0.1/24 dev r3; ip -n controller link set r3 up")
    sh("ip link set eth2 up; ip link set eth3 up; ip addr add 10.0.0.2/24 dev eth3")
    door = socket.create_server(("10.0.0.2", 22), backlog=512)  # nobody has to accept
    knock = "ip netns exec controller timeout 3 bash -c '</dev/tcp/10.0.0.2/22' 2>/dev/null && echo in || true"
    assert sh(knock) or sh(knock), "before"
    first = everything()
    armed = call("safe_apply", state="armed", timeout=20, ports=["eth2"], files=["/etc/sysctl.d/60-test-new.conf"])
    assert armed["timer"].startswith("process "), armed
    Path("/etc/sysctl.d/60-test-new.conf").write_text("new\n")
    sh("ip addr add 10.0.0.5/29 dev eth2; ip link set eth2 group 20")  # answers to 10.0.0.1 leave by eth2 now
    assert not sh(knock), "the change does not cut off"
    begun = time.monotonic()
    while not sh(knock):
        assert time.monotonic() < begun + 300, "it does not come back"
    print(f"cut off, and back after {time.monotonic() - begun:.0f} s", flush=True)
    late = call("safe_apply", state="confirmed", ticket=armed["ticket"], fresh=False)
    assert "comes too late" in late.get("msg", ""), late
    told = call("safe_apply", state="idle")["earlier"]
    assert "nobody confirmed it in time" in told and "ip addr del 10.0.0.5/29 dev eth2" in told, told
    same(everything(), first, "back")
    door.close()
    sh("ip netns del controller")


CASES = [
    what_cuts_the_controller_off_goes_back_by_itself,
    a_run_or_a_removal_that_was_killed_is_made_right_by_running_again,
    a_guarded_run_that_was_killed_is_taken_back_by_the_host_alone,
]
