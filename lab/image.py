# Copyright (c) 2026, the linebond.teql authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guest's disk image: a small Debian with its kernel's modules and the lab's own files.

Cached under the hash of everything it is made of, so that a change of the recipe makes a new one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from checks.prepare import locked

from lab import initscripts, openwrt_root
from lab.machine import MAC
from lab.managers import MANAGERS, Manager
from lab.progress import step

HERE = Path(__file__).parent
CACHE = HERE.parent / ".cache" / "lab"
SUITES = ("trixie", "bookworm")
PACKAGES = (
    "systemd,systemd-sysv,systemd-container,udev,dbus,openssh-server,python3,iproute2,kmod,procps,"
    f"iputils-ping,iptables,tcpdump,ethtool,{openwrt_root.PACKAGES}"
)
COLDPLUG = "udevadm trigger --action=add " + " ".join(
    f"--subsystem-nomatch={subsystem}" for subsystem in ("tty", "vc", "vtconsole", "mem", "workqueue", "bdi")
)
CONFIGURATION = {
    "etc/hostname": "gw\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 gw\n",
    "etc/machine-id": "5f0c6d1c2f5e4d2d9b6f3a1e7c8b9a10\n",
    "etc/systemd/network/05-lab-eth0.link": f"[Match]\nMACAddress={MAC}\n[Link]\nName=eth0\n",
    # Without the check of its configuration, which costs another process.
    "etc/systemd/system/ssh.service.d/lab.conf": "[Service]\nExecStartPre=\n",
    # Half of the devices are terminals and the kernel's own queues, which no rule is about.
    "etc/systemd/system/systemd-udev-trigger.service.d/lab.conf": f"[Service]\nExecStart=\nExecStart=-{COLDPLUG}\n",
    "etc/systemd/journald.conf.d/lab.conf": "[Journal]\nStorage=volatile\n",
    "etc/ssh/sshd_config.d/lab.conf": "UsePAM no\nUseDNS no\nPermitRootLogin prohibit-password\nMaxSessions 50\n",
}


def key() -> Path:
    """The private key that opens every lab guest, made once per cache."""
    path = CACHE / "key"
    with locked(CACHE / "key.lock"):
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", path], check=True)
    return path


def recipe(suite: str, manager: str, modules: Path) -> str:
    """The hash of all that the image of a suite with a manager and a kernel's modules is made of, 12 hex digits."""
    digest = hashlib.sha256(f"{suite} {MANAGERS[manager]}".encode())
    sources = [
        Path(__file__),
        key().with_suffix(".pub"),
        *sorted((HERE / "guest").iterdir()),
        *sorted((HERE / "zynos").glob("*.py")),
        *sorted((HERE / "masked").iterdir()),
        Path(openwrt_root.__file__),
        *sorted(path for path in openwrt_root.SOURCE.rglob("*") if path.is_file()),
        *(initscripts.sources() if MANAGERS[manager].initscripts else []),
    ]
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    digest.update(" ".join(sorted(os.listdir(modules))).encode())
    return digest.hexdigest()[:12]


def image(suite: str, manager: str, machine: str, modules: Path) -> Path:
    """The image of a Debian suite with a network manager in charge and the modules of a machine's kernel; cached."""
    kind = f"{suite}-{manager}-{machine}"
    wanted = CACHE / "images" / f"{kind}-{recipe(suite, manager, modules)}.img"
    with locked(CACHE / f"{kind}.lock"):
        if wanted.exists():
            return wanted
        wanted.parent.mkdir(parents=True, exist_ok=True)
        with step(f"building the guest's Debian {suite} image with {manager} (once; cached in {CACHE})"):
            _build(suite, MANAGERS[manager], modules, wanted)
        for older in wanted.parent.glob(f"{kind}-*.img"):
            if older != wanted:
                older.unlink()
    return wanted


def _build(suite: str, manager: Manager, modules: Path, wanted: Path) -> None:
    work = wanted.with_suffix(".build")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    root = work / "root"
    try:
        bootstrap(suite, root, work / "mmdebstrap.log", *root_options(manager))
        shutil.copytree(modules, root / "lib/modules", dirs_exist_ok=True)
        for version in os.listdir(modules):
            subprocess.run(["chroot", root, "depmod", version], check=True)
        _furnish(root, manager)
        disk = work / "disk"
        with disk.open("wb") as file:
            file.truncate(2 << 30)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-d", root, disk], check=True)
        disk.rename(wanted)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def root_options(manager: Manager) -> list[str]:
    """For mmdebstrap: the packages of a guest, without what nobody reads there."""
    unread = [f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in ("doc", "man", "locale", "info")]
    return ["--variant=minbase", "--include=" + ",".join((PACKAGES, *manager.packages)), *unread]


def bootstrap(suite: str, root: Path, log: Path, *options: str) -> None:
    """Unpack packages of a suite below a folder, by mmdebstrap with such options.

    What it mounts there is in a namespace of its own: if it is killed, nothing of this machine's /dev or /sys stays
    mounted in what is removed then.
    """
    always = ["--format=directory", "--aptopt=Acquire::Languages none"]
    with log.open("w") as output:
        done = subprocess.run(
            ["unshare", "--mount", "mmdebstrap", *always, *options, suite, root],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise SystemExit(f"mmdebstrap failed; its last words:\n{log.read_text()[-3000:]}")


def _furnish(root: Path, manager: Manager) -> None:
    """Lay the lab's own files into the bootstrapped system."""
    for name, text in {**CONFIGURATION, **manager.configuration}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text)
    if manager.initscripts:
        initscripts.lay(root)
    home = root / "root/.ssh"
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(key().with_suffix(".pub"), home / "authorized_keys")
    tools = root / "usr/local/lib/lab"
    tools.mkdir(parents=True)
    for source in (HERE / "guest").iterdir():
        shutil.copy(source, root / "etc/systemd/system" if source.suffix == ".service" else tools)
    openwrt_root.lay(root, key().with_suffix(".pub"))
    (tools / "zynos").mkdir()
    for source in (HERE / "zynos").glob("*.py"):
        shutil.copy(source, tools / "zynos")
    masks = tools / "router/etc/systemd/system"
    masks.mkdir(parents=True)
    for name in _masked("router-units"):
        (masks / name).symlink_to("/dev/null")
    generators = root / "etc/systemd/system-generators"
    generators.mkdir(exist_ok=True)
    for name in _masked("generators"):
        (generators / name).symlink_to("/dev/null")
    for command in (
        ["systemctl", "enable", *manager.enabled, "ssh", "lab-world"],
        ["systemctl", "mask", *_masked("units")],
        ["ssh-keygen", "-A"],
        # systemd redoes much at a boot after an update of /etc or /var; say that nothing is to be done
        ["touch", "/etc/.updated", "/var/.updated"],
    ):
        subprocess.run(["chroot", root, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _masked(what: str) -> list[str]:
    """The names in a list of lab/masked."""
    return [line for line in (HERE / "masked" / what).read_text().splitlines() if line and not line.startswith("#")]
