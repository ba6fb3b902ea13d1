# SPDX-License-Identifier: GPL-2.0-or-later
"""Small disk images of dead servers, made in seconds without root: enough for everything that only reads."""
import os
import struct
import subprocess

from lib import md

ENV = dict(os.environ, PATH="/usr/sbin:/sbin:" + os.environ["PATH"], LC_ALL="C.UTF-8")
MIB = 1 << 20
STARTS = {1: 63 * 512, 2: 12 * MIB, 3: 16 * MIB}
SIZES = {1: 12 * MIB - 63 * 512, 2: 4 * MIB, 3: 24 * MIB}
SIZE = 42 * MIB
GRUB_LEGACY = b"\xeb\x48" + bytes(60) + b"\x03\x02" + bytes(4) + struct.pack("<I", 1) + bytes(300) + \
    b"GRUB \0Geom\0Hard Disk\0Read\0 Error\0"


def tool(*argv, **more):
    subprocess.run(argv, check=True, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, **more)


def fill(folder, files):
    """name -> text; None makes a folder, a tuple a symbolic link."""
    for name, content in files.items():
        path = os.path.join(folder, name.lstrip("/"))
        os.makedirs(path if content is None else os.path.dirname(path), exist_ok=True)
        if isinstance(content, tuple):
            os.symlink(content[0], path)
        elif content is not None:
            with open(path, "wb") as f:
                f.write(content if isinstance(content, bytes) else content.encode())


def elf(machine):
    return b"\x7fELF" + bytes([1 if machine == 3 else 2, 1, 1]) + bytes(9) + struct.pack("<HH", 2, machine) + bytes(44)


def centos5_root(fstab="LABEL=/ / ext3 defaults 1 1\nLABEL=/boot /boot ext3 defaults 1 2\nLABEL=SWAP-md1 swap swap defaults 0 0\n"):
    return {"/etc/redhat-release": "CentOS release 5.11 (Final)\n", "/etc/fstab": fstab, "/sbin/init": elf(3),
            "/bin/sh": elf(3), "/dev": None, "/boot": None}


def centos5_boot(root="/dev/md2"):
    return {"/grub/grub.conf": "default=0\ntitle CentOS\n\troot (hd0,0)\n\tkernel /vmlinuz-2.6.18 ro root=%s\n" % root,
            "/grub/menu.lst": ("./grub.conf",), "/grub/stage2": "x" * 600, "/vmlinuz-2.6.18": "x", "/vmlinuz-2.6.9": "x"}


def make_ext(image, offset, size, files, label, folder, *options):
    tree = os.path.join(folder, "tree")
    os.makedirs(tree)
    fill(tree, files)
    tool("mke2fs", "-q", "-F", "-t", "ext3", "-b", "1024", "-I", "128", "-L", label, "-d", tree,
         "-E", "offset=%d" % offset, *options, image, "%dk" % (size // 1024))
    subprocess.run(["rm", "-rf", tree], check=True)


def make_server(image, metadata, slot, events, working, root=None, boot=None, code=b"", updated=1700000000):
    """One half of a mirrored server: /boot, swap and / on md0, md1, md2. events: of the three."""
    folder = os.path.dirname(image)
    with open(image, "wb") as f:
        f.truncate(SIZE)
    tool("sfdisk", "-q", image, text=True, input="label: dos\n" + "".join(
        "start=%d, size=%d, type=fd\n" % (STARTS[n] // 512, SIZES[n] // 512) for n in STARTS))
    for n, what in enumerate(("/boot", "SWAP-md1", "/"), 1):
        if metadata == "0.90":
            at, size = md.write_090(image, STARTS[n], SIZES[n], n - 1, slot, events[n - 1], working, updated=updated)
        else:
            at, size = md.write_1(image, STARTS[n], SIZES[n], metadata, "web:%s" % "012"[n - 1], slot, events[n - 1],
                                  working, updated=updated)
        if n == 2:
            with open(image, "r+b") as f:
                f.seek(at + 1024)
                f.write(struct.pack("<3I16s16s", 1, size // 4096 - 1, 0, b"S" * 16, what.encode()))
                f.seek(at + 4086)
                f.write(b"SWAPSPACE2")
        else:
            files = (boot or centos5_boot()) if n == 1 else (root or centos5_root())
            make_ext(image, at, size, files, what, folder)
    if code:
        with open(image, "r+b") as f:
            f.write(code)
            f.seek(512)
            f.write(b"stage 1.5" * 50)
