# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""QEMU: the suite's own Debian kernel, on the processor's virtualization where there is one, emulated elsewhere.

Debian's cloud kernels have NVMe and ext4 built in, so the root needs no initrd; other drivers are modules in the image.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Collection
from pathlib import Path

from lab.kernel import kernel
from lab.machine import MAC, MEMORY, QUIET, TAP, Boot

PROGRAM = "qemu-system-x86_64"
# Others exist (kvm_pvm) that run kernels made for them only.
HARDWARE = ("kvm_intel", "kvm_amd")
VIRTUAL = ("-accel", "kvm", "-cpu", "host", "-smp", "2")
# Time in the guest passes with the instructions it executes, 2 ns each: however slow the emulation, however busy this
# computer, the guest measures what a gateway of 500 million instructions a second would.
# A processor with little to save and restore; rdrand so that no boot waits for entropy.
EMULATED = ("-accel", "tcg", "-icount", "shift=1", "-cpu", "qemu64,+rdrand")
WORDS = ("root=/dev/nvme0n1", "rootwait", "rw", "console=ttyS0", "tsc=reliable", *QUIET, "lab.base=/dev/vda")


def accelerated(modules: Collection[str], usable: bool) -> bool:
    """Whether Debian's kernels run on KVM: by the kernel modules that are loaded, and whether /dev/kvm may be used."""
    return usable and any(module in modules for module in HARDWARE)


@functools.cache
def accelerated_here() -> bool:
    modules = Path("/sys/module")
    loaded = os.listdir(modules) if modules.exists() else []
    return accelerated(loaded, os.access("/dev/kvm", os.R_OK | os.W_OK))


def command(boot: Boot, disk: str) -> list[str]:
    """QEMU and its arguments; disk is what its -drive is told about the guest's disk."""
    base = f"file={boot.base},format=raw,readonly=on"
    return [
        *(PROGRAM, "-name", boot.name, "-M", "q35", *(VIRTUAL if accelerated_here() else EMULATED)),
        *("-m", MEMORY, "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio"),
        *("-kernel", str(kernel(boot.suite).image), "-append", " ".join([*WORDS, *boot.words])),
        *("-drive", f"id=root,if=none,cache=unsafe,{disk}", "-device", "nvme,drive=root,serial=root"),
        *("-drive", f"id=base,if=none,{base}", "-device", "virtio-blk-pci,drive=base"),
        *("-netdev", f"tap,id=net,ifname={TAP},script=no,downscript=no"),
        *("-device", f"virtio-net-pci,netdev=net,mac={MAC},romfile="),
    ]


class Qemu:
    needed = {
        f"/usr/bin/{PROGRAM}": "qemu-system-x86",
        "/usr/share/seabios/bios-256k.bin": "seabios",
        "/usr/bin/qemu-img": "qemu-utils",
    }
    process = "qemu"

    @property
    def slowness(self) -> float:
        return 1.0 if accelerated_here() else 20.0

    def modules(self, suite: str) -> Path:
        return kernel(suite).modules

    def command(self, boot: Boot) -> list[str]:
        disk = boot.directory / "disk.qcow2"
        if boot.first:
            create = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(boot.image), str(disk)]
            subprocess.run(create, check=True)
        return command(boot, f"file={disk},format=qcow2")
