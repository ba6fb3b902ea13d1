# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers of the fixtures with a network: drivers of cards, which their systems lack, and an address for one of them, put
into a copy of the disk."""
import os
import struct
import tarfile
import tempfile

from .storage import Fixture, run

ADDRESS = "192.168.77.5"
SECTOR = 512

# What Red Hat 5 does: drivers by the cards' and their buses' names, then an address for a card that has the right number.
RED_HAT = r"""#!/bin/sh
for alias in /sys/bus/pci/devices/*/modalias; do
	modprobe -q "$(cat "$alias")"
done
for alias in /sys/bus/virtio/devices/*/modalias; do
	modprobe -q "$(cat "$alias")"
done
for file in /etc/sysconfig/network-scripts/ifcfg-*; do
	(
	. "$file"
	address=$(cat /sys/class/net/$DEVICE/address) || exit
	if [ -n "$HWADDR" ] && [ "$(echo "$HWADDR" | tr A-F a-f)" != "$address" ]; then
		echo "Device $DEVICE has different MAC address than expected, ignoring."
		exit
	fi
	ip link set $DEVICE up
	ip address add $IPADDR/24 dev $DEVICE
	)
done
"""
# Its start_udev, which the fixture leaves out: a /dev of its own, with what the kernel has.
START_UDEV = r"""#!/bin/sh
### BEGIN INIT INFO
# Provides:          udev
# Required-Start:    mountkernfs
# Required-Stop:     umountroot
# Default-Start:     S
# Default-Stop:      0 6
### END INIT INFO
mountpoint -q /dev || mount -t devtmpfs -o mode=0755 dev /dev
mkdir -p /dev/pts /dev/shm
exit 0
"""
IFCFG = "DEVICE=eth0\nBOOTPROTO=static\nIPADDR=%s\nNETMASK=255.255.255.0\nHWADDR=%s\nONBOOT=yes\n"
LAN = "[Match]\nName=%s\n\n[Network]\nAddress=%s/24\nConfigureWithoutCarrier=yes\n"
RULE = 'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="%s", ATTR{dev_id}=="0x0", ATTR{type}=="1", KERNEL=="eth*", NAME="%s"\n'


class Root:
    """The root of a system on an image, as debugfs sees it. part: its partition, of a mirror or not."""

    def __init__(self, image, part):
        with open(image, "rb") as f:
            f.seek(0x1BE + 16 * (part - 1) + 8)
            at = struct.unpack("<I", f.read(4))[0]
            f.seek((at + 8) * SECTOR)  # a superblock of a mirror, 1.2
            super = f.read(0x90)
        if super[:4] == b"\xfc\x4e\x2b\xa9":
            at += struct.unpack_from("<Q", super, 0x80)[0]
        self.place = "%s?offset=%d" % (image, at * SECTOR)
        self.scratch = tempfile.TemporaryDirectory()
        run("/sbin/e2fsck", "-p", self.place)

    def read(self, path):
        return run("/sbin/debugfs", "-R", "cat " + path, self.place).split("\n", 1)[1]

    def do(self, *commands):
        script = os.path.join(self.scratch.name, "script")
        with open(script, "w") as f:
            f.write("".join(c + "\n" for c in commands))
        return run("/sbin/debugfs", "-w", "-f", script, self.place)

    def write(self, path, text, mode=0o644):
        local = os.path.join(self.scratch.name, "file")
        with open(local, "w") as f:
            f.write(text)
        self.do("rm " + path, "write %s %s" % (local, path), "set_inode_field %s mode 0%o" % (path, 0o100000 | mode))

    def drivers(self, cards):
        """Those of the fixture `cards`, as if the kernel's package had brought them, and what depmod wrote then."""
        with tarfile.open(cards.path("drivers.tar")) as tar:
            tar.extractall(self.scratch.name)
            names = tar.getnames()
        folders = {name[:n] for name in names for n, c in enumerate(name) if c == "/"}
        self.do(*["mkdir /usr/lib/modules/" + folder for folder in sorted(folders)],
                *["rm /usr/lib/modules/" + name for name in names if not name.endswith(".ko")],
                *["write {0}/{1} /usr/lib/modules/{1}".format(self.scratch.name, name) for name in names])

    def done(self):
        run("/sbin/e2fsck", "-fn", self.place)
        self.scratch.cleanup()


def red_hat(fixture, image, mac):
    """A card by the number in its ifcfg file: gives the name it has."""
    root = Root(image, int(fixture.manifest["ROOT_PART"]))
    root.drivers(Fixture("cards-i386"))
    root.write("/etc/sysconfig/network-scripts/ifcfg-eth0", IFCFG % (ADDRESS, mac.upper()))
    root.write("/etc/init.d/network-scripts", RED_HAT, 0o755)
    root.write("/etc/init.d/udev", START_UDEV, 0o755)
    root.write("/etc/inittab", root.read("/etc/inittab").replace("\n1:2345:", "\nnw:2345:wait:/etc/init.d/network-scripts\n1:2345:"))
    root.done()
    return "eth0"


def networkd(root, name):
    root.write("/etc/systemd/network/20-lan.network", LAN % (name, ADDRESS))
    root.do("symlink /etc/systemd/system/multi-user.target.wants/systemd-networkd.service "
            "/lib/systemd/system/systemd-networkd.service")


def debian(fixture, image, mac, rule=False):
    """A card by its place in the machine, or by a rule of an older udev."""
    root = Root(image, int(fixture.manifest["ROOT_PART"]))
    root.drivers(Fixture("cards"))
    name = "eth0" if rule else "enp0s9"
    networkd(root, name)
    if rule:
        root.write("/etc/udev/rules.d/70-persistent-net.rules", RULE % (mac, name))
    root.done()
    return name
