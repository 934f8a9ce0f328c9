# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, compare the tarball's listing with the tree, install it offline and use the installed copy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

COLLECTION = "linebond.teql"
# Everything git has below these, and nothing else, is in the tarball.
FOLDERS = ("LICENSES", "docs", "meta", "playbooks", "plugins", "roles")
FILES = {"CHANGELOG.md", "COPYING", "README.md", "SECURITY.md", "changelogs/changelog.yaml", "requirements.txt"}
MADE_BY_BUILD = {"FILES.json", "MANIFEST.json"}
# What ansible-doc documents, and where each name of it lives in the tree.
KINDS = {"module": "plugins/modules/*.py", "filter": "plugins/filter/*.py", "role": "roles/*/meta/argument_specs.yml"}


def main() -> int:
    tree = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        tarball = build(tree, Path(folder))
        problems = listing(tree, tarball)
        installed = Path(folder) / "collections"
        # From here on only the installed copy is seen; the tree's would count as installed already.
        os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(installed)
        call("ansible-galaxy", "collection", "install", "--collections-path", str(installed), str(tarball))
        os.chdir(folder)
        for kind, pattern in KINDS.items():
            problems += documentation(kind, len([path for path in tree.glob(pattern) if path.name != "__init__.py"]))
        for playbook in sorted((installed / "ansible_collections/linebond/teql/playbooks").glob("*.yml")):
            name = f"{COLLECTION}.{playbook.stem}"
            print(f"ansible-playbook --syntax-check {name}")
            call("ansible-playbook", "--inventory", "localhost,", "--syntax-check", name)
    for problem in problems:
        print(f"ERROR: {problem}")
    return 1 if problems else 0


def build(tree: Path, folder: Path) -> Path:
    call("ansible-galaxy", "collection", "build", "--output-path", str(folder), str(tree))
    (tarball,) = folder.glob("*.tar.gz")
    print(f"{tarball.name}: {tarball.stat().st_size / 1024:.0f} KB")
    return tarball


def listing(tree: Path, tarball: Path) -> list[str]:
    """What is in the tarball and should not be, and the other way round."""
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if not member.isdir()} - MADE_BY_BUILD
    wanted = set(FILES)
    for folder in FOLDERS:
        for path in (tree / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                wanted.add(str(path.relative_to(tree)))
    surplus = [f"the tarball holds {name}: add it to build_ignore in galaxy.yml" for name in sorted(packed - wanted)]
    missing = [f"the tarball lacks {name}" for name in sorted(wanted - packed)]
    return surplus + missing


def documentation(kind: str, expected: int) -> list[str]:
    """Each module, filter and role of the installed copy has documentation that ansible-doc can show."""
    names = list(json.loads(call("ansible-doc", "--json", "--type", kind, "--list", COLLECTION)))
    print(f"ansible-doc: {expected} {kind}s: {' '.join(names)}")
    if len(names) != expected:
        return [f"ansible-doc lists {len(names)} {kind}s of the installed collection, the tree has {expected}"]
    shown = json.loads(call("ansible-doc", "--json", "--type", kind, *names)) if names else {}
    return [f"ansible-doc shows nothing for {kind} {name}" for name in names if not shown.get(name)]


def call(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
