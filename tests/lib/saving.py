# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine that saves its disk onto servers, whatever their kind, and what may happen half-way. The servers' folders are
the host's own: what arrives there is looked at without any client."""
import os
import random
import subprocess
import time

from .case import Failed, equal, expect
from .line import SCALE
from .salvor import Salvor
from .storage import run, sha256

MIB = 1 << 20


def shared_folder(top, name, mode=0o777):
    path = os.path.join(top, name)
    os.makedirs(path, exist_ok=True)
    os.chmod(path, mode)
    return path


def small_folder(top, name, megabytes=160):
    """A folder on a file system of its own, with a little more room than a copy takes."""
    path, image = shared_folder(top, name), os.path.join(top, name + ".fs")
    run("truncate", "-s", "%dM" % megabytes, image)
    run("/sbin/mke2fs", "-q", "-F", "-m", "0", image)
    device = run("/sbin/losetup", "--find", "--show", image).strip()
    run("/sbin/blockdev", "--setrw", device)  # whoever had this one before may have left it read-only
    run("mount", device, path)
    run("/sbin/losetup", "-d", device)  # when it is unmounted
    os.chmod(path, 0o777)
    return path


def forget(path):
    for name in os.listdir(path):
        if name != "lost+found":
            os.unlink(os.path.join(path, name))


class Saving(Salvor):
    """A machine on `net` with a disk to save (vda: a table of partitions, noise, zeros, noise) and an empty one of the same size (vdb). The
    password lies in its /tmp/password, another one in /tmp/wrong, and it must be seen nowhere else."""

    def __init__(self, name, net, folder, password):
        super().__init__(name)
        self.net, self.password = net, password
        self.source, self.blank = folder + "/source.img", folder + "/blank.img"
        chance = random.Random(5)
        with open(self.source, "wb") as f:
            f.write(chance.randbytes(26 * MIB))
            f.seek(34 * MIB)
            f.write(chance.randbytes(6 * MIB))
        run("sh", "-c", 'echo "start=2048, type=83" | /sbin/sfdisk -q --wipe never "$0"', self.source)
        self.size, self.hash = os.path.getsize(self.source), sha256(self.source)
        run("truncate", "-s", "%d" % self.size, self.blank)
        self.cable = self.nic(net)
        self.source_node = self.disk(self.source, "virtio", serial="SOURCE")
        self.disk(self.blank, "virtio", serial="BLANK")
        self.gone_on = 0

    def set_up(self):
        self.start().ready()
        self.ip = self.net.subnet + ".50"
        self.shell.out("ip link set eth0 up && ip addr add %s/24 dev eth0" % self.ip)
        self.shell.out("until ping -c1 -W1 %s; do :; done" % self.net.ip)
        self.give("password", self.password + "\n")
        self.give("wrong", "wrong\n")
        equal(self.shell.out("cat /sys/block/vda/serial"), "SOURCE", "the first disk")

    def give(self, name, text):
        """A file in its /tmp."""
        self.shell.out("umask 077; cat >/tmp/%s <<'EOF'\n%sEOF" % (name, text))

    def salvor(self, command, status=0, seconds=120):
        """A command without a terminal; its report."""
        return self.shell.json("setsid salvor %s --json" % command, seconds, status)

    def refused(self, command, *words, status=1):
        reason = self.salvor(command, status)["error"]
        for word in words:
            expect(word in reason, "%s: %r is not in the reason: %s" % (command, word, reason))
        self.bare()

    def bare(self):
        """Nothing is mounted, nobody is connected, the password is nowhere."""
        left = [line for line in self.shell.out("cat /proc/mounts").splitlines() if "/run/salvor/mnt" in line]
        equal(left, [], "what is mounted")
        equal(self.shell.out("ls /run/salvor/mnt 2>/dev/null || :").strip(), "", "folders left over")
        equal(self.shell.sh("pgrep -l 'ssh|curl'").out, "", "what still runs")
        told = self.shell.out("cat /var/log/salvor.log /tmp/said 2>/dev/null; dmesg; cat /proc/mounts")
        expect(self.password not in told, "the password is told")

    def unseen(self):
        """What others can read of processes and mounts has no password either, while it is in use."""
        told = self.shell.out("cat /proc/mounts; for p in $(pgrep 'salvor|ssh|curl|mount'); do "
                              "tr '\\0' '\\n' </proc/$p/cmdline; tr '\\0' '\\n' </proc/$p/environ; done")
        expect("backup" in told and self.password not in told, "the password is told: " + told)

    def arrived(self, path, name="copy.img"):
        """The whole disk lies in the folder, with all that belongs beside it, and nothing else of it."""
        equal(sha256(os.path.join(path, name)), self.hash, "hash of %s" % name)
        run("sh", "-c", "cd %s && sha256sum -c %s.sha256" % (path, name))
        left = sorted(x for x in os.listdir(path) if x.startswith(name))
        equal(left, [name] + [name + x for x in (".json", ".log", ".map", ".sha256")], "files")

    def goes_on(self, kind, path, address):
        """Nothing looks complete, and the same command brings the rest, or all of it to servers where nothing is left."""
        expect(not os.path.exists(path + "/copy.img"), "the copy looks complete")
        self.salvor("backup /dev/vda %s/copy.img %s" % (address, kind.options))
        said = int(self.shell.sh("grep -c 'going on where' /var/log/salvor.log").out)
        expect((said > self.gone_on) == kind.resumes, "it began anew" if kind.resumes else "on with what?")
        self.gone_on = said
        self.arrived(path)
        forget(path)


class Kind:
    """A kind of server. server: has stop() and start(). place, small: the folder that `address` (`small_address`) leads
    to; small is small_folder()'s. resumes: the same command goes on where it was; else nothing is to be left of a copy
    that failed. full, back, gone: exit status and words when there is no room, when the server starts again, and when it
    does not; back and gone may be None: not to be looked at."""
    resumes = True
    asks_room = True  # how much is free is known before
    full = 1, "No space left", "make room there"
    back = 0,
    gone = 1, "is kept in"

    def __init__(self, name, server, place, address, small, small_address, options="", **more):
        self.name, self.server, self.options = name, server, options
        self.place, self.address, self.small, self.small_address = place, address, small, small_address
        self.__dict__.update(more)

    def size(self, path):
        """So many bytes of copy.img are there."""
        copy = os.path.join(path, "copy.img.part")
        return os.path.getsize(copy) if os.path.exists(copy) else 0

    def left_alone(self, backup):
        """The server is gone, and stays so."""
        backup.end(*self.gone, seconds=400)

    def bytes_free(self):
        # ganesha may have what was removed behind its back for a while: that takes room, too
        room = os.statvfs(self.small)
        return room.f_bavail * room.f_frsize


class Running:
    """A backup that takes ten seconds, and what becomes of it."""

    def __init__(self, machine, kind, address=None):
        self.machine, self.kind = machine, kind
        machine.shell.out("rm -f /tmp/said /tmp/status; (setsid salvor backup /dev/vda %s/copy.img %s --max-rate 4M "
                          ">/tmp/said 2>&1; echo $? >/tmp/status) & echo started" % (address or kind.address, kind.options))

    def half_way(self, path):
        """Something of it lies at the server."""
        end = time.monotonic() + 60 * SCALE
        while self.kind.size(path) < 6 * MIB:
            if time.monotonic() > end:
                raise Failed("nothing arrives: " + self.machine.shell.out("cat /tmp/said"))
            time.sleep(0.1)
        expect(not os.path.exists("%s/copy.img" % path), "the copy looks complete")
        return self

    def interrupt(self):
        self.machine.shell.out("kill -INT $(pidof salvor | tr ' ' '\\n' | while read p; do "
                               "grep -q backup /proc/$p/cmdline && echo $p; done)")

    def says(self, words, seconds=60):
        self.machine.shell.out("until grep -qF '%s' /tmp/said; do usleep 200000; done" % words, seconds)

    def end(self, status, *words, seconds=150):
        self.machine.shell.out("until [ -s /tmp/status ]; do usleep 200000; done", seconds)
        said = self.machine.shell.out("cat /tmp/said")
        equal(int(self.machine.shell.out("cat /tmp/status")), status, "exit status (%s)" % said[-600:])
        for word in words:
            expect(word in said, "%r is not said: %s" % (word, said[-600:]))
        self.machine.bare()


def broken(cases, machine, kind):
    """All that can go wrong half-way: a case each."""
    with cases.case(kind.name + ", no room"):
        filler = kind.small + "/filler"
        if kind.asks_room:
            run("dd", "if=/dev/zero", "of=" + filler, "bs=1M", "count=%d" % (kind.bytes_free() // MIB - 16))
            machine.refused("backup /dev/vda %s/copy.img %s" % (kind.small_address, kind.options), "not enough room", status=2)
            os.unlink(filler)
        backup = Running(machine, kind, kind.small_address).half_way(kind.small)
        subprocess.run(["dd", "if=/dev/zero", "of=" + filler, "bs=64k"], stderr=subprocess.DEVNULL)
        backup.end(*kind.full)
        os.unlink(filler)
        machine.goes_on(kind, kind.small, kind.small_address)

    with cases.case(kind.name + ", Ctrl-C"):
        backup = Running(machine, kind).half_way(kind.place)
        machine.unseen()
        backup.interrupt()
        backup.end(4, *(["is kept in"] if kind.resumes else []))
        machine.goes_on(kind, kind.place, kind.address)

    with cases.case(kind.name + ", the link swallows everything for 20 s"):
        backup = Running(machine, kind).half_way(kind.place)
        machine.net.cut(machine.cable)
        time.sleep(20)
        machine.net.mend(machine.cable)
        backup.end(0)
        machine.arrived(kind.place)
        forget(kind.place)

    with cases.case(kind.name + ", the server starts again"):
        backup = Running(machine, kind).half_way(kind.place)
        kind.server.stop()
        time.sleep(3)
        kind.server.start()
        backup.end(*kind.back)
        if kind.back[0]:
            machine.goes_on(kind, kind.place, kind.address)
        else:
            machine.arrived(kind.place)
            forget(kind.place)

    with cases.case(kind.name + ", the server dies"):
        backup = Running(machine, kind).half_way(kind.place)
        kind.server.stop()
        kind.left_alone(backup)
        kind.server.start()
        machine.goes_on(kind, kind.place, kind.address)
