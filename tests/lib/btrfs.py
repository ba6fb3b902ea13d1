# SPDX-License-Identifier: GPL-2.0-or-later
"""btrfs leaves, taken apart and put together again: for features that the distribution's tools do not know yet."""
import struct

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)
HEADER = 101


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def sealed(block):
    """The block with its checksum."""
    return struct.pack("<I", crc32c(block[32:])) + bytes(28) + block[32:]


def items(leaf):
    """[(object, type, offset), data] of each."""
    count, level = struct.unpack_from("<IB", leaf, 96)
    assert level == 0, "not a leaf"
    found = []
    for n in range(count):
        object_, kind, offset, at, size = struct.unpack_from("<QBQII", leaf, HEADER + 25 * n)
        found.append([(object_, kind, offset), leaf[HEADER + at:HEADER + at + size]])
    return found


def leaf(like, at, owner, generation, entries):
    """A leaf with these items, else as the one given."""
    head, end, body = b"", len(like) - HEADER, b""
    for (object_, kind, offset), data in sorted(entries):
        body = data + body
        head += struct.pack("<QBQII", object_, kind, offset, end - len(body), len(data))
    header = bytearray(like[:HEADER])
    struct.pack_into("<Q", header, 48, at)
    struct.pack_into("<QQIB", header, 80, generation, owner, len(entries), 0)
    return sealed(bytes(header) + head.ljust(end - len(body), b"\0") + body)
