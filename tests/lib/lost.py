# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests of what was lost: copies with places that could not be read, and what Salvor says about them."""
import os
import random

from .case import equal, expect
from .copying import noise, report, salvor, tool
from .used import joined, less

SECTOR = 512


def lose(path, bad, out=None):
    """A copy whose bad ranges (offset, length) hold garbage, which nobody may look at, and its map beside it."""
    out = out or path + ".copy"
    tool("cp", "--sparse=always", path, out)
    size = os.path.getsize(path)
    gone = joined((off, off + length) for off, length in bad)
    with open(out, "r+b") as f:
        for off, end in gone:
            f.seek(off)
            f.write(noise(off, end - off))
    with open(out + ".map", "w") as f:
        f.write("0x0 + 1\n")
        for off, end, state in sorted([(*r, "-") for r in gone] + [(*r, "+") for r in less([(0, size)], gone)]):
            f.write("0x%x 0x%x %s\n" % (off, end - off, state))
    return out


class Lost:
    """What Salvor says about a copy with these bad ranges."""

    def __init__(self, path, bad, harmless=False):
        self.copy = lose(path, bad)
        self.report = report("lost", self.copy, status=0 if harmless else 3)
        self.damaged = self.report["damaged"]
        self.lost = self.report["lost"]
        self.paths = {d["path"]: d for d in self.damaged}
        self.inodes = {d["inode"]: d for d in self.damaged}
        self.why = [p["why"] for p in self.lost["places"] if p["why"]]
        wanted = sum(end - off for off, end in joined((off, off + length) for off, length in bad))
        equal(self.lost["bytes"], wanted, "bytes missing")
        parts = ("contents", "metadata", "free", "unknown", "outside")
        equal(sum(self.lost["bytes_" + p] for p in parts), wanted, "the sum of %r" % self.lost)
        equal(self.lost["files"] + self.lost["directories"], len(self.damaged), "number of damaged things")

    def bytes(self, path):
        expect(path in self.paths, "%s is not among %r" % (path, sorted(self.paths)))
        return self.paths[path]["bytes"]

    def only(self, *paths):
        equal(sorted(self.paths), sorted(paths), "damaged are")

    def known(self):
        equal(self.why, [], "what is not known")
        equal(self.lost["bytes_unknown"], 0, "bytes that may be anybody's")

    def text(self):
        return salvor("lost", self.copy, status=3 if self.report["result"] == "lossy" else 0).stdout


def some(seed, numbers, count):
    """Some of them, the same each time."""
    numbers = sorted(numbers)
    return sorted(random.Random(seed).sample(numbers, min(count, len(numbers))))
