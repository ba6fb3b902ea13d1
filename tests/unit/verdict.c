// SPDX-License-Identifier: GPL-2.0-or-later
// Verdicts on surveys made by hand: each question, and what decides.
#include "verdict/verdict.h"

#include "test.h"

static struct s_part parts[2];
static struct s_disk disk;
static struct s_kernel kernels[2];
static struct s_installed installed[2];
static struct s_mount mounts[1];
static struct s_system sys;
static struct survey s;
static struct finding findings[1];

// A plain server whose kernels have everything built in.
static void reset(void)
{
	memset(parts, 0, sizeof parts);
	memset(kernels, 0, sizeof kernels);
	memset(findings, 0, sizeof findings);
	memset(mounts, 0, sizeof mounts);
	parts[0].part.number = 1;
	parts[0].array = parts[1].array = -1;
	strcpy(parts[0].path, "/dev/sda1");
	disk = (struct s_disk){ .parts = parts, .n = 1 };
	strcpy(disk.disk.path, "/dev/sda");
	strcpy(disk.table.kind, "mbr");
	strcpy(disk.boot_code, "grub2");
	disk.disk.size = 1ULL << 30;
	installed[0] = (struct s_installed){ .version = "2.6.18", .name = "2.6.18" };
	installed[1] = (struct s_installed){ .version = "6.1", .name = "6.1" };
	sys = (struct s_system){ .kernels = installed, .n_kernels = 1, .starts = kernels };
	strcpy(sys.name, "Test Linux");
	strcpy(sys.arch, "x86_64");
	strcpy(sys.boot_loader, "grub2");
	for (int k = 0; k < 2; k++) {
		kernels[k].modules = true;
		strcpy(kernels[k].initrd, "/boot/initrd");
		memset(kernels[k].driver, DRIVER_BUILT_IN, sizeof kernels[k].driver);
	}
	s = (struct survey){ .disks = &disk, .n_disks = 1, .systems = &sys, .n_systems = 1 };
}

static enum verdict_level level(const char *target, const char *question)
{
	struct verdict v;
	enum verdict_level worst = VERDICT_PASS;

	verdict_make(&v, &s, 0, hyper_find(target));
	for (unsigned i = 0; i < v.n; i++)
		if (!strcmp(v.v[i].question, question) && v.v[i].level > worst)
			worst = v.v[i].level;
	if (worst > v.worst)
		CHECK("the worst is that of a line", false);
	return worst;
}

static void all_well(void)
{
	reset();
	for (const struct hyper *const *h = hyper_all(); *h; h++) {
		struct verdict v;

		verdict_make(&v, &s, 0, *h);
		CHECK_INT((*h)->name, v.worst, VERDICT_PASS);
	}
}

static void set(unsigned k, enum driver d, enum driver_place place)
{
	kernels[k].driver[d] = place;
}

static void drivers_of(void)
{
	reset();
	set(0, DRIVER_VIRTIO_BLK, DRIVER_LOADABLE);
	set(0, DRIVER_VIRTIO_SCSI, DRIVER_ABSENT);
	CHECK_INT("can be put there", level("cloud", "drivers"), VERDICT_PASS);
	kernels[0].modules = false;
	CHECK_INT("cannot", level("cloud", "drivers"), VERDICT_STOP);
	CHECK_INT("IDE is left", level("kvm", "drivers"), VERDICT_WARN);
	set(0, DRIVER_ATA_PIIX, DRIVER_ABSENT);
	set(0, DRIVER_AHCI, DRIVER_ABSENT);
	CHECK_INT("the old IDE is left", level("kvm", "drivers"), VERDICT_WARN);
	set(0, DRIVER_PIIX, DRIVER_ABSENT);
	CHECK_INT("nothing is left", level("kvm", "drivers"), VERDICT_STOP);
	sys.n_kernels = 2;
	CHECK_INT("another kernel starts", level("kvm", "drivers"), VERDICT_WARN);
	strcpy(kernels[0].trouble, "damaged");
	sys.n_kernels = 1;
	CHECK_INT("not known is no stop", level("kvm", "drivers"), VERDICT_WARN);
}

// Generation 2 has UEFI and no IDE.
static void firmware(void)
{
	reset();
	disk.table.n = 1;
	strcpy(disk.table.kind, "gpt");
	strcpy(disk.table.p[0].guid, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
	strcpy(disk.boot_code, "none");
	CHECK_INT("UEFI", level("hyperv", "firmware"), VERDICT_PASS);
	CHECK_INT("UEFI in a cloud", level("cloud", "firmware"), VERDICT_WARN);
	CHECK_INT("an ESP nobody can read", level("kvm", "loader"), VERDICT_WARN);
	disk.efi.there = true;
	CHECK_INT("no loader on it", level("kvm", "loader"), VERDICT_STOP);
	sys.grub_efi = true;
	CHECK_INT("GRUB can be installed", level("kvm", "loader"), VERDICT_PASS);
	strcpy(disk.efi.loader, "/EFI/debian/grubx64.efi");
	sys.grub_efi = false;
	CHECK_INT("a loader to be copied", level("kvm", "loader"), VERDICT_PASS);
	disk.efi.fallback = true;
	CHECK_INT("the loader without an entry", level("kvm", "loader"), VERDICT_PASS);
	set(0, DRIVER_HV_STORVSC, DRIVER_ABSENT);
	CHECK_INT("without storvsc", level("hyperv", "drivers"), VERDICT_STOP);
	reset();
	set(0, DRIVER_HV_STORVSC, DRIVER_ABSENT);
	CHECK_INT("by BIOS IDE does", level("hyperv", "drivers"), VERDICT_WARN);
}

// What is in use counts once: of an extended partition, of LVM and of a disk that has partitions it
// is what lies inside.
static void space(void)
{
	struct verdict v;
	const char *said = "";

	reset();
	disk.n = 2;
	disk.table.n = 2;
	parts[0].has_fs = true;
	parts[0].fs.used = 3ULL << 30;
	parts[0].part.len = 9ULL << 30;
	parts[1] = (struct s_part){ .part = { .number = 2, .len = 1ULL << 30 }, .array = -1 };
	for (int k = 0; k < 3; k++) {
		verdict_make(&v, &s, 0, hyper_find("kvm"));
		for (unsigned i = 0; i < v.n; i++)
			if (!strcmp(v.v[i].question, "space"))
				said = v.v[i].text;
		CHECK("bytes",
		      strstr(said, k ? "About 3.0 GiB are in use" : "About 4.0 GiB are in use"));
		CHECK("time", strstr(said, "that takes 1 min"));
		parts[1].part.container = k == 0;
		parts[1].lvm = k == 1 ? &(struct lvm){ .group = "vg" } : NULL;
		if (k == 1)
			parts[1].part.container = false;
	}
}

static void disks(void)
{
	reset();
	sys.mounts = mounts;
	sys.n_mounts = 1;
	mounts[0] =
		(struct s_mount){ .spec = "LABEL=data", .dir = "/data", .disk = -1, .part = -1 };
	CHECK_INT("a disk that is not here", level("kvm", "disks"), VERDICT_WARN);
	strcpy(mounts[0].options, "ro,nofail");
	CHECK_INT("not waited for", level("kvm", "disks"), VERDICT_PASS);
	mounts[0] = (struct s_mount){ .spec = "nas:/x", .dir = "/x", .disk = -1, .part = -1 };
	CHECK_INT("of a server", level("kvm", "disks"), VERDICT_PASS);
	sys.n_mounts = 0;
	parts[0].is_volume = true;
	parts[0].pv = 1;
	parts[1].lvm = &(struct lvm){ .group = "vg", .disks = 1 };
	CHECK_INT("LVM, not in the initrd", level("kvm", "lvm"), VERDICT_WARN);
	kernels[0].lvm = true;
	CHECK_INT("LVM", level("kvm", "lvm"), VERDICT_PASS);
	CHECK_INT("/boot in LVM, GRUB 2", level("kvm", "loader"), VERDICT_PASS);
	strcpy(sys.boot_loader, "grub-legacy");
	CHECK_INT("/boot in LVM, GRUB legacy", level("kvm", "loader"), VERDICT_STOP);
	parts[1].lvm->disks = 2;
	CHECK_INT("LVM on two disks", level("kvm", "lvm"), VERDICT_WARN);
	parts[0].is_volume = false;
	CHECK_INT("no btrfs of several devices", level("kvm", "btrfs"), VERDICT_PASS);
	parts[0].fs.devices = 2;
	CHECK_INT("/ on two devices", level("kvm", "btrfs"), VERDICT_STOP);
	parts[0].fs.devices = 1;
	parts[0].is_member = true;
	parts[0].member.level = 1;
	CHECK_INT("a mirror", level("kvm", "raid"), VERDICT_PASS);
	parts[0].member.bad = 4096;
	CHECK_INT("a bad-block log", level("kvm", "raid"), VERDICT_WARN);
	parts[0].member.reshaping = true;
	CHECK_INT("a reshape", level("kvm", "raid"), VERDICT_STOP);
	parts[0].member = (struct raid_member){ .level = 1 };
	parts[0].member.level = 5;
	CHECK_INT("no mirror", level("kvm", "raid"), VERDICT_STOP);
	parts[0].member.level = 1;
	parts[0].stale = true;
	CHECK_INT("a stale half", level("kvm", "raid"), VERDICT_STOP);
	reset();
	disk.disk.size = 3ULL << 40;
	CHECK_INT("too large", level("cloud", "size"), VERDICT_STOP);
	CHECK_INT("not too large", level("kvm", "size"), VERDICT_PASS);
	disk.disk.size = (1ULL << 30) + 512;
	CHECK_INT("no whole MiB", level("cloud", "size"), VERDICT_WARN);
	strcpy(disk.table.kind, "none");
	CHECK_INT("no table", level("cloud", "table"), VERDICT_STOP);
	strcpy(disk.boot_code, "none");
	CHECK_INT("installed again", level("kvm", "loader"), VERDICT_PASS);
	strcpy(sys.boot_loader, "none");
	CHECK_INT("no loader at all", level("kvm", "loader"), VERDICT_STOP);
}

static void systems(void)
{
	reset();
	strcpy(sys.arch, "aarch64");
	CHECK_INT("another processor", level("kvm", "system"), VERDICT_STOP);
	s.n_systems = 0;
	CHECK_INT("no system", level("kvm", "system"), VERDICT_WARN);
	reset();
	set(0, DRIVER_VIRTIO_NET, DRIVER_ABSENT);
	CHECK_INT("another card", level("kvm", "network"), VERDICT_PASS);
	CHECK_INT("no card", level("cloud", "network"), VERDICT_WARN);
	mounts[0] = (struct s_mount){ .disk = 0, .part = 0, .spec = "LABEL=x", .dir = "/srv" };
	sys.mounts = mounts;
	sys.n_mounts = 1;
	CHECK_INT("of this disk", level("kvm", "disks"), VERDICT_PASS);
	strcpy(findings[0].code, "shadow-mode");
	s.findings = findings;
	s.n_findings = 1;
	CHECK_INT("for clouds alone", level("cloud", "cloud"), VERDICT_WARN);
	CHECK_INT("not for others", level("kvm", "cloud"), VERDICT_PASS);
}

static void windows(void)
{
	struct windows w = { .product = "Windows Server 2003", .hal = "standard" };

	reset();
	strcpy(sys.family, "windows");
	sys.windows = &w;
	sys.n_kernels = 0;
	CHECK_INT("without ACPI on Hyper-V", level("hyperv", "windows"), VERDICT_STOP);
	CHECK_INT("elsewhere", level("kvm", "windows"), VERDICT_WARN);
	strcpy(w.hal, "acpi");
	CHECK_INT("with ACPI", level("hyperv", "windows"), VERDICT_PASS);
	CHECK_INT("no virtio in a cloud", level("cloud", "windows"), VERDICT_STOP);
	strcpy(w.ide, "intelide.sys");
	CHECK_INT("0x7B", level("vmware", "windows"), VERDICT_WARN);
	strcpy(w.drivers[0].name, "viostor");
	w.n_drivers = 1;
	CHECK_INT("virtio", level("cloud", "windows"), VERDICT_PASS);
	CHECK_INT("nothing is asked of a Linux", level("kvm", "drivers"), VERDICT_PASS);
}

static bool one(const char *why)
{
	char text[160] = "", found[500] = "";
	bool can = verdict_one_partition(&s, 0, text, sizeof text);

	if (!survey_can_join(&s, &sys, found, sizeof found) && !strstr(found, why))
		CHECK_STR("the reason", found, why);
	if (can)
		CHECK("what is in it", strstr(text, "/, /boot") != NULL);
	return can;
}

// Where it would be simpler, and is possible.
static void one_partition(void)
{
	reset();
	disk.n = 2;
	sys.mounts = mounts;
	sys.n_mounts = 1;
	mounts[0] = (struct s_mount){ .dir = "/boot", .type = "xfs", .part = 1 };
	sys.boot_part = 1;
	for (unsigned i = 0; i < 2; i++) {
		parts[i].has_fs = true;
		strcpy(parts[i].fs.type, i ? "xfs" : "ext4");
	}
	CHECK("/ and /boot", one(""));
	strcpy(parts[0].fs.type, "xfs");
	CHECK("no mkfs.xfs", !one("package xfsprogs"));
	strcpy(sys.mkfs, "/sbin/mkfs.xfs");
	CHECK("XFS", one(""));
	strcpy(sys.boot_loader, "grub-legacy");
	CHECK("XFS and GRUB legacy", !one("GRUB legacy"));
	strcpy(parts[0].fs.type, "ext3");
	CHECK("GRUB legacy", one(""));
	strcpy(parts[1].fs.type, "crypto_LUKS");
	CHECK("/boot is encrypted", !one("/boot of the system lies on"));
	strcpy(parts[1].fs.type, "ext3");
	sys.boot_disk = 1;
	CHECK("/boot on another disk", !one("another disk"));
	sys.boot_disk = 0;
	strcpy(sys.boot_loader, "syslinux");
	CHECK("another boot loader", !one("syslinux"));
	strcpy(sys.boot_loader, "grub2");
	strcpy(parts[0].fs.type, "btrfs");
	CHECK("btrfs", one(""));
	strcpy(parts[0].fs.type, "reiserfs");
	CHECK("a kind that is not made", !one("reiserfs"));
	strcpy(parts[0].fs.type, "ext4");
	sys.n_mounts = 0;
	sys.boot_part = 0;
	CHECK("it has one already", !one(""));
}

static void texts(void)
{
	struct buf out BUF_AUTO = { 0 };
	struct verdict v;

	reset();
	set(0, DRIVER_VIRTIO_BLK, DRIVER_LOADABLE);
	set(0, DRIVER_VIRTIO_SCSI, DRIVER_ABSENT);
	verdict_make(&v, &s, 0, hyper_find("cloud"));
	verdict_text(&v, 60, &out);
	for (const char *p = buf_str(&out); *p; p += strcspn(p, "\n") + 1)
		if (strcspn(p, "\n") > 60)
			CHECK("a line is too long", false);
	CHECK("the action stands behind", strstr(buf_str(&out), "->") != NULL);
	CHECK("nothing decided", verdict_reason(&v)->level == VERDICT_PASS);
}

int main(void)
{
	all_well();
	drivers_of();
	firmware();
	space();
	disks();
	systems();
	windows();
	one_partition();
	texts();
	TEST_END();
}
