// SPDX-License-Identifier: GPL-2.0-or-later
// A boot loader in the boot sector, but no partition behind it: the table was overwritten.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct s_disk *d = &env->s->disks[i];

		// A file system on the bare disk, or a medium, may well carry a boot loader.
		if (d->n == 0 && d->table.n == 0 && strncmp(d->boot_code, "grub", 4) == 0)
			finding_add(env->s, FINDING_STOP, "table-lost", d->disk.path, "",
				    "%s has a boot loader but no partitions: its partition table "
				    "is lost",
				    d->disk.path);
	}
}

const struct check_ops check_table_lost = { "table-lost", look };
