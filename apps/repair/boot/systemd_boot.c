// SPDX-License-Identifier: GPL-2.0-or-later
// systemd-boot: one file on the EFI system partition, which reads the entries beside it. Those are
// changed by the step efi, those in /boot, which it reads where that is a partition for them, here;
// the file is the one that bootctl would copy.
#include <string.h>

#include "base/buf.h"
#include "repair/boot/boot.h"
#include "repair/entries.h"
#include "repair/esp.h"
#include "repair/file.h"

#define FALLBACK "/EFI/BOOT/BOOTX64.EFI"
#define OWN "/EFI/systemd/systemd-bootx64.efi"
#define LOADER_MAX (2u << 20)

static int check(struct repair *r, char *why, size_t size, struct err *e)
{
	(void)e;
	if (boot_esp_has_loader(r))
		return 0;
	str_copy(why, size, "it holds no boot loader");
	return 1;
}

static int configure(struct repair *r, struct err *e)
{
	return entries_each(r, boot_edit_arguments, NULL, e);
}

static int put(struct repair *r, int esp, const void *arg, struct err *e)
{
	const struct buf *loader = arg;

	if (file_folder(esp, "/EFI", e) || file_folder(esp, "/EFI/BOOT", e) ||
	    file_folder(esp, "/EFI/systemd", e) ||
	    file_replace(esp, OWN, buf_str(loader), loader->len, e) ||
	    file_replace(esp, FALLBACK, buf_str(loader), loader->len, e))
		return -1;
	edits_add(r->edits, "grub", "EFI system partition",
		  "systemd-boot installed as the loader that needs no entry in the firmware");
	return 0;
}

static int install(struct repair *r, struct err *e)
{
	struct buf loader BUF_AUTO = { 0 };

	if (boot_esp_has_loader(r))
		return 0;
	if (!r->first.sys->systemd_boot)
		return err_set(
			e, 0,
			"%s: the EFI system partition holds no boot loader, and systemd-boot "
			"(" SYSTEMD_BOOT ") is not installed (" BOOT_OTHER_STEPS ")",
			r->first.sys->name);
	return file_read_max(r->root->fd, SYSTEMD_BOOT, LOADER_MAX, &loader, e) ||
			       esp_with(r, put, &loader, e)
		       ? -1
		       : 0;
}

const struct boot_ops boot_systemd_boot = { "systemd-boot", check, configure, install };
