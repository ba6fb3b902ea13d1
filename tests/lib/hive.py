# SPDX-License-Identifier: GPL-2.0-or-later
"""Hives of a Windows registry: an empty one byte by byte, filled and read back by hivexregedit, read by reged, too."""
import os
import re
import struct
import subprocess

from lib.copying import tool

NOWHERE = 0xFFFFFFFF


def cell(data):
    """In use: its length is negative."""
    size = (len(data) + 4 + 7) & ~7
    return struct.pack("<i", -size) + data.ljust(size - 4, b"\0")


def summed(head):
    """The first 508 bytes of a hive with their sum behind."""
    check = 0
    for (word,) in struct.iter_unpack("<I", head):
        check ^= word
    return head + struct.pack("<I", check)


def blank_hive(path):
    """A root without keys, and the security record that all keys share."""
    name = b"$$$PROTO.HIV"
    root = 0x20
    key = b"nk" + struct.pack("<HQ13I", 0x2C, 0, 0, 0x20, 0, 0, NOWHERE, NOWHERE, 0, NOWHERE, 0, NOWHERE, 0, 0, 0)
    key = key.ljust(0x48, b"\0") + struct.pack("<HH", len(name), 0) + name
    security = root + len(cell(key))
    key = key[:0x2C] + struct.pack("<I", security) + key[0x30:]
    descriptor = struct.pack("<BBHIIII", 1, 0, 0x8000, 0, 0, 0, 0)
    cells = cell(key) + cell(b"sk" + struct.pack("<HIIII", 0, security, security, 1, len(descriptor)) + descriptor)
    cells += struct.pack("<i", 4096 - 32 - len(cells))  # the rest is free
    page = (b"hbin" + struct.pack("<IIIIQI", 0, 4096, 0, 0, 0, 0) + cells).ljust(4096, b"\0")
    head = b"regf" + struct.pack("<IIQIIIIIII", 7, 7, 0, 1, 3, 0, 1, root, 4096, 1)
    with open(path, "wb") as f:
        f.write(summed(head.ljust(0x1FC, b"\0")).ljust(4096, b"\0") + page)
    return path


def value(v):
    """As a .reg file has it: numbers, texts, lists of texts."""
    if isinstance(v, int):
        return "dword:%08x" % v
    if isinstance(v, list):
        return "hex(7):" + ",".join("%02x" % b for b in ("\0".join(v) + "\0\0").encode("utf-16-le"))
    return '"%s"' % v.replace("\\", "\\\\").replace('"', '\\"')


def merge(path, keys):
    """keys: {"A\\B": {"name": value}}"""
    text = "Windows Registry Editor Version 5.00\n\n"
    parents = {"\\".join(key.split("\\")[:n]) for key in keys for n in range(1, key.count("\\") + 2)}
    for key in sorted(parents):  # each needs its own to be there
        values = keys.get(key, {})
        text += "[\\%s]\n%s\n" % (key, "".join('"%s"=%s\n' % (n, value(v)) for n, v in values.items()))
    with open(path + ".reg", "w") as f:
        f.write(text)
    tool("hivexregedit", "--merge", path, path + ".reg")
    os.unlink(path + ".reg")


def make_hive(path, keys, **how):
    blank_hive(path)
    merge(path, keys)
    if how.get("torn"):  # a write was begun
        with open(path, "r+b") as f:
            head = bytearray(f.read(0x1FC))
            head[4:8] = struct.pack("<I", struct.unpack_from("<I", head, 4)[0] + 1)
            f.seek(0)
            f.write(summed(bytes(head)))
    return path


def export(path, key):
    """{"A\\B": {"name": text as hivexregedit writes it}} of all below key, names in lower case."""
    out, at = {}, None
    text = tool("hivexregedit", "--export", path, "\\" + key).replace("\\\n", "")
    for line in text.split("\n"):
        if line.startswith("["):
            at = out.setdefault(line[1:-1].strip("\\").lower(), {})
        elif "=" in line:
            name, _, rest = line.partition("=")
            at[name.strip('"').lower()] = rest
    return out


def plain(text):
    """The number or text that hivexregedit means."""
    if text.startswith("dword:"):
        return int(text[6:], 16)
    if text.startswith("hex("):
        data = bytes(int(b, 16) for b in text.partition(":")[2].split(",") if b)
        return data.decode("utf-16-le").rstrip("\0")
    return text.strip('"')


def reged_value(path, prefix, key, name):
    """Another program's reading, by the offline editor of chntpw: its listing of one value."""
    with open(path + ".out", "w") as f:
        subprocess.run(["reged", "-x", path, prefix, key, path + ".export"], stdout=f, stderr=f, stdin=subprocess.DEVNULL)
    with open(path + ".export", encoding="latin-1") as f:
        found = re.search(r'(?im)^"%s"=(.*?)\r?$' % re.escape(name), f.read())
    os.unlink(path + ".export")
    return found and found[1]
