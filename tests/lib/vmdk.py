# SPDX-License-Identifier: GPL-2.0-or-later
"""VMDK without the code under test: a stream-optimized file read front to back, as an import over the network does
it, and files as other programs write them."""
import struct
import zlib

from .case import equal, expect

SECTOR, GRAIN = 512, 65536
AT_END = (1 << 64) - 1
HEADER = "<4sIIQQQQIQQQB4sH433x"
FIELDS = ("magic version flags capacity grain text text_sectors entries second_dir dir overhead dirty newlines "
          "algorithm").split()


def header(data):
    h = dict(zip(FIELDS, struct.unpack(HEADER, data)))
    equal((h["magic"], h["newlines"]), (b"KDMV", b"\n \r\n"), "magic and line ends")
    return h


def numbers(data):
    return list(struct.unpack("<%dI" % (len(data) // 4), data))


def stream(path):
    """What the specification asks of a streamOptimized file, each marker in its turn. Returns the disk's bytes by
    grain number, its size and its description."""
    with open(path, "rb") as f:
        file = f.read()
    equal(len(file) % SECTOR, 0, "a part of a sector")
    h = header(file[:SECTOR])
    equal((h["version"], h["flags"], h["algorithm"], h["dir"], h["second_dir"], h["dirty"]),
          (3, 0x30001, 1, AT_END, 0, 0), "the header of a stream")
    equal((h["grain"], h["entries"]), (128, 512), "grains and tables")
    expect(h["text"] and h["text"] + h["text_sectors"] <= h["overhead"], "the description lies in the data")
    expect(not file[(h["text"] + h["text_sectors"]) * SECTOR:h["overhead"] * SECTOR].strip(b"\0"), "the gap is not empty")
    grains, places, tables, last, directory, footer = {}, {}, {}, -1, None, None
    at = h["overhead"] * SECTOR
    while True:
        value, size, kind = struct.unpack_from("<QII", file, at)
        if size:
            expect(not tables.get(value // (128 * 512)) and directory is None, "a grain behind its table")
            expect(value % 128 == 0 and last < value < h["capacity"], "grain of sector %d after %d" % (value, last))
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(file[at + 12:at + 12 + size])
            expect(unpacker.eof and not unpacker.unused_data and len(data) == GRAIN, "the grain of sector %d" % value)
            expect(data.strip(b"\0"), "a grain of zeros is stored")
            grains[value // 128], places[value // 128], last = data, at // SECTOR, value
            end = (at + 12 + size + SECTOR - 1) // SECTOR * SECTOR
            expect(not file[at + 12 + size:end].strip(b"\0"), "padding")
            at = end
            continue
        expect(not file[at + 16:at + SECTOR].strip(b"\0"), "a marker's padding")
        at += SECTOR
        body, here = file[at:at + value * SECTOR], at // SECTOR
        if kind == 0:
            equal(value, 0, "sectors behind the end")
            break
        equal(len(body), value * SECTOR, "bytes behind a marker")
        if kind == 1:
            number = max(grains) // 512
            expect(number not in tables, "two tables for the same grains")
            equal(numbers(body), [places.get(number * 512 + i, 0) for i in range(512)], "table %d" % number)
            tables[number] = here
        elif kind == 2:
            directory = here
            wanted = [tables.get(i, 0) for i in range((h["capacity"] + 65535) // 65536)]
            equal(numbers(body), wanted + [0] * (-len(wanted) % 128), "the directory")
        elif kind == 3:
            footer = header(body)
        else:
            expect(False, "marker of type %d" % kind)
        at += value * SECTOR
    equal(at, len(file), "the end of the file")
    equal(set(tables), {i // 512 for i in grains}, "tables")
    equal(footer, {**h, "dir": directory}, "the footer")
    text = file[h["text"] * SECTOR:(h["text"] + h["text_sectors"]) * SECTOR].rstrip(b"\0").decode()
    return grains, h["capacity"] * SECTOR, text


def unpacked(path):
    """The same as one string of bytes."""
    grains, size, _ = stream(path)
    return b"".join(grains.get(i, bytes(GRAIN)) for i in range((size + GRAIN - 1) // GRAIN))[:size]


def aligned(n, to=SECTOR):
    return (n + to - 1) // to * to


def description(kind, size):
    return ('# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType="%s"\n\nRW %d SPARSE "x.vmdk"\n\n'
            'ddb.adapterType = "ide"\n' % (kind, size // SECTOR)).encode()


def pieces(data, grain):
    """(number, bytes) of the grains that are not all zeros."""
    for i in range((len(data) + grain - 1) // grain):
        piece = data[i * grain:(i + 1) * grain]
        if piece.strip(b"\0"):
            yield i, piece


def packed_grain(number, piece, grain):
    piece = zlib.compress(piece)
    piece = struct.pack("<QI", number * grain // SECTOR, len(piece)) + piece
    return piece.ljust(aligned(len(piece)), b"\0")


def build_stream(path, data, grain=GRAIN, entries=512, version=3, room=20):
    """A stream-optimized file as VMware's export writes it; room: sectors for the description."""
    def head(directory):
        return struct.pack(HEADER, b"KDMV", version, 0x30001, len(data) // SECTOR, grain // SECTOR, 1, room, entries, 0,
                           directory, 1 + room, 0, b"\n \r\n", 1)

    def marker(kind, body):
        body = body.ljust(aligned(len(body)), b"\0")
        return struct.pack("<QII496x", len(body) // SECTOR, 0, kind) + body

    out, span = bytearray(head(AT_END) + description("streamOptimized", len(data)).ljust(room * SECTOR, b"\0")), grain * entries
    directory = []
    for first in range(0, len(data), span):
        table = [0] * entries
        for i, piece in pieces(data[first:first + span], grain):
            table[i] = len(out) // SECTOR
            out += packed_grain(first // grain + i, piece, grain)
        directory.append(len(out) // SECTOR + 1 if any(table) else 0)
        if any(table):
            out += marker(1, struct.pack("<%dI" % entries, *table))
    at = len(out) // SECTOR + 1
    out += marker(2, struct.pack("<%dI" % len(directory), *directory)) + marker(3, head(at)) + marker(0, b"")
    with open(path, "wb") as f:
        f.write(out)
    return path


def build(path, data, version=1, grain=GRAIN, entries=512, twice=False, zeros=False, packed=False, backwards=False,
          all_tables=False, short_end=False):
    """A VMDK file with its tables in front, as VirtualBox, QEMU and older VMware products write it. zeros: entries of
    1 for grains of zeros; backwards: the last grain first; short_end: the last grain ends with the disk."""
    count = (len(data) + grain - 1) // grain
    tables = (count + entries - 1) // entries
    used = dict(pieces(data, grain))
    has = sorted(range(tables) if all_tables else {i // entries for i in used})
    table_len, dir_len = aligned(entries * 4), aligned(tables * 4)
    text = description("streamOptimized" if packed else "monolithicSparse", len(data))
    second = SECTOR + aligned(len(text))
    copies = [second, second + dir_len + len(has) * table_len][:1 + twice]
    first = aligned(copies[-1] + dir_len + len(has) * table_len, grain)
    out, at, entry = {SECTOR: text}, first, [1 if zeros and i < count else 0 for i in range(tables * entries)]
    for i in sorted(used, reverse=backwards):
        piece = used[i] if short_end else used[i].ljust(grain, b"\0")
        entry[i], out[at] = at // SECTOR, packed_grain(i, piece, grain) if packed else piece
        at += aligned(len(out[at]))
    for start in copies:
        place = {n: start + dir_len + k * table_len for k, n in enumerate(has)}
        out[start] = struct.pack("<%dI" % tables, *(place.get(i, 0) // SECTOR for i in range(tables)))
        for n, where in place.items():
            out[where] = struct.pack("<%dI" % entries, *entry[n * entries:(n + 1) * entries])
    flags = 1 | 2 * twice | 4 * zeros | 0x30000 * packed
    out[0] = struct.pack(HEADER, b"KDMV", version, flags, len(data) // SECTOR, grain // SECTOR, 1,
                         aligned(len(text)) // SECTOR, entries, copies[0] // SECTOR if twice else 0, copies[-1] // SECTOR,
                         first // SECTOR, 0, b"\n \r\n", int(packed))
    with open(path, "wb") as f:
        for where, piece in sorted(out.items()):
            f.seek(where)
            f.write(piece)
        f.truncate(aligned(at))
    return path
