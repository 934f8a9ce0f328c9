# Copyright (c) 2026, the linebond.teql authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether ordinary users may make the namespaces from which they can join the host's bond. Pure.

The kernel's teql does not look into which network namespace a member belongs. The one home of this knowledge: the
monitor has this very file (a link), so it imports nothing of Ansible.
"""

from __future__ import annotations

from collections.abc import Mapping

CLONE = "/proc/sys/kernel/unprivileged_userns_clone"  # Debian's and Arch's own
MOST = "/proc/sys/user/max_user_namespaces"
CONFINED = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"  # Ubuntu's own
FILES = (CLONE, MOST, CONFINED)

CLOSED_MESSAGE = "ordinary users cannot make the namespaces from which to join the bond"


def closed(files: Mapping[str, str | None]) -> bool:
    """`files` are the settings as read, None for what is not there. A kernel without MOST has no such namespaces."""
    known = {path: (text or "").strip() for path, text in files.items()}
    return known.get(CLONE) == "0" or known.get(MOST) in ("0", "", None) or known.get(CONFINED) == "1"


def open_message(bond: str) -> str:
    return f"every local user can join {bond} from a user namespace: a share of the packets goes there, unseen by tc"


def fix(files: Mapping[str, str | None]) -> str:
    """What to type; Debian's switch leaves root's namespaces alone."""
    switch = "kernel.unprivileged_userns_clone" if files.get(CLONE) is not None else "user.max_user_namespaces"
    return f"sysctl -w {switch}=0  # rootless containers and browsers' sandboxes need them"
