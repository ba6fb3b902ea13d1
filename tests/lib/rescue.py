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
    clock, at, got, safe = 0.0, 0, 0, []
    free, wanted, seen = 0, 1, 2
    sectors = bytearray(max(off + length for off, length, _ in reads) // 512 + 1)
    for off, length in used:
        sectors[off // 512:(off + length) // 512] = bytes([wanted]) * (length // 512)
    for off, length, ok in reads:
        clock += length / RATE + (0 if off == at else SEEK_S) + (0 if ok else FAILED_S)
        at = off + length
        if ok:
            first, last = off // 512, (off + length) // 512
            new = sectors[first:last].count(wanted)
            got += (new + sectors[first:last].count(free)) * 512
            sectors[first:last] = bytes([seen]) * (last - first)
            safe.append((clock, new))
    left = share * sum(new for _, new in safe)
    for when, new in safe:
        left -= new
        if left <= 0:
            return when, clock, got
    return clock, clock, got


def same_map(ours, theirs):
    """Judged by ddrescuelog: both call the same bytes rescued, and the same ones bad."""
    tool("ddrescuelog", "--compare-mapfile=" + theirs, ours)


def is_finished(path):
    return not map_ranges(path, "?") + map_ranges(path, "*") + map_ranges(path, "/")
