# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which file networkd uses for an interface."""

from __future__ import annotations

from ansible_collections.linebond.teql.plugins.module_utils import networkd
from ansible_collections.linebond.teql.tests.unit.plugins.module_utils.simulated_kernel import SimulatedKernel

LINKS = "/run/systemd/netif/links/"


class Host(SimulatedKernel):
    def read(self, path: str) -> str | None:
        assert not path.endswith("/"), f"{path} is a directory"
        return self.files.get(path)


def test_the_file_is_the_one_that_networkd_names() -> None:
    host = Host()
    host.files.update(
        {"/sys/class/net/eth2/ifindex": "4\n", f"{LINKS}4": "NETWORK_FILE=/etc/systemd/network/a.network\n"}
    )
    assert networkd.file_in_use(host, "eth2") == "/etc/systemd/network/a.network"


def test_an_interface_that_is_not_there_has_none() -> None:
    assert networkd.file_in_use(Host(), "teql0") == ""
