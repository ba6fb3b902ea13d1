// SPDX-License-Identifier: GPL-2.0-or-later
// GRUB 2 for BIOS machines, by the system's own grub-install and grub-mkconfig. On the disk
// afterwards:
//   sector 0       boot.img; le64 at 0x5c: first sector of core.img, the drive's number at 0x64
//   from there     core.img; its first sector ends with a list of blocks, the second has settings
//                  in its first bytes
// It lies in the gap behind the MBR, or with GPT in a BIOS boot partition. Where the firmware is
// UEFI the loader is a file on the EFI system partition; one that is there stays as it is: it finds
// its configuration by the UUID of a file system.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/endian.h"
#include "base/run.h"
#include "repair/boot/boot.h"
#include "repair/entries.h"
#include "repair/esp.h"
#include "repair/file.h"

struct boot_img {
	uint8_t jump[0x5c];
	le64 core;     // 0x5c sector
	uint8_t drive; // 0x64
	uint8_t rest[0x19b];
};
_Static_assert(sizeof(struct boot_img) == BOOT_SECTOR, "GRUB 2 boot.img");

static const struct boot_bytes fixed[] = { { 0, 3 }, { 0x68, 0x1b0 } };

// "/boot/grub" or "/boot/grub2".
static void folder_of(const struct repair *r, char *out, size_t size)
{
	str_copy(out, size, r->first.sys->boot_config);
	*strrchr(out, '/') = 0;
}

static int check_images(struct repair *r, char *why, size_t size, struct err *e)
{
	struct boot_img img;
	char folder[96];
	int rc;

	folder_of(r, folder, sizeof folder);
	char *boot STR_AUTO = mem_printf("%s/i386-pc/boot.img", folder);
	char *core STR_AUTO = mem_printf("%s/i386-pc/core.img", folder);

	rc = boot_check_sector(r, boot, fixed, 2, &img, why, size, e);
	return rc ? rc
		  : boot_check_stage(r, core, le64_get(img.core) * BOOT_SECTOR, true, why, size, e);
}

// root=/dev/sdb1, a name of the rescue system, is what grub-mkconfig writes when it finds no
// UUID; an array's name what it wrote when there was one.
static int check_config(struct repair *r, char *why, size_t size, struct err *e)
{
	const char *path = r->first.sys->boot_config;
	struct buf text BUF_AUTO = { 0 };
	char disk[32], value[128];
	unsigned number;
	bool there, kernel;

	if (step_read(r, path, &text, &there, e))
		return -1;
	// with the boot loader specification each kernel has a file of its own
	kernel = there && strstr(buf_str(&text), "blscfg");
	for (const char *p = buf_str(&text); there && (p = strstr(p, " root=")); p += 6) {
		size_t n = strcspn(p + 6, " \t\r\n\"'");

		kernel = true;
		snprintf(value, sizeof value, "%.*s",
			 (int)(n < sizeof value ? n : sizeof value - 1), p + 6);
		if (!strncmp(value, "/dev/md", 7) ||
		    (r->o->hyper && survey_part_number(value, &n)) ||
		    (names_split(value, disk, sizeof disk, &number) &&
		     strcmp(disk, r->names.disk))) {
			snprintf(why, size, "%s has root=%s", path, value);
			return 1;
		}
	}
	if (kernel && !strstr(buf_str(&text), "mduuid/"))
		return 0;
	snprintf(why, size, kernel ? "%s looks for the array" : "%s starts no kernel", path);
	return 1;
}

static bool by_efi(const struct repair *r)
{
	return survey_starts_by_efi(r->now.disk);
}

// A loader that grub-install made for files on an array looks for that, which is taken apart.
static bool looks_for_array(struct repair *r)
{
	return patient_in_mirror(&r->first) && esp_loader_names(&r->now, "mduuid/");
}

static int check_esp(struct repair *r, char *why, size_t size)
{
	if (!boot_esp_has_loader(r)) {
		snprintf(why, size, "it holds no boot loader");
		return 1;
	}
	if (!looks_for_array(r))
		return 0;
	if (r->first.sys->grub_efi) {
		snprintf(why, size, "the loader on it looks for the array");
		return 1;
	}
	if (!r->again)
		ui_say(r->ui, UI_WARN,
		       "grub: the loader on the EFI system partition looks for the array, and "
		       "GRUB's modules for UEFI (/usr/lib/grub/x86_64-efi), of which another could "
		       "be made, are not installed: it may end at its prompt");
	return 0;
}

static int check(struct repair *r, char *why, size_t size, struct err *e)
{
	int rc = by_efi(r) ? check_esp(r, why, size) : check_images(r, why, size, e);

	return rc ? rc : check_config(r, why, size, e);
}

// Its configuration is made anew, but not what has kernels' arguments where each has a file of its
// own.
static int configure(struct repair *r, struct err *e)
{
	char folder[96];

	folder_of(r, folder, sizeof folder);
	char *map STR_AUTO = mem_printf("%s/device.map", folder);
	char *variables STR_AUTO = mem_printf("%s/grubenv", folder);

	return boot_device_map(r, map, e) || boot_edit_arguments(r, NULL, variables, e) ||
			       entries_each(r, boot_edit_arguments, NULL, e)
		       ? -1
		       : 0;
}

// --- installation

static const char *find_program(const struct root *root, const char *const *paths)
{
	while (*paths && !root_has_program(root, *paths))
		paths++;
	return *paths;
}

static int check_place(const struct repair *r, struct err *e)
{
	const struct s_disk *d = r->now.disk;

	if (strcmp(d->table.kind, "gpt"))
		return 0;
	for (unsigned i = 0; i < d->n; i++)
		if (!strcmp(d->parts[i].part.guid, GUID_BIOS_BOOT))
			return 0;
	return err_set(e, 0,
		       "%s: it has a GPT without a BIOS boot partition (type EF02): there is no "
		       "place for GRUB; was it started by UEFI? (" BOOT_OTHER_STEPS ")",
		       d->disk.path);
}

static int run_tool(struct repair *r, const char *const *argv, struct buf *out, int *status,
		    struct err *e)
{
	// other systems are not looked for: os-prober would open every disk of the rescue system
	// that /sys shows it
	static const char *const env[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb", "LC_ALL=C",
		"GRUB_DISABLE_OS_PROBER=true",	      NULL
	};
	struct run run = { .argv = argv,
			   .root = r->root->path,
			   .env = env,
			   .out = out,
			   .ui = r->ui,
			   .timeout_s = 1800 };

	ui_say(r->ui, UI_INFO, "grub: running %s of the installed system", argv[0]);
	buf_clear(out);
	return run_program(&run, status, e);
}

static int complain(const char *tool, int status, const struct buf *out, struct err *e)
{
	const char *text = buf_str(out), *line = text;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n')
		if (strcasestr(p, "error") && strcasestr(p, "error") < p + strcspn(p, "\n"))
			line = p;
	return err_set(e, 0, "%s: ended with status %d: %.*s", tool, status,
		       (int)strcspn(line, "\n"), line);
}

static int install_bios(struct repair *r, const char *installer, struct err *e)
{
	char *disk STR_AUTO = mem_printf("/dev/%s", r->names.disk);
	const char *const with[] = { installer, "--target=i386-pc", "--no-floppy", disk, NULL };
	const char *const plain[] = { installer, "--no-floppy", disk, NULL };
	struct buf out BUF_AUTO = { 0 };
	int status;

	if (check_place(r, e) || run_tool(r, with, &out, &status, e))
		return -1;
	// before 2.00 there was one target and no word for it
	if (status && strstr(buf_str(&out), "--target") && run_tool(r, plain, &out, &status, e))
		return -1;
	if (status)
		return complain(installer, status, &out, e);
	edits_add(r->edits, "grub", "boot sector", "GRUB 2 installed for /dev/%s", r->names.disk);
	return 0;
}

// how: "--removable", or the folder of one that an entry in the firmware's memory names.
static int run_efi(struct repair *r, const char *installer, const char *how, struct err *e)
{
	const char *target =
		strcmp(r->first.sys->arch, "i386") ? "--target=x86_64-efi" : "--target=i386-efi";
	const char *const argv[] = { installer,	   target, "--efi-directory=/boot/efi",
				     "--no-nvram", how,	   NULL };
	struct buf out BUF_AUTO = { 0 };
	int status;

	if (run_tool(r, argv, &out, &status, e))
		return -1;
	return status ? complain(installer, status, &out, e) : 0;
}

// The one that is there already, "/EFI/debian/grubx64.efi", once more.
static int run_efi_again(struct repair *r, const char *installer, struct err *e)
{
	const char *loader = r->now.disk->efi.loader + strlen("/EFI/");

	if (!r->now.disk->efi.loader[0])
		return 0;
	char *how STR_AUTO = mem_printf("--bootloader-id=%.*s", (int)strcspn(loader, "/"), loader);

	return run_efi(r, installer, how, e);
}

// Where a firmware finds it that has no entry for the disk: that memory is the machine's.
static int install_efi(struct repair *r, const char *installer, struct err *e)
{
	bool anew = r->loader_anew || (r->first.sys->grub_efi && looks_for_array(r));
	unsigned mounts = r->root->n_mounts;
	struct err ignored;
	int rc;

	if (boot_esp_has_loader(r) && !anew)
		return 0;
	if (!r->first.sys->grub_efi)
		return err_set(e, 0,
			       "%s: the EFI system partition holds no boot loader, and GRUB's "
			       "modules for UEFI (/usr/lib/grub/x86_64-efi) are not installed "
			       "(" BOOT_OTHER_STEPS ")",
			       r->first.sys->name);
	if (file_folder(r->root->fd, "/boot/efi", e) ||
	    root_mount_more(r->root, &r->now, &r->names, r->now.disk->efi.part, "/boot/efi", e))
		return -1;
	rc = run_efi(r, installer, "--removable", e) || run_efi_again(r, installer, e) ? -1 : 0;
	if (root_release(r->root, mounts, rc ? &ignored : e) || rc)
		return -1;
	edits_add(r->edits, "grub", "EFI system partition",
		  "GRUB 2 installed as the loader that needs no entry in the firmware");
	return 0;
}

static int install(struct repair *r, struct err *e)
{
	static const char *const installers[] = { "/usr/sbin/grub-install",
						  "/usr/sbin/grub2-install", "/sbin/grub2-install",
						  "/sbin/grub-install", NULL };
	static const char *const makers[] = { "/usr/sbin/grub-mkconfig", "/usr/sbin/grub2-mkconfig",
					      "/sbin/grub2-mkconfig", NULL };
	const char *installer = find_program(r->root, installers),
		   *maker = find_program(r->root, makers);
	const char *const config[] = { maker, "-o", r->first.sys->boot_config, NULL };
	struct buf out BUF_AUTO = { 0 };
	int status;

	if (!installer || !maker)
		return err_set(e, 0, "%s: %s is not installed on it (" BOOT_OTHER_STEPS ")",
			       r->first.sys->name, installer ? "grub-mkconfig" : "grub-install");
	if ((by_efi(r) ? install_efi(r, installer, e) : install_bios(r, installer, e)) ||
	    run_tool(r, config, &out, &status, e))
		return -1;
	if (status)
		return complain(maker, status, &out, e);
	edits_add(r->edits, "grub", r->first.sys->boot_config, "made anew");
	return 0;
}

const struct boot_ops boot_grub2 = { "grub2", check, configure, install };
