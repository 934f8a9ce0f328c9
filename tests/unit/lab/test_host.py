# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lab cannot run it says why, and all of it at once."""

from __future__ import annotations

import pytest

from lab.host import obstacles

DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n'
FEDORA = 'PRETTY_NAME="Fedora Linux 43"\nID=fedora\n'
NO_DEBIAN = "this is Fedora Linux 43; the lab's user-mode kernel is a Debian package"
NO_X86 = "this is aarch64; Debian has the user-mode kernel for x86-64 only"
NO_TUN = "there is no /dev/net/tun, through which the guest is reached (try: modprobe tun)"


@pytest.mark.parametrize(
    ("os_release", "machine", "has_tun", "told"),
    [
        (DEBIAN, "x86_64", True, []),
        (FEDORA, "x86_64", True, [NO_DEBIAN]),
        (DEBIAN, "aarch64", True, [NO_X86]),
        (DEBIAN, "x86_64", False, [NO_TUN]),
        (FEDORA, "aarch64", False, [NO_DEBIAN, NO_X86, NO_TUN]),
        ("", "x86_64", True, ["this is no Linux that says its name; the lab's user-mode kernel is a Debian package"]),
    ],
)
def test_obstacles(os_release: str, machine: str, has_tun: bool, told: list[str]) -> None:
    assert obstacles(os_release, machine, has_tun) == told
