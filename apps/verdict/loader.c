// SPDX-License-Identifier: GPL-2.0-or-later
// The boot loader.
#include <string.h>

#include "verdict/verdict.h"

// A new machine's firmware has no entry for the disk.
static void ask_efi(struct asked *a)
{
	const struct s_efi *x = &a->disk->efi;

	if (!x->there)
		verdict_say(a, VERDICT_WARN, "", "The EFI system partition cannot be read");
	else if (x->fallback)
		verdict_say(a, VERDICT_PASS, "",
			    "%s is there: it starts without an entry in the firmware", x->path);
	else if (x->loader[0])
		verdict_say(a, VERDICT_PASS, "copied to where it looks then",
			    "A new firmware has no entry for the boot loader %s", x->loader);
	else if ((a->sys->grub_efi && !strcmp(a->sys->boot_loader, "grub2")) ||
		 (a->sys->systemd_boot && !strcmp(a->sys->boot_loader, "systemd-boot")))
		verdict_say(a, VERDICT_PASS, "installed again",
			    "The EFI system partition holds no boot loader");
	else
		verdict_say(a, VERDICT_STOP, "",
			    "The EFI system partition holds no boot loader, and the system has "
			    "none that could be installed");
}

static void ask(struct asked *a)
{
	const char *loader;
	bool missing;

	if (a->sys && a->efi)
		ask_efi(a);
	if (!a->sys || a->efi)
		return;
	loader = a->sys->boot_loader;
	missing = !strcmp(a->disk->boot_code, "none");
	if (!strcmp(loader, "grub-legacy") &&
	    survey_in_lvm(&a->s->disks[a->sys->boot_disk], a->sys->boot_part))
		verdict_say(a, VERDICT_STOP, "",
			    "/boot lies on a logical volume, which GRUB legacy cannot read: it "
			    "was started by something else");
	else if (!strcmp(loader, "grub-legacy") || !strcmp(loader, "grub2"))
		verdict_say(a, VERDICT_PASS, missing ? "installed again" : "", "%s%s",
			    !strcmp(loader, "grub2") ? "GRUB 2" : "GRUB legacy",
			    missing ? ", but the boot sector holds none" : "");
	else if (missing)
		verdict_say(a, VERDICT_STOP, "",
			    "The boot sector holds no boot loader, and there is none in /boot "
			    "that could be installed");
	else
		verdict_say(a, VERDICT_WARN, "",
			    "The boot loader is neither GRUB legacy nor GRUB 2: it is left as it "
			    "is");
}

const struct question_ops question_loader = { "loader", ask };
