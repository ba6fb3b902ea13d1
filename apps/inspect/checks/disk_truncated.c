// SPDX-License-Identifier: GPL-2.0-or-later
// A disk that ends before its table does: a copy to a smaller disk, a clipped image, a host
// protected area.
#include "base/size.h"
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct s_disk *d = &env->s->disks[i];

		if (d->table.needs > d->disk.size)
			finding_add(env->s, FINDING_STOP, "disk-truncated", d->disk.path, "",
				    "%s has %s, but its partition table speaks of %s: the end is "
				    "missing",
				    d->disk.path, size_show(d->disk.size).s,
				    size_show(d->table.needs).s);
	}
}

const struct check_ops check_disk_truncated = { "disk-truncated", look };
