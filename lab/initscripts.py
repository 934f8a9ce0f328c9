# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The classic network scripts of RHEL 8. Debian has no package of them, nor have we: they come from a checkout."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

VARIABLE = "LAB_INITSCRIPTS"
BRANCH = "rhel8-branch"
HOW = (
    f"the network scripts are the initscripts project's; {VARIABLE} names a checkout of them:\n"
    f"  git clone --depth 1 --branch {BRANCH} https://github.com/fedora-sysv/initscripts /tmp/initscripts\n"
    f"  export {VARIABLE}=/tmp/initscripts"
)
PLACES = {"network-scripts": "etc/sysconfig/network-scripts", "etc/rc.d/init.d": "etc/rc.d/init.d"}
# What the scripts call by names that Debian has elsewhere, or leaves to its administrator.
LINKS = {
    "usr/bin/sh": "bash",
    "usr/sbin/ifup": "/etc/sysconfig/network-scripts/ifup",
    "usr/sbin/ifdown": "/etc/sysconfig/network-scripts/ifdown",
    # Not their whole folder: what systemd finds there it does not enable without Debian's own tools.
    "etc/init.d/functions": "../rc.d/init.d/functions",
    "usr/bin/ipcalc": "ipcalc-ng",
    "usr/sbin/arping": "../bin/arping",
}
PACKAGES = ("gawk", "hostname", "ipcalc-ng", "iputils-arping")
IN_CHARGE = """\
[Unit]
Description=Bring up/down networking
Wants=network.target
Before=network.target
After=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/etc/rc.d/init.d/network start
ExecStop=/etc/rc.d/init.d/network stop
TimeoutSec=5min

[Install]
WantedBy=multi-user.target
"""
PORT = "DEVICE={}\nBOOTPROTO=none\nONBOOT={}\nNM_CONTROLLED=no\n"
# As an office has it before the bond: a way in, ports that are named and nothing more, and a hook of the site's.
CONFIGURATION = {
    "etc/systemd/system/network.service": IN_CHARGE,
    "etc/tmpfiles.d/lab.conf": "d /run/lock/subsys 0755\n",
    "etc/sysconfig/disable-deprecation-warnings": "",
    "etc/sysconfig/network": "NETWORKING=yes\n",
    "etc/sysconfig/network-scripts/ifcfg-eth0": PORT.format("eth0", "yes") + "IPADDR=10.0.0.2\nPREFIX=24\n",
    **{f"etc/sysconfig/network-scripts/ifcfg-eth{i}": PORT.format(f"eth{i}", "no") for i in (2, 3)},
    "usr/sbin/ifup-local": '#!/bin/sh\necho "$1" >>/run/site-ifup-local\n',
}
EXECUTABLE = ("usr/sbin/ifup-local",)


def checkout() -> Path:
    """Where the scripts are; SystemExit tells how to get them."""
    path = Path(os.environ.get(VARIABLE, ""))
    if not (path / "network-scripts" / "ifup-eth").exists():
        raise SystemExit(HOW)
    return path


def sources() -> list[Path]:
    """All that what is laid into an image is made of."""
    here = checkout()
    theirs = [path for place in PLACES for path in sorted((here / place).iterdir()) if path.is_file()]
    return [Path(__file__), *theirs]


def lay(root: Path) -> None:
    here = checkout()
    for place, target in PLACES.items():
        shutil.copytree(here / place, root / target, dirs_exist_ok=True)
    for link, target in LINKS.items():
        (root / link).parent.mkdir(exist_ok=True)
        (root / link).unlink(missing_ok=True)
        (root / link).symlink_to(target)
    for path in EXECUTABLE:
        (root / path).chmod(0o755)
