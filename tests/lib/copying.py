# SPDX-License-Identifier: GPL-2.0-or-later
"""For tests of backup, image and verify on the host: the command, disks of all kinds, slow and failing ones."""
import contextlib
import hashlib
import json
import os
import random
import subprocess
import time

from .case import Failed, equal, expect

SALVOR = os.path.abspath("build/host/salvor")
MIB = 1 << 20


def salvor(*args, status=0, text=True, **more):
    """Runs the command; any exit status but the wanted one fails the case."""
    done = subprocess.run([SALVOR, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=text,
                          timeout=300, **more)
    if done.returncode != status:
        raise Failed("exit status of salvor %s is %d, not %d\n%s" % (args[0], done.returncode, status, done.stderr))
    return done


def report(*args, status=0, **more):
    """The same with --json; returns the object."""
    return json.loads(salvor(*args, "--json", status=status, **more).stdout)


def tool(*argv, status=0, **more):
    """A judge: any exit status but the wanted one fails the case with what it said."""
    done = subprocess.run(list(map(str, argv)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=300, **more)
    if done.returncode != status:
        raise Failed("exit status of %s is %d\n%s" % (argv[0], done.returncode, done.stdout))
    return done.stdout


def noise(seed, size):
    """Reproducible bytes that do not compress and are never all zero."""
    return random.Random(seed).randbytes(size)


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path


def read(path, off=0, size=-1):
    with open(path, "rb") as f:
        f.seek(off)
        return f.read(size)


def bytes_read(log):
    """What --log-reads has noted, none where nothing was read; the file is gone then."""
    if not os.path.exists(log):
        return 0
    lines = read(log).splitlines()
    os.unlink(log)
    return sum(int(line.split()[1], 0) for line in lines)


def same(a, b, size=None):
    expect(read(a, 0, -1 if size is None else size) == read(b, 0, -1 if size is None else size),
           "%s and %s differ" % (a, b))


def sha256(path):
    return hashlib.sha256(read(path)).hexdigest()


def ext(path, kind, size, seed, *options):
    """A file system with a tree of files in it, torn into pieces: half of the small files are removed and larger
    ones written into the gaps."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    tool("/sbin/mke2fs", "-q", "-F", "-t", kind, "-E", "lazy_itable_init=0,nodiscard", *options, path, "%dk" % (size >> 10))
    folder = path + ".files"
    os.makedirs(folder, exist_ok=True)
    script = ["mkdir sub"]
    for i in range(60):
        small = write("%s/s%d" % (folder, i), noise(seed + i, 1000 + 711 * i))
        script.append("write %s sub/s%d" % (small, i))
    script += ["rm sub/s%d" % i for i in range(0, 60, 2)]
    for i in range(4):
        large = write("%s/l%d" % (folder, i), noise(seed + 100 + i, 300000 + i))
        script.append("write %s sub/l%d" % (large, i))
    script.append("symlink link sub/s1")
    write(path + ".script", "\n".join(script).encode() + b"\n")
    tool("/sbin/debugfs", "-w", "-f", path + ".script", path)
    return path


def files(path):
    """What is in an ext file system, by name: the hash of each file."""
    folder = path + ".dump"
    tool("rm", "-rf", folder)
    os.mkdir(folder)
    tool("/sbin/debugfs", "-R", "rdump / %s" % folder, path)
    tree = {}
    for top, _, names in os.walk(folder):
        for name in names:
            where = os.path.join(top, name)
            tree[os.path.relpath(where, folder)] = os.readlink(where) if os.path.islink(where) else sha256(where)
    expect(len(tree) > 30, "only %d files in %s" % (len(tree), path))
    return tree


def disk(path, *parts):
    """A disk with an MBR whose partitions hold the given files; the first begins at sector 63, as it used to be,
    and noise lies in the gap behind the MBR. Returns the partitions' offsets."""
    at, offsets, table = 63 * 512, [], "label: dos\n"
    for part in parts:
        size = os.path.getsize(part)
        table += "start=%d, size=%d, type=83\n" % (at // 512, size // 512)
        offsets.append(at)
        at += (size + 4095) // 4096 * 4096
    write(path, noise(at, 63 * 512))
    os.truncate(path, at + MIB + 512)
    tool("/bin/sh", "-c", "printf '%s' | /sbin/sfdisk -q %s" % (table.replace("\n", "\\n"), path))
    with open(path, "r+b") as f:
        for part, off in zip(parts, offsets):
            f.seek(off)
            f.write(read(part))
    return offsets


@contextlib.contextmanager
def served(folder, *nbdkit):
    """A file that nbdkit serves, through FUSE: slow or failing as its filters say."""
    place = os.path.join(folder, "served")
    os.makedirs(place, exist_ok=True)
    path = os.path.join(place, "disk")
    server = subprocess.Popen(["nbdfuse", path, "--command", "nbdkit", "-s", *nbdkit], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        limit = time.monotonic() + 30
        while not os.path.exists(path):
            expect(server.poll() is None and time.monotonic() < limit, "nbdfuse does not start")
            time.sleep(0.05)
        yield path
    finally:
        subprocess.run(["umount", "-l", place], stderr=subprocess.DEVNULL)
        server.terminate()
        server.wait(30)


@contextlib.contextmanager
def failing(folder, path, bad):
    """The file, with ranges (offset, length) that cannot be read. Multiples of 4096: that is what FUSE knows."""
    size, at, lines = os.path.getsize(path), 0, ["0x0 + 1"]
    for off, length in bad:
        if off > at:
            lines.append("0x%x 0x%x +" % (at, off - at))
        lines.append("0x%x 0x%x -" % (off, length))
        at = off + length
    if at < size:
        lines.append("0x%x 0x%x +" % (at, size - at))
    write(os.path.join(folder, "faults.map"), "\n".join(lines).encode() + b"\n")
    with served(folder, "--filter=ddrescue", "file", path, "ddrescue-mapfile=" + os.path.join(folder, "faults.map")) as p:
        yield p


def slow(folder, path, milliseconds):
    return served(folder, "--filter=delay", "file", path, "delay-read=%dms" % milliseconds)


@contextlib.contextmanager
def loop(path, offset=0, size=0, *options):
    """A block device that is the file, or size bytes of it (0: up to its end)."""
    device = tool("/sbin/losetup", "--find", "--show", "--offset", offset, "--sizelimit", size, *options, path).strip()
    try:
        tool("/sbin/blockdev", "--setrw", device)  # an earlier user may have left its mark
        yield device
    finally:
        tool("/sbin/losetup", "-d", device)


@contextlib.contextmanager
def mounted(what, folder, *options):
    os.makedirs(folder, exist_ok=True)
    tool("mount", *options, what, folder)
    try:
        yield folder
    finally:
        tool("umount", folder)


def map_ranges(path, state):
    """Ranges of a mapfile with this state."""
    found, status = [], False
    for line in read(path).decode().splitlines():
        words = line.split("#")[0].split()
        if words and status and words[2] == state:
            found.append((int(words[0], 0), int(words[1], 0)))
        status = status or bool(words)
    return found


def beside(path, **wanted):
    """The files beside a copy that is whole: judged by sha256sum and ddrescuelog, and the report read."""
    folder = os.path.dirname(path)
    tool("sha256sum", "-c", os.path.basename(path) + ".sha256", cwd=folder)
    tool("ddrescuelog", "-t", path + ".map")
    written = json.loads(read(path + ".json"))
    for key, value in wanted.items():
        equal(written[key], value, key)
    expect("disks" in written["survey"], "no survey in the report")
    expect(b"command:" in read(path + ".log"), "nothing in the log")
    left = [name for name in os.listdir(folder) if name.endswith((".part", ".new", ".bak"))]
    equal(left, [], "what was left")
    return written
