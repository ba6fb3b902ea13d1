# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that starts by UEFI, made of the fixture debian-grub2: its root and swap on mirrors with superblocks 1.2 and
1.1 in a GPT, its loader known to the firmware of the machine alone."""
import os
import struct
import subprocess

from . import md
from .machine import firmware_file
from .storage import run

SECTOR, MIB = 512, 1 << 20
DATA = 2048  # sectors before the data of a member
ESP, BOOT, SWAP = 131072, 163840, 131072  # sectors
ROOT_UUID, BOOT_UUID = "40070000-0000-4000-8000-00000000deb1", "b0070000-0000-4000-8000-00000000deb1"
ESP_ID = "E5900000-0000-4000-8000-00000000DEB1"
TYPES = {"efi": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "linux": "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
         "raid": "A19D880F-05FC-4D3B-A006-743F0F84911E"}
LAN = "[Match]\nName=enp0s9\n\n[Network]\nAddress=192.168.77.5/24\nConfigureWithoutCarrier=yes\n"


def _put(image, path, text):
    with open(image + ".file", "w") as f:
        f.write(text)
    run("/sbin/debugfs", "-w", "-R", "write %s.file %s" % (image, path), image)


def _root(fixture, out):
    """Its file system, out of the mirror, with a card configured by its place. How many sectors."""
    image = fixture.path("survivor.img")
    with open(image, "rb") as f:
        start, = struct.unpack_from("<I", f.read(512), 0x1BE + 8)
        f.seek((start + 8) * SECTOR + 0x50)
        sectors, = struct.unpack("<Q", f.read(8))
        f.seek((start + 8) * SECTOR + 0x80)
        offset, = struct.unpack("<Q", f.read(8))
    run("dd", "if=" + image, "of=" + out, "bs=1M", "iflag=skip_bytes,count_bytes", "conv=sparse",
        "skip=%d" % ((start + offset) * SECTOR), "count=%d" % (sectors * SECTOR))
    run("/sbin/e2fsck", "-p", out)
    _put(out, "/etc/systemd/network/20-lan.network", LAN)
    run("/sbin/debugfs", "-w", "-R", "symlink /etc/systemd/system/multi-user.target.wants/systemd-networkd.service "
        "/lib/systemd/system/systemd-networkd.service", out)
    return sectors


def _own_boot(root, out):
    """/boot as a file system of its own, and fstab with it and the EFI system partition."""
    run("/sbin/debugfs", "-R", "rdump /boot " + os.path.dirname(out), root)
    os.rename(os.path.join(os.path.dirname(out), "boot"), out + ".tree")
    run("/sbin/mke2fs", "-q", "-t", "ext2", "-U", BOOT_UUID, "-d", out + ".tree", out, "%ds" % BOOT)
    fstab = run("/sbin/debugfs", "-R", "cat /etc/fstab", root).split("\n", 1)[1]
    run("/sbin/debugfs", "-w", "-R", "rm /etc/fstab", root)
    _put(root, "/etc/fstab", fstab + "UUID=%s /boot ext2 defaults 0 2\nPARTUUID=%s /boot/efi vfat umask=0077 0 1\n" %
         (BOOT_UUID, ESP_ID.lower()))


def _modules(root):
    """Those of GRUB for UEFI, as its package would bring them."""
    folder = os.path.dirname(firmware_file("grub-efi-amd64-bin", "modinfo.sh"))
    with open(root + ".script", "w") as f:
        f.write("mkdir /usr/lib/grub/x86_64-efi\n")
        for name in sorted(os.listdir(folder)):
            if os.path.isfile(os.path.join(folder, name)):
                f.write("write %s/%s /usr/lib/grub/x86_64-efi/%s\n" % (folder, name, name))
    run("/sbin/debugfs", "-w", "-f", f.name, root)


def _esp(path, uuid, prefix, stub):
    """As grub-install of Debian leaves it: shim, GRUB, and where its configuration is."""
    with open(path, "wb") as f:
        f.truncate(ESP * SECTOR)
    run("/sbin/mkfs.vfat", "-F", "32", "-n", "EFI", path)
    with open(path + ".cfg", "w") as f:
        f.write("search.fs_uuid %s root mduuid/7a3c51e000000000deb1200000000000\nset prefix=($root)'%s'\n"
                "configfile $prefix/grub.cfg\n" % (uuid, prefix))
    for folder in "EFI", "EFI/debian":
        run("mmd", "-i", path, "::/" + folder)
    for source, name in (firmware_file("shim-unsigned", "shimx64.efi"), "shimx64.efi"), \
            (firmware_file("grub-efi-amd64-bin", "monolithic/grubx64.efi"), "grubx64.efi"), (path + ".cfg", "grub.cfg"):
        if stub or name != "grub.cfg":
            run("mcopy", "-i", path, source, "::/EFI/debian/" + name)


def uefi_server(fixture, folder, own_boot=False, stub=True):
    """The path of its disk. own_boot: /boot is a partition. stub: GRUB's configuration is found by a file on the EFI system
    partition; else the system has what it needs to make a loader."""
    root, path, parts = os.path.join(folder, "root"), os.path.join(folder, "survivor.img"), []
    sectors = _root(fixture, root)
    if own_boot:
        _own_boot(root, os.path.join(folder, "boot"))
    if not stub:
        _modules(root)
    _esp(os.path.join(folder, "esp"), *((BOOT_UUID, "/grub") if own_boot else (ROOT_UUID, "/boot/grub")), stub)
    at = 2048
    for name, size, kind in ("esp", ESP, "efi"), ("boot", BOOT * own_boot, "linux"), ("root", DATA + sectors, "raid"), \
            ("swap", SWAP, "raid"):
        if size:
            parts.append((name, at, size, TYPES[kind] + (", uuid=" + ESP_ID if name == "esp" else "")))
            at += size + -size % 2048
    with open(path, "wb") as f:
        f.truncate((at + 2048) * SECTOR)
    subprocess.run(["/sbin/sfdisk", "-q", path], text=True, check=True,
                   input="label: gpt\n" + "".join("start=%d, size=%d, type=%s\n" % x[1:] for x in parts))
    begins = {name: start * SECTOR for name, start, *_ in parts}
    md.write_1(path, begins["root"], (DATA + sectors) * SECTOR, "1.2", "deb12:0", 1, 11, (1,))
    where, size = md.write_1(path, begins["swap"], SWAP * SECTOR, "1.1", "deb12:1", 1, 5, (1,))
    with open(os.path.join(folder, "swap"), "wb") as f:
        f.truncate(size)
    run("/sbin/mkswap", "-q", "-U", "5c1f0d4e-0000-4000-8000-00000000deb1", f.name)
    for name in begins:
        to = where if name == "swap" else begins[name] + (DATA * SECTOR if name == "root" else 0)
        run("dd", "if=" + os.path.join(folder, name), "of=" + path, "bs=1M", "conv=notrunc,sparse", "oflag=seek_bytes",
            "seek=%d" % to)
        os.unlink(os.path.join(folder, name))
    return path
