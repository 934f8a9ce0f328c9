# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's stand-in for uci behaves as the real one: files, changes that wait, anonymous sections, lists, errors."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

UCI = Path(__file__).parents[3] / "lab/openwrt/root/sbin/uci"
NETWORK = """\
# as somebody wrote it
config interface 'lan'
\toption device br-lan   # without quotes
\toption ipaddr "192.168.1.1"

config route
\toption target 'it'\\''s'
"""

Uci = Callable[..., tuple[int, str]]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/network").write_text(NETWORK)
    return tmp_path


@pytest.fixture
def uci(files: Path) -> Uci:
    def run(*words: str) -> tuple[int, str]:
        argv = ["sh", str(UCI), "-c", str(files / "config"), "-t", str(files / "changes"), *words]
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    return run


def test_show_names_anonymous_sections_by_their_place(uci: Uci) -> None:
    shown = (
        "network.lan=interface\nnetwork.lan.device='br-lan'\nnetwork.lan.ipaddr='192.168.1.1'\n"
        "network.@route[0]=route\nnetwork.@route[0].target='it'\\''s'\n"
    )
    assert uci("show", "network") == (0, shown)
    assert uci("get", "network.@route[-1].target") == (0, "it's\n")
    code, told = uci("-X", "show", "network")
    assert code == 0 and "network.cfg02" in told and "@route" not in told


def test_changes_wait_until_they_are_committed(uci: Uci, files: Path) -> None:
    assert uci("delete", "network.lan.ipaddr") == (0, "")
    for address in ("172.16.0.1/30", "192.0.2.1/32"):
        assert uci("add_list", f"network.lan.ipaddr={address}") == (0, "")
    assert uci("get", "network.lan.ipaddr") == (0, "172.16.0.1/30 192.0.2.1/32\n")
    assert (files / "config/network").read_text() == NETWORK
    assert (files / "changes/network").read_text().splitlines()[:2] == [
        "-network.lan.ipaddr",
        "|network.lan.ipaddr='172.16.0.1/30'",
    ]
    assert uci("changes")[1].splitlines()[1] == "network.lan.ipaddr+='172.16.0.1/30'"
    assert uci("commit", "network") == (0, "") and uci("changes") == (0, "")
    assert (files / "config/network").read_text() == (
        "\nconfig interface 'lan'\n\toption device 'br-lan'\n"
        "\tlist ipaddr '172.16.0.1/30'\n\tlist ipaddr '192.0.2.1/32'\n"
        "\nconfig route\n\toption target 'it'\\''s'\n\n"
    )
    assert not (files / "changes/network").exists()


def test_sections_are_made_named_and_deleted(uci: Uci) -> None:
    code, name = uci("add", "network", "route")
    assert code == 0 and name.startswith("cfg03")
    uci("set", "network.@route[-1].target=10.0.0.0/8")
    uci("set", f"network.{name.strip()}.gateway=10.9.9.9")
    assert "network.@route[1].gateway='10.9.9.9'" in uci("show", "network")[1]
    uci("set", "network.mine=route")
    uci("set", "network.mine.onlink=1")
    assert uci("export", "network")[1].endswith("\nconfig route 'mine'\n\toption onlink '1'\n\n")
    uci("delete", "network.@route[0]")
    assert "network.@route[0].target='10.0.0.0/8'" in uci("show", "network")[1]
    uci("delete", "network.mine")
    assert uci("-q", "get", "network.mine") == (1, "")


def test_lists_lose_values_and_an_empty_value_deletes(uci: Uci) -> None:
    uci("add_list", "network.lan.ipaddr=10.0.0.1")
    assert uci("get", "network.lan.ipaddr") == (0, "192.168.1.1 10.0.0.1\n")
    uci("del_list", "network.lan.ipaddr=192.168.1.1")
    assert uci("get", "network.lan.ipaddr") == (0, "10.0.0.1\n")
    uci("set", "network.lan.device=")
    assert uci("get", "network.lan.device") == (1, "uci: Entry not found\n")


def test_revert_takes_back_one_or_all(uci: Uci) -> None:
    uci("set", "network.lan.mtu=1492")
    uci("set", "network.lan.metric=1")
    assert uci("revert", "network.lan.mtu") == (0, "")
    assert uci("changes", "network") == (0, "network.lan.metric='1'\n")
    uci("revert", "network")
    assert uci("changes", "network") == (0, "")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("get", "network.lan.nothing"), "Entry not found"),
        (("show", "firewall"), "Entry not found"),
        (("delete", "network.lan.nothing"), "Entry not found"),
        (("set", "network.nobody.option=1"), "Invalid argument"),
        (("set", "network.lan"), "Invalid argument"),
        (("set", "network.b-d=route"), "Invalid argument"),
        (("fetch", "network"), "Unknown command"),
    ],
)
def test_what_cannot_be_done_is_told(uci: Uci, words: tuple[str, ...], complaint: str) -> None:
    assert uci(*words) == (1, f"uci: {complaint}\n")
    assert uci("-q", *words) == (1, "")


def test_a_file_that_is_broken_is_told(uci: Uci, files: Path) -> None:
    (files / "config/network").write_text("config interface 'lan\n")
    assert uci("show", "network") == (1, "uci: Parse error\n")
