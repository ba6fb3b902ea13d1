# SPDX-License-Identifier: GPL-2.0-or-later
"""A network of the test's own: a bridge that machines are plugged into, other hosts on it, servers.

Net() takes the whole test program into a network and mount namespace of its own, which has no name and is gone
with the last process in it: nothing is left behind, also after a crash, and any port may be used. Needs root; with
import of this module a test that is not root starts itself again by sudo.

    net = Net()                                     # this host is 10.77.0.1/24 on the bridge
    net.dhcp()                                      # dnsmasq gives 10.77.0.100 to .150
    net.daemon("sshd", "/usr/sbin/sshd", "-D", "-e", ..., port=22)
    slow = net.host("slow", "10.77.0.9/24")         # a host with a stack of its own, has run() and daemon(), too
    with Salvor("ssh") as machine:
        nic = machine.nic(net)                      # see Machine: also link()
        net.cut(nic) ... net.mend(nic)              # the switch swallows everything, the link stays up
"""
import ctypes
import fcntl
import itertools
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from .case import Failed
from .line import SCALE
from .machine import LOGS, PROGRAM
from .storage import leave_others

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
PR_SET_PDEATHSIG = 1
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
# Process 1 of a namespace must not be the server itself: it loses its death signal when it changes users.
INIT = ["unshare", "--pid", "--kill-child", "--", "sh", "-c", '"$@"; exit', "init"]
libc = ctypes.CDLL(None, use_errno=True)

if os.geteuid():
    os.execvp("sudo", ["sudo", "--preserve-env=HOME,XDG_CACHE_HOME,TIMEOUT_SCALE,LONG,TMPDIR",
                       sys.executable, *sys.argv])
# the servers of Debian live in sbin
os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin"


def _check(result, what):
    if result:
        raise Failed("%s: %s" % (what, os.strerror(ctypes.get_errno())))


def _die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _children(parent):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as f:
                if int(f.read().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(pid))
        except OSError:
            pass  # it has ended
    return found


class Daemon:
    """A server that runs. Its process, and whatever that has started, die with the test."""

    def __init__(self, name, process, log):
        self.name, self.process, self.log = name, process, log

    def text(self):
        """What it has said so far."""
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait_for(self, regex, seconds=30):
        return self._until(lambda: re.search(regex, self.text(), re.M), repr(regex), seconds)

    def _until(self, found, what, seconds):
        end = time.monotonic() + seconds * SCALE
        while True:
            value = found()
            if value:
                return value
            if self.process.poll() is not None:
                raise Failed("%s ended with %s\n%s" % (self.name, self.process.returncode, self.text()))
            if time.monotonic() > end:
                raise Failed("%s: no %s within %d s\n%s" % (self.name, what, seconds * SCALE, self.text()))
            time.sleep(0.05)

    def kill(self):
        """At once, without a chance to say good-bye. Connections are reset, as when a program crashes."""
        below = _children(self.process.pid)  # on another host the wrapper has another one below it
        self.process.kill()
        for pid in below:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


class Host:
    """Something on the bridge with addresses, where programs run. `prefix`: how to get there."""

    def __init__(self, net, name, prefix=()):
        self.net, self.name, self._prefix = net, name, list(prefix)

    def run(self, *argv, input=None, check=True):
        """Run a program to its end; its output. It must succeed unless check is False."""
        status, out = self.status(*argv, input=input)
        if check and status:
            raise Failed("%s: exit status %d\n%s" % (" ".join(argv), status, out))
        return out

    def status(self, *argv, input=None, stderr=subprocess.STDOUT):
        """Its exit status and its output."""
        done = subprocess.run(self._prefix + list(argv), stdout=subprocess.PIPE, stderr=stderr, input=input or "",
                              text=True, errors="replace")
        return done.returncode, done.stdout

    def daemon(self, name, *argv, port=None, until=None, seconds=30, cwd=None, env=None):
        """Start a server that stays in the foreground. Returns when it listens on that TCP port or its output
        matches `until`. It lives in a process namespace: what it has started ends with it."""
        if shutil.which(argv[0]) is None:
            raise Failed("no program %s" % argv[0])
        os.makedirs(LOGS, exist_ok=True)
        path = os.path.join(LOGS, name + ".log")
        with open(path, "wb") as log:
            process = subprocess.Popen(
                self._prefix + INIT + list(argv), cwd=cwd, env=env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, preexec_fn=_die_with_parent)
        daemon = Daemon(name, process, path)
        if until:
            daemon.wait_for(until, seconds)
        if port:
            daemon._until(lambda: self.listens(port), "listening on port %d" % port, seconds)
        return daemon

    def listens(self, port):
        return bool(self.run("ss", "-Hltn", "sport", "=", ":%d" % port).strip())

    def address(self, address):
        """Give this host one more address, ADDRESS/BITS (IPv4 or IPv6), on the bridge."""
        self.run("ip", "addr", "add", address, "dev", self.net.bridge if self is self.net else "eth0",
                 *(["nodad"] if ":" in address else []))
        return address.split("/")[0]

    def fresh(self, folder):
        """A copy of this folder in its place, for this host() alone: what is changed there is gone with it."""
        copy = tempfile.mkdtemp(dir=self.net.folder)
        self.run("mount", "-t", "tmpfs", "fresh", copy)
        self.run("cp", "-a", folder + "/.", copy)
        self.run("mount", "--move", copy, folder)

    def dnsmasq(self, name, *options):
        """dnsmasq with nothing but these options. It talks about everything in its log."""
        folder = self.net.folder
        return self.daemon(name, "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--log-facility=-",
                           "--log-dhcp", "--log-queries", "--user=root", "--no-resolv", "--no-hosts", "--bind-dynamic",
                           "--pid-file", "--dhcp-leasefile=%s/%s.leases" % (folder, name), *options,
                           until=r"started, ")

    def dhcp(self, *options, first=100, last=150, names=()):
        """A DHCP and name server: 10.77.0.100 to .150, this host as router and name server, domain `test`. names:
        (NAME, ADDRESS) pairs. The rest of dnsmasq's options as they come."""
        return self.dnsmasq(self.name + "-dhcp", "--dhcp-range=%s.%d,%s.%d,10m" %
                            (self.net.subnet, first, self.net.subnet, last), "--domain=test", "--local=/test/",
                            *["--host-record=%s,%s" % pair for pair in names], *options)


class Net(Host):
    _entered = False
    _numbers = itertools.count()

    def __init__(self, subnet="10.77.0"):
        """A bridge; this host has the address .1 of the /24 there. A second Net is a second, separate wire."""
        if not Net._entered:
            _check(libc.unshare(CLONE_NEWNET | CLONE_NEWNS), "a network namespace")
            _check(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "a mount namespace")
            leave_others()
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            # a folder that is gone with the namespace
            os.makedirs(LOGS, exist_ok=True)
            Net.folder = os.path.join(LOGS, "run")
            os.makedirs(Net.folder, exist_ok=True)
            subprocess.run(["mount", "-t", "tmpfs", PROGRAM, Net.folder], check=True)
            Net._entered = True
        n = next(Net._numbers)
        super().__init__(self, "net%d" % n)
        self.subnet, self.bridge = subnet, "br%d" % n
        self.run("ip", "link", "add", self.bridge, "type", "bridge", "mcast_snooping", "0")
        self.run("ip", "link", "set", self.bridge, "up")
        self.ip = self.address(subnet + ".1/24")

    def host(self, name, address=None):
        """Another host on this bridge: own network, processes, mounts. Without an address its card, eth0, is off."""
        holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--pid", "--kill-child", "--mount-proc", "--", "sh", "-c",
             "mount -t sysfs sys /sys; echo; sleep inf & wait"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=_die_with_parent)
        holder.stdout.readline()
        ns = "/proc/%d/ns/" % holder.pid
        host = Host(self, name, ["nsenter", "--net=%snet" % ns, "--mount=%smnt" % ns, "--pid=%spid_for_children" % ns,
                                 "--"])
        host._holder = holder
        host.run("ip", "link", "set", "lo", "up")
        host.tap = self.card(host, "eth0")
        if address:
            host.run("ip", "link", "set", "eth0", "up")
            host.ip = host.address(address)
        return host

    def card(self, host, name):
        """One more network card of a host() on this bridge. Gives its socket there."""
        end = "port%d" % next(Net._numbers)
        self.run("ip", "link", "add", end, "type", "veth", "peer", "name", name, "netns", str(host._holder.pid))
        self.run("ip", "link", "set", end, "master", self.bridge, "up")
        return end

    def _tap(self):
        name = "tap%d" % next(Net._numbers)
        self.run("ip", "tuntap", "add", "dev", name, "mode", "tap")
        self.run("ip", "link", "set", name, "master", self.bridge, "up")
        return name

    def plug(self):
        """A socket of the bridge for Machine.nic(): QEMU's -netdev, the name of the tap, descriptors to pass on."""
        name = self._tap()
        return "tap,ifname=%s,script=no,downscript=no" % name, name, []

    def line(self, nic, rate):
        """From now on there is a line of this rate (tc's words: "400mbit"), both ways, between a machine's cable and the
        bridge."""
        n = next(Net._numbers)
        near, far, behind = "near%d" % n, "far%d" % n, "behind%d" % n
        self.run("ip", "link", "add", behind, "type", "bridge", "mcast_snooping", "0")
        self.run("ip", "link", "set", behind, "up")
        self.run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        for end, bridge in (near, self.bridge), (far, behind):
            self.run("tc", "qdisc", "add", "dev", end, "root", "tbf", "rate", rate, "burst", "1mb", "latency", "20ms")
            self.run("ip", "link", "set", end, "master", bridge, "up")
        self.run("ip", "link", "set", nic.tap, "master", behind)

    def cut(self, nic):
        """The network behind a machine's or a host's cable swallows everything; it still sees a link."""
        self.run("ip", "link", "set", nic.tap, "nomaster")

    def mend(self, nic):
        self.run("ip", "link", "set", nic.tap, "master", self.bridge)


class Trunk:
    """A port of a switch that carries this bridge as a VLAN, and nothing without a tag. In user space: kernels
    without VLANs run these tests, too."""

    def __init__(self, net, vlan):
        self._net, self._tag = net, struct.pack(">HH", 0x8100, vlan)

    def plug(self):
        name = self._net._tap()
        tap = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._to_guest, args=(tap, ours), daemon=True).start()
        threading.Thread(target=self._from_guest, args=(tap, ours.makefile("rb")), daemon=True).start()
        return "socket,fd=%d" % theirs.fileno(), name, [theirs]

    def _to_guest(self, tap, guest):
        while True:
            frame = os.read(tap, 65536)
            try:
                guest.sendall(struct.pack(">I", len(frame) + 4) + frame[:12] + self._tag + frame[12:])
            except OSError:
                return  # QEMU has ended

    def _from_guest(self, tap, guest):
        while head := guest.read(4):
            frame = guest.read(struct.unpack(">I", head)[0])
            if frame[12:16] == self._tag:
                os.write(tap, frame[:12] + frame[16:])
