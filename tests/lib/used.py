# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests of used blocks: file systems torn into pieces, the map of ours against a judge's, and copies that hold
nothing but the used blocks."""
import contextlib
import hashlib
import os
import re
import subprocess
import types

from .case import Failed, equal, expect
from .copying import MIB, noise, tool

USED_MAP = os.path.abspath("build/host/used_map")


def used_map(path):
    """Ranges (offset, end) that are free, and what is said about it."""
    found = Used(path)
    return less([(0, found.size)], [(off, off + length) for off, length in found.ranges]), found.said


def joined(ranges):
    """Sorted, neighbours and overlaps as one."""
    out = []
    for off, end in sorted(ranges):
        if out and off <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((off, end))
    return out


def less(ranges, others):
    """What of the ranges lies in none of the others."""
    out = []
    others = joined(others)
    k = 0
    for off, end in joined(ranges):
        while k and others[k - 1][1] > off:
            k -= 1
        while k < len(others) and others[k][0] < end:
            if others[k][0] > off:
                out.append((off, others[k][0]))
            off = max(off, others[k][1])
            k += 1
        if off < end:
            out.append((off, end))
    return out


def total(ranges):
    return sum(end - off for off, end in ranges)


def same_free(ours, judge):
    """Block by block; the first difference is told."""
    for what, a, b in ("free for us only", ours, judge), ("free for the judge only", judge, ours):
        more = less(a, b)
        expect(not more, "%d bytes are %s, first 0x%x to 0x%x" % ((total(more), what) + (more or [(0, 0)])[0]))


def partclone_free(kind, path):
    """How many bytes partclone calls free."""
    said = tool("/usr/sbin/partclone." + kind, "-d0", "-c", "-s", path, "-o", path + ".partclone")
    os.unlink(path + ".partclone")
    blocks, block = re.search(r"Free Space:.*= (\d+) Blocks\s+Block size: +(\d+) Byte", said).groups()
    return int(blocks) * int(block)


def only_used(path, free, out):
    """A copy whose free blocks are garbage."""
    size = os.path.getsize(path)
    ranges = [(off, end - off) for off, end in less([(0, size)], free)]
    return copy_used(path, out, types.SimpleNamespace(size=size, ranges=ranges))


@contextlib.contextmanager
def mounted(path, folder, *options, at=0):
    """Mounted by the host's kernel through a loop device (whose number may have been read-only before). at: where in the
    file it begins."""
    os.makedirs(folder, exist_ok=True)
    device = tool("/sbin/losetup", "--find", "--show", "--offset", str(at), path).strip()
    try:
        tool("/sbin/blockdev", "--setrw", device)
        tool("mount", *options, device, folder)
        try:
            yield folder
        finally:
            tool("umount", folder)
    finally:
        tool("/sbin/losetup", "-d", device)


def tear(folder, files=300, step=3001, seed=1):
    """Many small files of which every second goes, then some that fill the gaps."""
    for i in range(files):
        with open("%s/small-%d" % (folder, i), "wb") as f:
            f.write(noise(seed + i, step * (i % 7) + 100))
    os.sync()
    for i in range(0, files, 2):
        os.unlink("%s/small-%d" % (folder, i))
    os.sync()
    for i in range(3):
        with open("%s/large-%d" % (folder, i), "wb") as f:
            f.write(noise(seed + 1000 + i, MIB + 12345 * i))


def fill_up(folder, piece=MIB):
    """Files until there is no room."""
    data = noise(7, piece)
    with contextlib.suppress(OSError):
        for i in range(100000):
            with open("%s/fill-%d" % (folder, i), "wb") as f:
                f.write(data)


def hashes(folder):
    tree = {}
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            with open(path, "rb") as f:
                tree[os.path.relpath(path, folder)] = hashlib.file_digest(f, "sha256").hexdigest()
    return tree


def same_files(got, wanted):
    bad = [name for name in {**got, **wanted} if got.get(name) != wanted.get(name)]
    expect(not bad, "%d files are not the same, one of them %s" % (len(bad), (bad or [""])[0]))


def survives(path, free, check, folder, *options):
    """Nothing but the used blocks is enough: the check finds nothing wrong, and every file is the same."""
    copy = only_used(path, free, path + ".copy")
    check(copy)
    with mounted(path, folder, "-o", ",".join(("ro",) + options)):
        wanted = hashes(folder)
    with mounted(copy, folder, "-o", ",".join(("ro",) + options)):
        same_files(hashes(folder), wanted)
    os.unlink(copy)
    return wanted


def poke(path, at, data):
    with open(path, "r+b") as f:
        f.seek(at)
        f.write(data)


class Used:
    """What we say about a file system: ranges (offset, length), why more is kept, and memory in KiB."""

    def __init__(self, path):
        # without what the sanitizer keeps back of freed memory
        done = subprocess.run([USED_MAP, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                              env=dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1"))
        if done.returncode:
            raise Failed("used_map ends with %d\n%s" % (done.returncode, done.stderr))
        lines = done.stdout.splitlines()
        self.size = os.path.getsize(path)
        self.said = done.stderr
        self.why = done.stderr.strip().split(" to copy")[1][2:]
        self.kib = int(next(line[7:] for line in lines if line.startswith("# KiB: ")))
        words = [line.split() for line in lines if not line.startswith("#")][1:]
        self.ranges = [(int(off, 16), int(length, 16)) for off, length, state in words if state == "+"]
        self.bytes = sum(length for _, length in self.ranges)

    def units(self, first, unit, count):
        """The numbers of those of `count` units from offset `first` on that are in use, in any byte of theirs."""
        found = set()
        for off, length in self.ranges:
            begin, end = max(off - first, 0), min(off + length - first, unit * count)
            if begin < end:
                found.update(range(begin // unit, (end - 1) // unit + 1))
        return found


def same_units(got, wanted, what):
    missing, more = sorted(wanted - got), sorted(got - wanted)
    expect(not missing, "%s: %d are not in the map, the first is %s" % (what, len(missing), missing[:1]))
    expect(not more, "%s: %d are in the map without need, the first is %s" % (what, len(more), more[:1]))


def whole(path, reason):
    """Everything counts as used, and this is told."""
    found = Used(path)
    equal(found.bytes, found.size, "bytes in use")
    expect(reason in found.why, "it says %r" % found.why)


def copy_used(source, target, used, garbage=True):
    """A copy that has the used ranges only; free blocks are garbage, or holes."""
    block = noise(99, MIB)
    with open(source, "rb") as f, open(target, "wb") as out:
        out.truncate(used.size)
        for off in range(0, used.size if garbage else 0, MIB):
            out.seek(off)
            out.write(block[:used.size - off])
        for off, length in used.ranges:
            f.seek(off)
            out.seek(off)
            while length:
                piece = f.read(min(length, MIB))
                out.write(piece)
                length -= len(piece)
    return target


def blank(path, size):
    with open(path, "wb") as f:
        f.truncate(size)
    return path
