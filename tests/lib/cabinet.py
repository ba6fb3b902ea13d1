# SPDX-License-Identifier: GPL-2.0-or-later
"""Cabinets: by gcab (MSZIP), and by hand with LZX, which no free program makes: its blocks are those without packing."""
import os
import struct
import tempfile

from lib.copying import tool, write

FRAME = 32768


def make_mszip(path, files):
    """files: name -> bytes"""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            write(os.path.join(folder, name), data)
        tool("gcab", "-c", "-z", "-n", path, *(os.path.join(folder, name) for name in files))
    return path


def checksum(data):
    check = 0
    for (word,) in struct.iter_unpack("<I", data[:len(data) & ~3]):
        check ^= word
    return check ^ int.from_bytes(data[len(data) & ~3:], "big")


def lzx_frame(data, first):
    """One block of kind 3 that ends with the frame. Its bits stand in words of 16."""
    bits = ("0" if first else "") + "011" + format(len(data), "024b")
    bits = bits.ljust(32, "0")
    words = b"".join(struct.pack("<H", int(bits[i:i + 16], 2)) for i in (0, 16))
    return words + struct.pack("<III", 1, 1, 1) + data + bytes(len(data) & 1)


def make_lzx(path, files, window=21):
    whole = b"".join(files.values())
    blocks, names, at = b"", b"", 0
    pieces = [whole[i:i + FRAME] for i in range(0, len(whole), FRAME)]
    for n, piece in enumerate(pieces):
        packed = lzx_frame(piece, n == 0)
        head = struct.pack("<HH", len(packed), len(piece))
        blocks += struct.pack("<I", checksum(head) ^ checksum(packed)) + head + packed
    for name, data in files.items():
        names += struct.pack("<IIHHHH", len(data), at, 0, 0x2a21, 0, 0x20) + name.encode() + b"\0"
        at += len(data)
    list_at = 36 + 8
    data_at = list_at + len(names)
    head = b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, data_at + len(blocks), 0, list_at, 0, 3, 1, 1, len(files), 0, 1, 0)
    write(path, head + struct.pack("<IHH", data_at, len(pieces), 3 | window << 8) + names + blocks)
    return path
