// SPDX-License-Identifier: GPL-2.0-or-later
// File systems with their own error flag set, or whose superblock cannot be right.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		for (unsigned k = 0; k < env->s->disks[i].n; k++) {
			const struct s_part *p = &env->s->disks[i].parts[k];

			if (p->has_fs && p->fs.damaged && !p->stale)
				finding_add(env->s, FINDING_STOP, "fs-damaged", p->path, "fsck",
					    "The %s file system on %s is damaged: %s", p->fs.type,
					    p->path, p->fs.note);
		}
	}
}

const struct check_ops check_fs_damaged = { "fs-damaged", look };
