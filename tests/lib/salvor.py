# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine that runs Salvor as `make` built it."""
import os

from .machine import ROOT, Machine
from .screen import Terminal
from .shell import Shell

ISO = os.path.join(ROOT, "build", "salvor.iso")
READY = r"^Salvor \S+ ready"
# QEMU's translations of a page of code are kept by virtual address. Where every program starts at another, those of the C
# library and of a shell become tens of thousands, and when the page is used for something else they go one by one, each
# looked for among all: minutes in which the machine stands still, with its processor busy in a memcpy.
EMULATED = "no_timer_check norandmaps"
SHELL = "salvor.shell=ttyS1 " + EMULATED
PARAMETERS = "console=tty0 console=ttyS0,115200 raid=noautodetect " + SHELL


class Salvor(Machine):
    """Kernel and initramfs started directly, unless medium() is called before start(). ready()
    waits for the ready line; `shell` is a root shell on the second serial line, `screen` the
    dialogs on the first."""

    def __init__(self, name, firmware="bios"):
        super().__init__(name, memory=256, firmware=firmware)
        self.from_medium = False
        self.parameters = PARAMETERS
        self.screen = self.shell = None

    def medium(self, kind):
        """Start from the image: on a "cd" or on a "usb" stick. Gives the name of its block node."""
        self.from_medium = True
        if kind == "cd":
            return self.cdrom(ISO, boot=1)
        return self.disk(ISO, "usb", serial="MEDIUM", keep=False, boot=1)

    def start(self):
        if not self.from_medium:
            self.kernel(os.path.join(ROOT, "build", "vmlinuz"),
                        os.path.join(ROOT, "build", "initramfs.img"), self.parameters)
        return super().start()

    def add_parameters(self, text=SHELL):
        """At the boot menu of the image (BIOS): append to the kernel's parameters and start."""
        menu = Terminal(self.console)
        menu.wait_for("Start the local disk", 60)
        menu.keys("Tab")
        menu.wait_for("raid=noautodetect", 20)
        menu.type(" %s\r" % text)
        return self

    def ready(self, shell=True):
        """Wait for the ready line."""
        self.console.wait_for(READY, 180)
        self.screen = Terminal(self.console)
        if shell:
            self.shell = Shell(self.second)
        return self

    def power_off(self):
        self.second.send("poweroff\n")
        self.wait_off(60)
