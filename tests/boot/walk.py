# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole way: from a dead mirror to a server that boots from one disk, to its image as a virtual
machine, and back. run() is the way and the judge. Who does the work is a class with the methods
survey, backup, rehearse, commit, image, undo and power_off: the command line, or a person at the
dialogs."""
import os
import sys
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lib.case import Cases, equal, expect
from lib.dialogs import Person
from lib.machine import ROOT, Machine
from lib.salvor import Salvor
from lib.shell import log_in
from lib.storage import Fixture, fetch, run as tool, save_disk, sha256, workdir

SURVIVOR, STALE, SAVE = "SURV0001", "STALE001", "USB00001"
BACKUP, UNDO, IMAGE = SURVIVOR + ".img", SURVIVOR + ".undo", SURVIVOR + ".qcow2"

# What survey has to find on each server; and where root and swap are once it runs from one disk.
LEGACY = {
    "system": "CentOS release 5.11", "arch": "i386", "boot_code": "grub-legacy",
    "findings": {"boot-code-missing", "dev-empty", "grub-root-by-device"},
    "root": "/dev/sda3", "swap": "/dev/sda2",
}
SERVERS = {
    "tiny": dict(LEGACY, findings=LEGACY["findings"] | {"fstab-by-device"}),
    "centos5-like": LEGACY,
    "centos5-lvm": dict(LEGACY, findings={"boot-code-missing", "dev-empty"}, root="/dev/(VolGroup00/|mapper/VolGroup00-)LogVol00",
                        swap="/dev/(mapper/VolGroup00-LogVol01|dm-[0-9]+)"),
    "debian-grub2": {
        "system": "Debian GNU/Linux 12", "arch": "x86_64", "boot_code": "grub2",
        "findings": {"boot-code-missing"},
        "root": "/dev/(md[0-9]+|sda1)", "swap": "/dev/(md[0-9]+|sda2)",
    },
    "debian-btrfs": {
        "system": "Debian GNU/Linux 12", "arch": "x86_64", "boot_code": "none",
        "findings": {"boot-code-missing"},
    },
    **dict.fromkeys(("debian-lvm", "debian-lvm-boot"), {
        "system": "Debian GNU/Linux 12", "arch": "x86_64", "boot_code": "grub2",
        "findings": {"boot-code-missing"},
        "root": "/dev/mapper/deb12--vg-root", "swap": "/dev/(mapper/deb12--vg-swap_1|dm-[0-9]+)",
    }),
}


# QEMU's name of an image format, and how it is asked for.
FORMATS = (
    ("raw", "raw"), ("qcow2", "qcow2 --compress deflate"), ("qcow2", "qcow2 --compress zstd"), ("vhdx", "vhdx"),
    ("vhdx", "vhdx --fixed"), ("vpc", "vhd"), ("vpc", "vhd --fixed"), ("vmdk", "vmdk"), ("vmdk", "vmdk --compress none"),
)


class CommandLine:
    """The sub-commands, on the root shell."""

    def __init__(self, salvor):
        self.salvor = salvor

    def job(self, command, status=0):
        report = self.salvor.shell.json("salvor %s --yes --json" % command, 900, status)
        equal(report["result"], "failed" if status else "done", "result of " + command)
        return report

    def survey(self):
        return self.salvor.shell.json("salvor survey --json", 120)

    def backup(self):
        self.job("backup survivor label:SAVE/" + BACKUP)

    def rehearse(self, disk):
        report = self.job("repair " + disk)
        expect(report["changes"], "the repair lists no changes")

    def commit(self):
        self.job("work commit --undo label:SAVE/" + UNDO)

    def image(self, disk):
        self.job("image %s label:SAVE/%s --format qcow2" % (disk, IMAGE))
        self.job("verify label:SAVE/%s --source %s" % (IMAGE, disk))

    def undo(self):
        disk, = [d["path"] for d in self.survey()["disks"] if d["serial"] == SURVIVOR]  # another name at each start
        self.job("undo label:SAVE/%s %s" % (UNDO, disk))

    def power_off(self):
        self.salvor.power_off()


class Dialogs:
    """The guide, by keys; file names are those that the dialogs propose."""

    def __init__(self, salvor, serial=SURVIVOR, save="SAVE"):
        self.salvor, self.serial, self.save = salvor, serial, save
        self.person = Person(salvor.screen)
        self.person.at("What now?", 180)

    def step(self, text):
        self.person.pick("Guide")
        self.person.at("Guide")
        self.person.pick(text)

    def leave_guide(self):
        self.person.at("Guide", 120)
        self.salvor.screen.keys("Esc")
        self.person.at("What now?")

    def save_to(self, name):
        self.person.pick(self.save)
        self.person.sees(name)
        self.salvor.screen.keys("Enter")

    def look(self):
        self.step("Look at this machine")
        self.person.at("What is in this machine", 120)
        self.person.sees(self.serial)
        self.salvor.screen.keys("Esc")
        self.leave_guide()

    def survey(self):
        self.look()
        return self.salvor.shell.json("salvor survey --json", 120)

    def backup(self):
        self.step("Back up the survivor")
        self.person.press("Go on")
        self.person.pick("Everything")
        self.save_to(self.serial + ".img")
        self.person.press("Start")
        self.person.result("Back up the survivor", 900)
        self.leave_guide()

    def rehearse(self, disk):
        self.step("Rehearse the repair")
        self.person.press("Go on")
        self.person.at("The plan", 300)
        self.person.press("Rehearse")
        self.person.result("What the rehearsal did", 900)
        self.leave_guide()

    def commit(self):
        self.step("Write it to the disk")
        self.person.at("This is what would change", 300)
        self.person.press("Write")
        self.person.press("Go on")
        self.save_to(self.serial + ".undo")
        self.confirm()
        self.person.result("Write the repair", 900)
        self.leave_guide()

    def confirm(self):
        self.person.sees("Type the last 4 characters")
        self.salvor.screen.type(self.serial[-4:] + "\r")

    def image(self, disk):
        self.step("Make a VM image")
        self.person.press("Go on")
        self.person.pick("(qcow2)")
        self.person.at("Will it start there?")
        self.person.press("Go on")
        self.person.pick("As it is")
        self.person.pick("Not packed")
        self.save_to(IMAGE)
        self.person.press("Start")
        self.person.result("Image for a virtual machine", 900)
        self.person.result("Check of the image", 900)
        self.leave_guide()

    def undo(self):
        self.person.pick("Undo")
        self.person.press("Go on")
        self.save_to(UNDO)
        self.confirm()
        self.person.result("Undo a repair", 300)
        self.person.at("What now?", 120)

    def power_off(self):
        self.person.pick("Finish")
        self.person.pick("Power off")
        self.salvor.wait_off(60)


class Setup:
    """The disks of one server, and the machines they are plugged into."""

    def __init__(self, scenario, folder, save_fs, medium):
        self.fixture = Fixture(scenario)
        self.expected = SERVERS[scenario]
        self.survivor = self.fixture.copy("survivor.img", folder)
        self.stale = self.fixture.copy("stale.img", folder)
        self.before = sha256(self.survivor)
        self.stale_before = sha256(self.stale)
        self.medium, self.save_fs = medium, save_fs
        self.save = save_disk(os.path.join(folder, "save.img"), save_fs, 4096)
        self.image = os.path.join(folder, IMAGE)
        if save_fs == "exfat":  # which the host cannot read: a raw disk to hand the image out
            with open(self.image, "wb") as f:
                f.truncate(2 << 30)

    def salvor(self, name, twin):
        machine = Salvor(name)
        if self.medium:
            machine.medium(self.medium)
        machine.disk(self.survivor, "sata", serial=SURVIVOR)
        if twin:
            machine.disk(self.stale, "sata", serial=STALE)
        machine.disk(self.save, "usb", serial=SAVE)
        if twin and self.save_fs == "exfat":
            machine.disk(self.image, "virtio")
        return machine

    def start(self, machine):
        machine.start()
        if self.medium:
            machine.add_parameters()
        return machine.ready()

    def boots_alone(self, name, image, format):
        """A machine with this disk and nothing else gets to its prompt, and is the survivor."""
        with Machine(name, memory=512) as machine:
            machine.disk(image, "ide", format=format, keep=False)
            machine.start()
            shell = log_in(machine.console, "root", "rescue", self.fixture.manifest["PROMPT"], 300)
            equal(shell.out("cat /root/ONLY-ON-SURVIVOR"), "written after disk A dropped out\n",
                  "the newer data")
            root = shell.out("awk '$2 == \"/\" { print $1 }' /proc/mounts").split()[-1]
            swap = shell.out("sed 1d /proc/swaps").split(" ")[0]
            for what, device in ("root", root), ("swap", swap):
                shell.out("echo %s | grep -Ex '%s'" % (device, self.expected[what]))
            shell.out("touch /root/writable && rm /root/writable")


def judge_survey(survey, setup):
    """The survivor's path and its twin's, when all that was to be seen was seen."""
    disks = {disk["serial"]: disk for disk in survey["disks"]}
    survivor, stale = disks[SURVIVOR], disks[STALE]
    equal(survivor["role"], "survivor", "role of the newer half")
    equal(stale["role"], "stale-member", "role of the older half")
    equal(survivor["boot_code"], "none", "boot code of the survivor")
    equal(stale["boot_code"], setup.expected["boot_code"], "boot code of the older half")
    manifest = setup.fixture.manifest
    equal(survivor["smart"]["health"], "ok", "health of the survivor")  # QEMU's disks have some
    for disk, half in (survivor, "SURVIVOR"), (stale, "STALE"):
        expect(disk["read_only"], "%s is writable" % disk["path"])
        for part in disk["partitions"]:
            member = part["member"]
            equal(member["metadata"], manifest["MD_METADATA"], "metadata of " + part["path"])
            equal(str(member["events"]), manifest["EVENTS_%s_%d" % (half, part["number"])],
                  "events of " + part["path"])
    codes = {finding["code"] for finding in survey["findings"]}
    missing = (setup.expected["findings"] | {"mirror-degraded", "stale-member"}) - codes
    expect(not missing, "not found: " + ", ".join(sorted(missing)))
    expect(any(setup.expected["system"] in system["name"] and
               setup.expected["arch"] == system["arch"] for system in survey["systems"]),
           "systems: %r" % survey["systems"])
    return survivor["path"], stale["path"]


def judge_saved(machine, setup):
    """What lies on the save disk, read with other tools than Salvor's. The image's size."""
    sh = machine.shell.out
    sh("mkdir -p /tmp/save && mount -o ro $(findfs LABEL=SAVE) /tmp/save")
    sh("cd /tmp/save && sha256sum -c %s.sha256" % BACKUP, 300)
    equal(sh("cat /tmp/save/%s.sha256" % BACKUP).split()[0], setup.before, "hash of the backup")
    if setup.save_fs == "exfat":
        sh("blockdev --setrw /dev/vda")
        sh("dd if=/tmp/save/%s of=/dev/vda bs=1M && sync" % IMAGE, 300)
    size = int(sh("stat -c %%s /tmp/save/%s" % IMAGE))
    sh("umount /tmp/save")
    return size


def all_formats_boot(cases, setup, folder):
    """Images of the repaired disk, made here with the image's own program."""
    image = os.path.join(folder, "any")
    for format, options in FORMATS:
        with cases.case("boots as " + options):
            tool(os.path.join(ROOT, "build", "target", "salvor"), "image", setup.survivor, image,
                 "--yes", "--format", *options.split())
            if format not in ("raw", "vpc", "vmdk"):  # which it cannot check
                tool("qemu-img", "check", "-f", format, image)
            setup.boots_alone(options.replace(" ", ""), image, format)


def run(program, scenario, hands, save_fs, medium=None, formats=False):
    """One server's way. hands: class of who works; save_fs: file system of the USB disk; medium:
    start from the image as cd or usb, not directly; formats: images in all formats, too."""
    cases = Cases(program)
    with workdir() as folder:
        with cases.case("fixture", last=True):
            setup = Setup(scenario, folder, save_fs, medium)
        with setup.salvor("first", twin=True) as machine:
            with cases.case("ready", last=True):
                work = hands(setup.start(machine))
            with cases.case("survey", last=True):
                disk, twin = judge_survey(work.survey(), setup)
            with cases.case("backup"):
                work.backup()
            if hands is CommandLine:
                for dest in twin, disk:
                    with cases.case("refused: backup to " + dest):
                        expect(work.job("backup survivor " + dest, 2)["error"], "no reason given")
            with cases.case("rehearsal", last=True):
                work.rehearse(disk)
                equal(sha256(setup.survivor), setup.before, "hash of the disk after it")
            with cases.case("commit", last=True):
                work.commit()
                expect(sha256(setup.survivor) != setup.before, "the disk was not changed")
            with cases.case("image"):
                work.image(disk)
            with cases.case("saved files", last=True):
                size = judge_saved(machine, setup)
            with cases.case("power off"):
                work.power_off()
        with cases.case("twin untouched"):
            equal(sha256(setup.stale), setup.stale_before, "hash of the older half")
        with cases.case("boots alone"):
            setup.boots_alone("alone", setup.survivor, "raw")
        with cases.case("image boots"):
            if save_fs == "exfat":
                os.truncate(setup.image, size)
            else:
                fetch(setup.save, save_fs, IMAGE, setup.image)
            tool("qemu-img", "check", setup.image)
            setup.boots_alone("image", setup.image, "qcow2")
        if formats:
            all_formats_boot(cases, setup, folder)
        with cases.case("undo"), setup.salvor("second", twin=False) as machine:
            work = hands(setup.start(machine))
            work.undo()
            work.power_off()
            equal(sha256(setup.survivor), setup.before, "hash of the disk after undo")
    cases.end()
