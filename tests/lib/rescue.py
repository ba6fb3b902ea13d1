# SPDX-License-Identifier: GPL-2.0-or-later
"""Rescues of a disk that only pretends to fail, by Salvor and by ddrescue, and what they would have cost."""
import bisect
import subprocess

from .copying import SALVOR, map_ranges
from .storage import run as tool

# What a read costs: a drive that tries again and again, the way to another place, the bytes.
FAILED_S, SEEK_S, RATE = 1.0, 0.008, 150e6


def ddrescue(source, copy, faults, *options, status=0):
    log = copy + ".reads"
    done = subprocess.run(["ddrescue", "-q", "--test-mode=" + faults, "--log-reads=" + log, *options, source, copy,
                           copy + ".map"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode != status:
        raise AssertionError("ddrescue: status %d: %s" % (done.returncode, done.stderr))
    return ddrescue_reads(log)


def ddrescue_reads(path):
    """(offset, length, went well) of each read; a failed one is as long as it was asked for."""
    reads = []
    with open(path) as f:
        for line in f:
            words = line.split("#")[0].split()
            if len(words) == 4:
                off, size, copied, failed = (int(word, 0) for word in words)
                reads.append((off, size, not failed and copied == size))
    return reads


def salvor(source, copy, faults, *options):
    """The exit status, and the reads."""
    log = copy + ".reads"
    done = subprocess.run([SALVOR, "backup", source, copy, "--yes", "--test-mode", faults, "--log-reads", log,
                           *options], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if done.returncode not in (0, 3):
        raise AssertionError("salvor: status %d: %s" % (done.returncode, done.stderr))
    with open(log) as f:
        reads = [line.split() for line in f]
    return done.returncode, [(int(off, 0), int(size, 0), ok == "1") for off, size, ok in reads]


def overlap(ranges, off, length):
    """How many bytes of [off, off + length) lie in the sorted ranges."""
    i = max(bisect.bisect_right(ranges, (off, 1 << 62)) - 1, 0)
    found = 0
    while i < len(ranges) and ranges[i][0] < off + length:
        found += max(0, min(ranges[i][0] + ranges[i][1], off + length) - max(ranges[i][0], off))
        i += 1
    return found


def cost(reads, used, share=0.99):
    """Simulated seconds until this share of the used bytes that can be had is safe, and in all; and the bytes got."""
    clock, at, got, safe, when = 0.0, 0, 0, [], 0
    seen = Seen()
    for off, length, ok in reads:
        clock += length / RATE + (0 if off == at else SEEK_S) + (0 if ok else FAILED_S)
        at = off + length
        if ok:
            for a, n in seen.add(off, length):
                got += n
                safe.append((clock, overlap(used, a, n)))
    total = sum(n for _, n in safe)
    done = 0
    for when, n in safe:
        done += n
        if done >= share * total:
            break
    return when, clock, got


class Seen:
    """Bytes read so far, in clusters of a sector."""

    def __init__(self):
        self.sectors = set()

    def add(self, off, length):
        """What of it is new, as ranges."""
        new = []
        for s in range(off // 512, (off + length + 511) // 512):
            if s not in self.sectors:
                self.sectors.add(s)
                if new and new[-1][0] + new[-1][1] == s * 512:
                    new[-1][1] += 512
                else:
                    new.append([s * 512, 512])
        return new


def same_map(ours, theirs):
    """Judged by ddrescuelog: both call the same bytes rescued, and the same ones bad."""
    tool("ddrescuelog", "--compare-mapfile=" + theirs, ours)


def is_finished(path):
    return not map_ranges(path, "?") + map_ranges(path, "*") + map_ranges(path, "/")
