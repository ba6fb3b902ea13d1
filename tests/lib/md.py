# SPDX-License-Identifier: GPL-2.0-or-later
"""md superblocks, written from the kernel's description of them (md_p.h), so that tests need no md driver."""
import struct

MAGIC = 0xA92B4EFC
UUID = bytes(range(0x10, 0x20))


def checksum(raw):
    raw += b"\0" * (-len(raw) % 4)
    total = sum(struct.unpack("<%dI" % (len(raw) // 4), raw))
    return (total + (total >> 32)) & 0xFFFFFFFF


def write_090(image, start, size, minor, slot, events, working, devices=2, updated=1700000000):
    """Superblock 0.90 for the member at [start, start + size) of the file; returns where its data are.

    working: the slots it believes to be in sync."""
    at = (size & ~65535) - 65536
    w = [0] * 1024
    w[0], w[2] = MAGIC, 90
    w[5], w[13], w[14], w[15] = 0x5A1F0000 + minor, 1, 2, 3
    w[6], w[7], w[8], w[9], w[10], w[11] = 1600000000, 1, at // 1024, devices, devices, minor
    w[32], w[33], w[34], w[39] = updated, 1, len(working), events
    for i in range(devices):
        disk = 128 + 32 * i
        w[disk], w[disk + 3], w[disk + 4] = i, i, 6 if i in working else 1
    w[992:1024] = w[128 + 32 * slot:160 + 32 * slot]
    w[992 + 4] = 6
    w[38] = checksum(struct.pack("<1024I", *w))
    with open(image, "r+b") as f:
        f.seek(start + at)
        f.write(struct.pack("<1024I", *w))
    return start, at


def write_1(image, start, size, version, name, slot, events, working, devices=2, updated=1700000000, features=0, level=1, less=0):
    """Superblock 1.0, 1.1 or 1.2; returns offset and length of the data, which are less sectors shorter than they could be."""
    data, end = (0, size // 512 - 32) if version == "1.0" else (2048, size // 512)
    end -= less
    at = {"1.0": (size // 512 - 16) // 8 * 8, "1.1": 0, "1.2": 8}[version]
    roles = [i if i in working else 0xFFFE for i in range(devices)]
    roles[slot] = slot
    raw = struct.pack("<4I16s32sQ2IQ2Ii", MAGIC, 1, features, 0, UUID[:15] + name.encode()[-1:], name.encode(), 1600000000,
                      level, 0, end - data, 0, devices, 0)
    raw += bytes(28) + struct.pack("<4Q2I16s2BHIQQQ2I", data, end - data, at, 0, slot, 0, bytes([slot + 1]) * 16,
                                   0, 0, 0, 0, updated, events, 2**64 - 1, 0, devices)
    raw += bytes(32) + struct.pack("<%dH" % devices, *roles)
    raw = raw[:0xD8] + struct.pack("<I", checksum(raw)) + raw[0xDC:]
    with open(image, "r+b") as f:
        f.seek(start + at * 512)
        f.write(raw)
    return start + data * 512, (end - data) * 512


def as_member(disk):
    """The first partition of a disk, whose end is free, becomes the half of a mirror, 1.0. Returns where it begins."""
    with open(disk, "r+b") as f:
        f.seek(0x1BE + 4)
        f.write(b"\xfd")
        f.seek(0x1BE + 8)
        start, size = (512 * n for n in struct.unpack("<II", f.read(8)))
    write_1(disk, start, size, "1.0", "md:0", 1, 90, (1,))
    return start
