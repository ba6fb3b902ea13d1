# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that start by UEFI. Of the fixture debian-grub2: root and swap on mirrors with superblocks 1.2 and 1.1 in a GPT,
the loader known to the firmware of the machine alone. Others are made likewise, below."""
import os
import re
import struct
import subprocess

from . import md
from .machine import firmware_file
from .storage import run

SECTOR, MIB = 512, 1 << 20
DATA = 2048  # sectors before the data of a member
ESP, BOOT, SWAP = 131072, 163840, 131072  # sectors
KERNELS = 262144  # of an EFI system partition with kernels on it
ROOT_UUID, BOOT_UUID = "40070000-0000-4000-8000-00000000deb1", "b0070000-0000-4000-8000-00000000deb1"
SWAP_UUID = "5c1f0d4e-0000-4000-8000-00000000deb1"
LVM_ROOT_UUID = "40070000-0000-4000-8000-00000000deb2"
ESP_ID = "E5900000-0000-4000-8000-00000000DEB1"
TYPES = {"efi": "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "linux": "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
         "raid": "A19D880F-05FC-4D3B-A006-743F0F84911E"}
MIRRORS = {"root": ("1.2", "deb12:0", 11), "swap": ("1.1", "deb12:1", 5)}
ARGUMENTS = "root=/dev/md0 ro console=ttyS0,115200 mitigations=off no_timer_check"
LAN = "[Match]\nName=enp0s9\n\n[Network]\nAddress=192.168.77.5/24\nConfigureWithoutCarrier=yes\n"


def _put(image, path, text):
    with open(image + ".file", "w") as f:
        f.write(text)
    run("/sbin/debugfs", "-w", "-R", "write %s.file %s" % (image, path), image)


def _root(fixture, out):
    """Its file system, out of the mirror where it is in one, with a card configured by its place. How many sectors."""
    image = fixture.path("survivor.img")
    with open(image, "rb") as f:
        f.seek(0x1BE + 8)
        start, sectors = struct.unpack("<2I", f.read(8))
        f.seek((start + 8) * SECTOR)
        head, offset = f.read(0x88), 0
        if head[:4] == bytes.fromhex("fc4e2ba9"):
            (sectors,), (offset,) = struct.unpack_from("<Q", head, 0x50), struct.unpack_from("<Q", head, 0x80)
    run("dd", "if=" + image, "of=" + out, "bs=1M", "iflag=skip_bytes,count_bytes", "conv=sparse",
        "skip=%d" % ((start + offset) * SECTOR), "count=%d" % (sectors * SECTOR))
    run("/sbin/e2fsck", "-p", out)
    _put(out, "/etc/systemd/network/20-lan.network", LAN)
    run("/sbin/debugfs", "-w", "-R", "symlink /etc/systemd/system/multi-user.target.wants/systemd-networkd.service "
        "/lib/systemd/system/systemd-networkd.service", out)
    return sectors


def _kernel(root):
    """The paths of a kernel and its initrd."""
    words = [line.split() for line in run("/sbin/debugfs", "-R", "cat /boot/grub/grub.cfg", root).splitlines()]
    return [next(w[1] for w in words if w[:1] == [key]) for key in ("linux", "initrd")]


def _fstab(root, more):
    fstab = run("/sbin/debugfs", "-R", "cat /etc/fstab", root).split("\n", 1)[1]
    run("/sbin/debugfs", "-w", "-R", "rm /etc/fstab", root)
    _put(root, "/etc/fstab", re.sub("^UUID=[^ ]* none", "UUID=%s none" % SWAP_UUID, fstab, flags=re.M) + more)


def _own_boot(root, out):
    """/boot as a file system of its own, and fstab with it and the EFI system partition."""
    run("/sbin/debugfs", "-R", "rdump /boot " + os.path.dirname(out), root)
    os.rename(os.path.join(os.path.dirname(out), "boot"), out + ".tree")
    run("/sbin/mke2fs", "-q", "-t", "ext2", "-U", BOOT_UUID, "-d", out + ".tree", out, "%ds" % BOOT)
    _fstab(root, "UUID=%s /boot ext2 defaults 0 2\nPARTUUID=%s /boot/efi vfat umask=0077 0 1\n" % (BOOT_UUID, ESP_ID.lower()))


def _modules(root, beside=None):
    """Those of GRUB for UEFI, as its package would bring them."""
    folder = os.path.dirname(firmware_file("grub-efi-amd64-bin", "modinfo.sh"))
    with open((beside or root) + ".script", "w") as f:
        f.write("mkdir /usr/lib/grub/x86_64-efi\n")
        for name in sorted(os.listdir(folder)):
            if os.path.isfile(os.path.join(folder, name)):
                f.write("write %s/%s /usr/lib/grub/x86_64-efi/%s\n" % (folder, name, name))
    run("/sbin/debugfs", "-w", "-f", f.name, root)


def _fat(path, files, sectors=ESP):
    """An EFI system partition: where each file goes, and where it is."""
    with open(path, "wb") as f:
        f.truncate(sectors * SECTOR)
    run("/sbin/mkfs.vfat", "-F", "32", "-n", "EFI", path)
    for folder in sorted({name[:n] for name in files for n, c in enumerate(name) if c == "/"}):
        run("mmd", "-i", path, "::/" + folder)
    for name, source in files.items():
        run("mcopy", "-i", path, source, "::/" + name)


def _esp(path, uuid, prefix, stub):
    """As grub-install of Debian leaves it: shim, GRUB, and where its configuration is."""
    with open(path + ".cfg", "w") as f:
        f.write("search.fs_uuid %s root mduuid/7a3c51e000000000deb1200000000000\nset prefix=($root)'%s'\n"
                "configfile $prefix/grub.cfg\n" % (uuid, prefix))
    files = {"EFI/debian/shimx64.efi": firmware_file("shim-unsigned", "shimx64.efi"),
             "EFI/debian/grubx64.efi": firmware_file("grub-efi-amd64-bin", "monolithic/grubx64.efi")}
    _fat(path, dict(files, **{"EFI/debian/grub.cfg": path + ".cfg"}) if stub else files)


def _disk(folder, parts, arrays):
    """Its path. parts: name, sectors, type; what goes into one is the file of its name, when there is one. arrays: name of a part
    -> metadata, name and events of the mirror that it is the half of."""
    path, at, begins, table = os.path.join(folder, "survivor.img"), 2048, {}, "label: gpt\n"
    for name, size, kind in parts:
        begins[name] = at * SECTOR
        table += "start=%d, size=%d, type=%s%s\n" % (at, size, TYPES[kind], ", uuid=" + ESP_ID if name == "esp" else "")
        at += size + -size % 2048
    with open(path, "wb") as f:
        f.truncate((at + 2048) * SECTOR)
    subprocess.run(["/sbin/sfdisk", "-q", path], text=True, check=True, input=table)
    for name, size, _ in parts:
        where, content = begins[name], os.path.join(folder, name)
        if name in arrays:
            version, array, events = arrays[name]
            where, length = md.write_1(path, where, size * SECTOR, version, array, 1, events, (1,))
        if name == "swap":
            with open(content, "wb") as f:
                f.truncate(length)
            run("/sbin/mkswap", "-q", "-U", SWAP_UUID, content)
        run("dd", "if=" + content, "of=" + path, "bs=1M", "conv=notrunc,sparse", "oflag=seek_bytes", "seek=%d" % where)
        os.unlink(content)
    return path


def uefi_server(fixture, folder, own_boot=False, stub=True, files=()):
    """The path of its disk. own_boot: /boot is a partition. stub: GRUB's configuration is found by a file on the EFI system
    partition; else the system has what it needs to make a loader. files: what lies in /root, too."""
    root = os.path.join(folder, "root")
    sectors = _root(fixture, root)
    for name in files:
        run("/sbin/debugfs", "-w", "-R", "write %s /root/%s" % (name, os.path.basename(name)), root)
    if own_boot:
        _own_boot(root, os.path.join(folder, "boot"))
    if not stub:
        _modules(root)
    _esp(os.path.join(folder, "esp"), *((BOOT_UUID, "/grub") if own_boot else (ROOT_UUID, "/boot/grub")), stub)
    parts = [("esp", ESP, "efi"), ("boot", BOOT, "linux"), ("root", DATA + sectors, "raid"), ("swap", SWAP, "raid")]
    return _disk(folder, [p for p in parts if own_boot or p[0] != "boot"],
                 MIRRORS)


def redhat_server(fixture, folder, own_boot=False, bios=True):
    """The same as Red Hat up to 8 has it: all of GRUB's configuration lies beside the loader, and names arrays. The EFI system
    partition is on a mirror, too, with its superblock at the end and the type of any member. own_boot: /boot is a partition, and
    the EFI system partition one as any. bios: as Red Hat 8 has it, kernels' arguments are among GRUB's variables; with another
    configuration in /boot, for BIOS."""
    root, loader, cfg = (os.path.join(folder, name) for name in ("root", "grubx64.efi", "grub.cfg"))
    sectors = _root(fixture, root)
    kernel, initrd = _kernel(root)
    bios &= own_boot
    if not bios:
        run("/sbin/debugfs", "-w", "-R", "rm /boot/grub/grub.cfg", root)
    find = "set root='mduuid/7a3c51e000000000deb1200000000000'"
    if own_boot:
        _own_boot(root, os.path.join(folder, "boot"))
        kernel, initrd = (path.replace("/boot/", "/") for path in (kernel, initrd))
        find = "set root='hd0,gpt2'\n\tsearch --no-floppy --fs-uuid --set=root --hint='hd0,gpt2' " + BOOT_UUID
    env = os.path.join(folder, "grubenv")
    with open(env, "w") as f:
        f.write(("# GRUB Environment Block\nkernelopts=%s resume=/dev/md1\n" % ARGUMENTS).ljust(1024, "#"))
    with open(cfg, "w") as f:
        f.write("serial --unit=0 --speed=115200\nset timeout=1\nload_env\nmenuentry 'Linux' {\n\t%s\n\tlinux %s %s\n"
                "\tinitrd %s\n}\n" % (find, kernel, "$kernelopts" if bios else ARGUMENTS + " resume=/dev/md1", initrd))
    run("grub-mkimage", "-O", "x86_64-efi", "-p", "/EFI/centos", "-o", loader, "part_gpt", "fat", "ext2", "normal", "linux",
        "search", "search_fs_uuid", "serial", "mdraid1x", "loadenv")
    files = {"EFI/centos/grubx64.efi": loader, "EFI/centos/grub.cfg": cfg}
    _fat(os.path.join(folder, "esp"), dict(files, **{"EFI/centos/grubenv": env}) if bios else files)
    parts = [("root", DATA + sectors, "raid"), ("swap", SWAP, "raid")]
    if not own_boot:
        return _disk(folder, [("esp", ESP + 2048, "raid")] + parts, dict(MIRRORS, esp=("1.0", "deb12:2", 7)))
    return _disk(folder, [("esp", ESP, "efi"), ("boot", BOOT, "linux")] + parts, MIRRORS)


def _without_virtio(initrd, folder):
    """An initrd of Debian's as another machine would have made it."""
    tree = os.path.join(folder, "initrd.tree")
    os.mkdir(tree)
    run("sh", "-ec", "cd $1 && zcat $2 | cpio -id --quiet && find . -name '*virtio*' -delete && "
        "find . | cpio -o -H newc --quiet -R 0:0 | gzip -1 >$2.new && mv $2.new $2", "sh", tree, initrd)
    run("rm", "-r", tree)


def kernels_server(fixture, folder, at="/boot", grub=False, token=None, sectors_of_esp=KERNELS):
    """The same with kernels on the EFI system partition, which is /boot or what else is said. systemd-boot starts them, with an
    entry that names arrays; or GRUB with all of its files there. token: the folder of their folders, as kernel-install has it; the
    initrd has no drivers of virtio then, and the one that it was copied from, in /boot, has them."""
    root, loader = os.path.join(folder, "root"), os.path.join(folder, "loader")
    sectors = _root(fixture, root)
    files, paths = {}, _kernel(root)
    kernel, initrd = names = [os.path.basename(path) for path in paths]
    if token:
        kernel, initrd = ("%s/%s/%s" % (token, kernel.split("-", 1)[1], name) for name in ("linux", initrd))
    for path, name in zip(paths, (kernel, initrd)):
        files[name] = os.path.join(folder, os.path.basename(path))
        run("/sbin/debugfs", "-R", "dump %s %s" % (path, files[name]), root)
    if token:
        _without_virtio(files[initrd], folder)
    for path in ["/boot/grub/grub.cfg"] + ["/boot/" + name for name in names] * (at == "/boot"):
        run("/sbin/debugfs", "-w", "-R", "rm " + path, root)
    _fstab(root, "PARTUUID=%s %s vfat umask=0077 0 1\n" % (ESP_ID.lower(), at))
    run("/sbin/debugfs", "-w", "-R", "mkdir " + at, root)
    if grub:
        with open(loader + ".cfg", "w") as f:
            f.write("linux /%s %s\ninitrd /%s\nboot\n" % (kernel, ARGUMENTS, initrd))
        run("grub-mkimage", "-O", "x86_64-efi", "-p", "/grub", "-o", loader, "part_gpt", "fat", "normal", "linux", "search",
            "search_fs_uuid", "serial")
        folder_of = os.path.dirname(firmware_file("grub-efi-amd64-bin", "modinfo.sh"))
        files.update({"grub/x86_64-efi/" + name: os.path.join(folder_of, name) for name in os.listdir(folder_of)
                      if name.endswith((".mod", ".lst"))})
        files.update({"EFI/arch/grubx64.efi": loader, "grub/grub.cfg": loader + ".cfg"})
    else:
        for name, text in ("conf", "timeout 1\n"), ("entry", "title Debian\nlinux /%s\ninitrd /%s\noptions %s resume=/dev/md1\n" %
                                                    (kernel, initrd, ARGUMENTS)):
            with open("%s.%s" % (loader, name), "w") as f:
                f.write(text)
        files.update({"EFI/systemd/systemd-bootx64.efi": firmware_file("systemd-boot-efi", "systemd-bootx64.efi"),
                      "loader/loader.conf": loader + ".conf", "loader/entries/debian.conf": loader + ".entry"})
    _fat(os.path.join(folder, "esp"), files, sectors_of_esp)
    return _disk(folder, [("esp", sectors_of_esp, "efi"), ("root", DATA + sectors, "raid"), ("swap", SWAP, "raid")], MIRRORS)


def lvm_server(fixture, folder):
    """The fixture debian-lvm-boot behind an EFI system partition that is empty; the system has what a loader is made of."""
    image, number = fixture.path("survivor.img"), int(fixture.manifest["LVM_PART"])
    with open(image, "rb") as f:
        f.seek(0x1BE + 16 * (number - 1) + 8)
        start, sectors = struct.unpack("<2I", f.read(8))
    pv = os.path.join(folder, "pv")
    run("dd", "if=" + image, "of=" + pv, "bs=1M", "iflag=skip_bytes,count_bytes", "conv=sparse", "skip=%d" % (start * SECTOR),
        "count=%d" % (sectors * SECTOR))
    with open(pv, "rb") as f:  # the volume's first extent begins with its superblock, 1024 bytes behind
        at = next(at for at in range(MIB, 16 * MIB, 4096)
                  if f.seek(at + 1024) and (head := f.read(0x78))[0x38:0x3A] == b"\x53\xef" and
                  head[0x68:0x78].hex() == LVM_ROOT_UUID.replace("-", ""))
    root = "%s?offset=%d" % (pv, at)
    run("/sbin/e2fsck", "-p", root)
    _modules(root, pv)
    _fat(os.path.join(folder, "esp"), {})
    return _disk(folder, [("esp", ESP, "efi"), ("pv", sectors, "raid")], {})
