// SPDX-License-Identifier: GPL-2.0-or-later
// Disks that Windows' own volume manager divides: their volumes may span or mirror several disks,
// and are not looked for.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct s_disk *d = &env->s->disks[i];

		if (disk_has_type(d, "Windows dynamic disk") ||
		    disk_has_type(d, "Windows LDM data"))
			finding_add(env->s, FINDING_WARN, "windows-dynamic-disk", d->disk.path, "",
				    "%s is a dynamic disk of Windows: what its volumes are is not "
				    "read. It is imaged whole; a volume over several disks needs "
				    "all of them",
				    d->disk.path);
	}
}

const struct check_ops check_windows_dynamic = { "windows-dynamic-disk", look };
