// SPDX-License-Identifier: GPL-2.0-or-later
// The disk with /boot has nothing in its boot sector: a BIOS finds nothing to start. The classic of
// a mirror whose boot loader was only ever installed on the disk that died.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_disk *d = &env->s->disks[env->s->systems[i].boot_disk];

		if (strcmp(d->boot_code, "none") != 0 || !first_on_disk(env->s, i))
			continue;
		// Started by UEFI it needs none.
		if (survey_starts_by_efi(d))
			continue;
		finding_add(env->s, FINDING_STOP, "boot-code-missing", d->disk.path,
			    env->s->systems[i].windows ? "" : "grub",
			    "It does not boot: the boot sector of %s holds no boot loader",
			    d->disk.path);
	}
}

const struct check_ops check_boot_code_missing = { "boot-code-missing", look };
