// SPDX-License-Identifier: GPL-2.0-or-later
// A loader on the EFI system partition that only an entry in this machine's firmware leads to, or
// none at all.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_disk *d = &env->s->disks[env->s->systems[i].boot_disk];

		if (!d->efi.there || !survey_starts_by_efi(d) || !first_on_disk(env->s, i) ||
		    d->efi.fallback || env->s->systems[i].windows)
			continue;
		if (d->efi.loader[0])
			finding_add(env->s, FINDING_WARN, "efi-fallback-missing", d->disk.path,
				    "efi",
				    "%s has no %s: a firmware that has no entry for this disk "
				    "finds nothing to start",
				    d->parts[d->efi.part].path, d->efi.path);
		else
			finding_add(env->s, FINDING_STOP, "efi-loader-missing", d->disk.path,
				    "grub",
				    "It does not boot: the EFI system partition %s holds no boot "
				    "loader",
				    d->parts[d->efi.part].path);
	}
}

const struct check_ops check_efi_fallback = { "efi-fallback-missing", look };
