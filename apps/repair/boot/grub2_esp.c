// SPDX-License-Identifier: GPL-2.0-or-later
// GRUB 2 that has all of its configuration on the EFI system partition, none in /boot: Red Hat up
// to 8 started by UEFI. The step efi changes that configuration as text. Loader and modules are one
// signed file, which a package puts there and which the system has nowhere else.
#include "repair/boot/boot.h"

static int check(struct repair *r, char *why, size_t size, struct err *e)
{
	(void)why;
	(void)size;
	if (!boot_esp_has_loader(r))
		return err_set(
			e, 0,
			"%s: %s: the EFI system partition holds GRUB's configuration %s but no "
			"loader, and the system has no other: install its packages grub2-efi-x64 "
			"and shim-x64 again (" BOOT_OTHER_STEPS ")",
			r->first.disk->disk.path, r->first.sys->name, r->first.disk->efi.config);
	if (!r->again && !r->o->hyper)
		ui_say(r->ui, UI_INFO,
		       "grub: the boot loader on the EFI system partition is left as it is: /boot "
		       "has no configuration of it");
	return 0;
}

static int nothing(struct repair *r, struct err *e)
{
	(void)r;
	(void)e;
	return 0;
}

const struct boot_ops boot_grub2_esp = { "grub2-esp", check, nothing, nothing };
