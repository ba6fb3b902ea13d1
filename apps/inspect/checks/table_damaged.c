// SPDX-License-Identifier: GPL-2.0-or-later
// What the reader of the partition table complained about. A disk that is too small has a finding
// of its own.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct s_disk *d = &env->s->disks[i];

		if (*d->table.trouble && d->table.needs <= d->disk.size)
			finding_add(env->s, FINDING_WARN, "table-damaged", d->disk.path, "",
				    "Partition table of %s: %s", d->disk.path, d->table.trouble);
		if (*d->trouble)
			finding_add(env->s, FINDING_WARN, "disk-trouble", d->disk.path, "",
				    "%s: %s", d->disk.path, d->trouble);
	}
}

const struct check_ops check_table_damaged = { "table-damaged", look };
