# SPDX-License-Identifier: GPL-2.0-or-later
"""Physical volumes made by LVM2's own tools, without device mapper: only metadata is written. What is in the logical
volumes is carried there by us, along the layout that lvs tells."""
import contextlib
import os
import re
import subprocess
import uuid

from .case import expect
from .copying import MIB, tool

EXTENT = MIB
CONFIG = """devices {{ scan="/dev" filter=[{filter}, "r|.*|"] use_devicesfile=0 obtain_device_list_from_udev=0
 external_device_info_source="none" }}
activation {{ udev_sync=0 udev_rules=0 monitoring=0 }}
backup {{ backup=0 archive=0 }}
global {{ use_lvmpolld=0 }}
"""


class Group:
    """A volume group on image files, reachable while the context lasts."""

    def __init__(self, folder, *images, name="vg"):
        self.folder, self.images, self.devices, self.name = folder, images, [], name

    def __enter__(self):
        for image in self.images:
            self.devices.append(tool("/sbin/losetup", "--find", "--show", image).strip())
        tool("/sbin/blockdev", "--setrw", *self.devices)
        with open(self.folder + "/lvm.conf", "w") as f:
            f.write(CONFIG.format(filter=", ".join('"a|^%s$|"' % d for d in self.devices)))
        return self

    def __exit__(self, *_):
        for device in self.devices:
            tool("/sbin/losetup", "-d", device)

    def run(self, command, *argv):
        env = dict(os.environ, LVM_SYSTEM_DIR=self.folder, LVM_SUPPRESS_FD_WARNINGS="1")
        return tool("/sbin/" + command, "--driverloaded", "n", *argv, env=env)

    def create(self, *options):
        self.run("pvcreate", "-q", *options, *self.devices)
        self.run("vgcreate", "-q", "-s", "%db" % EXTENT, self.name, *self.devices)

    def volume(self, name, extents, *options, on=()):
        self.run("lvcreate", "-q", "-an", "-Zn", "-Wn", "-n", name, "-l", str(extents), *options, self.name, *on)

    def add_text(self, volumes):
        """Volumes that only a running device mapper could make: lvm judges and writes the metadata, though."""
        path = self.folder + "/text"
        self.run("vgcfgbackup", "-f", path, self.name)
        with open(path) as f:
            text = f.read()
        if "logical_volumes {" not in text:
            text = re.sub(r"\n}\s*$", "\n\tlogical_volumes {\n\t}\n}\n", text)
        with open(path, "w") as f:
            f.write(text.replace("logical_volumes {", "logical_volumes {\n" + volumes))
        self.run("vgcfgrestore", "--force", "-y", "-f", path, self.name)

    def layout(self, device=0):
        """volume -> its segments: (start, extents, stripe size, [(device, first extent)]), all of its areas."""
        found = {}
        lines = self.run("lvs", "-a", "--segments", "--noheadings", "--nosuffix", "--units", "b", "--separator", ";", "-o",
                         "lv_name,seg_start_pe,seg_size_pe,stripe_size,devices,segtype", self.name)
        for line in lines.splitlines():
            words = line.strip().split(";")
            if len(words) == 6 and words[5] in ("linear", "striped"):
                areas = [(self.devices.index(d), int(n)) for d, n in re.findall(r"(/[^,()]+)\((\d+)\)", words[4])]
                if not areas:
                    continue  # it lies on another volume
                found.setdefault(words[0].strip("[]"), []).append((int(words[1]), int(words[2]), int(words[3]), areas))
        return found


def volume(name, segment, flags="VISIBLE"):
    """The text of one. segment: its type and what is special to it."""
    identity = uuid.uuid4().hex
    status = ", ".join('"%s"' % word for word in ["READ", "WRITE"] + flags.split())
    return """%s { id = "%s" status = [%s] flags = [] creation_time = 1 creation_host = "x" segment_count = 1
segment1 { start_extent = 0 %s } }\n""" % (name, "-".join(identity[a:b] for a, b in
           [(0, 6), (6, 10), (10, 14), (14, 18), (18, 22), (22, 26), (26, 32)]), status, segment)


def linear(first, count, disk="pv0"):
    return 'extent_count = %d type = "striped" stripe_count = 1 stripes = ["%s", %d]' % (count, disk, first)


def places(segments, off, end, start=MIB, device=0):
    """Where the bytes [off, end) of a volume lie on a device, as (offset there, offset in the volume, length)."""
    for first, count, stripe, areas in segments:
        size = stripe or EXTENT * count
        low, high = max(off, first * EXTENT), min(end, (first + count) * EXTENT)
        while low < high:
            at = low - first * EXTENT
            turn, within = divmod(at, size)
            length = min(size - within, high - low)
            where, extent = areas[turn % len(areas)]
            if where == device:
                yield start + extent * EXTENT + turn // len(areas) * size + within, low, length
            low += length


def carry(segments, content, image, back=False, device=0, start=MIB):
    """Copies a volume's content into its places on an image, or back."""
    size = sum(count for _, count, _, _ in segments) * EXTENT
    with open(content, "r+b" if not back else "w+b") as volume_file, open(image, "r+b") as disk:
        if back:
            volume_file.truncate(size)
        expect(os.path.getsize(content) <= size, "%s is too large" % content)
        for at, off, length in places(segments, 0, os.path.getsize(content), start, device):
            src, dst, a, b = (disk, volume_file, at, off) if back else (volume_file, disk, off, at)
            src.seek(a)
            dst.seek(b)
            dst.write(src.read(length))


def in_lvm(fixture, folder, root=None):
    """A disk with the fixture's root.img (or another) on the volume vg/root of its only partition."""
    disk, pv = os.path.join(folder, "survivor.img"), os.path.join(folder, "pv")
    with open(pv, "wb") as f:
        f.truncate(810 << 20)
    with Group(folder, pv) as group:
        group.create()
        group.volume("root", 800)
        carry(group.layout()["root"], root or fixture.path("root.img"), pv)
    with open(disk, "wb") as f:
        f.truncate(820 << 20)
    subprocess.run(["/sbin/sfdisk", "-q", disk], text=True, check=True,
                   input="label: dos\nstart=2048, size=%d, type=8e, bootable\n" % (810 << 11))
    tool("dd", "if=" + pv, "of=" + disk, "bs=1M", "seek=1", "conv=notrunc,sparse")
    os.unlink(pv)
    return disk
