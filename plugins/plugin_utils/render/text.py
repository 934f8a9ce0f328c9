# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file as the module `files` takes it."""

from __future__ import annotations

import typing as t

File = dict[str, t.Any]

HEADER = """\
Managed by the Ansible role linebond.teql.bonding: changes made here are lost.
To remove it, run the role with bonding_state: absent."""


def text_file(path: str, header: str, lines: t.Iterable[str], mode: str = "0644", interpreter: str = "") -> File:
    """The header becomes comments; a script names its interpreter before them."""
    begin = [f"#!{interpreter}"] if interpreter else []
    comment = [f"# {line}".rstrip() for line in header.splitlines()]
    return {"path": path, "content": "\n".join([*begin, *comment, "", *lines]) + "\n", "mode": mode}
