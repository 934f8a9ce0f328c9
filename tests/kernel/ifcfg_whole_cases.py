# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the role has on a gateway with the network scripts, among files of the site's.

The scripts themselves are simple ones of ours; `make molecule-ifcfg` does the same with those of initscripts.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guest_cases import members
from guest_host import call, picture, sh

from ansible_collections.linebond.teql.plugins.module_utils.ifcfg import STARTED
from ansible_collections.linebond.teql.plugins.plugin_utils.line_plan import plan_lines
from ansible_collections.linebond.teql.plugins.plugin_utils.render.bonding import bonding_files
from ansible_collections.linebond.teql.tests.unit.plugins.plugin_utils.sites import SITE

FOLDER = Path("/etc/sysconfig/network-scripts")
HOOKS = [Path("/sbin") / name for name in ("ifup-pre-local", "ifup-local", "ifdown-local")]
IFUP = f"""#!/bin/sh
cd {FOLDER} && . ../network && . ./ifcfg-${{1#ifcfg-}} || exit 1
[ ! -x /sbin/ifup-pre-local ] || /sbin/ifup-pre-local ifcfg-$DEVICE
ip link set $DEVICE up || exit 1
[ -z "$IPADDR" ] || ip addr replace $IPADDR/$PREFIX dev $DEVICE
[ "$GATEWAYDEV" != $DEVICE ] || ip route replace default via $GATEWAY dev $DEVICE
[ ! -x /sbin/ifup-local ] || /sbin/ifup-local $DEVICE
"""
IFDOWN = f"""#!/bin/sh
cd {FOLDER} && . ./ifcfg-${{1#ifcfg-}} || exit 1
ip addr flush dev $DEVICE; ip link set $DEVICE down
[ ! -x /sbin/ifdown-local ] || /sbin/ifdown-local $DEVICE
"""
# Endings without a newline and modes that are not the usual ones stay, too.
FILES = {
    FOLDER / "ifup": (IFUP, 0o755),
    FOLDER / "ifdown": (IFDOWN, 0o755),
    FOLDER.parent / "network": ("NETWORKING=yes\nGATEWAY=10.0.0.1\nGATEWAYDEV=eth3", 0o640),
    FOLDER / "ifcfg-eth2": ("DEVICE=eth2\nONBOOT=no\nETHTOOL_OPTS='wol g'", 0o600),
    FOLDER / "ifcfg-eth3": ("DEVICE=eth3\nONBOOT=yes\nIPADDR=10.0.0.2\nPREFIX=24\n", 0o644),
    HOOKS[1]: ('#!/bin/sh\n# ours\necho "$1" >>/run/site-hook\n', 0o700),
}
PLAN = plan_lines([{"interface": port} for port in ("eth2", "eth3", "eth4")], SITE)
PORT_ADDRESSES = {line["interface"]: line["address"] for line in PLAN["lines"]}


def whole_tree() -> dict[str, Any]:
    """Every path that a file of ours could be at: mode, owner, group and what is in it."""
    return {str(path): told for path in paths() if (told := described(path)) is not None}


def paths() -> Iterator[Path]:
    yield from HOOKS
    for tree in ("/etc", "/var/lib/linebond.teql"):
        for folder, folders, names in os.walk(tree):
            yield from (Path(folder, name) for name in [*folders, *names])


def described(path: Path) -> tuple[object, ...] | None:
    if not os.path.lexists(path):
        return None
    status = path.lstat()
    inside = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
    return oct(status.st_mode), status.st_uid, status.st_gid, inside


def apply() -> list[dict[str, Any]]:
    """As the tasks of the role do it: files, bond, network manager."""
    return [
        call("files", name="bonding-teql0", files=bonding_files(PLAN, "ifcfg")),
        call("bond", members=list(PORT_ADDRESSES)),
        call("ifcfg_reload", addresses=["192.0.2.2/29"], gateways=["192.0.2.1"], port_addresses=PORT_ADDRESSES),
    ]


def release() -> list[dict[str, Any]]:
    return [
        call("files", name="bonding-teql0", state="absent"),
        call("ifcfg_reload", state="absent"),
        call("bond", state="absent"),
    ]


@contextlib.contextmanager
def site() -> Iterator[None]:
    """A gateway that has the network scripts, whose service has started."""
    for path, (text, mode) in FILES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
    sh(f"mkdir -p /run/lock/subsys && touch {STARTED} && {FOLDER}/ifup eth3")  # /var/lock is a link to /run/lock
    try:
        yield
    finally:
        sh(f"rm -rf {FOLDER.parent} {' '.join(map(str, HOOKS))} {STARTED} /run/site-hook")


def succeeded(results: list[dict[str, Any]], changed: bool) -> None:
    assert [result.get("changed") for result in results] == [changed] * len(results), results


def after_a_removal_the_network_scripts_and_their_files_are_the_sites_again() -> None:
    with site():
        before, kernel = whole_tree(), picture()
        succeeded(apply(), changed=True)
        assert members() == set(PORT_ADDRESSES)
        assert "default via 192.0.2.1 dev teql0" in sh("ip route show default")
        succeeded(apply(), changed=False)
        changed = {path for path, told in whole_tree().items() if before.get(path) != told}
        assert {*map(str, HOOKS), *(f"{FOLDER}/ifcfg-{name}" for name in ("eth2", "eth4", "teql0"))} <= changed

        succeeded(release(), changed=True)
        now = whole_tree()
        assert now == before, sorted(set(now.items()) ^ set(before.items()))
        assert picture() == kernel, (picture(), kernel)
        succeeded(release(), changed=False)


def a_port_that_is_plugged_in_again_has_its_address_and_is_a_member() -> None:
    """By what the udev rules run; there is no udev in the guest."""
    with site():
        succeeded(apply(), changed=True)
        sh("ip link del eth4; ip link add eth4 type veth peer name r4; ip link set r4 up")
        for rules in sorted(Path("/etc/udev/rules.d").glob("9?-linebond-teql0*")):
            for command in re.findall(r'RUN\+="([^"]*eth4[^"]*)"', rules.read_text().replace("\\\n", "")):
                sh(command.replace("$$", "$"))
        assert members() == set(PORT_ADDRESSES)
        assert PORT_ADDRESSES["eth4"] in sh("ip addr show dev eth4 up")
        release()


CASES = [
    after_a_removal_the_network_scripts_and_their_files_are_the_sites_again,
    a_port_that_is_plugged_in_again_has_its_address_and_is_a_member,
]
