# SPDX-License-Identifier: GPL-2.0-or-later
"""Disks with an NTFS and an installed Windows, as far as Salvor looks at one."""
import copy
import os
import struct
import subprocess

from lib.copying import MIB, mounted, tool, write
from lib.hive import make_hive
from lib.used import blank

COMPUTER = "{4D36E966-E325-11CE-BFC1-08002BE10318}"
NETWORK = "{4D36E972-E325-11CE-BFC1-08002BE10318}"
CARD = "{0A4BF5D1-6C6F-4B5D-9D5B-3F1D1E8A77A0}"
VERSION = "Microsoft\\Windows NT\\CurrentVersion"
SET = "ControlSet002\\"
CDD = SET + "Control\\CriticalDeviceDatabase\\"

# A Windows Server 2003 of a real machine: SCSI, no ACPI, a fixed address.
SYSTEM = {
    "Select": {"Current": 2, "Default": 1, "LastKnownGood": 1},
    "ControlSet001\\Control\\Session Manager\\Environment": {"PROCESSOR_ARCHITECTURE": "IA64"},
    SET + "Control\\Session Manager\\Environment": {"PROCESSOR_ARCHITECTURE": "x86"},
    SET + "Enum\\Root\\LEGACY_NULL\\0000": {"ClassGUID": "{8ECC055D-047F-11D1-A537-0000F8753ED1}", "HardwareID": ["x"]},
    SET + "Enum\\Root\\PCI_HAL\\0000": {"ClassGUID": COMPUTER.lower(), "HardwareID": ["mps_mp"]},
    SET + "Services\\atapi": {"Start": 0, "Type": 1, "ErrorControl": 1},
    SET + "Services\\IntelIde": {"Start": 4, "Type": 1, "ErrorControl": 1},
    SET + "Services\\symmpi": {"Start": 0, "Type": 1, "ErrorControl": 1},
    CDD + "primary_ide_channel": {"Service": "atapi", "ClassGUID": "{4D36E96A-E325-11CE-BFC1-08002BE10318}"},
    CDD + "gendisk": {"Service": "disk", "ClassGUID": "{4D36E967-E325-11CE-BFC1-08002BE10318}"},
    SET + "Control\\Network\\" + NETWORK + "\\" + CARD + "\\Connection": {"Name": "Local Area Connection"},
    SET + "Services\\Tcpip\\Parameters\\Interfaces\\" + CARD:
        {"EnableDHCP": 0, "IPAddress": ["192.168.7.10"], "SubnetMask": ["255.255.255.0"], "DefaultGateway": ["192.168.7.1"]},
    SET + "Services\\Tcpip\\Parameters\\Interfaces\\{0A4BF5D1-6C6F-4B5D-9D5B-3F1D1E8A77A1}":
        {"EnableDHCP": 1, "IPAddress": ["10.0.0.9"]},
}
SOFTWARE = {VERSION: {"ProductName": "Microsoft Windows Server 2003 R2", "CSDVersion": "Service Pack 2", "CurrentVersion": "5.2",
                      "CurrentBuildNumber": "3790"}}


def hal_dll(original):
    """Where its version resource says what it was called."""
    text = "OriginalFilename\0\0" + original + "\0"
    return b"MZ" + bytes(997) + text.encode("utf-16-le") + bytes(300)


def driver(name, machine=0x14c):
    """As much of a program as tells which processor it is for."""
    return b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", 0x80) + bytes(64) + b"PE\0\0" + struct.pack("<H", machine) + name.encode() * 50


def with_keys(keys, **changes):
    return {**copy.deepcopy(keys), **changes}


def fill_windows(top, scratch, system=None, software=None, root="WINNT", files=(), **how):
    config = "%s/%s/system32/Config" % (top, root)
    os.makedirs(config)
    os.makedirs("%s/%s/system32/drivers" % (top, root))
    for name, keys in ("system", SYSTEM if system is None else system), ("SOFTWARE", SOFTWARE if software is None else software):
        if keys is not None:
            make_hive(scratch + ".hive", keys, **how)
            os.rename(scratch + ".hive", scratch + ".done")
            tool("cp", scratch + ".done", "%s/%s" % (config, name))
    for name in files:
        path = "%s/%s/%s" % (top, root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, driver(name))


def make_disk(path, fill, size=24 * MIB, type=7):
    """One partition from 1 MiB on, an NTFS; fill(top) puts files there."""
    tool("mkntfs", "-F", "-f", "-q", "-p", "2048", "-H", "16", "-S", "63", "-s", "512", "-L", "System", blank(path + ".fs", size))
    with mounted(path + ".fs", path + ".mnt", "-t", "ntfs-3g") as top:
        fill(top)
    with open(blank(path, size + 2 * MIB), "r+b") as f, open(path + ".fs", "rb") as g:
        f.write(b"\xfa\x33\xc0Invalid partition table")
        f.seek(MIB)
        f.write(g.read())
    os.unlink(path + ".fs")
    subprocess.run(["sfdisk", "-q", path], text=True, check=True, capture_output=True,
                   input="label: dos\nstart=2048, size=%d, type=%x, bootable\n" % (size // 512, type))
    return path
