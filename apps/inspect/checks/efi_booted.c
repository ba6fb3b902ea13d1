// SPDX-License-Identifier: GPL-2.0-or-later
// Started by UEFI: then a boot loader in the boot sector is not what this machine will look for.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; env->s->machine.efi && i < env->s->n_systems; i++) {
		const struct s_disk *d = &env->s->disks[env->s->systems[i].boot_disk];

		// The machine a file came from is not this one.
		if (strcmp(d->disk.transport, "file") == 0 || !first_on_disk(env->s, i))
			continue;
		if (disk_has_efi(d))
			finding_add(env->s, FINDING_OK, "efi-booted", d->disk.path, "",
				    "This machine was started by UEFI, and %s has an EFI system "
				    "partition",
				    d->disk.path);
		else
			finding_add(env->s, FINDING_WARN, "efi-booted", d->disk.path, "",
				    "This machine was started by UEFI, but the system on %s boots "
				    "by BIOS: check the setup",
				    d->disk.path);
	}
}

const struct check_ops check_efi_booted = { "efi-booted", look };
