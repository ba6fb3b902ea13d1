// SPDX-License-Identifier: GPL-2.0-or-later
// The boot loader.
#include <string.h>

#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	const char *loader;
	bool missing;

	if (!a->sys || a->efi)
		return;
	loader = a->sys->boot_loader;
	missing = !strcmp(a->disk->boot_code, "none");
	if (!strcmp(loader, "grub-legacy") || !strcmp(loader, "grub2"))
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
