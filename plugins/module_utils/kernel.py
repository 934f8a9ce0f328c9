# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel module sch_teql: loaded, loadable, or where to get it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from ansible_collections.linebond.teql.plugins.module_utils.runner import PACKAGES, Runner

MODULE = "sch_teql"
TOOL_PACKAGE = PACKAGES["modprobe"]


@dataclass(frozen=True)
class Kernel:
    release: str
    loaded: bool
    availability: str  # available, missing, disabled (by an `install` line in modprobe.d) or unknown (no modprobe)
    package: str
    modules_installed: bool = True  # /lib/modules/RELEASE is there

    @property
    def available(self) -> bool:
        return self.loaded or self.availability == "available"

    def complaint(self) -> str:
        if self.availability == "disabled":
            return (
                f"The kernel module {MODULE} is disabled by an 'install {MODULE}' line: "
                f"remove that line (grep -r {MODULE} /etc/modprobe.d /usr/lib/modprobe.d)."
            )
        if self.availability == "unknown":
            return f"Whether there is a kernel module {MODULE} cannot be seen without modprobe: install {TOOL_PACKAGE}."
        if not self.modules_installed:
            return (
                f"No modules of the running kernel {self.release} are installed, so {MODULE} cannot be loaded: "
                f"reboot into the installed kernel, or install {self.package}."
            )
        return f"The kernel module {MODULE} is not available for kernel {self.release}: install {self.package}."


def parse_os_release(text: str) -> dict[str, str]:
    return {key: value.strip("\"'") for key, value in re.findall(r"(?m)^([A-Z_]+)=(.*)$", text)}


def read_os_release(runner: Runner) -> dict[str, str]:
    return parse_os_release(runner.read("/etc/os-release") or runner.read("/usr/lib/os-release") or "")


def package_for(os_release: dict[str, str], release: str) -> str:
    """The package that has sch_teql, by distribution."""
    names = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    if release.endswith("-pve"):  # Proxmox, which calls itself Debian
        return f"proxmox-kernel-{release}-signed"
    for name in names:
        if name == "ubuntu":
            return f"linux-modules-{release}"
        if name == "debian":
            return f"linux-image-{release}"
        if name in ("fedora", "rhel", "centos", "rocky", "almalinux"):
            return f"kernel-modules-extra-{release}"
        if name in ("openwrt", "lede"):
            return "kmod-sched"
        if name == "alpine":
            return "linux-lts"
    return f"the package with all modules of kernel {release} (linux-modules, kernel-modules-extra or kmod-sched)"


def parse_dry_run(rc: int, out: str) -> str:
    """`modprobe -n -v sch_teql` -> available, missing or disabled."""
    if rc != 0:
        return "missing"
    return "disabled" if re.search(r"(?m)^install\s+\S*/(false|true)\b", out) else "available"


def read_kernel(runner: Runner, equalizers: int) -> Kernel:
    release = os.uname().release
    loaded = equalizers > 0 or runner.exists("/sys/module/" + MODULE)  # a built-in one has no directory there
    availability = "unknown"
    if runner.has("modprobe"):
        rc, out, _err = runner.try_run("modprobe", "-n", "-v", MODULE)
        availability = parse_dry_run(rc, out)
    return Kernel(
        release=release,
        loaded=loaded,
        availability=availability,
        package=package_for(read_os_release(runner), release),
        modules_installed=runner.exists("/lib/modules/" + release),
    )
