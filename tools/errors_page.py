# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/errors.md from tests/bad_input/table.yml: python3 tools/errors_page.py"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "bad_input" / "table.yml"
PAGE = ROOT / "docs" / "errors.md"
INTRODUCTION = """\
<!--
Copyright (c) 2026, the linebond.teql authors
SPDX-License-Identifier: GPL-3.0-or-later
Made by tools/errors_page.py from tests/bad_input/table.yml: changes made here are lost.
-->

# What is refused, and what to do

Search this page for a part of the message that has no name or number of yours in it. Each message is one that a test
has seen, on the inventory or the machine that is shown with it. It names the variable or the line, what is wrong with
it and what to do; here is what is behind it.

What is wrong with the inventory is said before anything is touched, and so is most of what is wrong with a machine. A
command that fails has what was done before it taken back, and the message says so. Where several things are wrong, all
are named at once. The lines of `teql_lines` are counted from 0.

ansible-core puts words of its own before a message, such as `Task failed: ... The filter plugin 'linebond.teql.plan'
failed:`, and the collection says once what the lines that follow are about, `the inventory does not hold together,
nothing was touched:`.
"""
SECTIONS = {
    "gateway": "The inventory of a gateway",
    "routers": "The inventory of a router",
    "monitor": "The variables of the monitor",
    "host": "The gateway itself",
    "router": "The routers themselves, and the cables to them",
}
WRITTEN = {"gateway": "", "router": "the router's", "other": "another router's"}


def page(table: list[dict[str, Any]]) -> str:
    return INTRODUCTION + "".join(
        f"\n## {title}\n" + "".join(text for case in table if case["where"] == where for text in told(case))
        for where, title in SECTIONS.items()
    )


def told(case: dict[str, Any]) -> Iterator[str]:
    name = case["name"]
    yield f"\n### {name[0].upper()}{name[1:]}\n"
    for key, whose in WRITTEN.items():
        if case.get(key):
            comment = f"# {whose}\n" if whose else ""
            yield f"\n```yaml\n{comment}{case[key].rstrip()}\n```\n"
    yield f"\n```text\n{case['message']}\n```\n"
    yield f"\n{case['means']} **What to do:** {case['do']}\n"


def main() -> None:
    PAGE.write_text(page(yaml.safe_load(TABLE.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
