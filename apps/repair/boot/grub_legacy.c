// SPDX-License-Identifier: GPL-2.0-or-later
// GRUB legacy (0.97). Put back through the system's own grub shell in batch mode with a map that
// has one drive: not by grub-install, which believes mtab, device.map and a full /dev. What lies
// on the disk afterwards:
//   sector 0     stage 1; le32 at 0x44: first sector of what it loads, le16 at 0x48 its segment
//   sectors 1..  stage 1.5 for the file system; its second sector has the settings: version, where
//                stage 2 is, what it is called
// Without room for stage 1.5 stage 1 loads stage 2 itself, by the place of its blocks.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/endian.h"
#include "base/run.h"
#include "repair/args.h"
#include "repair/boot/boot.h"
#include "repair/boot/legacy_conf.h"
#include "repair/file.h"
#include "repair/text.h"

#define FOLDER "/boot/grub/"

// Stage 1 without what an installation sets in it: jump over the BIOS parameter block, then the
// code up to Windows' disk signature. 0x40-0x4b hold drive, LBA mode, address and the check of
// the drive's number.
static const struct boot_bytes fixed[] = { { 0, 3 }, { 0x4d, 0x1b0 } };

struct stage1 {
	uint8_t code[0x44];
	le32 sector;  // 0x44
	le16 segment; // 0x48 0x200: stage 1.5, 0x820 or so: stage 2
	uint8_t rest[0x1b6];
};
_Static_assert(sizeof(struct stage1) == BOOT_SECTOR, "GRUB legacy stage 1");

// The stage 1.5 files, by the file system they are for.
static const char *stage1_5(const char *type)
{
	static const struct {
		const char *type, *file;
	} files[] = {
		{ "ext2", "e2fs_stage1_5" },	     { "ext3", "e2fs_stage1_5" },
		{ "ext4", "e2fs_stage1_5" },	     { "xfs", "xfs_stage1_5" },
		{ "reiserfs", "reiserfs_stage1_5" }, { "jfs", "jfs_stage1_5" },
		{ "vfat", "fat_stage1_5" },
	};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (!strcmp(files[i].type, type))
			return files[i].file;
	return "stage2";
}

static const struct s_part *boot_part(const struct repair *r)
{
	return &r->now.disk->parts[r->first.sys->boot_part];
}

static int check_stages(struct repair *r, char *why, size_t size, struct err *e)
{
	struct stage1 s;
	int rc = boot_check_sector(r, FOLDER "stage1", fixed, 2, &s, why, size, e);
	uint64_t at;

	if (rc)
		return rc;
	at = (uint64_t)le32_get(s.sector) * BOOT_SECTOR;
	if (le16_get(s.segment) != 0x200)
		return boot_check_stage(r, FOLDER "stage2", at, false, why, size, e);
	char *path STR_AUTO = mem_printf(FOLDER "%s", stage1_5(boot_part(r)->fs.type));

	return boot_check_stage(r, path, at, true, why, size, e);
}

// A path of the configuration: seen from the partition that GRUB calls its root.
static int check_file(struct repair *r, const struct legacy_entry *x, const char *path, char *why,
		      size_t size)
{
	bool separate = r->first.sys->boot_part != r->first.sys->part;
	char *full STR_AUTO = mem_printf("%s%s", separate ? "/boot" : "", path);
	struct stat st;
	struct err e;

	if (!patient_stat(&r->now, full, &st, &e) && S_ISREG(st.st_mode))
		return 0;
	snprintf(why, size, "the entry \"%.60s\" starts %s, which is not there", x->title, path);
	return 1;
}

static int check_conf(struct repair *r, char *why, size_t size, struct err *e)
{
	struct buf conf BUF_AUTO = { 0 };
	struct legacy_entry x;
	bool there;

	if (step_read(r, r->first.sys->boot_config, &conf, &there, e))
		return -1;
	if (!there || !legacy_default(buf_str(&conf), &x)) {
		snprintf(why, size, "%s has no entry to start", r->first.sys->boot_config);
		return 1;
	}
	if (!x.kernel[0]) // a chain loader: not ours to judge
		return 0;
	if (x.has_root && x.part + 1 != boot_part(r)->part.number) {
		snprintf(why, size,
			 "the entry \"%.60s\" starts from (hd%u,%u), but /boot is partition %u",
			 x.title, x.drive, x.part, boot_part(r)->part.number);
		return 1;
	}
	if (check_file(r, &x, x.kernel, why, size))
		return 1;
	return x.initrd[0] ? check_file(r, &x, x.initrd, why, size) : 0;
}

static int check(struct repair *r, char *why, size_t size, struct err *e)
{
	int rc = check_stages(r, why, size, e);

	return rc ? rc : check_conf(r, why, size, e);
}

static int configure(struct repair *r, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, args BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	const char *path = r->first.sys->boot_config;
	struct args_place p = { r, "grub", path };
	bool there, changed;

	if (boot_part(r)->is_volume)
		return err_set(e, 0,
			       "%s: /boot lies on it, and GRUB legacy cannot read logical volumes: "
			       "what started this system? (" BOOT_OTHER_STEPS ")",
			       boot_part(r)->path);
	if (boot_device_map(r, FOLDER "device.map", e) || step_read(r, path, &old, &there, e))
		return -1;
	if (!there)
		return err_set(e, ENOENT, "%s: read", path);
	changed = args_edit_devices(&p, buf_str(&old), &args);
	if (text_grub_drives(buf_str(&args), &new)) {
		edits_add(r->edits, "grub", path, "other drives than (hd0) -> (hd0)");
		changed = true;
	}
	return changed ? step_write(r, path, &new, e) : 0;
}

// --- installation

static const char *find_grub(const struct root *root)
{
	static const char *const paths[] = { "/sbin/grub", "/usr/sbin/grub",
					     "/boot/grub/bin/grub" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (root_has_program(root, paths[i]))
			return paths[i];
	return NULL;
}

static bool exists(const struct root *root, const char *folder, const char *name)
{
	char *path STR_AUTO = mem_printf("%s%s", folder, name);
	int fd FD_AUTO = file_open(root->fd, path, O_PATH);

	return fd >= 0;
}

// Where the package keeps the stages.
static const char *find_stages(const struct root *root)
{
	static const char *const folders[] = {
		"/usr/share/grub/i386-redhat/", "/usr/share/grub/x86_64-redhat/",
		"/usr/lib/grub/i386-pc/",	"/usr/lib/grub/x86_64-pc/",
		"/lib/grub/i386-pc/",		"/usr/lib/grub/",
		"/usr/share/grub/i386-pc/",
	};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (exists(root, folders[i], "stage1") && exists(root, folders[i], "stage2"))
			return folders[i];
	return NULL;
}

// Stages that are not in /boot/grub come from the package; those that are there stay.
static int have_stages(struct repair *r, struct err *e)
{
	const char *files[] = { "stage1", "stage2", stage1_5(boot_part(r)->fs.type) };
	const char *from = find_stages(r->root);

	for (size_t i = 0; i < 3; i++) {
		if (exists(r->root, FOLDER, files[i]))
			continue;
		if (!from || !exists(r->root, from, files[i]))
			return err_set(e, 0,
				       FOLDER
				       "%s: it is missing, and the system has no other copy of it",
				       files[i]);
		char *a STR_AUTO = mem_printf("%s%s", from, files[i]);
		char *b STR_AUTO = mem_printf(FOLDER "%s", files[i]);

		if (file_copy(r->root->fd, a, b, e))
			return -1;
		edits_add(r->edits, "grub", b, "copied from %s", from);
	}
	return 0;
}

static int install(struct repair *r, struct err *e)
{
	const char *grub = find_grub(r->root);
	const char *argv[] = { grub, "--batch", "--no-floppy", "--device-map=/dev/salvor.map",
			       NULL };
	char *map STR_AUTO = mem_printf("(hd0) /dev/%s\n", r->names.disk);
	char *input STR_AUTO =
		mem_printf("root (hd0,%u)\nsetup (hd0)\nquit\n", boot_part(r)->part.number - 1);
	struct buf out BUF_AUTO = { 0 };
	struct run run = { .argv = argv,
			   .input = input,
			   .root = r->root->path,
			   .out = &out,
			   .ui = r->ui,
			   .timeout_s = 600 };
	char why[300];
	int status;

	if (!boot_part(r)->part.number)
		return err_set(e, 0,
			       "%s: install GRUB: the disk has no partitions, and so no room for "
			       "GRUB legacy in front of them: move the system to a disk with "
			       "partitions (salvor image)",
			       r->real.path);
	if (!grub)
		return err_set(e, 0,
			       "%s: the grub shell is not installed on it (looked for /sbin/grub, "
			       "/usr/sbin/grub; " BOOT_OTHER_STEPS ")",
			       r->first.sys->name);
	if (have_stages(r, e) || file_replace(r->root->fd, "/dev/salvor.map", map, strlen(map), e))
		return -1;
	// the shell reads the disk itself, past the mounted file system
	if (syncfs(r->root->fd))
		return err_set(e, errno, "%s: flush", r->root->path);
	sync();
	ui_say(r->ui, UI_INFO, "grub: running %s of the installed system", grub);
	if (run_program(&run, &status, e))
		return -1;
	if (!legacy_succeeded(buf_str(&out), why, sizeof why))
		return err_set(e, 0, "%s: %s", grub, why);
	edits_add(r->edits, "grub", "boot sector", "stage 1 of GRUB legacy, for partition %u",
		  boot_part(r)->part.number);
	return 0;
}

const struct boot_ops boot_grub_legacy = { "grub-legacy", check, configure, install };
