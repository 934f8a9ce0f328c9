# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A suite's own Debian kernel, taken out of its package: nothing is installed. Cached like the images."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from checks.prepare import locked

from lab.image import CACHE, bootstrap
from lab.progress import step

PACKAGE = "linux-image-cloud-amd64"


@dataclass(frozen=True)
class Kernel:
    folder: Path

    @property
    def image(self) -> Path:
        return self.folder / "vmlinuz"

    @property
    def modules(self) -> Path:
        return self.folder / "modules"


def kernel(suite: str) -> Kernel:
    """The kernel of a Debian suite, fetched if the cache has none of this recipe."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    wanted = CACHE / "kernels" / f"{suite}-{recipe}"
    with locked(CACHE / f"kernel-{suite}.lock"):
        if not wanted.exists():
            wanted.parent.mkdir(parents=True, exist_ok=True)
            with step(f"fetching the kernel of Debian {suite} (once; cached in {wanted.parent})"):
                _fetch(suite, wanted)
            for older in wanted.parent.glob(f"{suite}-*"):
                if older != wanted:
                    shutil.rmtree(older)
    return Kernel(wanted)


def _fetch(suite: str, wanted: Path) -> None:
    work = wanted.with_suffix(".build")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        root = work / "root"
        bootstrap(suite, root, work / "mmdebstrap.log", "--variant=extract", f"--include={PACKAGE}")
        taken(root, work / "kernel").rename(wanted)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def taken(root: Path, folder: Path) -> Path:
    """Move kernel and modules out of an unpacked package, wherever the suite has them, into a folder of their own."""
    (image,) = (root / "boot").glob("vmlinuz-*")
    version = image.name.removeprefix("vmlinuz-")
    places = (root / top / "modules" / version for top in ("usr/lib", "lib"))
    modules = next(path for path in places if path.exists())
    (folder / "modules").mkdir(parents=True)
    image.rename(folder / "vmlinuz")
    modules.rename(folder / "modules" / version)
    return folder
