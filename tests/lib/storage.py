# SPDX-License-Identifier: GPL-2.0-or-later
"""Disk images on the host: fixtures, disks to save to, reading back without mounting anything."""
import hashlib
import os
import shlex
import subprocess
import tempfile

from .case import Failed
from .machine import ROOT

PARTITION = 1 << 20  # where the partition of a save disk begins


def run(*argv):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        raise Failed("%s: exit status %d\n%s" % (" ".join(argv), done.returncode, done.stdout))
    return done.stdout


WORKDIR = "salvor-test."


def workdir():
    """A folder for this test's images, removed when the test ends. Below $TMPDIR."""
    return tempfile.TemporaryDirectory(prefix=WORKDIR)


def leave_others():
    """For who has entered a mount namespace of its own: the mounts of tests that run at the same time came along as
    copies, and a file system that is unmounted over there would stay in use here, its journal not played."""
    with open("/proc/self/mounts") as f:
        folders = [line.split()[1] for line in f]
    for folder in reversed(folders):
        if folder.startswith(os.path.join(tempfile.gettempdir(), WORKDIR)):
            subprocess.run(["umount", "--lazy", folder], stderr=subprocess.DEVNULL)


def copy(image, folder, name=None):
    path = os.path.join(folder, name or os.path.basename(image))
    run("cp", "--sparse=always", "--reflink=auto", image, path)
    return path


def sha256(image):
    digest = hashlib.sha256()
    with open(image, "rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class Fixture:
    """A server of tests/fixtures, built when the cache has none. The files are shared: plug them in
    with keep=False, or take a copy. manifest: strings by name."""

    def __init__(self, scenario):
        argv = [os.path.join(ROOT, "tests", "fixtures", "build"), scenario]
        if os.geteuid():
            argv = ["sudo", "--preserve-env=HOME,XDG_CACHE_HOME,TIMEOUT_SCALE"] + argv
        built = subprocess.run(argv, stdout=subprocess.PIPE, text=True)
        if built.returncode:
            raise Failed("tests/fixtures/build %s failed" % scenario)
        self.folder = built.stdout.strip()
        with open(self.path("manifest.env")) as f:
            self.manifest = dict(word.split("=", 1) for word in shlex.split(f.read()))

    def path(self, name):
        return os.path.join(self.folder, name)

    def copy(self, name, folder):
        return copy(self.path(name), folder)


def save_disk(path, fs, megabytes, label="SAVE"):
    """A disk as one buys it: one partition with one file system, ext4, vfat, exfat, ntfs or xfs."""
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(path)) as part:
        part.truncate((megabytes << 20) - PARTITION)
        if fs == "ext4":
            run("/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-L", label, part.name)
        elif fs == "vfat":
            run("/sbin/mkfs.vfat", "-F", "32", "-n", label, part.name)
        elif fs == "exfat":
            run("/sbin/mkfs.exfat", "-L", label, part.name)
        elif fs == "ntfs":
            run("/sbin/mkntfs", "-q", "-F", "-f", "-L", label, part.name)
        else:
            run("/sbin/mkfs.xfs", "-q", "-L", label, part.name)
        with open(path, "wb") as disk:
            disk.truncate(megabytes << 20)
        table = "start=2048,type=%s\n" % {"vfat": "c", "exfat": "7", "ntfs": "7"}.get(fs, "83")
        subprocess.run(["/sbin/sfdisk", "-q", path], check=True, text=True, input=table)
        run("dd", "if=" + part.name, "of=" + path, "bs=1M", "seek=1", "conv=notrunc,sparse")
    return path


def fetch(disk, fs, name, out):
    """Copy a file out of a save disk (ext4 or vfat: no tool reads exfat without a kernel)."""
    if fs == "ext4":
        answer = run("/sbin/debugfs", "-R", "dump /%s %s" % (name, out),
                     "%s?offset=%d" % (disk, PARTITION))
        # it goes on, and ends well, when a block cannot be written
        if not os.path.exists(out) or [line for line in answer.splitlines() if not line.startswith("debugfs 1.")]:
            raise Failed("%s: copy %s out of it\n%s" % (disk, name, answer))
    elif fs == "vfat":
        run("mcopy", "-n", "-i", "%s@@%d" % (disk, PARTITION), "::/" + name, out)
    else:
        raise ValueError(fs)
    return out
