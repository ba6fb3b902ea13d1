# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of QEMU (TCG): what is plugged in, its serial lines, its monitor, its end."""
import collections
import ctypes
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading

from .case import Failed, equal
from .line import SCALE, Line

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.splitext(os.path.basename(sys.argv[0]))[0]
LOGS = os.path.join(ROOT, "build", "test-logs", PROGRAM)
Nic = collections.namedtuple("Nic", "id mac tap")
MEDIUM_ERROR = 61  # ENODATA: scsi-hd and usb-storage make "unrecovered read error" of it

# controllers of other hypervisors, a disk on each. VMware's parallel LSI Logic (53c1030, mptspi) is not among them: QEMU has only
# the 53c895A, which another driver is for.
SCSI_HOSTS = {"pvscsi": "pvscsi", "lsisas": "mptsas1068", "lsi": "lsi53c895a", "megasas": "megasas"}
SAS_ADDRESS = 0x5000c50000000000


def firmware_file(package, name):
    files = subprocess.run(["dpkg", "-L", package], check=True, capture_output=True, text=True)
    return next(path for path in files.stdout.split() if path.endswith("/" + name))


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Machine:
    """A machine with two serial lines, `console` (ttyS0) and `second` (ttyS1), and the messages of
    its BIOS on `bios`. Plug things in, then start(). Used as a context manager it is switched off
    at the end. firmware: bios, uefi (x64) or uefi32. limit: seconds after which it is killed. MONITOR=FOLDER in the
    environment: a monitor for people, too, at FOLDER/NAME.mon ("info registers" tells where one is that stands still)."""

    def __init__(self, name, memory=256, firmware="bios", limit=900):
        self.name = name
        self.firmware = firmware
        self.limit = limit * SCALE
        self.process = None
        self._controllers = []
        self._devices = {}  # what is in front of each block node
        self._counts = {}   # devices on each bus
        self._unlinked = []  # network cards without a cable
        self._numbers = itertools.count()
        self._fds = []
        self.args = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-m", str(memory),
                     "-nodefaults", "-vga", "std", "-display", "none", "-no-reboot"]
        os.makedirs(LOGS, exist_ok=True)
        if os.environ.get("MONITOR"):
            self.args += ["-monitor", "unix:%s/%s.mon,server,nowait" % (os.environ["MONITOR"], name)]
        self.console = self._serial("ttyS0", ["-serial", "chardev:%s"])
        self.second = self._serial("ttyS1", ["-serial", "chardev:%s"])
        self.bios = self._serial("bios", ["-device", "isa-debugcon,iobase=0x402,chardev=%s"])
        self._qmp = self._socket("qmp", ["-mon", "chardev=%s,mode=control"]).makefile("rw")
        if firmware == "bios":
            self.args += ["-machine", "pc"]
        elif firmware == "uefi":
            self._flash("q35", "ovmf", "OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd")
        else:
            self._flash("q35,smm=on", "ovmf-ia32", "OVMF32_CODE_4M.secboot.fd", "OVMF32_VARS_4M.fd")
            self.args += ["-global", "driver=cfi.pflash01,property=secure,value=on",
                          "-global", "ICH9-LPC.disable_s3=1"]

    def _socket(self, name, args):
        ours, theirs = socket.socketpair()
        self._fds.append(theirs)
        self.args += ["-chardev", "socket,id=%s,fd=%d" % (name, theirs.fileno())]
        self.args += [a % name if "%s" in a else a for a in args]
        return ours

    def _serial(self, name, args):
        what = "%s.%s" % (self.name, name)
        return Line(what, self._socket(name, args), os.path.join(LOGS, what))

    def _flash(self, machine, package, code, variables):
        self.args += ["-machine", machine]
        for unit, name, mode in (0, code, "readonly=on"), (1, variables, "snapshot=on"):
            self.args += ["-drive", "if=pflash,format=raw,unit=%d,%s,file=%s" %
                          (unit, mode, firmware_file(package, name))]

    def _controller(self, *args):
        if args[0] not in self._controllers:
            self._controllers.append(args[0])
            self.args += ["-device", ",".join(args)]

    def bus(self, kind):
        """The controller for disks of this kind; needed only when they all come after start()."""
        if kind == "sata":
            self._controller("ahci", "id=ahci")
        elif kind == "scsi":
            self._controller("virtio-scsi-pci", "id=scsi")
        elif kind in SCSI_HOSTS:
            self._controller(SCSI_HOSTS[kind], "id=scsi")
        elif kind == "usb":
            self._controller("qemu-xhci", "id=xhci")

    def card(self, model, mac):
        """A network card, plugged in nowhere."""
        self.args += ["-device", "%s,mac=%s" % (model, mac)]

    def _attach(self, node, bus, serial, boot):
        """The device in front of a block node. `boot` is its place in the boot order, from 1."""
        n = self._counts.get(bus, 0)
        self._counts[bus] = n + 1
        self.bus(bus)
        if bus == "ide":
            device = {"driver": "ide-hd", "bus": "ide.%d" % (n // 2), "unit": n % 2}
        elif bus == "sata":
            device = {"driver": "ide-hd", "bus": "ahci.%d" % n}
        elif bus == "cd":
            device = {"driver": "ide-cd", "bus": "ide.1"}
        elif bus == "scsi" or bus in SCSI_HOSTS:
            device = {"driver": "scsi-hd", "bus": "scsi.0"}
            if bus == "lsisas":
                device["wwn"] = SAS_ADDRESS + n  # without one Linux's mptsas finds no disk at the port
        elif bus == "usb":
            device = {"driver": "usb-storage", "bus": "xhci.0", "removable": True}
        elif bus == "virtio":
            device = {"driver": "virtio-blk-pci"}
        elif bus == "nvme":
            device = {"driver": "nvme"}
        else:
            raise ValueError(bus)
        device.update(drive=node, id=node + "-device")
        if serial:
            device["serial"] = serial
        if boot:
            device["bootindex"] = boot
        self._devices[node] = device
        if self.process:
            self.plug_in(node)
        else:
            self.args += ["-device", json.dumps(device)]
        return node

    def disk(self, image, bus="sata", serial=None, format="raw", keep=True, bad=(), boot=None, read_only=False):
        """Plug in a disk: ide, sata, scsi, usb, virtio, nvme or one of SCSI_HOSTS; scsi and usb also while the machine
        runs. keep=False: what the guest writes is thrown away. `bad`: 512-byte sectors that cannot
        be read. read_only: it says so itself, as with a switch on it. Gives its block node's name."""
        node = "disk%d" % next(self._numbers)
        image = os.path.abspath(image)
        if keep or bad:
            source = {"driver": "file", "filename": image}
            if bad:
                error = {"event": "none", "iotype": "read", "errno": MEDIUM_ERROR}
                source = {"driver": "blkdebug", "image": source,
                          "inject-error": [dict(error, sector=sector) for sector in bad]}
            block = {"driver": format, "node-name": node, "file": source,
                     "cache": {"no-flush": True}, "discard": "unmap", "detect-zeroes": "unmap",
                     "read-only": read_only}
            if self.process:
                self.qmp("blockdev-add", **block)
            else:
                self.args += ["-blockdev", json.dumps(block)]
        else:
            self.args += ["-drive", "if=none,id=%s,file=%s,format=%s,snapshot=on,cache=unsafe" %
                          (node, image, format)]
        return self._attach(node, bus, serial, boot)

    def cdrom(self, image, boot=None):
        self.args += ["-blockdev", json.dumps(
            {"driver": "raw", "node-name": "cd", "read-only": True,
             "file": {"driver": "file", "filename": os.path.abspath(image)}})]
        return self._attach("cd", "cd", None, boot)

    def nic(self, net=None, model="virtio-net-pci", mac=None, boot=None, rom=True):
        """A network card on a lib.net.Net's bridge or Trunk; without one its cable is not plugged in. model: also e1000,
        e1000e, rtl8139, vmxnet3. rom=False: without QEMU's boot ROM, so the firmware must do PXE itself."""
        n = self._counts.get("nic", 0)
        self._counts["nic"] = n + 1
        netdev, tap, fds = net.plug() if net else ("hubport,hubid=%d" % n, None, [])
        nic = Nic("nic%d" % n, mac or "52:54:00:77:00:%02x" % (n + 1), tap)
        self._fds += fds
        self.args += ["-netdev", "%s,id=%s" % (netdev, nic.id)]
        device = {"driver": model, "netdev": nic.id, "id": nic.id + "-device", "mac": nic.mac}
        if boot:
            device["bootindex"] = boot
        if not rom:
            device["romfile"] = ""
        self.args += ["-device", json.dumps(device)]
        if not net:
            self._unlinked.append(nic)
        return nic

    def link(self, nic, up):
        """Plug the cable of a network card in or out: the guest sees its carrier come or go."""
        self.qmp("set_link", name=nic.id + "-device", up=up)

    def kernel(self, vmlinuz, initrd, parameters):
        """Start this kernel directly, without firmware menu and medium."""
        self.args += ["-kernel", vmlinuz, "-initrd", initrd, "-append", parameters]

    def start(self):
        with open(os.path.join(LOGS, self.name + ".qemu"), "w") as log:
            log.write(" ".join(self.args) + "\n")
            log.flush()
            self.process = subprocess.Popen(
                self.args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                pass_fds=[s.fileno() for s in self._fds], preexec_fn=_die_with_parent)
        for sock in self._fds:
            sock.close()
        self._fds = []
        self._watchdog = threading.Timer(self.limit, self.process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()
        self.qmp("qmp_capabilities")  # its answer comes behind the monitor's greeting
        for nic in self._unlinked:
            self.link(nic, False)
        return self

    def qmp(self, command, **arguments):
        """Ask the monitor. Events that come in between are dropped."""
        try:
            self._qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            self._qmp.flush()
            return self._answer("return")
        except ConnectionError:
            self._ended()

    def _answer(self, key):
        for line in self._qmp:
            answer = json.loads(line)
            if "error" in answer:
                raise Failed("%s: QEMU: %s" % (self.name, answer["error"]["desc"]))
            if key in answer:
                return answer[key]
        self._ended()

    def _ended(self):
        self.process.wait()
        with open(os.path.join(LOGS, self.name + ".qemu")) as log:
            raise Failed("%s: QEMU ended with %s\n%s" %
                         (self.name, self.process.returncode, log.read()))

    def unplug(self, node):
        """Pull a USB stick or a SCSI or virtio disk out."""
        self.qmp("device_del", id=node + "-device")

    def plug_in(self, node):
        """Plug a disk in again that was unplugged."""
        self.qmp("device_add", **self._devices[node])

    def throttle(self, node, write_bytes, read_bytes=0):
        """Let a disk take and give so many bytes a second only; 0: as many as it can."""
        device, = [entry["qdev"] for entry in self.qmp("query-block")
                   if entry.get("inserted", {}).get("node-name") == node]
        self.qmp("block_set_io_throttle", id=device, bps=0, bps_rd=read_bytes, bps_wr=write_bytes,
                 iops=0, iops_rd=0, iops_wr=0)

    def eject(self, node="cd"):
        """Open the tray of the CD drive and take the disc out, locked or not."""
        self.qmp("blockdev-open-tray", id=node + "-device", force=True)
        self.qmp("blockdev-remove-medium", id=node + "-device")

    def reads(self, node):
        """How many read requests the guest has made to a disk."""
        for entry in self.qmp("query-blockstats"):
            if node in (entry.get("node-name"), entry.get("device")) or \
                    (node + "-device") in entry.get("qdev", "").split("/"):
                return entry["stats"]["rd_operations"]
        raise Failed("%s has no disk %s" % (self.name, node))

    def vga_text(self):
        """The VGA text memory, all of it: the kernel scrolls by moving its start."""
        path = os.path.join(LOGS, self.name + ".vga")
        self.qmp("pmemsave", val=0xb8000, size=0x8000, filename=path)
        with open(path, "rb") as f:
            text = f.read()[::2].replace(b"\0", b" ").decode("cp437")
        rows = [text[i:i + 80].rstrip() for i in range(0, len(text), 80)]
        return "\n".join(row for row in rows if row)

    def wait_off(self, seconds=60):
        """Wait until the guest has switched itself off (or restarted: that ends QEMU, too)."""
        try:
            self.process.wait(seconds * SCALE)
        except subprocess.TimeoutExpired:
            raise Failed("%s: still on after %d s\n%s" %
                         (self.name, seconds * SCALE, self.console.tail()))
        equal(self.process.returncode, 0, "exit status of QEMU, %s," % self.name)

    def stop(self):
        if self.process:
            self._watchdog.cancel()
            self.process.kill()
            self.process.wait()
        for line in (self.console, self.second, self.bios):
            line.close()
        self._qmp.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()
