// SPDX-License-Identifier: GPL-2.0-or-later
// The partition table.
#include <string.h>

#include "verdict/verdict.h"

static bool has_bios_boot(const struct s_disk *d)
{
	for (unsigned i = 0; i < d->table.n; i++)
		if (!strcmp(d->table.p[i].guid, GUID_BIOS_BOOT))
			return true;
	return false;
}

static void ask(struct asked *a)
{
	const struct part_table *t = &a->disk->table;

	if (*t->trouble)
		verdict_say(a, VERDICT_WARN, "", "%s", t->trouble);
	else if (!strcmp(t->kind, "none"))
		verdict_say(a, a->h->cloud ? VERDICT_STOP : VERDICT_WARN, "",
			    "The disk has no partition table");
	else if (!strcmp(t->kind, "gpt") && !a->efi && a->sys &&
		 !strcmp(a->sys->boot_loader, "grub2") && !has_bios_boot(a->disk))
		verdict_say(a, VERDICT_WARN, "",
			    "GPT without a BIOS boot partition: GRUB cannot be installed again");
	else
		verdict_say(a, VERDICT_PASS, "", "%s", !strcmp(t->kind, "gpt") ? "GPT" : "MBR");
}

const struct question_ops question_table = { "table", ask };
