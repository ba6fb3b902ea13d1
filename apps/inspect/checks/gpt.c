// SPDX-License-Identifier: GPL-2.0-or-later
// A disk with a GPT and an installed system: GRUB needs a place of its own there, old tools do not
// know it.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_disk *d = &env->s->disks[env->s->systems[i].boot_disk];

		if (env->s->systems[i].windows || strcmp(d->table.kind, "gpt") != 0 ||
		    !first_on_disk(env->s, i))
			continue;
		if (disk_has_type(d, "BIOS boot") || disk_has_efi(d))
			finding_add(env->s, FINDING_OK, "gpt", d->disk.path, "",
				    "%s has a GPT with %s", d->disk.path,
				    disk_has_type(d, "BIOS boot") ? "a BIOS boot partition"
								  : "an EFI system partition");
		else
			finding_add(env->s, FINDING_WARN, "gpt", d->disk.path, "",
				    "%s has a GPT without a BIOS boot or EFI system partition: "
				    "GRUB has no safe place on it",
				    d->disk.path);
	}
}

const struct check_ops check_gpt = { "gpt", look };
