# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A boot ends the timer: while one runs there is a unit that puts the old files back before anybody reads them.

It must not wait for udev's events, nor have udev wait for it: the disk that the snapshot lies on may need them.
"""

from __future__ import annotations

from typing import Sequence

from ansible_collections.linebond.teql.plugins.module_utils.manager import SERVICES
from ansible_collections.linebond.teql.plugins.module_utils.runner import Runner, typed

UNIT = "linebond-rollback-boot.service"
PATH = "/etc/systemd/system/" + UNIT
READERS = " ".join(f"{service}.service" for service in ("systemd-sysctl", *SERVICES))


def unit_text(argv: Sequence[str], folder: str, program: str) -> str:
    return f"""\
# Ansible is changing the network of this host. Once the change is confirmed, or taken back, this file goes.
[Unit]
Description=Put the network back, for Ansible's change of it was not confirmed before a boot
DefaultDependencies=no
RequiresMountsFor=/etc {folder} {argv[0]}
ConditionPathExists={folder}
After=systemd-remount-fs.service
Wants=network-pre.target
Before={READERS} network-pre.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
Environment=PYTHONPATH={program}
ExecStart={typed(argv)}
TimeoutStartSec=180

[Install]
WantedBy=multi-user.target
"""


def watch(runner: Runner, argv: Sequence[str], folder: str, program: str) -> None:
    """systemd need not read it before the next boot."""
    runner.write(PATH, unit_text(argv, folder, program))
    runner.run("systemctl", "--no-reload", "enable", UNIT)


def unwatch(runner: Runner) -> None:
    if runner.exists(PATH):
        runner.try_run("systemctl", "--no-reload", "disable", UNIT)
        runner.remove(PATH)
