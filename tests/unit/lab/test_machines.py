# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each machine is told which image, which tap and which words its guest has."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from lab import qemu
from lab.guest import Guest
from lab.host import NEEDED, missing_packages
from lab.kernel import Kernel, taken
from lab.machine import MAC, TAP, Boot
from lab.machines import MACHINES, USUAL

IMAGES = (Path("/images/gateway.img"), Path("/images/router.img"))
WORDS = ("lab.lines=4", "lab.rate=1mbit")
BOOT = Boot("lab", "trixie", *IMAGES, Path("/run/lab"), Path("/run/l"), first=False, words=WORDS)


@pytest.fixture(params=MACHINES)
def command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(qemu, "kernel", lambda suite: Kernel(Path("/kernels", suite)))
    return " ".join(MACHINES[request.param].command(BOOT))


def test_every_machine_has_the_tap_the_address_and_the_words(command: str) -> None:
    assert f"ifname={TAP}" in command and f"mac={MAC}" in command
    assert "lab.lines=4 lab.rate=1mbit" in command and "lab.base=/dev/" in command


def test_the_image_itself_is_only_read(command: str) -> None:
    assert any(
        part in command for part in ("ubd1r=/images/router.img", "file=/images/router.img,format=raw,readonly=on")
    )
    assert "gateway.img" not in command.replace("ubd0=/run/lab/disk.cow,/images/gateway.img", "")


@pytest.mark.parametrize(
    ("modules", "usable", "wanted"),
    [
        ({"kvm", "kvm_intel", "ext4"}, True, True),
        ({"kvm", "kvm_amd"}, True, True),
        ({"kvm", "kvm_amd"}, False, False),
        ({"kvm", "kvm_pvm"}, True, False),  # opens, makes a machine, and Debian's kernels never come up on it
        (set(), True, False),
    ],
)
def test_kvm_is_used_where_it_runs_any_kernel(modules: set[str], usable: bool, wanted: bool) -> None:
    assert qemu.accelerated(modules, usable) is wanted


@pytest.mark.parametrize(("kvm", "how", "slow"), [(True, "-accel kvm -cpu host", False), (False, "-accel tcg", True)])
def test_an_emulated_machine_is_given_more_time(
    monkeypatch: pytest.MonkeyPatch, kvm: bool, how: str, slow: bool
) -> None:
    monkeypatch.setattr(qemu, "kernel", lambda suite: Kernel(Path("/kernels", suite)))
    monkeypatch.setattr(qemu, "accelerated_here", lambda: kvm)
    machine = MACHINES["qemu"]
    assert how in " ".join(machine.command(BOOT))
    assert (machine.slowness > 1) is slow


def test_qemu_boots_the_suites_own_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qemu, "kernel", lambda suite: Kernel(Path("/kernels", suite)))
    assert MACHINES["qemu"].modules("bookworm") == Path("/kernels/bookworm/modules")
    assert "-kernel /kernels/trixie/vmlinuz" in " ".join(MACHINES["qemu"].command(BOOT))


@pytest.mark.parametrize("top", ["lib", "usr/lib"])
def test_kernel_and_modules_are_taken_from_where_the_suite_has_them(tmp_path: Path, top: str) -> None:
    modules = tmp_path / "root" / top / "modules" / "6.1.0-9-cloud-amd64"
    modules.mkdir(parents=True)
    (modules / "modules.order").write_text("kernel/net/sched/sch_teql.ko\n")
    (tmp_path / "root/boot").mkdir()
    (tmp_path / "root/boot/vmlinuz-6.1.0-9-cloud-amd64").write_text("kernel")
    kernel = Kernel(taken(tmp_path / "root", tmp_path / "kernel"))
    assert kernel.image.read_text() == "kernel"
    assert os.listdir(kernel.modules) == ["6.1.0-9-cloud-amd64"]
    assert (kernel.modules / "6.1.0-9-cloud-amd64/modules.order").exists()


def test_only_what_is_missing_is_installed(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    assert missing_packages({f"{tmp_path}/there": "one", f"{tmp_path}/away": "two", f"{tmp_path}/gone": "two"}) == [
        "two"
    ]


def test_no_machine_needs_the_programs_of_another() -> None:
    uml, qemu, upgrade = (set(MACHINES[name].needed) for name in ("uml", "qemu", "upgrade"))
    assert not uml & qemu and upgrade == uml | qemu and not set(NEEDED) & upgrade


def test_an_upgraded_guest_has_another_kernel_and_the_same_disk_after_a_reboot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(qemu, "kernel", lambda suite: Kernel(Path("/kernels", suite)))
    (tmp_path / "image").write_text("as made")
    first = dataclasses.replace(BOOT, image=tmp_path / "image", directory=tmp_path, first=True)
    before = MACHINES["upgrade"].command(first)
    assert "linux.uml" in before and f"ubd0={tmp_path}/disk.img" in before
    (tmp_path / "disk.img").write_text("changed")
    after = " ".join(MACHINES["upgrade"].command(dataclasses.replace(first, first=False)))
    assert after.startswith("qemu") and f"file={tmp_path}/disk.img,format=raw" in after
    assert (tmp_path / "disk.img").read_text() == "changed" and (tmp_path / "image").read_text() == "as made"


def test_a_guest_runs_on_user_mode_linux_unless_told_otherwise() -> None:
    assert Guest("lab").machine == USUAL == "uml" and Guest("lab").slowness == 1
